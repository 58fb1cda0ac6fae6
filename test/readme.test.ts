import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Service, startService } from './fixture/service.ts';

const README = readFileSync(fileURLToPath(new URL('../README.md', import.meta.url)), 'utf8');

let service: Service;

beforeAll(async () => {
  service = await startService();
});

afterAll(() => service.stopAndAssertNoLeaks());

/** The commands of the walk-through and, in order, the lines of output that it shows for them. */
function walkThrough(): { readonly commands: string; readonly shown: readonly string[] } {
  const section = README.slice(README.indexOf('## Walk through it'), README.indexOf('## Settings'));
  const blocks = [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block ?? '');
  const lines = blocks.join('\n').split('\n');
  return {
    commands: lines.filter((line) => !line.startsWith('#')).join('\n'),
    shown: lines.filter((line) => line.startsWith('# ')).map((line) => line.slice(2)),
  };
}

it('shows a walk-through that works line by line, with the real output', () => {
  const { commands, shown } = walkThrough();
  const script = commands
    .replace(/^ORIGIN=.*$/m, `ORIGIN=${service.origin}`)
    .replace(
      /^TEMPORARY_PASSWORD=.*$/m,
      `TEMPORARY_PASSWORD=${service.admins[0]?.temporaryPassword}`,
    );
  const { status, stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail'], {
    input: script,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(shown.length).toBeGreaterThan(5);
  expect(stdout.trim().split('\n')).toEqual(shown);
}, 120_000);

it('is read in ten minutes: it has fewer than 200 lines', () => {
  expect(README.trimEnd().split('\n').length).toBeLessThan(200);
});

it('links to files that exist', () => {
  const links = [...README.matchAll(/\]\(([^)#]+)\)/g)].map(([, target]) => target ?? '');
  expect(links.length).toBeGreaterThan(10);
  for (const link of links) {
    expect(() => readFileSync(fileURLToPath(new URL(`../${link}`, import.meta.url)))).not.toThrow();
  }
});
