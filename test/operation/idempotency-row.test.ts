import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Refusal } from '../../shared/credential/refusal.ts';
import { expireTemporaryPasswords } from '../../shared/operation/expire-temporary-passwords.ts';
import { KEY_LIFE_MS } from '../../shared/operation/one-call.ts';
import { resetPassword } from '../../shared/operation/reset-password.ts';
import { Unavailable } from '../../shared/port/unavailable.ts';
import {
  createOperations,
  type Operations,
  outcomeText,
  type SignedInUser,
} from '../fixture/operations.ts';
import { override } from '../fixture/override.ts';
import { losing } from './fixture/admin-context.ts';

/** Checks the row of an `Idempotency-Key`: how it comes, what it holds, and how it goes. */

let operations: Operations;
let admin: SignedInUser;
let user: SignedInUser;
let made = 0;

beforeAll(async () => {
  operations = await createOperations();
  admin = await operations.readyAdmin();
});
afterAll(() => operations.stop());

beforeEach(async () => {
  made += 1;
  user = await operations.addReadyUser(admin, `user-${made}@contoso.example`);
});

async function reset({ on = operations, key = `key-${made}`, reason = 'lost phone' } = {}) {
  const principal = await operations.sessionOf(admin);
  const once = { key, body: JSON.stringify({ reason }) };
  const request = { principal, userId: user.userId, once, terms: { reason } };
  return resetPassword(on.dependencies, request, on.context());
}

/** Returns the receipt that a call gets which was done before. */
async function receiptAgain(): Promise<string> {
  const fault = await reset().catch((error) => error);
  if (fault instanceof Refusal && fault.code === 'already-done') return fault.extra.receipt ?? '';
  throw fault;
}

/** Returns the rows of calls, as they are stored, and the entries of the index for them. */
async function kept() {
  const rows = [...(await operations.tables.rows('accounts'))].filter(([key]) =>
    key.includes('idem:'),
  );
  const entries: string[] = [];
  for await (const page of operations.dependencies.expiries.listOverdue(Date.UTC(9000, 0))) {
    for (const { doneCall } of page) if (doneCall !== undefined) entries.push(doneCall);
  }
  return { rows, entries };
}

it('the row of a key holds neither it nor the body, and its index entry is there before it', async () => {
  const commits: unknown[] = [];
  const { accounts } = operations.dependencies;
  const before = (await kept()).entries.length;
  const on = operations.with({
    accounts: override(accounts, {
      commit: async (change) => {
        commits.push((await kept()).entries.length);
        return accounts.commit(change);
      },
    }),
  });
  await reset({ on, key: 'a-key-to-find', reason: 'a reason to find' });
  expect(commits).toEqual([before + 1]);
  const { rows } = await kept();
  expect(JSON.stringify(rows)).not.toMatch(/to-find|to find/);
});

it('the row of a key is written with the change or not at all, and has one entry for all tries', async () => {
  const before = await kept();
  const { accounts } = operations.dependencies;
  const broken = async () => {
    throw new Unavailable('tables', 'no answer in this test');
  };
  const on = operations.with({ accounts: override(accounts, { commit: broken }) });
  expect(await outcomeText(reset({ on }))).toBe('unavailable');
  expect((await kept()).rows).toEqual(before.rows);
  await reset({ on: losing(operations, 3) });
  const { rows, entries } = await kept();
  expect(rows).toHaveLength(before.rows.length + 1);
  // One of the call that failed, one of the call that was done at its fourth try.
  expect(entries).toHaveLength(before.entries.length + 2);
});

it('the row of a key is found after a commit whose answer was lost', async () => {
  const { accounts } = operations.dependencies;
  const on = operations.with({
    accounts: override(accounts, {
      commit: async (change) => {
        await accounts.commit(change);
        throw new Unavailable('tables', 'the answer is lost in this test');
      },
    }),
  });
  expect(await outcomeText(reset({ on }))).toBe('unavailable');
  expect(decodeJwt(await receiptAgain()).user).toBe(user.userId);
});

it('the row of a key is removed with its entry by a sweep after 24 h, and by none before', async () => {
  await reset();
  const before = await kept();
  const sweep = () => expireTemporaryPasswords(operations.dependencies, operations.context());
  operations.pass(KEY_LIFE_MS - 1);
  await sweep();
  expect((await kept()).rows).toContainEqual(before.rows.at(-1));
  operations.pass(1);
  await sweep();
  expect(await kept()).toEqual({ rows: [], entries: [] });
});

it('the row of a key stays its 24 h where it was written later than its entry', async () => {
  const { expiries } = operations.dependencies;
  const add: typeof expiries.add = async (entry) => {
    await expiries.add(entry);
    operations.pass(10);
  };
  await reset({ on: operations.with({ expiries: override(expiries, { add }) }) });
  const sweep = () => expireTemporaryPasswords(operations.dependencies, operations.context());
  operations.pass(KEY_LIFE_MS - 1);
  expect(await sweep()).toMatchObject({ left: 1 });
  expect(await outcomeText(reset())).toBe('already-done');
  operations.pass(1);
  await sweep();
  expect(await kept()).toEqual({ rows: [], entries: [] });
});

it('the row of a key stays for a call that took it since', async () => {
  await reset();
  operations.pass(KEY_LIFE_MS);
  const { receipt } = await reset();
  await expireTemporaryPasswords(operations.dependencies, operations.context());
  expect((await kept()).entries).toHaveLength(1);
  expect(decodeJwt(await receiptAgain()).jti).toBe(decodeJwt(receipt).jti);
});

it('the row of a key is in no backup, nor is its entry', async () => {
  await reset();
  expect((await kept()).rows).not.toEqual([]);
  const keys: string[] = [];
  for await (const page of operations.tables.archive.listEntries()) {
    for (const { rows } of page) keys.push(...rows.map(({ rowKey }) => rowKey));
  }
  expect(keys.filter((key) => key.startsWith('event:user:'))).not.toEqual([]);
  expect(keys.filter((key) => key.startsWith('idem:'))).toEqual([]);
});
