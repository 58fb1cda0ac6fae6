import { expect, it } from 'vitest';
import { RecentOfTenant } from '../../shared/azure/table/recent-of-tenant.ts';
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
  return { state, recent: new RecentOfTenant(read, () => state.nowMs) };
}

it('caches the list of admins for ten seconds', async () => {
  const { state, recent } = createRecent();
  const first = await recent.find(TENANT);
  state.nowMs = 9_999;
  expect(await recent.find(TENANT)).toBe(first);
  state.nowMs = 10_000;
  expect(await recent.find(TENANT)).not.toBe(first);
  expect(state.reads).toBe(2);
});

it('makes one read for many parallel callers', async () => {
  const { state, recent } = createRecent();
  await Promise.all([recent.find(TENANT), recent.find(TENANT), recent.find(TENANT)]);
  expect(state.reads).toBe(1);
});

it('does not return admins read before one of our writes', async () => {
  const { state, recent } = createRecent();
  const onItsWay = recent.find(TENANT);
  recent.forget(TENANT);
  expect(await recent.find(TENANT)).not.toBe(await onItsWay);
  expect(state.reads).toBe(2);
});

it('reports a failure to waiting callers and does not cache it', async () => {
  const { state, recent } = createRecent();
  state.isDown = true;
  await expect(recent.find(TENANT)).rejects.toThrow('down');
  state.isDown = false;
  expect(await recent.find(TENANT)).toEqual([]);
});

it('caches 500 tenants at most and drops the oldest', async () => {
  const { state, recent } = createRecent();
  for (let index = 0; index <= 500; index += 1) await recent.find(`t${index}.example` as Tenant);
  await recent.find('t1.example' as Tenant);
  expect(state.reads).toBe(501);
  await recent.find('t0.example' as Tenant);
  expect(state.reads).toBe(502);
});
