import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, rmdir, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TableClient } from '@azure/data-tables';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { startEmbeddedTables } from '../../infra/local/store/embedded-tables.ts';
import { removeTemporaryDirectories, temporaryDirectory } from './fixture/package.ts';

const WRITER = fileURLToPath(new URL('./fixture/tables-writer.ts', import.meta.url));

afterAll(removeTemporaryDirectories);

const clientOf = (connectionString: string, table = 'rows') =>
  TableClient.fromConnectionString(connectionString, table, {
    allowInsecureConnection: true,
    retryOptions: { maxRetries: 0 },
  });

async function rowKeys(connectionString: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const row of clientOf(connectionString).listEntities()) keys.push(`${row.rowKey}`);
  return keys;
}

/** Writes until it is killed with `numbers` lines printed; returns what it had printed. */
async function writeAndKill(directory: string, numbers: number): Promise<number[]> {
  const writer = spawn(process.execPath, [WRITER, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  for await (const chunk of writer.stdout) {
    printed += String(chunk);
    if (printed.split('\n').length > numbers) writer.kill('SIGKILL');
  }
  return printed.split('\n').slice(0, -1).map(Number);
}

describe('the embedded tables in memory', () => {
  it('serve the real client, with separate tables for each start', async () => {
    const [one, two] = await Promise.all([
      startEmbeddedTables({ directory: undefined }),
      startEmbeddedTables({ directory: undefined }),
    ]);
    for (const each of [one, two]) await clientOf(each.connectionString).createTable();
    await clientOf(one.connectionString).createEntity({ partitionKey: 'a', rowKey: '1' });
    await one.flush();
    expect(await rowKeys(one.connectionString)).toEqual(['1']);
    expect(await rowKeys(two.connectionString)).toEqual([]);
    await Promise.all([one.close(), two.close()]);
  });

  it('accept only their own key, not another start’s or a well-known one', async () => {
    const one = await startEmbeddedTables({ directory: undefined });
    const two = await startEmbeddedTables({ directory: undefined });
    const endpointOf = (text: string) => /TableEndpoint=[^;]+/.exec(text)?.[0] ?? '';
    const foreign = two.connectionString.replace(
      endpointOf(two.connectionString),
      endpointOf(one.connectionString),
    );
    await expect(clientOf(foreign).createTable()).rejects.toMatchObject({ statusCode: 403 });
    // The account with the well-known key does not exist.
    const wellKnown = one.connectionString
      .replace('AccountName=portal', 'AccountName=devstoreaccount1')
      .replace(/\/portal;$/, '/devstoreaccount1;');
    await expect(clientOf(wellKnown).createTable()).rejects.toMatchObject({ statusCode: 404 });
    await Promise.all([one.close(), two.close()]);
  });
});

describe('the embedded tables in a directory', () => {
  it('keep rows between starts, for the owner alone', async () => {
    const directory = await temporaryDirectory();
    const first = await startEmbeddedTables({ directory });
    await clientOf(first.connectionString).createTable();
    await clientOf(first.connectionString).createEntity({ partitionKey: 'a', rowKey: '1' });
    await first.close();
    expect(await readdir(directory)).toEqual(['tables.json']);
    expect((await stat(join(directory, 'tables.json'))).mode & 0o777).toBe(0o600);
    const second = await startEmbeddedTables({ directory });
    expect(await rowKeys(second.connectionString)).toEqual(['1']);
    expect(second.connectionString).not.toBe(first.connectionString);
    await second.close();
  });

  it('lose no flushed row and keep no half transaction when killed', async () => {
    const directory = await temporaryDirectory();
    const flushed: number[] = [];
    for (const numbers of [1, 7, 20]) flushed.push(...(await writeAndKill(directory, numbers)));
    expect(flushed.length).toBeGreaterThanOrEqual(28);
    const tables = await startEmbeddedTables({ directory });
    const keys = new Set(await rowKeys(tables.connectionString));
    for (const number of flushed) expect(keys).toContain(`${number}-first`);
    for (const key of keys) expect(keys).toContain(key.replace('-first', '-second'));
    await tables.close();
  });

  it('append changes to a journal, once for many waiting calls', async () => {
    const directory = await temporaryDirectory();
    const journal = join(directory, 'tables.journal');
    const tables = await startEmbeddedTables({ directory });
    const client = clientOf(tables.connectionString);
    await client.createTable();
    await tables.flush();
    const { ino } = await stat(join(directory, 'tables.json'));
    await Promise.all(Array.from({ length: 10 }, () => tables.flush()));
    expect(await readdir(directory)).toEqual(['tables.json']);
    await client.createEntity({ partitionKey: 'a', rowKey: 'kept' });
    await Promise.all(Array.from({ length: 10 }, () => tables.flush()));
    await client.createEntity({ partitionKey: 'a', rowKey: 'kept too' });
    await tables.flush();
    await tables.flush();
    // A line that names the file that it follows, and one for each write.
    expect((await readFile(journal, 'utf8')).split('\n')).toHaveLength(4);
    expect((await stat(journal)).mode & 0o777).toBe(0o600);
    // Each save is a new file.
    expect((await stat(join(directory, 'tables.json'))).ino).toBe(ino);
    await tables.close();
    expect(await readdir(directory)).toEqual(['tables.json']);
    expect(await readFile(join(directory, 'tables.json'), 'utf8')).toContain('kept too');
  });

  describe('with a journal that a killed process left', () => {
    let directory: string;
    let journal: string;
    beforeEach(async () => {
      directory = await temporaryDirectory();
      journal = join(directory, 'tables.journal');
      const tables = await startEmbeddedTables({ directory });
      const client = clientOf(tables.connectionString);
      await client.createTable();
      const row = (rowKey: string, text: string) => ({ partitionKey: 'a', rowKey, text });
      for (const key of ['b', 'c', 'd']) await client.createEntity(row(key, 'old'));
      await tables.flush();
      const saved = await readFile(join(directory, 'tables.json'), 'utf8');
      await client.deleteEntity('a', 'b');
      await client.updateEntity(row('c', 'merged'), 'Merge');
      await tables.flush();
      await client.updateEntity(row('d', 'replaced'), 'Replace');
      await client.createEntity(row('a', 'new'));
      await tables.flush();
      const lines = await readFile(journal, 'utf8');
      await tables.close();
      await writeFile(join(directory, 'tables.json'), saved);
      await writeFile(journal, lines);
    });

    const read = async () => {
      const tables = await startEmbeddedTables({ directory });
      const client = clientOf(tables.connectionString);
      const rows: string[] = [];
      for await (const { rowKey, text } of client.listEntities()) rows.push(`${rowKey} ${text}`);
      // By its index too.
      expect((await client.getEntity('a', 'd')).rowKey).toBe('d');
      await tables.close();
      return rows;
    };

    it('have every change of it, and then no journal', async () => {
      expect(await read()).toEqual(['a new', 'c merged', 'd replaced']);
      expect(await readdir(directory)).toEqual(['tables.json']);
      expect(await read()).toEqual(['a new', 'c merged', 'd replaced']);
    });

    it('leave out a last line that is not whole', async () => {
      await truncate(journal, (await stat(journal)).size - 2);
      expect(await read()).toEqual(['c merged', 'd old']);
    });

    it('leave out a journal of other tables', async () => {
      const saved = await readFile(join(directory, 'tables.json'), 'utf8');
      await writeFile(join(directory, 'tables.json'), saved.replaceAll('old', 'older'));
      expect(await read()).toEqual(['b older', 'c older', 'd older']);
    });

    it('do not start on a damaged line before the last, and leave it unchanged', async () => {
      const [header, , last] = (await readFile(journal, 'utf8')).split('\n');
      await writeFile(journal, `${header}\n[{"tab\n${last}\n`);
      await expect(read()).rejects.toThrow(`${journal} is not a store of this service`);
      expect(await readdir(directory)).toEqual(['tables.journal', 'tables.json']);
    });
  });

  it('save all anew where the journal is as long as the tables', async () => {
    const directory = await temporaryDirectory();
    const tables = await startEmbeddedTables({ directory });
    const client = clientOf(tables.connectionString);
    await client.createTable();
    await tables.flush();
    const { ino } = await stat(join(directory, 'tables.json'));
    const text = 'x'.repeat(30_000);
    let changes = 0;
    while ((await stat(join(directory, 'tables.json'))).ino === ino) {
      await client.upsertEntity({ partitionKey: 'a', rowKey: 'one', text });
      await tables.flush();
      changes += 1;
    }
    // A mebibyte holds 34 of them.
    expect(changes).toBe(36);
    await tables.close();
  });

  it('do not start on a damaged file and leave it unchanged', async () => {
    const directory = await temporaryDirectory();
    const tables = await startEmbeddedTables({ directory });
    await tables.close();
    await writeFile(join(directory, 'tables.json'), '{"half":');
    await expect(startEmbeddedTables({ directory })).rejects.toThrow();
    expect(await readFile(join(directory, 'tables.json'), 'utf8')).toBe('{"half":');
  });

  it('report a failed write to waiting calls, and keep all of it later', async () => {
    const directory = await temporaryDirectory();
    const tables = await startEmbeddedTables({ directory });
    const client = clientOf(tables.connectionString);
    await client.createTable();
    await tables.flush();
    await client.createEntity({ partitionKey: 'a', rowKey: 'kept' });
    // A directory in the place of a file: no process can write there.
    const obstacles = ['tables.journal', 'tables.json.next'].map((name) => join(directory, name));
    for (const obstacle of obstacles) await mkdir(obstacle);
    await expect(tables.flush()).rejects.toThrow();
    await expect(tables.flush()).rejects.toThrow();
    for (const obstacle of obstacles) await rmdir(obstacle);
    await tables.flush();
    expect(await readFile(join(directory, 'tables.json'), 'utf8')).toContain('kept');
    await tables.close();
  });
});
