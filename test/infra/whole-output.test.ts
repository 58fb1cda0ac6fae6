import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { TableClient, type TransactionAction } from '@azure/data-tables';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startEmbeddedTables } from '../../infra/local/store/embedded-tables.ts';
import { ROLES } from '../../shared/credential/role.ts';
import { chooseBundle } from '../fixture/bundle.ts';
import { runHere } from './fixture/in-process.ts';
import { bareEnvironment, ROOT } from './fixture/local-process.ts';
import { removeTemporaryDirectories, temporaryDirectory } from './fixture/package.ts';
import { storedRows } from './fixture/stored-rows.ts';

/** Checks that the output of a command arrives whole, or that the command reports the loss. */

/** Each call of a command is a process of its own, on a machine that may be busy. */
vi.setConfig({ testTimeout: 120_000 });

/** Bytes that a pipe of Linux takes before they are read. */
const PIPE_BYTES = 65_536;
/** Longer than a command needs to end, so that one that does not wait for its reader is gone. */
const READER_LATE_S = 0.5;

const LABEL = 'x'.repeat(57);
/** The longest that a command takes: a few of its names fill an answer. */
const TENANT = `${LABEL}.${LABEL}.${LABEL}.${LABEL}.example`;
const BUSINESS_ROLES = ROLES.slice(2);

/** Lines of that many users, who are valid with roles alone. */
function linesOf(count: number, roles?: readonly string[]): string {
  const users = Array.from({ length: count }, (_, index) => ({
    userName: `${index}@${TENANT}`,
    displayName: 'A',
    roles,
  }));
  return users.map((user) => `${JSON.stringify(user)}\n`).join('');
}

let folder: string;
let data: string;

/** Makes 200 users of one row: an import of as many would take seconds. */
async function copyUser(): Promise<void> {
  const tables = await startEmbeddedTables({ directory: data });
  const options = { allowInsecureConnection: true };
  const table = TableClient.fromConnectionString(tables.connectionString, 'accounts', options);
  const row = await table.getEntity<object>(TENANT, `user:0@${TENANT}`);
  for (const group of ['a', 'b']) {
    const copies = Array.from({ length: 100 }, (_, index): TransactionAction => {
      const userName = `${group}${index}@${TENANT}`;
      return ['create', { ...row, partitionKey: TENANT, rowKey: `user:${userName}`, userName }];
    });
    await table.submitTransaction(copies);
  }
  await tables.close();
}

beforeAll(async () => {
  folder = await temporaryDirectory();
  data = join(folder, 'data');
  const admin = await runHere('create-admin', ['admin@contoso.example', '--data', data]);
  expect(admin.code).toBe(0);
  // Its files stay below what a disk stores in part.
  await cp(data, join(folder, 'small'), { recursive: true });
  await writeFile(join(folder, 'bad.jsonl'), linesOf(280));
  const file = join(folder, 'users.jsonl');
  await writeFile(file, linesOf(1, BUSINESS_ROLES));
  expect((await runHere('import-users', [file, '--data', data])).code).toBe(0);
  await copyUser();
}, 120_000);
afterAll(removeTemporaryDirectories);

/** A command line through a shell, whose `$0` is Node. */
async function shell(script: string) {
  const { file, cost } = chooseBundle('cli.cjs', {});
  const env = { CLI: file, BCRYPT_COST: cost, DATA: data, FOLDER: folder, TENANT };
  const child = spawn('bash', ['-c', script, process.execPath], {
    cwd: ROOT,
    env: bareEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].on('data', (chunk) => {
      written[stream] += chunk;
    });
  }
  const [code] = await once(child, 'close');
  return { code, ...written };
}

/** The program behind a pipe, whose reader pauses after the first byte of what is written. */
const late = (command: string) =>
  `{ ${command}; echo $? >&2; } |
   { read -r -N 1 first; sleep ${READER_LATE_S}; printf %s "$first"; cat; }`;

describe('an answer larger than a pipe', () => {
  it.each([
    ['users list "$TENANT"', '--json'],
    ['users list "$TENANT"', ''],
    ['import-users "$FOLDER/bad.jsonl"', '--json'],
    ['import-users "$FOLDER/bad.jsonl"', ''],
  ])('of %s %s reaches a slow reader whole', async (command, option) => {
    const { stdout } = await shell(late(`"$0" "$CLI" ${command} ${option} --data "$DATA"`));
    expect(stdout.length).toBeGreaterThan(PIPE_BYTES);
    if (option === '--json') expect(() => JSON.parse(stdout)).not.toThrow();
    else expect(stdout.trimEnd()).toMatch(/(?:\d+ failed|\d+ users of \S+)\.$/);
  });

  it('on standard error reaches a slow reader whole', async () => {
    const { stdout } = await shell(
      `word=$(head -c ${PIPE_BYTES} /dev/zero | tr '\\0' x)
       ${late('"$0" "$CLI" create-admin "$word" 2>&1 >/dev/null')}`,
    );
    const word = 'x'.repeat(PIPE_BYTES);
    expect(stdout).toBe(`"${word}" is not a user name such as admin@contoso.example.\n`);
  });

  it('that a disk stores in part is a failure', async () => {
    // The limit ends a write in the middle, as a disk does that gets full.
    const { code, stderr } = await shell(
      `trap '' XFSZ; ulimit -f ${PIPE_BYTES / 1024}
       "$0" "$CLI" import-users "$FOLDER/bad.jsonl" --dry-run --json \\
         --data "$FOLDER/small" > "$FOLDER/part"`,
    );
    expect((await readFile(join(folder, 'part'))).length).toBe(PIPE_BYTES);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'The answer could not be written (EFBIG).\n',
    });
  });
});

describe('an unprintable new password', () => {
  const CREATE = '"$0" "$CLI" create-admin admin@contoso.example --recover';

  it.each(['--json', ''])('is reported as lost on a full disk (%s)', async (option) => {
    const { code, stderr } = await shell(`${CREATE} ${option} --data "$DATA" > /dev/full`);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        'The answer could not be written (ENOSPC). The temporary password of ' +
        'admin@contoso.example was made, could not be printed and is lost: run it again with ' +
        '--recover.\n',
    });
  });

  it('is reported as lost if the reader has left', async () => {
    const { stdout, stderr } = await shell(
      `${CREATE} --json --data "$DATA" | true; echo "\${PIPESTATUS[0]}"`,
    );
    expect(stdout).toBe('1\n');
    expect(stderr).toMatch(/^The answer could not be written \(EPIPE\)\. .* is lost: [^\n]*\n$/);
  });

  it.each(['>&-', '> /dev/null'])('is not made if the output is %s', async (to) => {
    const before = await storedRows(data);
    const { code, stderr } = await shell(`${CREATE} --json --data "$DATA" ${to}`);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Standard output is closed or the null device, [^\n]*\.\n$/);
    expect(await storedRows(data)).toEqual(before);
  });

  it('ends a start with a sentence; a start without an admin continues', async () => {
    const { file, cost } = chooseBundle('start.cjs', {});
    const argv = [file, '--port', '0', '--json', '--data', join(folder, 'start')];
    const full = await open('/dev/full', 'w');
    const start = () => {
      const env = bareEnvironment({ BCRYPT_COST: cost });
      const stdio = ['ignore', full.fd, 'pipe'] as const;
      const child: ChildProcess = spawn(process.execPath, argv, {
        cwd: ROOT,
        env,
        stdio: [...stdio],
      });
      return { child, log: child.stderr ?? expect.fail('it is a pipe') };
    };
    const lost = start();
    const [said] = await Promise.all([text(lost.log), once(lost.child, 'exit')]);
    expect(said).toMatch(/^The temporary password of admin@contoso\.example .* is lost\. /m);
    expect(lost.child.exitCode).toBe(1);
    const goesOn = start();
    for await (const line of createInterface({ input: goesOn.log })) {
      if (line.includes('could not be written; the service continues'))
        goesOn.child.kill('SIGTERM');
    }
    expect(goesOn.child.exitCode ?? (await once(goesOn.child, 'exit'))[0]).toBe(0);
    await full.close();
  });
});
