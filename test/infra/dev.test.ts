import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let directory: string;
let development: ChildProcess;
let origin: string;
let password: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dev-'));
  const args = ['infra/dev.ts', '--port', '0', '--data', join(directory, 'data')];
  development = spawn(process.execPath, args, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const lines = createInterface({ input: development.stdout as NodeJS.ReadableStream });
  for await (const line of lines) {
    const said = /^(\S+) signs you in as \S+ \(password: (.*)\)\.$/.exec(line);
    if (said === null) continue;
    [, origin = '', password = ''] = said;
    break;
  }
});

afterAll(async () => {
  development.kill('SIGTERM');
  await once(development, 'exit');
  await rm(directory, { recursive: true });
});

it('signs the developer in through the proxy', async () => {
  const answer = await fetch(`${origin}/api/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ userName: 'admin@contoso.example', password }),
  });
  expect(await answer.json()).toMatchObject({ status: 'signedIn' });
});

it('serves the page with the reload script, allowed by its hash', async () => {
  const answer = await fetch(`${origin}/`);
  expect(await answer.text()).toContain('/dev/reload');
  const policy = answer.headers.get('content-security-policy') ?? '';
  expect(policy.match(/script-src [^;]*/)?.[0].match(/'sha256-/g)).toHaveLength(2);
});
