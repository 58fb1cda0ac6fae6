import { randomBytes } from 'node:crypto';
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { createResetFile, readResetFile } from '../../infra/cli/reset-file.ts';
import { type Tenant, tenantOf, type UserId } from '../../shared/credential/name.ts';
import { generateTemporaryPassword } from '../../shared/credential/temporary-password.ts';
import type { PlannedReset } from '../../shared/maintenance/reset-users.ts';
import { nameOf } from '../fixture/operations.ts';
import { removeTemporaryDirectories, temporaryDirectory } from './fixture/package.ts';

/** Checks the file of a mass reset, which holds working passwords: its readers and its form. */

afterAll(removeTemporaryDirectories);
afterEach(() => void vi.restoreAllMocks());

const STARTED_AT_MS = Date.UTC(2026, 0, 1);
const resets = ['ana@x.example', 'ben@x.example'].map((name, index): PlannedReset => {
  const canonical = generateTemporaryPassword((size) => randomBytes(size));
  return { userName: nameOf(name), userId: String(index).repeat(26) as UserId, canonical };
});
const scope = { tenant: tenantOf(nameOf('ana@x.example')) };

async function made() {
  const directory = await temporaryDirectory();
  const path = join(directory, 'resets.jsonl');
  const file = await createResetFile(path, scope, resets, STARTED_AT_MS);
  return { directory, path, file };
}

describe('the file of a reset run', () => {
  it('is written whole, for the owner alone, without any rest', async () => {
    const { directory, path, file } = await made();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(directory)).toEqual(['resets.jsonl']);
    expect(await readResetFile(path, scope)).toEqual(file);
    const [head, line] = (await readFile(path, 'utf8'))
      .split('\n')
      .map((text) => text && JSON.parse(text));
    expect(head).toEqual({
      run: file.runId,
      startedAt: '2026-01-01T00:00:00.000Z',
      tenant: 'x.example',
      users: 2,
    });
    expect(line).toMatchObject({ userName: 'ana@x.example' });
    expect(line.temporaryPassword.replaceAll('-', '')).toBe(resets[0]?.canonical);
  });

  it('is never overwritten', async () => {
    const { directory, path } = await made();
    const before = await readFile(path, 'utf8');
    const again = createResetFile(path, scope, resets, STARTED_AT_MS);
    await expect(again).rejects.toThrow('is there already');
    expect(await readFile(path, 'utf8')).toBe(before);
    expect(await readdir(directory)).toEqual(['resets.jsonl']);
    const nowhere = createResetFile(join(directory, 'no/where'), scope, resets, STARTED_AT_MS);
    await expect(nowhere).rejects.toThrow('cannot be made (ENOENT)');
  });

  it('is undefined if it does not exist', async () => {
    expect(await readResetFile(join(await temporaryDirectory(), 'none'), scope)).toBeUndefined();
  });

  it('is rejected if others can read it', async () => {
    const { path } = await made();
    await chmod(path, 0o640);
    await expect(readResetFile(path, scope)).rejects.toThrow('can be read by others');
  });

  it('is rejected if another account made it', async () => {
    const { path } = await made();
    const { uid } = await stat(path);
    vi.spyOn(process, 'getuid').mockReturnValue(uid + 1);
    await expect(readResetFile(path, scope)).rejects.toThrow('belongs to another account');
  });

  it('is rejected if it is for other users', async () => {
    const { path, directory } = await made();
    const other = { tenant: 'y.example' as Tenant };
    await expect(readResetFile(path, other)).rejects.toThrow('of a run for x.example');
    const userNames = resets.map(({ userName }) => userName);
    await expect(readResetFile(path, { userNames })).rejects.toThrow('of a run for x.example');
    const listed = join(directory, 'list.jsonl');
    await createResetFile(listed, { userNames }, resets, STARTED_AT_MS);
    expect((await readResetFile(listed, { userNames }))?.resets).toEqual(resets);
    const fewer = readResetFile(listed, { userNames: userNames.slice(1) });
    await expect(fewer).rejects.toThrow('of a run for another list of users');
    await expect(readResetFile(listed, scope)).rejects.toThrow('another list of users');
  });

  it.each<[string, (text: string) => string]>([
    ['is empty', () => ''],
    ['is something else', () => 'userName,temporaryPassword\n'],
    ['was cut short', (text) => text.slice(0, text.lastIndexOf('{'))],
    ['was cut short within a line', (text) => text.slice(0, -10)],
    ['has a wrong symbol in a password', (text) => text.replace(/"}\n$/, '0"}\n')],
    ['has a member too many', (text) => text.replace('{"userName"', '{"more":1,"userName"')],
    ['names nobody', (text) => text.replace('ana@x.example', 'ana')],
    ['has an id that nobody has', (text) => text.replace('"userId":"', '"userId":"x')],
    ['has a line twice', (text) => `${text}${text.split('\n')[1]}\n`],
  ])('that %s is rejected', async (_, alter) => {
    const { path } = await made();
    await writeFile(path, alter(await readFile(path, 'utf8')));
    await expect(readResetFile(path, scope)).rejects.toThrow('is not the file of a run');
  });
});
