import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rotate } from '../../infra/cli/command/rotate.ts';
import { runCommand } from '../../infra/cli/command.ts';
import { UsageError } from '../../infra/cli/command-line.ts';
import { SECRET_VERSION_LIMIT } from '../../shared/port/vault.ts';
import { privateJwk } from '../crypto/vault-double.ts';
import { type SharedParts, startSharedParts } from '../hostile/rotation-vault.ts';
import { runHere } from './fixture/in-process.ts';
import { removeTemporaryDirectories, temporaryDirectory } from './fixture/package.ts';
import { PROCESS_CONTEXT } from './fixture/process-context.ts';

/** `portal-credentials rotate`, on a directory and on a vault that the settings name. */

afterAll(removeTemporaryDirectories);

/** A test runs several processes, one after the other. */
const COMMANDS_MS = 180_000;

const run = (...argv: readonly string[]) => runHere('rotate', argv);

describe('the command line of rotate', () => {
  const version = 'a'.repeat(32);
  const WORDS = 'pepper, signing-key, receipt-signing-key, webhook-key';

  it.each([
    [[], WORDS],
    [['salt'], WORDS],
    [['constructor'], WORDS],
    [['pepper', '--if-missing', '--disable', version], 'exclude each other'],
    [['pepper', '--enable', version, '--disable', version], 'exclude each other'],
    [['pepper', '--disable', 'newest'], '"newest" is not a version'],
    [['pepper', '--force'], '--force belongs to --disable'],
    [['pepper', '--enable', version, '--force'], '--force belongs to --disable'],
  ])('(%j) is rejected', async (argv, words) => {
    const refused = runCommand(rotate, argv, PROCESS_CONTEXT);
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(words);
  });
});

describe('rotate on the directory of a stopped service', { timeout: COMMANDS_MS }, () => {
  let data: string;
  beforeAll(async () => {
    data = await temporaryDirectory();
    await runHere('create-admin', ['ana@x.example', '--data', data]);
    // Of two versions of one second the vault does not say which is newer.
    const file = join(data, 'vault.json');
    const earlier = (_: string, seconds: string) => `"createdSeconds": ${Number(seconds) - 1}`;
    const secrets = await readFile(file, 'utf8');
    await writeFile(file, secrets.replace(/"createdSeconds": (\d+)/g, earlier));
  }, COMMANDS_MS);

  async function versions(name: string) {
    const secrets = new Map(JSON.parse(await readFile(join(data, 'vault.json'), 'utf8')));
    return secrets.get(name) as { version: string; value: string; enabled: boolean }[];
  }

  it('adds a version and prints when it counts, never its value', async () => {
    const { code, stdout, stderr } = await run('signing-key', '--data', data, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [first, added] = await versions('token-signing-key');
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({ secret: 'token-signing-key', action: 'add' });
    expect(answer.version).toBe(added?.version);
    const usedFromMs = Date.parse(answer.usedFrom);
    expect(Date.parse(answer.earlierUnusedFrom) - usedFromMs).toBe(10 * 60_000);
    // Tokens of the earlier key live an hour more.
    expect(Date.parse(answer.earlierRetirableFrom) - usedFromMs).toBe(70 * 60_000);
    for (const { value } of [first, added].filter((one) => one !== undefined)) {
      expect(stdout).not.toContain(JSON.parse(value).d);
    }
  });

  it('explains to a person what follows', async () => {
    const { stdout } = await run('pepper', '--data', data);
    const [, added] = await versions('password-pepper');
    expect(stdout).toContain(`password-pepper has the new version ${added?.version}.`);
    expect(stdout).toContain(
      'when portal-credentials credential-report says that nothing needs it',
    );
    expect(stdout).not.toContain(added?.value ?? '');
  });

  it('changes nothing in a dry run, nor with --if-missing if it exists', async () => {
    const before = await readFile(join(data, 'vault.json'), 'utf8');
    const [old] = await versions('password-pepper');
    const version = old?.version ?? '';
    const dry = await run('pepper', '--dry-run', '--data', data, '--json');
    expect(JSON.parse(dry.stdout)).toEqual({
      secret: 'password-pepper',
      action: 'add',
      dryRun: true,
    });
    const disabled = ['--disable', version, '--force', '--dry-run', '--yes'];
    const undone = await run('pepper', ...disabled, '--data', data);
    expect(undone.stdout).toBe(`password-pepper ${version} would be disabled.\n`);
    const there = await run('pepper', '--if-missing', '--data', data, '--json');
    expect(there.code).toBe(0);
    expect(JSON.parse(there.stdout)).toEqual({ secret: 'password-pepper', action: 'none' });
    expect(await readFile(join(data, 'vault.json'), 'utf8')).toBe(before);
  });

  it('disables no needed version unless forced, and enables it again', async () => {
    const [old, newest] = await versions('password-pepper');
    const version = old?.version ?? '';
    const disable = (name: string, ...more: readonly string[]) =>
      run('pepper', '--disable', name, ...more, '--yes', '--data', data);
    const tooSoon = await disable(version);
    expect(tooSoon.code).toBe(1);
    expect(tooSoon.stderr).toMatch(/^[0-9a-f]{32} may be in use until \S+Z\.\n$/);
    expect((await disable(newest?.version ?? '')).stderr).toContain('is the newest version');
    expect((await disable('0'.repeat(32))).stderr).toContain('has no version 000');
    expect((await disable(version, '--force')).code).toBe(0);
    expect((await versions('password-pepper')).map(({ enabled }) => enabled)).toEqual([
      false,
      true,
    ]);
    expect((await disable(version)).stdout).toContain('disabled already');
    const last = await disable(newest?.version ?? '', '--force');
    expect(last).toMatchObject({ code: 1, stderr: expect.stringContaining('only enabled') });
    expect((await run('pepper', '--enable', version, '--data', data)).code).toBe(0);
    expect((await versions('password-pepper')).map(({ enabled }) => enabled)).toEqual([true, true]);
  });
});

describe('rotate on a vault of the settings', { timeout: COMMANDS_MS }, () => {
  let parts: SharedParts;
  beforeAll(async () => {
    parts = await startSharedParts();
  });
  afterAll(() => parts.close());

  it('makes a missing secret once, without a configured store', async () => {
    const { TABLES_CONNECTION_STRING: _, ...settings } = parts.settings;
    const make = () => runHere('rotate', ['pepper', '--if-missing', '--json'], settings);
    const made = await make();
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(made.stdout)).toMatchObject({ action: 'add' });
    expect(JSON.parse((await make()).stdout)).toMatchObject({ action: 'none' });
    const nowhere = await runHere('rotate', ['pepper']);
    expect(nowhere.code).toBe(1);
    expect(nowhere.stderr).toMatch(/^KEY_VAULT_URL must be set, or --data/);
  });

  it('disables a pepper once no hash needs it, and prints how many do', async () => {
    const { settings } = parts;
    const old = await parts.rotate('password-pepper', 3);
    await parts.rotate('token-signing-key', 3);
    const create = ['eva@x.example', '--json'];
    expect((await runHere('create-admin', create, settings)).code).toBe(0);
    await parts.rotate('password-pepper', 2);
    const disable = () => runHere('rotate', ['pepper', '--disable', old, '--yes'], settings);
    expect((await disable()).stderr).toBe(`${old} is needed, by 1 hash.\n`);
    const recovered = ['eva@x.example', '--recover', '--json'];
    expect((await runHere('create-admin', recovered, settings)).code).toBe(0);
    expect(await disable()).toMatchObject({ code: 0, stdout: expect.stringContaining('disabled') });
    const enabled = await runHere('credential-report', ['--json'], settings);
    const { peppers } = JSON.parse(enabled.stdout) as { peppers: { version: string }[] };
    expect(peppers.map(({ version }) => version)).not.toContain(old);
  });

  it.each([
    ['pepper', 'password-pepper'],
    ['signing-key', 'token-signing-key'],
  ])('keeps the last good %s, whatever bad version followed', async (word, name) => {
    const parts = await startSharedParts();
    try {
      const { settings } = parts;
      const good = await parts.rotate(name as 'password-pepper', 5);
      const [first] = await Promise.all([
        parts.add(name, 'a typo', 4),
        parts.rotate(word === 'pepper' ? 'token-signing-key' : 'password-pepper', 5),
      ]);
      const disable = (version: string, ...more: readonly string[]) =>
        runHere('rotate', [word, '--disable', version, '--yes', ...more], settings);
      for (const more of [[], ['--force']]) {
        const refused = await disable(good, ...more);
        expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('usable') });
      }
      const done = `${name} ${first} is disabled.\n`;
      expect(await disable(first)).toMatchObject({ code: 0, stdout: done });
    } finally {
      await parts.close();
    }
  });

  it('disables a key of receipts only by force, however old it is', async () => {
    const { settings } = parts;
    const name = 'receipt-signing-key';
    const old = await parts.add(name, privateJwk(), 9000);
    await parts.add(name, privateJwk(), 8000);
    const disable = (...more: readonly string[]) =>
      runHere('rotate', [name, '--disable', old, '--yes', ...more], settings);
    const refused = `${old} is needed by each receipt that it signed.\n`;
    expect(await disable()).toMatchObject({ code: 1, stderr: refused });
    const done = `${name} ${old} is disabled.\n`;
    expect(await disable('--force')).toMatchObject({ code: 0, stdout: done });
    const { stdout } = await runHere('rotate', [name, '--json'], settings);
    expect(Object.keys(JSON.parse(stdout))).not.toContain('earlierRetirableFrom');
    const next = await runHere('rotate', [name], settings);
    expect(next.stdout).toContain('only if it has leaked');
  });

  it('adds no version beyond the limit of the service', async () => {
    const { settings } = parts;
    for (let count = 0; count < SECRET_VERSION_LIMIT; count += 1) {
      await parts.rotate('token-signing-key', 1);
    }
    const one = await runHere('rotate', ['signing-key'], settings);
    expect(one).toMatchObject({
      code: 1,
      stderr: '101 versions are enabled; disable one first.\n',
    });
  });

  it('fails with --if-missing if no version is enabled', async () => {
    const { settings } = parts;
    const list = await runHere('credential-report', ['--json'], settings);
    for (const { version } of JSON.parse(list.stdout).peppers) {
      await parts.enable('password-pepper', version, false);
    }
    const missing = await runHere('rotate', ['pepper', '--if-missing'], settings);
    expect(missing).toMatchObject({
      code: 1,
      stderr: 'password-pepper is there, and no version of it is enabled.\n',
    });
  });
});
