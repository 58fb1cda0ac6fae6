import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ROOT } from './fixture/local-process.ts';
import { Operated, TENANT } from './fixture/operated.ts';
import { removeTemporaryDirectories, temporaryDirectory } from './fixture/package.ts';

/** `events --follow`: a process that writes what comes, beside a running service. */

/** A round comes every five seconds, on a machine that may be busy. */
vi.setConfig({ testTimeout: 180_000 });
const SOON = { timeout: 60_000 };

let operated: Operated;
let folder: string;
beforeAll(async () => {
  folder = await temporaryDirectory();
  operated = await Operated.start();
}, 120_000);
afterAll(async () => {
  await operated.stop();
  await removeTemporaryDirectories();
});

interface Follower {
  readonly child: ChildProcess;
  readonly ended: Promise<readonly [number | null, NodeJS.Signals | null]>;
  stdout(): string;
  stderr(): string;
}

const BIN = join(ROOT, 'infra/portal-credentials.mjs');
const BUNDLE = join(ROOT, 'dist/local/cli.cjs');

function follow(script: string, ...argv: readonly string[]): Follower {
  const child = spawn(process.execPath, [script, 'events', '--follow', ...argv], {
    env: operated.environment,
  });
  const written = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    written.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    written.stderr += chunk;
  });
  const ended = once(child, 'close').then(([code, signal]) => [code, signal] as const);
  return { child, ended, stdout: () => written.stdout, stderr: () => written.stderr };
}

/** Stops one, whatever its test made of it. */
async function stopped({ child, ended }: Follower, signal: NodeJS.Signals = 'SIGINT') {
  child.kill(signal);
  return ended;
}

const linesOf = (text: string) => (text === '' ? [] : text.trimEnd().split('\n'));
const idsOf = (text: string): readonly string[] =>
  linesOf(text).map((line) => JSON.parse(line).eventId ?? JSON.parse(line).metadata.uid);
const DAY = ['--since', '2026-01-01'];

describe('events --follow', () => {
  it('writes what was and what comes, once each, as JSON lines, until a signal', async () => {
    const follower = follow(BIN, '--tenant', TENANT, '--json', ...DAY);
    await expect.poll(() => linesOf(follower.stdout()).length, SOON).toBeGreaterThan(1);
    const before = linesOf(follower.stdout()).length;
    await operated.addUser(`ana@${TENANT}`);
    await operated.run('create-admin', 'eva@fabrikam.example');
    await expect.poll(() => linesOf(follower.stdout()).length, SOON).toBe(before + 1);
    // Another round must not bring any of them again.
    await operated.addUser(`ben@${TENANT}`);
    await expect.poll(() => linesOf(follower.stdout()).length, SOON).toBe(before + 2);
    expect(await stopped(follower)).toEqual([0, null]);
    const lines = linesOf(follower.stdout()).map((line) => JSON.parse(line));
    expect(new Set(lines.map(({ eventId }) => eventId)).size).toBe(lines.length);
    expect(lines.map(({ at }) => at).toSorted()).toEqual(lines.map(({ at }) => at));
    expect(lines.at(-1)).toMatchObject({
      type: 'user.created',
      tenant: TENANT,
      subject: { userName: `ben@${TENANT}` },
    });
    expect(follower.stderr()).toMatch(
      /^To continue without a gap: --since \d{4}-[\dT:.-]+Z\. Some events then appear twice\.\n$/,
    );
  });

  it('shows a user’s events alone, for a person, from a moment on', async () => {
    const now = new Date().toISOString();
    const follower = follow(BUNDLE, '--user', `cid@${TENANT}`, '--since', now);
    await operated.addUser(`dot@${TENANT}`);
    await operated.addUser(`cid@${TENANT}`);
    await expect.poll(() => linesOf(follower.stdout()).length, SOON).toBe(1);
    expect(await stopped(follower, 'SIGTERM')).toEqual([0, null]);
    expect(follower.stdout()).toMatch(/ user\.created .* → cid@contoso\.example /);
  });

  it('ends in order when the reader of its output leaves', async () => {
    const follower = follow(BUNDLE, '--all-tenants', '--json', ...DAY);
    follower.child.stdout?.destroy();
    await operated.addUser(`fay@${TENANT}`);
    expect(await follower.ended).toEqual([0, null]);
  });

  it('continues a file at its end, without a gap, a repeated or a half line', async () => {
    const file = join(folder, 'follow.jsonl');
    const argv = ['--all-tenants', '--format', 'ocsf', '--out', file, ...DAY];
    const read = async () => readFile(file, 'utf8').catch(() => '');
    const all = async () => (await operated.run('events', '--all-tenants')).answer.events;
    const first = follow(BUNDLE, ...argv);
    await expect.poll(async () => linesOf(await read()).length, SOON).toBe(await all());
    expect(await stopped(first, 'SIGKILL')).toBeDefined();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await appendFile(file, '{"class_uid":3001,"met');
    await operated.addUser(`gus@${TENANT}`);
    const second = follow(BUNDLE, ...argv);
    const count = await all();
    await expect.poll(async () => linesOf(await read()).length, SOON).toBe(count);
    await operated.addUser(`hal@${TENANT}`);
    await expect.poll(async () => linesOf(await read()).length, SOON).toBe(count + 1);
    expect(await stopped(second)).toEqual([0, null]);
    expect(new Set(idsOf(await read())).size).toBe(count + 1);
    expect(second.stdout() + second.stderr()).toBe('');
  });

  it('does not touch a file that is not of events', async () => {
    const file = join(folder, 'notes');
    await appendFile(file, 'a note\nanother\n');
    const { code, stderr } = await operated.run(
      'events',
      '--all-tenants',
      '--follow',
      '--out',
      file,
    );
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `--out: ${file} is not a file of events.\n`,
    });
    expect(await readFile(file, 'utf8')).toBe('a note\nanother\n');
  });

  it('excludes --until', async () => {
    const { code } = await operated.run(
      'events',
      '--all-tenants',
      '--follow',
      '--until',
      '2099-01-01',
    );
    expect(code).toBe(2);
  });
});
