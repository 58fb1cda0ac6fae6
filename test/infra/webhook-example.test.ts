import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, it, vi } from 'vitest';
import { startService } from '../fixture/service.ts';
import { startReceiver } from '../webhook/fixture/receiver.ts';
import { runHere } from './fixture/in-process.ts';
import { ROOT } from './fixture/local-process.ts';
import { removeTemporaryDirectories, temporaryDirectory } from './fixture/package.ts';

/** The receiver in shared/webhook/README.md, as a reader would run it, beside a service. */

const [, EXAMPLE = ''] =
  /```js\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, 'shared/webhook/README.md'), 'utf8')) ?? [];

const processes: ChildProcess[] = [];
afterAll(async () => {
  for (const one of processes) one.kill('SIGKILL');
  await removeTemporaryDirectories();
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts the example. The lines that it prints come one by one. */
function startExample(secret: string, port: number): readonly string[] {
  const env = { ...process.env, WEBHOOK_SECRET: secret, PORT: String(port) };
  const example = spawn(process.execPath, ['--input-type=module', '--eval', EXAMPLE], {
    ...{ cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] },
  });
  processes.push(example);
  const lines: string[] = [];
  if (example.stdout === null) throw new Error('the example has no output');
  createInterface(example.stdout).on('line', (line) => lines.push(line));
  return lines;
}

it('the receiver of twenty lines in shared/webhook/README.md gets every event, verified', async () => {
  expect(EXAMPLE.trim().split('\n').length).toBeLessThanOrEqual(22);
  const directory = await temporaryDirectory();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const printed = await runHere('webhook-secret', [url, '--data', directory]);
  const lines = startExample(printed.stdout.trim(), port);
  const stranger = () => fetch(url, { method: 'POST', body: '{"id":"forged"}' });
  await vi.waitFor(stranger, 20_000);
  expect((await stranger()).status).toBe(401);
  const gone = await startReceiver(410);
  const env = { WEBHOOK_URLS: `${url},${gone.url}`, NOTICE_SCHEDULE: '* * * * * *' };
  const service = await startService({ directory, env });
  const admin = await service.readyAdmin();
  const ana = await service.addUser(admin.token, 'ana@contoso.example');
  const expected = [
    `org.portal-credentials.user.created.v1 ${admin.userId} 1`,
    `org.portal-credentials.password.changed.v1 ${admin.userId}`,
    `org.portal-credentials.user.created.v1 ${ana.userId} 1`,
  ];
  await vi.waitFor(() => {
    for (const line of expected) expect(lines.join('\n')).toContain(line);
  }, 20_000);
  await service.stopAndAssertNoLeaks();
  expect(lines.join('\n')).not.toContain('forged');
  // Beside it was a receiver that is gone: it was asked once, the log has its host and no more, and
  // what waits for it is there when it is resumed.
  await gone.close();
  expect(gone.received).toHaveLength(1);
  const { host } = new URL(gone.url);
  const stopped = service.log.split('\n').filter((line) => line.includes('answered 410'));
  expect(stopped.map((line) => JSON.parse(line))).toMatchObject([{ level: 'error', host }]);
  expect(service.log).not.toContain('s3cret');
  const list = async () => {
    const listed = await runHere('notices list', ['--data', directory, '--json'], env);
    return JSON.parse(listed.stdout).lanes.find(({ name }: { name: string }) => name === host);
  };
  expect(await list()).toMatchObject({ waiting: 2, stoppedAt: expect.any(String) });
  const doctor = await runHere('doctor', ['--data', directory], env);
  expect(doctor.stdout).toMatch(new RegExp(`^WRONG +webhook ${host} .*is stopped`, 'm'));
  expect((await runHere('notices resume', [host, '--data', directory], env)).code).toBe(0);
  expect(await list()).toMatchObject({ waiting: 2, stoppedAt: null });
}, 120_000);
