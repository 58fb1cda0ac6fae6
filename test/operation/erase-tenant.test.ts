import { afterAll, beforeAll, expect, it } from 'vitest';
import { tenantOf } from '../../shared/credential/name.ts';
import { eraseTenant } from '../../shared/maintenance/erase-tenant.ts';
import { resetPassword } from '../../shared/operation/reset-password.ts';
import { createOperations, nameOf, type Operations, outcomeText } from '../fixture/operations.ts';

/** Offboarding of a tenant. */

let operations: Operations;
beforeAll(async () => {
  operations = await createOperations();
});
afterAll(() => operations.stop());

async function erase(name: string, isDryRun: boolean) {
  const { accounts, attempts, expiries } = operations.dependencies;
  const { archive, outbox } = operations.tables;
  const request = { tenant: tenantOf(nameOf(name)), isDryRun };
  return eraseTenant({ accounts, attempts, expiries, archive, outbox }, request, () => {});
}

/** Every row of every table, as text. */
async function rows(): Promise<string> {
  const names = ['accounts', 'attempts', 'expiries', 'announcements'] as const;
  const tables = await Promise.all(names.map((name) => operations.tables.rows(name)));
  return JSON.stringify(tables.map((table) => [...table]));
}

it('removes every row of an erased tenant and no row of another', async () => {
  const gone = await operations.readyAdmin('admin@gone.example');
  const temporary = await operations.addUser(gone, 'ana@gone.example');
  const deleted = await operations.addReadyUser(gone, 'eva@gone.example');
  const kept = await operations.readyAdmin('admin@kept.example');
  await operations.attempt(gone.userName, 'not the password');
  const principal = await operations.sessionOf(gone);
  const once = { key: 'a-key', body: '{}' };
  const request = { principal, userId: deleted.userId, once };
  await resetPassword(operations.dependencies, request, operations.context());
  expect(await rows()).toContain('idem:');
  const before = await rows();
  expect(await erase(gone.userName, true)).toEqual({ users: 3, deletedUsers: 0, rows: 0 });
  expect(await rows()).toBe(before);

  const counted = await operations.counted(gone.userName);
  expect(counted?.failures).toBe(1);
  const erased = await erase(gone.userName, false);
  expect(erased).toMatchObject({ users: 3, deletedUsers: 0 });
  expect(erased.rows).toBeGreaterThan(10);

  const after = await rows();
  expect(after).not.toContain('gone.example');
  expect(after).not.toContain('idem:');
  for (const { userId } of [gone, deleted, temporary]) expect(after).not.toContain(userId);
  expect(await operations.counted(gone.userName)).toBeUndefined();
  expect(await outcomeText(operations.principal(gone.token))).toBe('invalid-token');
  expect(await operations.attempt(gone.userName, gone.password)).toBe('invalid-credentials');
  expect(await operations.attempt(kept.userName, kept.password)).toBe('signedIn');
  expect(await outcomeText(erase(gone.userName, false))).toBe('not-found');
  expect(await outcomeText(erase(gone.userName, true))).toBe('not-found');
});
