import { afterEach, beforeEach, expect, it } from 'vitest';
import { deleteUser } from '../../shared/operation/delete-user.ts';
import { expireTemporaryPasswords } from '../../shared/operation/expire-temporary-passwords.ts';
import { updateUser } from '../../shared/operation/update-user.ts';
import type { ArchivedRow } from '../../shared/port/archive.ts';
import type { ExpiryEntry } from '../../shared/port/expiry.ts';
import { archiveDependencies, backUpTo, restoreFrom } from '../fixture/archive.ts';
import { goodPassword } from '../fixture/good-password.ts';
import { createOperations, type Operations, type SignedInUser } from '../fixture/operations.ts';

/** The service runs while a backup reads: what a restore makes of rows of different moments. */

const DAY_MS = 24 * 60 * 60 * 1000;

let operations: Operations;
let dependencies: ReturnType<typeof archiveDependencies>;
let admin: SignedInUser;
let ana: SignedInUser;

beforeEach(async () => {
  operations = await createOperations();
  dependencies = archiveDependencies(operations);
  admin = await operations.readyAdmin();
  ana = await operations.addReadyUser(admin, 'ana@contoso.example');
});
afterEach(() => operations.stop());

/** A backup during which `write` happens right after the users were listed. */
async function backUpWhile(write: () => Promise<unknown>): Promise<readonly string[]> {
  const { transport } = operations.tables;
  let isDone = false;
  transport.onAnswer = async (answer, { method, url }) => {
    const filter = url.searchParams.get('$filter') ?? '';
    if (method === 'GET' && filter.includes("RowKey ge 'user:'")) {
      transport.onAnswer = undefined;
      await write();
      isDone = true;
    }
    return answer;
  };
  const { parts } = await backUpTo(dependencies);
  expect(isDone).toBe(true);
  return parts;
}

async function wipeAndRestore(parts: readonly string[]) {
  await operations.tables.archive.clear(() => {});
  return restoreFrom(dependencies, parts);
}

/** Changes columns of one row of `accounts`, as no operation would. */
async function damage(rowKey: string, columns: ArchivedRow['columns']): Promise<void> {
  const { archive } = operations.tables;
  for await (const page of archive.listEntries()) {
    const row = page.flatMap(({ rows }) => rows).find((one) => one.rowKey === rowKey);
    if (row === undefined) continue;
    await archive.putRows('accounts', [{ ...row, columns: { ...row.columns, ...columns } }]);
    return;
  }
  throw new Error('no such row');
}

/** Every entry of the index, whenever it is due. */
async function indexed(): Promise<readonly ExpiryEntry[]> {
  const entries: ExpiryEntry[] = [];
  const { expiries } = operations.dependencies;
  for await (const page of expiries.listOverdue(operations.clock.nowMs + 10 * DAY_MS)) {
    entries.push(...page);
  }
  return entries;
}

it('reads user and hashes again if a reset came between the two reads', async () => {
  let temporaryPassword = '';
  const parts = await backUpWhile(async () => {
    temporaryPassword = await operations.reset(admin, ana.userId);
  });
  const report = await wipeAndRestore(parts);
  expect(report.withoutPassword).toEqual([]);
  expect((await operations.eventTypes(ana.userName)).slice(-2)).toEqual([
    'password.reset',
    'sessions.ended',
  ]);
  await operations.chooseOwnPassword(ana.userName, temporaryPassword, goodPassword(9));
});

it('continues event numbers behind an event written after its user was read', async () => {
  const parts = await backUpWhile(async () => {
    const principal = await operations.sessionOf(admin);
    const request = { principal, userId: ana.userId, patch: { displayName: 'Ana Nova' } };
    await updateUser(operations.dependencies, request, operations.context());
  });
  await wipeAndRestore(parts);
  // The user's row is older than the newest event.
  expect((await operations.user(ana.userName)).displayName).toBe('ana');
  expect((await operations.eventTypes(ana.userName)).slice(-2)).toEqual([
    'user.updated',
    'sessions.ended',
  ]);
  await operations.reset(admin, ana.userId);
  expect((await operations.eventTypes(ana.userName)).at(-1)).toBe('password.reset');
});

it('rebuilds the admins of a tenant from its users if one was promoted', async () => {
  const parts = await backUpWhile(async () => {
    const principal = await operations.sessionOf(admin);
    const patch = { roles: ['globalAdmin'] } as const;
    const request = { principal, userId: ana.userId, patch };
    await updateUser(operations.dependencies, request, operations.context());
  });
  await wipeAndRestore(parts);
  const { tenant } = await operations.user(ana.userName);
  const row = await operations.dependencies.accounts.findAdmins(tenant);
  expect(row?.value.map(({ userName }) => userName)).toEqual([admin.userName]);
});

it('omits a user who was deleted during the backup and frees the name', async () => {
  const parts = await backUpWhile(async () => {
    // Its hashes change with it, so that the pair is looked at again.
    const principal = await operations.sessionOf(admin);
    const request = { principal, userId: ana.userId };
    await deleteUser(operations.dependencies, request, operations.context());
  });
  const report = await wipeAndRestore(parts);
  expect(report.users).toBe(1);
  await operations.addReadyUser(admin, ana.userName);
});

it('omits a user who was created during the backup and frees the name', async () => {
  const parts = await backUpWhile(() => operations.addUser(admin, 'zoe@contoso.example'));
  const report = await wipeAndRestore(parts);
  expect(report.users).toBe(2);
  expect(await operations.attempt(ana.userName, ana.password)).toBe('signedIn');
  await operations.addReadyUser(admin, 'zoe@contoso.example');
});

it('restores no password of rows that never match, and reports the user', async () => {
  await damage(`credential:${ana.userName}`, { credentialVersion: 77 });
  const { parts } = await backUpTo(dependencies);
  const report = await wipeAndRestore(parts);
  expect(report.withoutPassword).toEqual([ana.userName]);
  expect(await operations.attempt(ana.userName, ana.password)).toBe('invalid-credentials');
  const temporaryPassword = await operations.reset(admin, ana.userId);
  await operations.chooseOwnPassword(ana.userName, temporaryPassword, goodPassword(9));
});

it('omits a user with an unreadable row, reports the row, restores the others', async () => {
  await damage(`user:${ana.userName}`, { credentialKind: 'something' });
  const { parts } = await backUpTo(dependencies);
  const report = await wipeAndRestore(parts);
  expect(report).toMatchObject({
    users: 1,
    damaged: ['contoso.example user:ana@contoso.example'],
  });
  expect(await operations.attempt(admin.userName, admin.password)).toBe('signedIn');
  expect(await operations.attempt(ana.userName, ana.password)).toBe('invalid-credentials');
});

it('restores a tenant without admins if its only admin has an unreadable row', async () => {
  await damage(`user:${admin.userName}`, { credentialKind: 'something' });
  const { parts } = await backUpTo(dependencies);
  await wipeAndRestore(parts);
  const { tenant } = await operations.user(ana.userName);
  const row = await operations.dependencies.accounts.findAdmins(tenant);
  expect(row?.value).toEqual([]);
  await operations.readyAdmin('other@contoso.example');
});

it('adds the missing index entry of a temporary password', async () => {
  const ben = await operations.addUser(admin, 'ben@contoso.example');
  for (const entry of await indexed()) await operations.dependencies.expiries.remove(entry);
  const { parts, summary } = await backUpTo(dependencies);
  expect(summary.rows.expiries).toBe(0);
  await wipeAndRestore(parts);
  operations.pass(2 * DAY_MS);
  const swept = await expireTemporaryPasswords(operations.dependencies, operations.context());
  expect(swept).toMatchObject({ expired: 1, failed: 0 });
  expect((await operations.eventTypes(ben.userName)).at(-1)).toBe('temporary-password.expired');
});

it('reports pepper versions that the vault does not have', async () => {
  const { parts } = await backUpTo(dependencies);
  operations.peppers.add('pepper-2');
  operations.peppers.versions.shift();
  const report = await wipeAndRestore(parts);
  expect(report.missingPepperVersions).toEqual(['pepper-1']);
});
