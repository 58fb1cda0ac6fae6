import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reindex } from '../../shared/maintenance/reindex.ts';
import type { ArchiveEntry } from '../../shared/port/archive.ts';
import { allRows, archiveDependencies } from '../fixture/archive.ts';
import {
  createOperations,
  nameOf,
  type Operations,
  type SignedInUser,
} from '../fixture/operations.ts';
import { override } from '../fixture/override.ts';

/** Checks that missing rows that follow from users' rows are made, and no others. */

const NOTHING = { expiries: 0, ids: 0, tenants: 0, authorities: 0, words: 0, staleWords: 0 };
const TENANT = 'contoso.example';

let operations: Operations;
let admin: SignedInUser;
beforeEach(async () => {
  operations = await createOperations();
  admin = await operations.readyAdmin();
  await operations.addUser(admin, `ana@${TENANT}`);
  await operations.addReadyUser(admin, `ben@${TENANT}`, ['userManagementAdmin']);
  await operations.readyAdmin('admin@fabrikam.example');
});
afterEach(() => operations.stop());

const run = (isDryRun = false, dependencies = archiveDependencies(operations)) =>
  reindex(dependencies, { isDryRun }, () => {});

/** All rows but for what no two writes have alike, and stamps. */
async function rows() {
  const all = Object.entries(await allRows(operations));
  return all.map(([key, columns]) => {
    return [key, { ...(columns as object), operationId: '', authorityStamp: undefined }];
  });
}

/** Takes away what follows from ana, from ben and from the admins of contoso.example. */
async function loseWhatFollows(): Promise<void> {
  const { archive } = operations.tables;
  const users = [nameOf(`ana@${TENANT}`), nameOf(`ben@${TENANT}`)];
  const ids = await Promise.all(users.map(async (name) => (await operations.user(name)).userId));
  const lost = new Set([`${TENANT} tenant`, ...ids.map((userId) => `${TENANT} id:${userId}`)]);
  const entries: ArchiveEntry[] = [];
  for await (const page of archive.listEntries()) entries.push(...page);
  await archive.clear(() => {});
  for (const { table, rows: some } of entries) {
    const kept = some.filter(
      ({ partitionKey, rowKey }) => table !== 'expiries' && !lost.has(`${partitionKey} ${rowKey}`),
    );
    if (kept.length > 0) await archive.putRows(table, kept);
  }
}

/** Takes the rows of all authorities away, whose stamps stay. */
async function loseAuthorities(): Promise<void> {
  const { archive } = operations.tables;
  const entries: ArchiveEntry[] = [];
  for await (const page of archive.listEntries()) entries.push(...page);
  await archive.clear(() => {});
  for (const { table, rows: some } of entries) await archive.putRows(table, some);
}

describe('reindex', () => {
  it('changes nothing in a complete store', async () => {
    const before = await allRows(operations);
    expect(await run()).toEqual({ users: 4, ...NOTHING });
    expect(await allRows(operations)).toEqual(before);
  });

  it('restores missing rows once, as they were', async () => {
    const ana = await operations.user(nameOf(`ana@${TENANT}`));
    const { issueId } = ana.credential as { issueId: string };
    // Entries of replaced passwords wait for the sweep; they follow from no user row.
    const before = (await rows()).filter(
      ([key]) => !`${key}`.startsWith('expiries') || `${key}`.endsWith(issueId),
    );
    await loseWhatFollows();
    const lost = await rows();
    // The rows of authority are lost with their table.
    const lostRows = { expiries: 1, ids: 2, tenants: 1, authorities: 1, words: 4 };
    const missing = { users: 4, ...lostRows, staleWords: 0 };
    expect(await run(true)).toEqual(missing);
    expect(await rows()).toEqual(lost);
    expect(await run()).toEqual(missing);
    expect(await rows()).toEqual(before);
    expect(await run()).toEqual({ users: 4, ...NOTHING });
  });

  it('removes words that are not their user’s, which a version without an index leaves', async () => {
    const { accounts, search, archive } = operations.tables;
    const ana = await accounts.findUser(nameOf(`ana@${TENANT}`));
    const ben = await accounts.findUser(nameOf(`ben@${TENANT}`));
    if (ana === undefined || ben === undefined) throw new Error('nobody is called so');
    const { value } = ana;
    // Such a version renames ana and deletes ben; the rows of the index stay.
    const entries: ArchiveEntry[] = [];
    for await (const page of archive.listEntries()) entries.push(...page);
    const rows = entries.flatMap((entry) => entry.rows);
    const row = rows.find(({ rowKey }) => rowKey === `user:${value.userName}`);
    const bens = rows.find(({ rowKey }) => rowKey === `user:${ben.value.userName}`);
    if (row === undefined || bens === undefined) throw new Error('no such row');
    const { words: _, ...columns } = row.columns;
    await archive.putRows('accounts', [
      { ...row, columns: { ...columns, displayName: 'Renate' } },
      { ...bens, columns: { status: 'deleted' } },
    ]);
    const report = { ...NOTHING, users: 3, tenants: 1, words: 2, staleWords: 1 };
    expect(await run(true)).toEqual(report);
    expect(await run()).toEqual(report);
    expect(await run()).toEqual({ ...NOTHING, users: 3 });
    const keys: string[] = [];
    for await (const page of search.listAll(value.tenant)) keys.push(...page.map(({ key }) => key));
    expect(keys).toEqual(['admin', 'ana', 'renate']);
  });

  it('corrects a list of admins that does not match the users', async () => {
    const { archive, accounts } = operations.tables;
    const { tenant } = await operations.user(nameOf(`ben@${TENANT}`));
    const right = await accounts.findAdmins(tenant);
    await archive.putAdmins(tenant, right?.value.slice(1) ?? [], 'wrong');
    expect(await run()).toEqual({ users: 4, ...NOTHING, tenants: 1 });
    expect((await accounts.findAdmins(tenant))?.value).toEqual(right?.value);
  });

  it('lets an admin whose authority row was lost act again', async () => {
    const { accounts } = operations.tables;
    const stamped = await accounts.findUser(admin.userName);
    expect(stamped?.authorityStamp).toBeDefined();
    // An archive leaves rows of authority out: the stamp returns without its row.
    await loseAuthorities();
    await expect(operations.addUser(admin, `dan@${TENANT}`)).rejects.toThrow();
    const lost = await allRows(operations);
    const report = await run(true);
    expect(report.authorities).toBeGreaterThan(0);
    expect(await allRows(operations)).toEqual(lost);
    expect(await run()).toEqual(report);
    expect((await accounts.findUser(admin.userName))?.authorityStamp).toBeUndefined();
    expect((await run()).authorities).toBe(0);
    await operations.addUser(admin, `dan@${TENANT}`);
    expect((await run()).authorities).toBe(0);
  });

  it('retries if a user’s row changes, and keeps the stamp of the user', async () => {
    const { archive, accounts } = operations.tables;
    await loseAuthorities();
    const changing = override(archive, {
      async dropAuthority(user, ...rest) {
        await accounts.recordSignIn(user, 1);
        return archive.dropAuthority(user, ...rest);
      },
    });
    const kept = await accounts.findUser(admin.userName);
    const dependencies = { ...archiveDependencies(operations), archive: changing };
    await expect(run(false, dependencies)).rejects.toThrow();
    const left = await accounts.findUser(admin.userName);
    expect(left?.authorityStamp).toBe(kept?.authorityStamp);
    expect(left?.value.lastSignInAtMs).toBe(1);
  });

  it('evaluates the admins again if one changes between read and write', async () => {
    const { archive, accounts } = operations.tables;
    const { tenant } = await operations.user(nameOf(`ben@${TENANT}`));
    await archive.putAdmins(tenant, [], 'wrong');
    let isFirst = true;
    const slow = override(archive, {
      async replaceAdmins(...given) {
        if (isFirst) await archive.putAdmins(tenant, [], 'another write');
        isFirst = false;
        return archive.replaceAdmins(...given);
      },
    });
    const report = await run(false, { ...archiveDependencies(operations), archive: slow });
    expect(report.tenants).toBe(1);
    expect((await accounts.findAdmins(tenant))?.value).toHaveLength(2);
  });
});
