import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeReport } from '../../infra/cli/report-text.ts';
import { runHere } from './fixture/in-process.ts';
import { removeTemporaryDirectories, temporaryDirectory } from './fixture/package.ts';

/** `credential-report`; against a shared store it is in test/hostile/rotation-process. */

let directory: string;
beforeAll(async () => {
  directory = await temporaryDirectory();
});
afterAll(removeTemporaryDirectories);

const run = (...argv: readonly string[]) => runHere('credential-report', argv);

describe('portal-credentials credential-report', () => {
  it('reads the directory of a stopped service and changes nothing in it', async () => {
    const data = join(directory, 'kept');
    const made = await runHere('create-admin', ['ana@x.example', '--data', data]);
    expect(made.code).toBe(0);
    const before = await readdir(data);
    const { code, stdout } = await run('--data', data, '--json');
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(report.at).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
    const [pepper] = report.peppers;
    const hashes = [
      { pepperVersion: pepper.version, cost: 10, permanent: 0, temporary: 1, history: 0 },
    ];
    expect(report.tenants).toEqual([
      { tenant: 'x.example', credentials: 1, withoutPassword: 0, hashes },
    ]);
    expect(pepper).toMatchObject({ isEnabled: true, temporary: 1, canBeRetired: false });
    expect(pepper).toHaveProperty('createdAt');
    expect(pepper).not.toHaveProperty('writtenUntil');
    // Versions, costs and counts: nothing of a hash.
    expect(stdout).not.toContain('$2b$');
    expect(await readdir(data)).toEqual(before);
  });

  it('creates no store where there is none, and names what is missing', async () => {
    const nowhere = await run('--data', join(directory, 'nowhere'));
    expect(nowhere).toMatchObject({ code: 1, stdout: '' });
    expect(nowhere.stderr).toContain('holds neither a store nor a vault');
    expect(await readdir(directory)).not.toContain('nowhere');
    const where = await run();
    expect(where.code).toBe(1);
    expect(where.stderr).toContain('--data must name the directory');
    const what = await run('--data');
    expect(what.code).toBe(2);
  });

  it('prints its usage with --help and exits with 0', async () => {
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    expect(stdout).toContain('portal-credentials credential-report [options]');
  });
});

describe('the credential report for people', () => {
  const none = { permanent: 0, temporary: 0, history: 0 };
  const usual = { createdAtMs: 1, writtenUntilMs: undefined, canBeRetired: false };

  it('contains a verdict on each pepper version', () => {
    const text = describeReport({
      atMs: 1000,
      tenants: [],
      peppers: [
        { version: 'gone', ...usual, ...none, createdAtMs: undefined, history: 1 },
        { version: 'done', ...usual, ...none, writtenUntilMs: 1000, canBeRetired: true },
        { version: 'kept', ...usual, ...none, writtenUntilMs: 1000, permanent: 2 },
        { version: 'late', ...usual, ...none, writtenUntilMs: 1001 },
        { version: 'last', ...usual, ...none },
      ],
    });
    expect(text).toContain('There is no credential.');
    const lines = text.split('\n').map((line) => line.trim());
    expect(lines).toContain('gone: MISSING from the vault, and 1 hash needs it. Enable it again.');
    expect(lines).toContain('done: can be retired, nothing needs it.');
    expect(lines).toContain('kept: stays, 2 hashes need it.');
    expect(lines).toContain(
      'late: stays, 0 hashes need it; new hashes may be made with it until ' +
        '1970-01-01T00:00:01.001Z.',
    );
    expect(lines).toContain('last: the newest; 0 hashes need it.');
  });
});
