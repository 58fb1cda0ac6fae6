import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { UserId } from '../../shared/credential/name.ts';
import { operateUser, resetUser } from '../../shared/maintenance/operate-user.ts';
import { deleteUser } from '../../shared/operation/delete-user.ts';
import { expireTemporaryPasswords } from '../../shared/operation/expire-temporary-passwords.ts';
import { listResets, type ResetSeen } from '../../shared/operation/list-resets.ts';
import {
  createOperations,
  type Operations,
  outcomeText,
  type SignedInUser,
} from '../fixture/operations.ts';
import { override } from '../fixture/override.ts';
import { eventsOf, losing } from './fixture/admin-context.ts';
import { freezeOn, freezeTokenOf, losingTo } from './fixture/freeze-link.ts';

/** CONTRACT.md `GET /api/users/{userId}/resets`. */

const TTL_MS = 24 * 60 * 60 * 1000;

let operations: Operations;
let admin: SignedInUser;
let ana: SignedInUser;

beforeEach(async () => {
  operations = await createOperations();
  admin = await operations.readyAdmin();
  ana = await operations.addReadyUser(admin, 'ana@contoso.example');
});
afterEach(() => operations.stop());

async function page(limit: number, after?: string, userId: UserId | undefined = ana.userId) {
  const principal = await operations.sessionOf(admin);
  return listResets(operations.dependencies, { principal, userId, limit, after });
}

const list = async () => (await page(200)).items;
const outcomes = (resets: readonly ResetSeen[]) =>
  resets.map(({ outcome, outcomeAtMs }) => [outcome, outcomeAtMs]);
const sweep = () => expireTemporaryPasswords(operations.dependencies, operations.context());
const operated = () => ({ userName: ana.userName, force: false, isDryRun: false });

/** The moment after a pause, so that each change has a time of its own. */
function later(): number {
  operations.pass(1000);
  return operations.clock.nowMs;
}

describe('a reset in the list', () => {
  it('has what its event has, and is open until it is used', async () => {
    const verification = { kind: 'inPerson', reference: 'badge 7' } as const;
    const terms = { reason: 'Lost phone', ticket: 'INC-1', verification };
    const password = await operations.reset(admin, ana.userId, terms);
    const [event] = await eventsOf(operations, ana);
    const { expiresInSeconds, clearedLock: _, ...said } = event?.details ?? {};
    const atMs = operations.clock.nowMs;
    const reset = {
      eventId: event?.eventId,
      atMs,
      actor: { userId: admin.userId },
      terms: said,
      expiresAtMs: atMs + 1000 * Number(expiresInSeconds),
    };
    expect(await list()).toEqual([
      { ...reset, ...{ userId: ana.userId, sequence: event?.sequence }, outcome: 'open' },
    ]);
    const usedAtMs = later();
    await operations.chooseOwnPassword(ana.userName, password);
    expect(await list()).toMatchObject([{ ...reset, outcome: 'used', outcomeAtMs: usedAtMs }]);
    operations.pass(TTL_MS);
    expect(outcomes(await list())).toEqual([['used', usedAtMs]]);
  });

  it('is expired from its moment on, the same before the sweep and after it', async () => {
    await operations.reset(admin, ana.userId);
    const expiresAtMs = operations.clock.nowMs + TTL_MS;
    operations.pass(TTL_MS - 1);
    expect(outcomes(await list())).toEqual([['open', undefined]]);
    operations.pass(1);
    const expired = [['expired', expiresAtMs]];
    expect(outcomes(await list())).toEqual(expired);
    operations.pass(60_000);
    await sweep();
    expect(outcomes(await list())).toEqual(expired);
    await operations.reset(admin, ana.userId);
    expect(outcomes(await list())).toEqual([['open', undefined], ...expired]);
  });

  it('is superseded by the next, an operator’s too, unless it was overdue', async () => {
    await operations.reset(admin, ana.userId);
    const firstMs = later();
    await resetUser(operations.dependencies, operated(), operations.context());
    const expiresAtMs = operations.clock.nowMs + TTL_MS;
    operations.pass(TTL_MS);
    await operations.reset(admin, ana.userId);
    expect(outcomes(await list())).toEqual([
      ['open', undefined],
      ['expired', expiresAtMs],
      ['superseded', firstMs],
    ]);
    expect((await list())[1]).toMatchObject({
      actor: { system: 'operator' },
      terms: { delivery: 'shown' },
    });
  });

  it('is frozen by its owner', async () => {
    await operations.reset(admin, ana.userId);
    const token = await freezeTokenOf(operations.dependencies, ana.userName, 'password.reset');
    const frozenMs = later();
    expect(await freezeOn(operations, token)).toBe('frozen');
    operations.pass(TTL_MS);
    await sweep();
    expect(outcomes(await list())).toEqual([['frozen', frozenMs]]);
  });

  it('is deleted with its user, by an admin or an operator, and stays in the list', async () => {
    const bob = await operations.addReadyUser(admin, 'bob@contoso.example');
    for (const { userId } of [ana, bob]) await operations.reset(admin, userId);
    const deletedMs = later();
    const principal = await operations.sessionOf(admin);
    const { dependencies } = operations;
    await deleteUser(dependencies, { principal, userId: ana.userId }, operations.context());
    const operatedBob = { ...operated(), userName: bob.userName };
    await operateUser(dependencies, 'delete', operatedBob, operations.context());
    expect(outcomes(await list())).toEqual([['deleted', deletedMs]]);
    expect(outcomes((await page(9, undefined, bob.userId)).items)).toEqual([
      ['deleted', deletedMs],
    ]);
  });

  it('is the one that won: a reset that lost a race leaves no record', async () => {
    await losing(operations, 2).reset(admin, ana.userId);
    expect(await list()).toHaveLength(1);
    const token = await freezeTokenOf(operations.dependencies, ana.userName, 'password.reset');
    const raced = losingTo(operations, () => freezeOn(operations, token));
    await raced.reset(admin, ana.userId);
    expect((await list()).map(({ outcome }) => outcome)).toEqual(['open', 'frozen']);
    expect(await operations.user(ana.userName)).toMatchObject({ isFrozen: false });
  });
});

describe('the list of resets', () => {
  it('is read in pages, has no creation, and is empty without a reset', async () => {
    expect(await page(1)).toEqual({ items: [], next: undefined });
    for (let index = 0; index < 5; index += 1) {
      await operations.reset(admin, ana.userId, { reason: `${index}` });
    }
    const read: ResetSeen[] = [];
    let after: string | undefined;
    do {
      const { items, next } = await page(2, after);
      read.push(...items);
      after = next;
    } while (after !== undefined);
    expect(read.map(({ terms }) => terms?.reason)).toEqual(['4', '3', '2', '1', '0']);
  });

  it('is not found for an id that the tenant never had', async () => {
    const other = await operations.readyAdmin('admin@fabrikam.example');
    expect(await outcomeText(page(9, undefined, other.userId))).toBe('not-found');
    const bogus = 'x' as UserId;
    expect(await outcomeText(page(9, undefined, bogus))).toBe('not-found');
  });

  it('has resets of before 1.1 by their events, without terms', async () => {
    const { accounts } = operations.dependencies;
    const old = operations.with({
      accounts: override(accounts, {
        commit: ({ resets: _, ...change }) => accounts.commit(change),
      }),
    });
    const password = await old.reset(admin, ana.userId);
    const usedMs = later();
    await operations.chooseOwnPassword(ana.userName, password);
    await old.reset(admin, ana.userId);
    operations.pass(TTL_MS);
    const sweptMs = operations.clock.nowMs;
    await sweep();
    await old.reset(admin, ana.userId);
    const supersededMs = later();
    await old.reset(admin, ana.userId);
    const before = await list();
    expect(outcomes(before)).toEqual([
      ['open', undefined],
      ['superseded', supersededMs],
      ['expired', sweptMs],
      ['used', usedMs],
    ]);
    expect(before.every(({ terms }) => terms === undefined)).toBe(true);
    const expiresAtMs = operations.clock.nowMs + TTL_MS;
    expect(before[0]).toMatchObject({ actor: { userId: admin.userId }, expiresAtMs });
    operations.pass(TTL_MS);
    expect(outcomes(await list())[0]).toEqual(['expired', expiresAtMs]);
    await operations.reset(admin, ana.userId, { reason: 'new' });
    expect((await list()).map(({ terms }) => terms?.reason)).toEqual([
      'new',
      ...[undefined, undefined, undefined, undefined],
    ]);
  });
});
