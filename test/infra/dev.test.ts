import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ROOT } from './fixture/local-process.ts';
import { removeTemporaryDirectories, temporaryDirectory } from './fixture/package.ts';

/** A copy of the sources, for this test changes them. */
let tree: string;
let development: ChildProcess;
let printed = '';
let origin: string;
let password: string;

beforeAll(async () => {
  tree = await temporaryDirectory(tmpdir());
  for (const name of ['functions', 'shared', 'infra', 'host.json', 'package.json']) {
    await cp(join(ROOT, name), join(tree, name), { recursive: true });
  }
  await symlink(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
  await mkdir(join(tree, 'dist'));
  const list = 'dist/common-passwords.bin';
  await copyFile(join(ROOT, list), join(tree, list));
  development = spawn(process.execPath, ['infra/dev.ts', '--port', '0'], {
    cwd: tree,
    // What is compiled for a folder of one run is of no use to another.
    env: { ...process.env, BCRYPT_COST: '10', NODE_DISABLE_COMPILE_CACHE: '1' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  development.stdout?.on('data', (chunk) => {
    printed += chunk;
  });
  const start = /^(\S+) signs you in as \S+ \(password: (.*)\)\.$/m;
  await vi.waitFor(() => expect(printed).toMatch(start), { timeout: 20_000 });
  [, origin = '', password = ''] = start.exec(printed) ?? [];
});

afterAll(async () => {
  development.kill('SIGTERM');
  await once(development, 'exit');
  await removeTemporaryDirectories();
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

it('runs what was saved, as soon as all of it builds', async () => {
  const page = async () => (await fetch(`${origin}/`)).text();
  const refusal = async () => (await fetch(`${origin}/api/me`)).json();
  const save = async (name: string, from: string, to: string) => {
    const file = join(tree, name);
    const text = await readFile(file, 'utf8');
    expect(text).toContain(from);
    await writeFile(file, text.replace(from, to));
  };
  await save('functions/portal/text/en.ts', 'product: PRODUCT.en', "product: 'New page'(");
  await save('shared/http/text/en.ts', "'Sign in again'", "'New service'");
  await expect.poll(() => printed).toContain('does not build yet');
  expect(await refusal()).toMatchObject({ title: 'Sign in again' });
  await save('functions/portal/text/en.ts', "'New page'(", "'New page'");
  await expect.poll(refusal).toMatchObject({ title: 'New service' });
  expect(await page()).toContain('<title>New page</title>');
});
