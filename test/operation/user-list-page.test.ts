import { afterAll, beforeAll, expect, it } from 'vitest';
import { listEvents } from '../../shared/operation/list-events.ts';
import { listUsers } from '../../shared/operation/list-users.ts';
import { createOperations, type Operations, type SignedInUser } from '../fixture/operations.ts';
import { override } from '../fixture/override.ts';

/**
 * CONTRACT.md: a page may hold fewer items than asked for, even none, and still have `next`. Table
 * Storage does so when a query takes long; the local one never does, so it is made to here.
 */

let operations: Operations;
let admin: SignedInUser;

beforeAll(async () => {
  operations = await createOperations();
  admin = await operations.readyAdmin();
  for (const local of ['ana', 'ben', 'cem', 'dan']) {
    await operations.addUser(admin, `${local}@contoso.example`);
  }
});
afterAll(() => operations.stop());

/** Every second page comes without its items; the cursor of the page before leads on. */
function withEmptyPages(): Operations {
  const { accounts } = operations.dependencies;
  let calls = 0;
  const isEmpty = () => {
    calls += 1;
    return calls % 2 === 1;
  };
  const NO_ITEMS = { items: [], next: undefined };
  return operations.with({
    accounts: override(accounts, {
      listUsers: async (tenant, filter, page) =>
        isEmpty()
          ? { ...NO_ITEMS, next: page.after ?? 'start' }
          : accounts.listUsers(tenant, filter, fromStart(page)),
      listEvents: async (tenant, userId, page) =>
        isEmpty()
          ? { ...NO_ITEMS, next: page.after ?? 'start' }
          : accounts.listEvents(tenant, userId, fromStart(page)),
    }),
  });
}

function fromStart(page: { limit: number; after: string | undefined }) {
  return page.after === 'start' ? { ...page, after: undefined } : page;
}

it('continues behind an empty page, of users and of events', async () => {
  const { dependencies } = withEmptyPages();
  const principal = await operations.sessionOf(admin);
  const lists = [
    (after: string | undefined) =>
      listUsers(dependencies, { principal, limit: 2, after, filter: {} }),
    (after: string | undefined) =>
      listEvents(dependencies, { principal, limit: 2, after, filter: {} }),
  ];
  for (const [index, list] of lists.entries()) {
    const sizes: number[] = [];
    let after: string | undefined;
    do {
      const page = await list(after);
      sizes.push(page.items.length);
      after = page.next;
      if (page.items.length === 0) expect(after).toBeDefined();
    } while (after !== undefined);
    expect(sizes.filter((size) => size === 0).length).toBeGreaterThan(2);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    // Five users; the events of their creation, and two of the admin's own change.
    expect(total).toBe([5, 7][index]);
  }
});
