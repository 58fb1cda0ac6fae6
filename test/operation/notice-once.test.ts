import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deliverNotices } from '../../shared/operation/deliver-notices.ts';
import { updateUser } from '../../shared/operation/update-user.ts';
import { type Lane, MAIL_LANE } from '../../shared/port/notice.ts';
import { archiveDependencies, backUpTo, restoreFrom } from '../fixture/archive.ts';
import { createOperations, type Operations, type SignedInUser } from '../fixture/operations.ts';

/** Mails that come once, or not at all. */

const LOCK_AT = 80;
const LONGEST_WAIT_MS = 900_000;

let operations: Operations;
let admin: SignedInUser;
let ana: SignedInUser;
let types: string[];

beforeEach(async () => {
  const plain = await createOperations();
  admin = await plain.readyAdmin();
  ana = await plain.addReadyUser(admin, 'ana@contoso.example');
  await change({ email: 'ana@mail.example' }, plain);
  operations = plain.with({ lanes: [MAIL_LANE] });
  types = [];
});
afterEach(() => operations.stop());

async function change(patch: object, on = operations): Promise<void> {
  const principal = await on.sessionOf(admin);
  await updateUser(on.dependencies, { principal, userId: ana.userId, patch }, on.context());
}

async function run(): Promise<void> {
  const lane: Lane = {
    ...{ name: MAIL_LANE, label: MAIL_LANE, width: 4, isPaced: true },
    listTargets: async ({ person }) =>
      (person?.addresses ?? []).map((address) => ({ address, recipient: person })),
    async send({ event }) {
      types.push(event.type);
      return 'accepted';
    },
  };
  const dependencies = { ...operations.dependencies, outbox: operations.tables.outbox };
  await deliverNotices(dependencies, lane, operations.context());
}

describe('a restore', () => {
  it('sends nothing old, neither of the backup nor of the store that it replaces', async () => {
    const dependencies = archiveDependencies(operations);
    await change({ status: 'disabled' });
    const { parts } = await backUpTo(dependencies);
    await change({ status: 'active' });
    await operations.tables.archive.clear(() => {});
    await restoreFrom(dependencies, parts);
    for (const ms of [0, 15_000, 3_600_000]) {
      operations.pass(ms);
      await run();
    }
    expect(types).toEqual([]);
  });
});

describe('a lock', () => {
  it('is one mail a series, however often a stranger guesses', async () => {
    for (let guesses = 0; guesses < LOCK_AT + 10; guesses += 1) {
      operations.pass(LONGEST_WAIT_MS);
      await operations.attempt(ana.userName, 'not the right one');
      await run();
    }
    expect(types).toEqual(['credential.locked']);
  });
});

describe('an earlier address', () => {
  it('leaves the row of the user with the first write after 14 days', async () => {
    await change({ email: 'new@mail.example' });
    const rowOf = async () =>
      [...(await operations.tables.rows('accounts'))].find(([key]) =>
        key.includes('user:ana'),
      )?.[1];
    await run();
    expect(await rowOf()).toContain('ana@mail.example');
    operations.pass(14 * 24 * 3_600_000);
    await change({ displayName: 'Ana Dupont' });
    expect(await rowOf()).not.toContain('ana@mail.example');
  });
});
