import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import type { Tenant } from '../../shared/credential/name.ts';
import type { User } from '../../shared/credential/user.ts';
import { readEvents } from '../../shared/maintenance/read-events.ts';
import { planResets } from '../../shared/maintenance/reset-users.ts';
import { blankUser } from '../../shared/operation/create-user.ts';
import { nameOf } from '../fixture/operations.ts';

/** A command reads a tenant of any size in pages, and none of their users stays in memory. */

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const TENANT = 'contoso.example' as Tenant;
const PAGES = 5;
const USERS_PER_PAGE = 20;
const randomBytes = (size: number) => crypto.getRandomValues(new Uint8Array(size));

function newUser(index: number): User {
  const wanted = { userName: nameOf(`user-${index}@contoso.example`), roles: ['salesAgent'] };
  const profile = { displayName: 'A', email: undefined, secondEmail: undefined, locale: undefined };
  return blankUser({ clock: Date, randomBytes }, { ...wanted, ...profile } as never);
}

/** A tenant of some pages of users, and what of them is in memory. */
class LargeTenant {
  readonly #met: WeakRef<User>[] = [];

  async listUsers(_tenant: Tenant, _filter: object, { after = '0' }: { after?: string }) {
    const page = Number(after);
    const first = page * USERS_PER_PAGE;
    const items = Array.from({ length: USERS_PER_PAGE }, (_, index) => newUser(first + index));
    this.#met.push(...items.map((user) => new WeakRef(user)));
    return { items, next: page + 1 < PAGES ? `${page + 1}` : undefined };
  }

  /** The users of all pages but the last, which may still be at hand. */
  async countHeld(): Promise<number> {
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
    return this.#met.slice(0, -USERS_PER_PAGE).filter((user) => user.deref()).length;
  }
}

it('holds no user while the events of a tenant are read', async () => {
  const tenant = new LargeTenant();
  let held: number | undefined;
  const accounts = {
    listUsers: tenant.listUsers.bind(tenant) as never,
    async listEvents() {
      held = await tenant.countHeld();
      return { items: [], next: undefined };
    },
  };
  const everything = { userId: undefined, types: undefined, sinceMs: 0, untilMs: Infinity };
  for await (const _ of readEvents(accounts, { tenant: TENANT, ...everything }));
  expect(held).toBe(0);
});

it('holds no user while the resets of a tenant are planned', async () => {
  const tenant = new LargeTenant();
  const held: number[] = [];
  const accounts = {
    listUsers: async (...request: Parameters<LargeTenant['listUsers']>) => {
      held.push(await tenant.countHeld());
      return tenant.listUsers(...request);
    },
    findUser: async () => undefined,
  };
  const dependencies = { accounts: accounts as never, randomBytes };
  const { resets } = await planResets(dependencies, { tenant: TENANT });
  expect(resets).toHaveLength(PAGES * USERS_PER_PAGE);
  expect(held).toEqual(Array.from({ length: PAGES }, () => 0));
});
