import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Notice } from '../../shared/credential/notice.ts';
import type { Role } from '../../shared/credential/role.ts';
import { deleteUser } from '../../shared/operation/delete-user.ts';
import { deliverNotices } from '../../shared/operation/deliver-notices.ts';
import { updateUser } from '../../shared/operation/update-user.ts';
import { type Lane, MAIL_LANE, type SendOutcome } from '../../shared/port/notice.ts';
import { createOperations, type Operations, type SignedInUser } from '../fixture/operations.ts';

/** The limits of mails to one address about one user, and what goes beyond them. */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MAIL = 'ana@mail.example';
const BOTH: readonly (readonly Role[])[] = [['salesAgent'], ['salesAgent', 'helpdeskAgent']];

let plain: Operations;
let operations: Operations;
let admin: SignedInUser;
let ana: SignedInUser;
let mails: { readonly to: string; readonly types: readonly string[] }[];

beforeEach(async () => {
  plain = await createOperations();
  admin = await plain.readyAdmin();
  ana = await plain.addReadyUser(admin, 'ana@contoso.example');
  await change({ email: MAIL }, plain);
  operations = plain.with({ lanes: [MAIL_LANE] });
  mails = [];
});
afterEach(() => plain.stop());

async function change(patch: object, on = operations): Promise<void> {
  const principal = await on.sessionOf(admin);
  await updateUser(on.dependencies, { principal, userId: ana.userId, patch }, on.context());
}

async function edit(times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) {
    const { roles } = await operations.user(ana.userName);
    await change({ roles: BOTH[roles.length === 1 ? 1 : 0] });
  }
}

async function warn(times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) await operations.reset(admin, ana.userId);
}

function run(answer: (notice: Notice) => SendOutcome = () => 'accepted') {
  const lane: Lane = {
    ...{ name: MAIL_LANE, label: MAIL_LANE, width: 4, isPaced: true },
    listTargets: async ({ person }) =>
      (person?.addresses ?? []).map((address) => ({ address, recipient: person })),
    async send(notice, { address }, others = []) {
      const outcome = answer(notice);
      const types = [notice, ...others].map(({ event }) => event.type);
      if (outcome === 'accepted') mails.push({ to: address, types });
      return outcome;
    },
  };
  const dependencies = { ...operations.dependencies, outbox: operations.tables.outbox };
  return deliverNotices(dependencies, lane, operations.context());
}

const counts = () => mails.map(({ types }) => types.length);

describe('mails about edits', () => {
  it('are 20, then one an hour with all that was held', async () => {
    await edit(25);
    await run();
    expect(counts()).toEqual(Array.from({ length: 20 }, () => 1));
    operations.pass(HOUR_MS - 1);
    await run();
    expect(mails).toHaveLength(20);
    operations.pass(1);
    await run();
    expect(counts().slice(20)).toEqual([5]);
    await edit(3);
    operations.pass(HOUR_MS);
    await run();
    expect(counts().slice(20)).toEqual([5, 3]);
  });

  it('never delay a warning, however many are held', async () => {
    await edit(130);
    await run();
    await run();
    await warn(1);
    mails = [];
    await run();
    expect(mails).toEqual([{ to: MAIL, types: ['password.reset'] }]);
  });

  it('that an address refuses hold back edits to it, and no warning', async () => {
    await edit(2);
    await warn(1);
    await run(({ event }) => (event.type === 'user.updated' ? 'refused' : 'accepted'));
    expect(mails.map(({ types }) => types)).toEqual([['password.reset']]);
  });

  it('of one user leave those of another user at the same address alone', async () => {
    const eva = await plain.addReadyUser(admin, 'eva@contoso.example');
    const principal = await operations.sessionOf(admin);
    const patch = { email: MAIL };
    await updateUser(plain.dependencies, { principal, userId: eva.userId, patch }, plain.context());
    await edit(25);
    await run();
    mails = [];
    const roles = BOTH[1] ?? [];
    const ofEva = { principal: await operations.sessionOf(admin), userId: eva.userId };
    await updateUser(operations.dependencies, { ...ofEva, patch: { roles } }, operations.context());
    await run();
    expect(counts()).toEqual([1]);
  });
});

describe('warnings', () => {
  it('are 20 in an hour, and one digest of the rest', async () => {
    await warn(24);
    await run();
    expect(counts()).toEqual(Array.from({ length: 20 }, () => 1));
    operations.pass(HOUR_MS);
    await run();
    expect(counts().slice(20)).toEqual([4]);
    await warn(1);
    await run();
    expect(counts().slice(20)).toEqual([4, 1]);
  });

  it('are counted once they are accepted: a digest that fails is tried again whole', async () => {
    await warn(24);
    await run();
    operations.pass(HOUR_MS);
    await run(() => 'later');
    expect(mails).toHaveLength(20);
    operations.pass(6000);
    await run();
    expect(counts().slice(20)).toEqual([4]);
  });
});

describe('the rows of a queue', () => {
  it('leave nothing of a deleted user but an empty pace', async () => {
    await warn(1);
    await run();
    const principal = await operations.sessionOf(admin);
    await deleteUser(
      operations.dependencies,
      { principal, userId: ana.userId },
      operations.context(),
    );
    await run();
    const rows = await operations.tables.rows('accounts');
    const left = [...rows].filter(([key]) => key.includes('outbox:'));
    expect(left.map(([key]) => key.slice(-2))).toEqual([':-']);
    expect(left.map(([, row]) => row).join()).not.toMatch(/[0-9a-f]{16}|mail\.example/);
  });
});
