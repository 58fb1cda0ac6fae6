import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startEmbeddedTables } from '../../infra/local/store/embedded-tables.ts';
import { createTableStores } from '../../shared/azure/table/table-store.ts';
import { startService } from '../fixture/service.ts';
import { backupOf10, dataOf10, PASSWORDS_OF_10 } from '../fixture/store-1.0/store.ts';
import { runHere } from './fixture/in-process.ts';
import { removeTemporaryDirectories, temporaryDirectory } from './fixture/package.ts';

/** Checks that a store into which a restore had begun is never taken for a whole one. */

vi.setConfig({ testTimeout: 120_000 });

const SENTENCE = 'A restore into this store is not finished';
let data: string;
let file: string;

const run = async (name: string, ...argv: readonly string[]) =>
  runHere(name, [...argv, '--data', data]);

/** Leaves what a restore does if killed before its first user: the mark, and some rows. */
async function beginRestore(archiveId: string): Promise<void> {
  const tables = await startEmbeddedTables({ directory: data });
  const { archive } = createTableStores({ connectionString: tables.connectionString });
  const mark = { archiveId, restoreId: 'killed', phase: 'writing', epochFloor: 3 } as const;
  await archive.setMark(mark);
  const columns = { text: 'of contoso' };
  await archive.putRows('attempts', [{ partitionKey: 'aa', rowKey: 'aa', columns }]);
  await tables.close();
}

beforeAll(async () => {
  data = await dataOf10(await temporaryDirectory(), ['vault.json']);
  file = await backupOf10(await temporaryDirectory());
  const { stdout } = await run('restore', file, '--dry-run', '--json');
  await beginRestore(JSON.parse(stdout).backup);
});
afterAll(removeTemporaryDirectories);

describe('a half-restored store', () => {
  it('is not ready, and gets no admin at the start', async () => {
    const service = await startService({ directory: data });
    expect(service.admins).toEqual([]);
    const ready = await service.callChecked('GET', '/api/health/ready');
    expect(ready.status).toBe(503);
    expect(ready.body).toMatchObject({ code: 'dependency-unavailable' });
    expect(JSON.stringify(ready.body)).toContain('tables');
    expect(service.log).toContain('no admin was made, because a restore is not finished');
    await service.stopAndAssertNoLeaks();
  });

  it('is changed by no command', async () => {
    const before = JSON.parse(await readFile(join(data, 'tables.json'), 'utf8')).collections;
    const backup = join(await temporaryDirectory(), 'a.backup');
    const calls = [
      ['create-admin', 'admin@contoso.example', '--recover'],
      ['import-users', '/dev/null', '--format', 'csv'],
      ['end-sessions', '--all', '--yes'],
      ['reset-tenant', 'contoso.example', '--dry-run'],
      ['reindex'],
      ['backup', backup],
    ] as const;
    for (const [name, ...argv] of calls) {
      const { code, stdout, stderr } = await run(name, ...argv);
      expect({ name, code, stdout }).toEqual({ name, code: 1, stdout: '' });
      expect(stderr).toContain(SENTENCE);
    }
    const after = JSON.parse(await readFile(join(data, 'tables.json'), 'utf8')).collections;
    const rowsIn = (collections: { name: string; data: object[] }[]) =>
      collections
        .filter(({ data: rows }) => rows.length > 0)
        .map(({ name, data: rows }) => [name, rows]);
    expect(rowsIn(after)).toEqual(rowsIn(before));
  });

  it('is completed by the same restore, and is then ready', async () => {
    const { code, stdout } = await run('restore', file, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ users: 12, isResumed: true });
    const service = await startService({ directory: data });
    expect(service.admins).toEqual([]);
    expect((await service.callChecked('GET', '/api/health/ready')).status).toBe(200);
    const { body } = await service.signIn('admin@contoso.example', PASSWORDS_OF_10.admin);
    expect(body.status).toBe('signedIn');
    await service.stopAndAssertNoLeaks();
  });
});
