import { randomBytes } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ArchiveRefused } from '../../shared/port/archive.ts';
import {
  allRows,
  archiveDependencies,
  backUpTo,
  backupKey,
  restoreFrom,
  sealWith,
} from '../fixture/archive.ts';
import { createOperations, type Operations } from '../fixture/operations.ts';

/** Checks that a tampered backup, or one that would overwrite, is refused before any write. */

let operations: Operations;
let dependencies: ReturnType<typeof archiveDependencies>;
let parts: readonly string[];

beforeAll(async () => {
  const source = await createOperations();
  const admin = await source.readyAdmin();
  await source.addReadyUser(admin, 'ana@contoso.example');
  // Rows that make several parts.
  const text = randomBytes(15_000).toString('hex');
  const rows = Array.from({ length: 24 }, (_, index) => ({
    partitionKey: 'zz',
    rowKey: `large-${index}`,
    columns: { text },
  }));
  await source.tables.archive.putRows('attempts', rows);
  ({ parts } = await backUpTo(archiveDependencies(source)));
  await source.stop();
});
beforeEach(async () => {
  operations = await createOperations();
  dependencies = archiveDependencies(operations);
});
afterEach(() => operations.stop());

const at = (index: number) => parts.at(index) ?? '';

/** Turns one bit of the character in the middle of a part. */
function flipped(part: string, where: number): string {
  const other = part[where] === 'A' ? 'B' : 'A';
  return part.slice(0, where) + other + part.slice(where + 1);
}

const TAMPERED: readonly (readonly [string, () => readonly string[], RegExp])[] = [
  ['nothing in it', () => [], /cut short/],
  ['the first part dropped', () => parts.slice(1), /missing or out of its place/],
  ['a part in the middle dropped', () => [at(0), ...parts.slice(2)], /missing or out of its/],
  ['the last part dropped', () => parts.slice(0, -1), /cut short/],
  ['two parts swapped', () => [at(1), at(0), ...parts.slice(2)], /missing or out of its place/],
  ['a part twice', () => [at(0), at(0), ...parts.slice(1)], /missing or out of its place/],
  ['a part after the last', () => [...parts, at(-1)], /follows the last part/],
  ['half of the last part', () => [...parts.slice(0, -1), at(-1).slice(0, 900)], /not part/],
  ['a byte of the ciphertext flipped', () => [flipped(at(0), 900), ...parts.slice(1)], /changed/],
  [
    'a byte of the tag flipped',
    () => [...parts.slice(0, -1), flipped(at(-1), at(-1).length - 5)],
    /changed/,
  ],
  [
    'a header that says that it is the last',
    () => {
      const [header = '', ...rest] = at(0).split('.');
      const said = JSON.parse(Buffer.from(header, 'base64url').toString());
      const lie = Buffer.from(JSON.stringify({ ...said, last: 'yes' })).toString('base64url');
      return [[lie, ...rest].join('.')];
    },
    /changed/,
  ],
  ['an empty line', () => [at(0), '', ...parts.slice(1)], /not part of a backup/],
  ['something else', () => ['{"partitionKey":"x"}'], /not part of a backup/],
];

describe('refusing a restore', () => {
  it.each(TAMPERED)(
    'rejects a backup with %s and writes nothing',
    async (_name, tamper, sentence) => {
      expect(parts.length).toBeGreaterThan(2);
      await expect(restoreFrom(dependencies, tamper())).rejects.toThrow(sentence);
      await expect(restoreFrom(dependencies, tamper())).rejects.toThrow(ArchiveRefused);
      expect(await allRows(operations)).toEqual({});
      expect(await operations.tables.archive.findMark()).toBeUndefined();
    },
  );

  it('rejects a backup with a part of another backup', async () => {
    await restoreFrom(dependencies, parts);
    const other = await backUpTo(dependencies);
    await operations.tables.archive.clear(() => {});
    const mixed = [at(0), ...other.parts.slice(1)];
    await expect(restoreFrom(dependencies, mixed)).rejects.toThrow(/belongs to another backup/);
    expect(await allRows(operations)).toEqual({});
  });

  it('rejects a backup if its key is wrong or missing in the vault', async () => {
    const wrong = archiveDependencies(operations, sealWith(backupKey('key-1', 2)));
    await expect(restoreFrom(wrong, parts)).rejects.toThrow(/sealed with another key/);
    const gone = archiveDependencies(operations, sealWith(backupKey('key-2', 1)));
    await expect(restoreFrom(gone, parts)).rejects.toThrow(/version of backup-key/);
    expect(await allRows(operations)).toEqual({});
  });
});

describe('the backup key', () => {
  it('opens earlier backups after a rotation', async () => {
    const rotated = sealWith(backupKey('key-1', 1), backupKey('key-2', 2));
    const report = await restoreFrom(archiveDependencies(operations, rotated), parts);
    expect(report.users).toBe(2);
  });

  it('is rejected by its version, without its value, if it is malformed', async () => {
    const bad = { version: 'key-1', value: 'too short', createdAtMs: 0 };
    const refused = backUpTo(archiveDependencies(operations, sealWith(bad)));
    await expect(refused).rejects.toThrow('backup-key version key-1 is not 32 bytes in base64url.');
  });
});

describe('a store that is not empty', () => {
  it('rejects a restore without --replace; with it, no old row stays', async () => {
    await operations.readyAdmin('admin@fabrikam.example');
    const before = await allRows(operations);
    await expect(restoreFrom(dependencies, parts)).rejects.toThrow(/not empty; --replace/);
    expect(await allRows(operations)).toEqual(before);
    await restoreFrom(dependencies, parts, { replace: true });
    const after = Object.keys(await allRows(operations));
    expect(after.filter((key) => key.includes('fabrikam'))).toEqual([]);
    expect(after.length).toBeGreaterThan(0);
  });

  it('rejects a dry run too, which reads everything and writes nothing', async () => {
    const report = await restoreFrom(dependencies, parts, { isDryRun: true });
    expect(report).toMatchObject({ users: 2, isResumed: false });
    expect(await allRows(operations)).toEqual({});
    await operations.readyAdmin('admin@fabrikam.example');
    const dry = restoreFrom(dependencies, parts, { isDryRun: true });
    await expect(dry).rejects.toThrow(/not empty/);
  });
});

describe('an interrupted restore', () => {
  /** The store fails at its n-th write from now on. */
  function failAfter(writes: number): void {
    let left = writes;
    operations.tables.transport.onAnswer = (answer, { method }) => {
      if (method === 'GET' || left-- > 0) return answer;
      throw Object.assign(new Error('gone'), { statusCode: 500 });
    };
  }
  const heal = () => {
    operations.tables.transport.onAnswer = undefined;
  };

  it('keeps the service unready at any write, and resumes to the same rows', async () => {
    await restoreFrom(dependencies, parts);
    const whole = Object.keys(await allRows(operations));
    const { ping } = operations.tables;
    for (let writes = 1; ; writes += 1) {
      failAfter(writes);
      const stopped = restoreFrom(dependencies, parts, { replace: true });
      await expect(stopped).rejects.toThrow(/does not answer/);
      heal();
      if ((await operations.tables.archive.findMark()) === undefined) {
        // It was the last write whose answer was lost: the mark goes when all is there.
        expect(writes).toBeGreaterThan(8);
        expect(Object.keys(await allRows(operations))).toHaveLength(whole.length);
        await ping();
        break;
      }
      await expect(ping()).rejects.toThrow('a restore into the store is not finished');
      await expect(backUpTo(dependencies)).rejects.toThrow(/is not finished/);
      const report = await restoreFrom(dependencies, parts);
      expect(report.isResumed).toBe(true);
      const rows = Object.keys(await allRows(operations));
      expect(rows).toHaveLength(whole.length);
      await ping();
    }
  });

  it('rejects another backup until it is replaced', async () => {
    await restoreFrom(dependencies, parts);
    const other = await backUpTo(dependencies);
    failAfter(2);
    const stopped = restoreFrom(dependencies, parts, { replace: true });
    await expect(stopped).rejects.toThrow(/does not answer/);
    heal();
    const barred = restoreFrom(dependencies, other.parts);
    await expect(barred).rejects.toThrow(/restore of another backup is not finished/);
    const replaced = await restoreFrom(dependencies, other.parts, { replace: true });
    expect(replaced).toMatchObject({ users: 2, isResumed: false });
  });
});
