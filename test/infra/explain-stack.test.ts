import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { explainStack } from '../../infra/bundle/explain-stack.ts';
import { startFunctionsHost } from '../../infra/local/host/functions-host.ts';

const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The log of the deployed bundle after a call that met a defect: PUBLIC_ORIGIN is missing. */
async function logOfDefect(): Promise<string> {
  const lines: string[] = [];
  const never = '0 0 0 1 1 *';
  const schedules = { SWEEP_SCHEDULE: never, NOTICE_SCHEDULE: never };
  Object.assign(process.env, { PUBLIC_ORIGIN: '', ...schedules });
  const host = await startFunctionsHost({
    packageDirectory: root('dist/package'),
    port: 0,
    log: (_level, message) => lines.push(message),
  });
  await fetch(`${host.origin}/api/password-policy`);
  await host.stop();
  return lines.join('\n');
}

it('explains the stack of the minified package by files and lines', async () => {
  const logged = await logOfDefect();
  expect(logged).toMatch(/main\.cjs:\d+:\d+/);
  const explained = explainStack(logged, root('dist/map'));
  expect(explained).not.toContain('main.cjs');
  expect(explained).toMatch(/\bshared\/setting\.ts:\d+:\d+/);
  expect(explained).toMatch(/\bshared\/composition\/app\.ts:\d+:\d+/);
});

it('leaves a text without a place in a known bundle unchanged', () => {
  const text = 'at signIn (functions/sign-in.ts:3:1), other.cjs:1:2 and main.cjs without a place';
  expect(explainStack(text, root('dist/map'))).toBe(text);
});

it('reads a stack from standard input, as the documents show it', () => {
  const command = ['run', '-s', 'explain-stack', '--', '-'];
  const run = spawnSync('npm', command, { cwd: root('.'), input: 'no stack\n', encoding: 'utf8' });
  expect(run).toMatchObject({ status: 0, stdout: 'no stack\n', stderr: '' });
});
