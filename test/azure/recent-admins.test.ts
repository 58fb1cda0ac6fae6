import { expect, it } from 'vitest';
import { RecentAdmins } from '../../shared/azure/table/recent-admins.ts';
import type { Tenant } from '../../shared/credential/name.ts';
import type { Admin } from '../../shared/credential/user.ts';

const TENANT = 'contoso.example' as Tenant;

/** Returns a new list at each read, until a test makes it fail. */
function createRecent() {
  const state = { nowMs: 0, reads: 0, isDown: false };
  const read = async (): Promise<readonly Admin[]> => {
    state.reads += 1;
    if (state.isDown) throw new Error('down');
    return [];
  };
  return { state, recent: new RecentAdmins(read, () => state.nowMs) };
}

it('caches the list of admins for ten seconds', async () => {
  const { state, recent } = createRecent();
  const first = await recent.list(TENANT);
  state.nowMs = 9_999;
  expect(await recent.list(TENANT)).toBe(first);
  state.nowMs = 10_000;
  expect(await recent.list(TENANT)).not.toBe(first);
  expect(state.reads).toBe(2);
});

it('makes one read for many parallel callers', async () => {
  const { state, recent } = createRecent();
  await Promise.all([recent.list(TENANT), recent.list(TENANT), recent.list(TENANT)]);
  expect(state.reads).toBe(1);
});

it('does not return admins read before one of our writes', async () => {
  const { state, recent } = createRecent();
  const onItsWay = recent.list(TENANT);
  recent.forget(TENANT);
  expect(await recent.list(TENANT)).not.toBe(await onItsWay);
  expect(state.reads).toBe(2);
});

it('reports a failure to waiting callers and does not cache it', async () => {
  const { state, recent } = createRecent();
  state.isDown = true;
  await expect(recent.list(TENANT)).rejects.toThrow('down');
  state.isDown = false;
  expect(await recent.list(TENANT)).toEqual([]);
});

it('caches 500 tenants at most and drops the oldest', async () => {
  const { state, recent } = createRecent();
  for (let index = 0; index <= 500; index += 1) await recent.list(`t${index}.example` as Tenant);
  await recent.list('t1.example' as Tenant);
  expect(state.reads).toBe(501);
  await recent.list('t0.example' as Tenant);
  expect(state.reads).toBe(502);
});
