import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseImportedHash } from '../../shared/crypto/password/imported-hash.ts';
import type { ImportedUser } from '../../shared/maintenance/import-user.ts';
import { importUsers } from '../../shared/maintenance/import-users.ts';
import { deleteUser } from '../../shared/operation/delete-user.ts';
import type { ImportedHash } from '../../shared/port/hasher.ts';
import type { AccountStore } from '../../shared/port/store.ts';
import { each } from '../fixture/archive.ts';
import { createOperations, nameOf, type Operations } from '../fixture/operations.ts';
import { override } from '../fixture/override.ts';

/** A file that is imported again undoes no deletion, and says who is disabled. */

const PASSWORD = 'correct horse battery staple';
const HASH = parseImportedHash(
  '$scrypt$ln=10,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$7AnzIswxwEinpwz+ntydndYfVHPvOACmX9Vvo8hO1qM',
) as ImportedHash;

let operations: Operations;
beforeEach(async () => {
  operations = await createOperations();
});
afterEach(() => operations.stop());

function user(name: string, more: Partial<ImportedUser> = {}): ImportedUser {
  return {
    userName: nameOf(name),
    displayName: 'Ana Silva',
    email: undefined,
    secondEmail: undefined,
    locale: undefined,
    roles: ['salesAgent'],
    status: undefined,
    hash: HASH,
    ...more,
  };
}

interface Options {
  readonly isDryRun?: boolean;
  readonly restoreDeleted?: boolean;
  readonly accounts?: AccountStore;
}

async function run(users: readonly ImportedUser[], options: Options = {}) {
  const { isDryRun = false, restoreDeleted = false } = options;
  const { accounts = operations.dependencies.accounts } = options;
  const lines = users.map((one, index) => ({ line: index + 1, user: one }));
  const dependencies = { ...operations.dependencies, accounts };
  const how = { isDryRun, restoreDeleted, context: operations.context() };
  return importUsers(dependencies, each(lines), how, () => {});
}

const ana = nameOf('ana@contoso.example');

async function remove(name = ana): Promise<void> {
  const admin = await operations.sessionOf(await operations.readyAdmin());
  const { userId } = await operations.user(name);
  await deleteUser(operations.dependencies, { principal: admin, userId }, operations.context());
}

async function creation() {
  const { tenant, userId } = await operations.user(ana);
  const page = { limit: 10, after: undefined };
  const { items } = await operations.dependencies.accounts.listEvents(tenant, userId, page);
  return items.map(({ type, details }) => ({ type, details }));
}

describe('importing a user who was deleted here', () => {
  it('skips the user and reports the line', async () => {
    const file = [user(ana), user('ben@contoso.example')];
    await run(file);
    await remove();
    for (const isDryRun of [true, false]) {
      expect(await run(file, { isDryRun })).toMatchObject({
        created: 0,
        unchanged: 1,
        deleted: 1,
        failed: 0,
        withoutPassword: 0,
        deletedLines: [{ line: 1, userName: ana }],
      });
    }
    expect(await operations.attempt(ana, PASSWORD)).toBe('invalid-credentials');
    expect(await operations.dependencies.accounts.findUser(ana)).toBeUndefined();
  });

  it('restores the user with --restore-deleted, in an event that names it', async () => {
    await run([user(ana)]);
    await remove();
    const dry = await run([user(ana)], { restoreDeleted: true, isDryRun: true });
    expect(await run([user(ana)], { restoreDeleted: true })).toEqual(dry);
    expect(dry).toMatchObject({ created: 1, deleted: 0, deletedLines: [] });
    expect(await creation()).toEqual([
      {
        type: 'user.created',
        details: { roles: ['salesAgent'], imported: true, deletedBefore: true },
      },
    ]);
    expect(await operations.attempt(ana, PASSWORD)).toBe('signedIn');
  });

  it('leaves alone a new user who has the name now', async () => {
    await run([user(ana)]);
    await remove();
    const admin = { userName: nameOf('admin@contoso.example') };
    const principal = await operations.sessionOf(admin);
    await operations.addUser(
      { ...principal.user.value, password: '', token: '', deviceToken: '' },
      ana,
    );
    for (const restoreDeleted of [false, true]) {
      expect(await run([user(ana)], { restoreDeleted })).toMatchObject({ kept: 1, deleted: 0 });
    }
  });

  it('creates a user of the same local name in another tenant', async () => {
    await run([user(ana)]);
    await remove();
    expect(await run([user('ana@fabrikam.example')])).toMatchObject({ created: 1, deleted: 0 });
  });

  it('makes one query for each tenant, not for each line', async () => {
    const { accounts } = operations.dependencies;
    const asked: string[] = [];
    const listDeletedUserNames: AccountStore['listDeletedUserNames'] = (tenant) => {
      asked.push(tenant);
      return accounts.listDeletedUserNames(tenant);
    };
    const file = Array.from({ length: 20 }, (_, index) =>
      user(`u${index}@${index % 2 === 0 ? 'contoso' : 'fabrikam'}.example`, { hash: undefined }),
    );
    await run(file, { accounts: override(accounts, { listDeletedUserNames }) });
    expect(asked.sort()).toEqual(['contoso.example', 'fabrikam.example']);
  });
});

it('doubles the calls for twice the users, with one query for each tenant', async () => {
  const { sent } = operations.tables.transport;
  const callsFor = async (count: number, name: string) => {
    const before = sent.length;
    const users = Array.from({ length: count }, (_, index) =>
      user(`${name}${index}@contoso.example`, { hash: undefined }),
    );
    expect(await run(users)).toMatchObject({ created: count });
    const calls = sent.slice(before);
    const queries = calls.filter(({ url }) => url.searchParams.has('$filter'));
    return { calls: calls.length, queries: queries.length };
  };
  // The first calls of a process make the tables.
  await callsFor(1, 'first');
  expect(await callsFor(20, 'a')).toEqual({ calls: 1 + 2 * 20, queries: 1 });
  expect(await callsFor(40, 'b')).toEqual({ calls: 1 + 2 * 40, queries: 1 });
});

describe('importing a user whose status is disabled', () => {
  it('creates a disabled user who cannot sign in, and says so in the event', async () => {
    await run([
      user(ana, { status: 'disabled' }),
      user('ben@contoso.example', { status: 'active' }),
    ]);
    expect((await operations.user(ana)).status).toBe('disabled');
    expect(await operations.attempt(ana, PASSWORD)).toBe('invalid-credentials');
    expect(await operations.attempt(nameOf('ben@contoso.example'), PASSWORD)).toBe('signedIn');
    expect(await creation()).toMatchObject([
      { details: { roles: ['salesAgent'], imported: true, status: 'disabled' } },
    ]);
  });

  it('does not count the user as an admin who can reset others', async () => {
    await run([user(ana, { status: 'disabled', roles: ['globalAdmin'] })]);
    const { tenant } = await operations.user(ana);
    const admins = await operations.dependencies.accounts.findAdmins(tenant);
    expect(admins?.value).toMatchObject([{ isGlobal: true, isEffective: false }]);
  });

  it('keeps and reports a user who is active; no status changes nothing', async () => {
    await run([user(ana)]);
    expect(await run([user(ana, { status: 'disabled' })])).toMatchObject({ kept: 1 });
    expect(await run([user(ana, { status: 'active' })])).toMatchObject({ unchanged: 1 });
    expect(await run([user(ana)])).toMatchObject({ unchanged: 1 });
    expect((await operations.user(ana)).status).toBe('active');
  });
});
