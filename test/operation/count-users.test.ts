import { afterEach, beforeEach, expect, it } from 'vitest';
import type { User } from '../../shared/credential/user.ts';
import { countUsers } from '../../shared/operation/count-users.ts';
import { found, update } from '../contract/account-sample.ts';
import {
  createOperations,
  nameOf,
  type Operations,
  outcomeText,
  type SignedInUser,
} from '../fixture/operations.ts';
import { override } from '../fixture/override.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

let operations: Operations;
let admin: SignedInUser;

beforeEach(async () => {
  operations = await createOperations();
  admin = await operations.readyAdmin();
});
afterEach(() => operations.stop());

async function count(instance = operations) {
  const principal = await operations.sessionOf(admin);
  return countUsers(instance.dependencies, { principal });
}

async function edit(local: string, changed: Partial<User>): Promise<void> {
  const { accounts } = operations.dependencies;
  const before = await found(accounts, nameOf(`${local}@contoso.example`));
  expect(await accounts.commit(update(before, changed))).toBe('committed');
}

/** Queries of users that were sent while `work` ran. */
async function queriesDuring(work: () => Promise<unknown>): Promise<number> {
  const { sent } = operations.tables.transport;
  const start = sent.length;
  await work();
  const filters = sent.slice(start).map(({ url }) => url.searchParams.get('$filter') ?? '');
  return filters.filter((filter) => filter.includes('user:')).length;
}

/** Every query answers with one user and says that there are more. */
function endless(onQuery: () => void = () => {}): Operations {
  const { summaries } = operations.dependencies;
  return operations.with({
    summaries: override(summaries, {
      async listCountedUsers(tenant, page) {
        onQuery();
        const { items } = await summaries.listCountedUsers(tenant, { ...page, after: undefined });
        return { items: items.slice(0, 1), next: 'more' };
      },
    }),
  });
}

it('counts each user by the state that is shown, disabled and frozen ones too', async () => {
  for (const local of ['ana', 'ben', 'cem', 'dan', 'eva', 'fay']) {
    await operations.addUser(admin, `${local}@contoso.example`);
  }
  await operations.addReadyUser(admin, 'gil@contoso.example', ['globalAdmin']);
  await edit('ana', { credential: { kind: 'none' }, status: 'disabled' });
  await edit('ben', { isLocked: true });
  const { credential } = await operations.user(nameOf('cem@contoso.example'));
  const at = (expiresAtMs: number) => ({ credential: { ...credential, expiresAtMs } as never });
  const { nowMs } = operations.clock;
  await edit('cem', at(nowMs));
  await edit('dan', at(nowMs + DAY_MS));
  await edit('eva', { ...at(nowMs + DAY_MS - 1), isFrozen: true });
  await edit('fay', at(nowMs + 1));
  expect(await count()).toEqual({
    total: 8,
    disabled: 1,
    frozen: 1,
    states: { none: 1, temporary: 3, expired: 1, permanent: 2, locked: 1 },
    expiringWithinADay: 2,
    globalAdminsWhoCount: 2,
    asOfMs: nowMs,
    isComplete: true,
  });
});

it('counts once a minute, to the millisecond, on however many instances', async () => {
  const first = await count();
  await operations.addUser(admin, 'ana@contoso.example');
  const others = [operations, operations.with({}), operations.with({})];
  operations.pass(MINUTE_MS - 1);
  expect(await queriesDuring(() => Promise.all(others.map(count)))).toBe(0);
  expect(await count()).toEqual(first);
  operations.pass(1);
  expect(await queriesDuring(() => Promise.all([...others, ...others].map(count)))).toBe(1);
  expect(await count()).toMatchObject({ total: 2, asOfMs: operations.clock.nowMs });
});

it('gives the counts of before to other calls while one counts', async () => {
  const first = await count();
  operations.pass(MINUTE_MS);
  let during: unknown;
  const { summaries } = operations.dependencies;
  const slow = operations.with({
    summaries: override(summaries, {
      async listCountedUsers(...request) {
        during = await count();
        return summaries.listCountedUsers(...request);
      },
    }),
  });
  const second = await count(slow);
  expect(during).toEqual(first);
  expect(second.asOfMs).toBe(first.asOfMs + MINUTE_MS);
});

it('lets the first calls of a tenant wait for the one that counts', async () => {
  const queries = queriesDuring(async () => {
    const all = await Promise.all([1, 2, 3, 4].map(() => count()));
    expect(new Set(all.map((counts) => JSON.stringify(counts))).size).toBe(1);
  });
  expect(await queries).toBe(1);
});

it('reads at most 20 pages, says that it is not complete, and is asked again', async () => {
  let queries = 0;
  const instance = endless(() => {
    queries += 1;
  });
  expect(await count(instance)).toMatchObject({ total: 20, isComplete: false });
  expect(queries).toBe(20);
  await count(instance);
  expect(queries).toBe(20);
  operations.pass(MINUTE_MS);
  await count(instance);
  expect(queries).toBe(40);
});

it('stops a slow count before another instance may begin one', async () => {
  const slow = endless(() => operations.pass(5000));
  expect(await count(slow)).toMatchObject({ total: 4, isComplete: false });
});

it('refuses while the first count never ends, and is claimed again after a minute', async () => {
  const { summaries } = operations.dependencies;
  const crashing = operations.with({
    summaries: override(summaries, {
      async listCountedUsers() {
        throw new Error('crashed');
      },
    }),
  });
  await expect(count(crashing)).rejects.toThrow('crashed');
  expect(await outcomeText(count())).toBe('overloaded 5');
  operations.pass(MINUTE_MS - 1);
  expect(await outcomeText(count())).toBe('overloaded 5');
  operations.pass(1);
  expect(await count()).toMatchObject({ total: 1 });
});

it('counts again where a clock that was wrong claimed a time to come', async () => {
  operations.pass(10 * MINUTE_MS);
  await count();
  operations.pass(-5 * MINUTE_MS);
  await operations.addUser(admin, 'ana@contoso.example');
  expect(await count()).toMatchObject({ total: 2 });
});
