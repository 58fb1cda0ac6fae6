import { expect, it, vi } from 'vitest';
import { archiveDependencies, backUpTo, restoreFrom } from '../fixture/archive.ts';
import { createOperations, type Operations, type SignedInUser } from '../fixture/operations.ts';

/** A restore of twice the users is at most twice the work: no user costs a look at all others. */

vi.setConfig({ testTimeout: 60_000 });

interface Calls {
  readonly queries: number;
  readonly writes: number;
}

async function addUsers(operations: Operations, admin: SignedInUser, first: number, count: number) {
  for (let index = first; index < first + count; index += 1) {
    await operations.addReadyUser(admin, `user-${index}@contoso.example`);
  }
}

async function callsOfRestore(operations: Operations, replace: boolean): Promise<Calls> {
  const dependencies = archiveDependencies(operations);
  const { parts } = await backUpTo(dependencies);
  if (!replace) await operations.tables.archive.clear(() => {});
  const calls = await operations.tables.transport.record(async () => {
    await restoreFrom(dependencies, parts, { replace });
  });
  const lists = calls.filter((call) => call.startsWith('GET'));
  return { queries: lists.length, writes: calls.length - lists.length };
}

it.each([false, true])('makes no read for each user, with replace: %s', async (replace) => {
  const operations = await createOperations();
  try {
    const admin = await operations.readyAdmin();
    await addUsers(operations, admin, 0, 20);
    const once = await callsOfRestore(operations, replace);
    await addUsers(operations, admin, 20, 20);
    const twice = await callsOfRestore(operations, replace);
    // All rows are within a page of 1,000.
    expect(twice.queries).toBe(once.queries);
    // The user, and rows of attempts and of the expiry index, which lie apart; with a removal each.
    expect(twice.writes - once.writes).toBeLessThanOrEqual(20 * 4);
  } finally {
    await operations.stop();
  }
});
