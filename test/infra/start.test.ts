import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startedLine } from '../../infra/cli/started-line.ts';
import { parseSettings } from '../../shared/setting.ts';
import { chooseBundle } from '../fixture/bundle.ts';
import { startService } from '../fixture/service.ts';
import { runService } from '../fixture/service-run.ts';
import { runHere } from './fixture/in-process.ts';
import { bareEnvironment, type LocalProcess, ROOT, runLocal } from './fixture/local-process.ts';
import { removeTemporaryDirectories, temporaryDirectory } from './fixture/package.ts';
import { rawRequest } from './fixture/raw-request.ts';
import { storedRows } from './fixture/stored-rows.ts';

const started: LocalProcess[] = [];
afterAll(async () => {
  for (const { child } of started) child.kill('SIGKILL');
  await removeTemporaryDirectories();
});

interface Ready {
  readonly ready: boolean;
  readonly origin: string;
  readonly admins: readonly { readonly userName: string; readonly temporaryPassword: string }[];
}

async function start(argv: readonly string[], settings: Record<string, string> = {}) {
  const local = runLocal('start', ['--port', '0', '--json', ...argv], settings);
  started.push(local);
  const { origin, admins } = JSON.parse(await local.firstOutput()) as Ready;
  return { ...local, origin, admins };
}

async function createAdmin(argv: readonly string[]) {
  const { stdout, ...rest } = await runHere('create-admin', [...argv, '--json']);
  const { admins = [], error } = JSON.parse(stdout);
  return { admins: admins as Ready['admins'], error, ...rest };
}

async function post(origin: string, path: string, body: object, token?: string) {
  const answer = await rawRequest(origin, path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: JSON.parse(answer.body) };
}

const signIn = (origin: string, userName: string, password: string) =>
  post(origin, '/api/sign-in', { userName, password });

async function stop(local: LocalProcess) {
  local.child.kill('SIGTERM');
  return local.finished;
}

const PACKAGE: { version: string } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

const PASSWORD = 'quiet harbour lantern seventeen';

interface LogLine {
  readonly time: string;
  readonly level: string;
  readonly message: string;
  readonly requestId?: string;
  readonly version?: string;
  readonly listening?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
}

const linesOf = (stderr: string) =>
  stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as LogLine);

describe('the log of npm start', () => {
  it('begins with version, address and settings, and ends with the stop', async () => {
    const secret = 'key-of-the-collector';
    const service = await startService({
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://localhost:1/${secret}`,
        OTEL_TRACES_EXPORTER: 'none',
        PORTAL_URL: `https://portal.example/${secret}?key=${secret}`,
        BCRYPT_COST: '10',
      },
    });
    const refused = await rawRequest(service.origin, '/api/me');
    await service.stopAndAssertNoLeaks();
    const { log } = service;
    const lines = linesOf(log);
    for (const { time } of lines) expect(new Date(time).toISOString()).toBe(time);
    const [first] = lines;
    expect(first).toMatchObject({ level: 'information', message: 'the service is ready' });
    expect(first).toMatchObject({ version: PACKAGE.version, listening: service.origin });
    expect(first?.settings).toMatchObject({
      portalUrl: 'https://portal.example',
      tables: 'embedded',
      vault: 'embedded',
      bcryptCost: 10,
      telemetry: { traces: 'none', metrics: 'otlp', azureMonitor: false },
    });
    expect(lines.slice(-2).map(({ message }) => message)).toEqual([
      'the service stops: it answers what is in flight',
      'the service has stopped',
    ]);
    expect(log).not.toContain(secret);
    const requestId = String(refused.headers['x-request-id']);
    expect(log.split(requestId)).toHaveLength(2);
    expect(lines.filter((line) => line.requestId === requestId)).toHaveLength(1);
  });

  it('names an account of tables without its key', () => {
    const settings = parseSettings({
      PUBLIC_ORIGIN: 'https://portal.example',
      TABLES_CONNECTION_STRING: 'AccountName=a;AccountKey=c2VjcmV0',
      KEY_VAULT_URL: 'https://v.vault.azure.net',
    });
    const line = startedLine(
      {
        origin: 'http://127.0.0.1:1',
        embedded: { tables: false, vault: false },
        hashing: { engine: 'native', cost: 12 },
        settings,
      },
      '1.2.3',
    );
    expect(JSON.parse(line).settings).toMatchObject({
      tables: 'by connection string',
      vault: 'https://v.vault.azure.net',
    });
    expect(line).not.toContain('c2VjcmV0');
  });
});

describe('--version', () => {
  it.each([['start.cjs'], ['cli.cjs']])('of %s is that of package.json', async (bundle) => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      join(ROOT, 'dist/local', bundle),
      '--version',
    ]);
    expect(stdout).toBe(`${PACKAGE.version}\n`);
  });
});

describe('npm start', () => {
  it('prints one line of JSON, serves the package, and stops at SIGTERM', async () => {
    const local = await start(['--admin', 'Ana@x.example', '--admin', 'bo@y.example']);
    expect(local.origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(local.admins.map(({ userName }) => userName)).toEqual(['ana@x.example', 'bo@y.example']);
    for (const { userName, temporaryPassword } of local.admins) {
      const answer = await signIn(local.origin, userName, temporaryPassword);
      expect(answer).toMatchObject({ status: 200, body: { status: 'passwordChangeRequired' } });
    }
    const ready = await rawRequest(local.origin, '/api/health/ready');
    expect(ready.status).toBe(200);
    const { hashEngine } = JSON.parse(ready.body);
    const { code, stdout, stderr } = await stop(local);
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([expect.stringMatching(/^\{"ready":true,/), '']);
    expect(JSON.parse(stdout).hashEngine).toBe(hashEngine);
    const messages = linesOf(stderr).map(({ message }) => message);
    expect(messages[0]).toBe('the service is ready');
    expect(messages.at(-1)).toBe('the service has stopped');
    for (const { temporaryPassword } of local.admins) {
      expect(stderr).not.toContain(temporaryPassword);
    }
  });

  describe('without --json', () => {
    let local: LocalProcess;
    let printed: string;
    beforeAll(async () => {
      local = runLocal('start', ['--port', '0']);
      started.push(local);
      printed = await local.firstOutput();
    });

    it('explains to a person what to do next', () => {
      expect(printed).toMatch(/Address {4}http:\/\/127\.0\.0\.1:\d+\n/);
      expect(printed).toMatch(/New admin {2}admin@contoso\.example\n/);
      expect(printed).toMatch(/Password {3}(?:[0-9A-Z]{4}-){6}[0-9A-Z]{4} /);
    });

    it('stops despite open connections and a repeated signal', async () => {
      const [origin = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(printed) ?? [];
      const agent = new Agent({ keepAlive: true });
      await rawRequest(origin, '/api/health/live', { agent });
      const idle = connect(Number(new URL(origin).port), '127.0.0.1');
      idle.on('error', () => {});
      local.child.kill('SIGINT');
      expect((await stop(local)).code).toBe(0);
      agent.destroy();
      idle.destroy();
    });
  });

  it('stops while it is still starting, though the store never answers', async () => {
    const sockets: Socket[] = [];
    const mute = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { port } = mute.address() as { port: number };
    const local = runLocal('start', ['--port', '0', '--json'], {
      TABLES_CONNECTION_STRING:
        'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=eA==;' +
        `TableEndpoint=http://127.0.0.1:${port}/a;`,
    });
    started.push(local);
    await once(mute, 'connection');
    // Alone: elsewhere SIGTERM stops it, or follows.
    local.child.kill('SIGINT');
    expect(await local.finished).toMatchObject({ code: 0, stdout: '' });
    for (const socket of sockets) socket.destroy();
    mute.close();
  });

  it('stops when the shell is gone through which npm runs it', async () => {
    const { file, cost } = chooseBundle('start.cjs', {});
    const command = '"$0" "$1" --port 0 --json; exit $?';
    const shell = spawn('sh', ['-c', command, process.execPath, file], {
      cwd: ROOT,
      env: bareEnvironment({ npm_lifecycle_event: 'start', BCRYPT_COST: cost }),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(shell.stdout, 'data');
    shell.kill('SIGTERM');
    expect(await once(shell, 'exit')).toEqual([null, 'SIGTERM']);
    // The pipe ends with the last process that holds it.
    shell.stdout.resume();
    await once(shell.stdout, 'end');
  });

  it('rejects a bad option with a sentence and 2, a bad setting with 1', async () => {
    const option = await runLocal('start', ['--nope']).finished;
    expect(option).toEqual({
      code: 2,
      stdout: '',
      stderr: "Unknown option '--nope'. See --help.\n",
    });
    const setting = await runLocal('start', [], { PASSWORD_MIN_LENGTH: '14' }).finished;
    expect(setting).toMatchObject({ code: 1, stdout: '' });
    expect(setting.stderr).toMatch(/^PASSWORD_MIN_LENGTH [^\n]*\.\n$/);
    const schedule = runService([], { SWEEP_SCHEDULE: '*/5 * * * *' });
    await expect(schedule).rejects.toThrow(/^exit 1: SWEEP_SCHEDULE must be [^\n]*\.$/);
    const nothing = runService(['--data', 'x'], {
      TABLES_CONNECTION_STRING: 'UseDevelopmentStorage=true',
      KEY_VAULT_URL: 'https://127.0.0.1',
    });
    await expect(nothing).rejects.toThrow(/^exit 1: .*nothing to keep/);
    const help = await runLocal('start', ['--help']).finished;
    expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining('--port N') });
  });

  it('reports that its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const ended = `exit 1: The port ${port} is in use; --port 0 picks a free one.`;
    await expect(runService(['--port', String(port)], {})).rejects.toThrow(new Error(ended));
    await new Promise((resolve) => other.close(resolve));
  });
});

describe('--data', () => {
  it('keeps an answered change, though the process is killed at once', async () => {
    const data = join(await temporaryDirectory(), 'data');
    const first = await start(['--data', data]);
    const [admin] = first.admins;
    const { userName = '', temporaryPassword = '' } = admin ?? {};
    const { body } = await signIn(first.origin, userName, temporaryPassword);
    const change = { newPassword: PASSWORD };
    const changed = await post(first.origin, '/api/me/password', change, body.changeToken);
    first.child.kill('SIGKILL');
    expect(changed.status).toBe(200);
    await first.finished;

    const second = await startService({ directory: data });
    expect(second.admins).toEqual([]);
    expect((await second.signIn(userName, PASSWORD)).body.status).toBe('signedIn');
    expect((await second.signIn(userName, temporaryPassword)).status).toBe(401);
    await second.end('SIGTERM');
    expect((await readdir(data)).toSorted()).toEqual(['tables.json', 'vault.json']);
    const kept = await readFile(join(data, 'tables.json'), 'utf8');
    expect(kept).not.toContain(PASSWORD);
    expect(kept).not.toContain(temporaryPassword);
  });

  it('accepts one process at a time', async () => {
    const data = await temporaryDirectory();
    const first = await startService({ directory: data });
    // That it is the right one: data-directory.test.ts.
    const inUse = /in use by the process \d+; stop/;
    const second = runService(['--port', '0', '--data', data], {});
    await expect(second).rejects.toThrow(inUse);
    await expect(second).rejects.toThrow(/^exit 1: /);
    const admin = await createAdmin(['b@x.example', '--data', data]);
    expect(admin).toMatchObject({ code: 1, admins: [], stderr: expect.stringMatching(inUse) });
    await first.end('SIGTERM');
    expect((await createAdmin(['b@x.example', '--data', data])).code).toBe(0);
  });
});

describe('npm run create-admin', () => {
  it('makes an admin that survives a kill after its password was printed', async () => {
    const data = await temporaryDirectory();
    const maker = runLocal('create-admin', ['ana@x.example', '--data', data, '--json']);
    const { admins } = JSON.parse(await maker.firstOutput()) as Ready;
    maker.child.kill('SIGKILL');
    await maker.finished;
    const service = await startService({ directory: data, admins: ['ana@x.example'] });
    expect(service.admins).toEqual([]);
    const answer = await service.signIn('ana@x.example', admins[0]?.temporaryPassword ?? '');
    expect(answer.body.status).toBe('passwordChangeRequired');
    await service.end('SIGTERM');
  });

  it('makes no admin where there is one, except with --recover', async () => {
    const data = await temporaryDirectory();
    expect((await createAdmin(['ana@x.example', '--data', data])).admins).toHaveLength(1);
    const again = await createAdmin(['ana@x.example', '--data', data]);
    expect(again).toMatchObject({ code: 0, admins: [] });
    const recovered = await createAdmin(['ana@x.example', '--data', data, '--recover']);
    expect(recovered.admins).toHaveLength(1);
  });

  it('reports with --dry-run what it would do, and makes nothing', async () => {
    const data = await temporaryDirectory();
    const argv = ['ana@x.example', '--data', data, '--json', '--dry-run'];
    const isNew = {
      newTenant: true,
      newUser: true,
      wasDisabled: false,
      wasLocked: false,
      wasFrozen: false,
    };
    const planned = { dryRun: true, admins: [{ userName: 'ana@x.example', ...isNew }] };
    const nothing = await runHere('create-admin', argv);
    expect([nothing.code, JSON.parse(nothing.stdout)]).toEqual([0, planned]);
    expect(await readdir(data)).toEqual([]);
    expect((await createAdmin(['ben@y.example', '--data', data])).admins).toHaveLength(1);
    const kept = await storedRows(data);
    const { code, stdout } = await runHere('create-admin', argv);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(planned);
    const other = ['ben@y.example', '--data', data, '--dry-run'];
    expect((await runHere('create-admin', other)).stdout).toContain('No admin would be');
    expect(await storedRows(data)).toEqual(kept);
  });

  it('requires a store and a user name', async () => {
    const where = await createAdmin(['ana@x.example']);
    expect(where).toMatchObject({ code: 1, admins: [], error: { code: 'setting' } });
    expect(where.stderr).toMatch(/^TABLES_ENDPOINT must be set, or --data [^\n]*\.\n$/);
    const whom = await runHere('create-admin', []);
    expect(whom).toMatchObject({ code: 2, stdout: '' });
  });
});
