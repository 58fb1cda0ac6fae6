import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../infra/cli/command-list.ts';
import { startService } from '../fixture/service.ts';
import { runHere } from './fixture/in-process.ts';
import { ROOT } from './fixture/local-process.ts';
import { removeTemporaryDirectories, temporaryDirectory } from './fixture/package.ts';

/** `--json` prints one document, of a failure too, and infra/cli/README.md lists its members. */

const README = readFileSync(join(ROOT, 'infra/cli/README.md'), 'utf8');
const SECTION = README.slice(
  README.indexOf('## What the commands print'),
  README.indexOf('## Import users'),
);

/** The words in code of a row, by the first of them. */
const ROWS: ReadonlyMap<string, readonly string[]> = new Map(
  [...SECTION.matchAll(/^\| `([\w -]+)` \|(.*)\|$/gm)].map(([, name = '', text = '']) => [
    name,
    [...text.matchAll(/`(\w+)`/g)].map(([, word = '']) => word),
  ]),
);

let data: string;
let folder: string;
beforeAll(async () => {
  data = await temporaryDirectory();
  folder = await temporaryDirectory();
  const service = await startService({ directory: data });
  const admin = await service.readyAdmin();
  await service.addUser(admin.token, 'ana@contoso.example');
  await service.addUser(admin.token, 'eva@contoso.example');
  for (const verification of ['required', 'optional']) {
    const settings = { reset: { verification } };
    await service.callChecked('PATCH', '/api/tenant', { token: admin.token, body: { settings } });
  }
  await service.stopAndAssertNoLeaks();
  const made = await runHere('create-admin', ['a@tailspin.example', '--data', data]);
  expect(made.code).toBe(0);
  await writeFile(join(folder, 'users.jsonl'), '{"userName":"x"}\n');
}, 120_000);
afterAll(removeTemporaryDirectories);

/** Paths of the folder are written `@name`. Ends with the document and the code. */
async function run(command: string, words: readonly string[]) {
  const argv = words.map((word) => (word.startsWith('@') ? join(folder, word.slice(1)) : word));
  const [first = '', ...rest] = command.split(' ');
  const all = [...rest, '--json', '--data', data, ...argv];
  const mail = { MAIL_FROM: 'portal@localhost', SMTP_URL: pathToFileURL(folder).href };
  const { stdout, ...ended } = await runHere(first, all, mail);
  expect(stdout.split('\n')).toHaveLength(2);
  return { document: JSON.parse(stdout), ...ended };
}

/** Runs of each command that together show every member. */
const RUNS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  doctor: [[]],
  'users list': [['contoso.example']],
  'users show': [['ana@contoso.example']],
  'users reset': [['ana@contoso.example', '--dry-run'], ['ana@contoso.example']],
  'users unlock': [['ana@contoso.example', '--dry-run'], ['ana@contoso.example']],
  'users disable': [['ana@contoso.example', '--dry-run'], ['ana@contoso.example']],
  'users enable': [['ana@contoso.example', '--dry-run'], ['ana@contoso.example']],
  'users delete': [
    ['eva@contoso.example', '--dry-run'],
    ['eva@contoso.example', '--yes'],
  ],
  'tenants list': [[]],
  'tenant export': [['contoso.example', '--out', '@tenant.jsonl']],
  'tenant erase': [
    ['tailspin.example', '--dry-run'],
    ['tailspin.example', '--yes'],
  ],
  'tenant loosen': [
    ['contoso.example', '--dry-run'],
    ['contoso.example', '--request', '2'],
  ],
  events: [
    ['--tenant', 'contoso.example'],
    ['--all-tenants', '--out', '@events.jsonl'],
  ],
  'create-admin': [
    ['eva@fabrikam.example'],
    ['ana@contoso.example', '--recover', '--dry-run'],
    ['ana@contoso.example', '--recover'],
  ],
  'credential-report': [[]],
  'end-sessions': [['contoso.example', '--dry-run'], ['contoso.example']],
  'reset-tenant': [
    ['contoso.example', '--out', '@resets', '--dry-run'],
    ['contoso.example', '--out', '@resets', '--yes'],
  ],
  rotate: [['signing-key', '--dry-run'], ['signing-key']],
  'webhook-secret': [['https://hook.example/']],
  'notices list': [[]],
  'notices resend': [['--all', '--dry-run'], ['--all']],
  'notices resume': [['--dry-run'], []],
  'notices drop': [
    ['hook', '--dry-run'],
    ['hook', '--yes'],
  ],
  'notices test': [['--to', 'ana@mail.example']],
  backup: [['@file', '--dry-run'], ['@file']],
  'backup inspect': [['@file']],
  restore: [
    ['@file', '--replace', '--dry-run'],
    ['@file', '--replace', '--yes'],
  ],
  reindex: [['--dry-run'], []],
  'import-users': [['@users.jsonl', '--dry-run'], ['@users.jsonl']],
};

/** Names of members at every depth. */
function membersOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(membersOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [name, ...membersOf(member)]);
}

describe('infra/cli/README.md', () => {
  it('has a row for every command, and this test a run', () => {
    const names = Object.keys(COMMANDS);
    expect([...ROWS.keys()].filter((name) => names.includes(name))).toEqual(names);
    expect(Object.keys(RUNS)).toEqual(names);
  });

  it.each(Object.keys(RUNS))('names every member that %s prints and no other', async (name) => {
    const documented = ROWS.get(name) ?? [];
    const atTop = new Set<string>();
    const anywhere = new Set<string>();
    for (const argv of RUNS[name] ?? []) {
      const { document } = await run(name, argv);
      expect(document.dryRun).toBe(argv.includes('--dry-run') ? true : undefined);
      for (const member of Object.keys(document)) atTop.add(member);
      for (const member of membersOf(document)) anywhere.add(member);
    }
    atTop.delete('dryRun');
    expect(documented).toEqual(expect.arrayContaining([...atTop]));
    // Of what did not happen here, and what an action is called.
    const unseen = documented.filter((word) => !anywhere.has(word));
    expect(unseen).toEqual(UNSEEN[name] ?? []);
  });
});

const UNSEEN: Readonly<Record<string, readonly string[]>> = {
  // Nothing is missing.
  'tenant export': ['userId', 'first', 'last'],
  events: ['first', 'last'],
  // No user failed.
  'end-sessions': ['userName', 'code'],
  rotate: ['none'],
  // No webhook has failed.
  'notices list': ['eventId', 'tenant', 'type', 'at', 'givenUpAt', 'tries'],
};

describe('a failed command with --json', () => {
  it.each<[string, number, string, readonly string[]]>([
    ['usage', 2, 'create-admin', ['nobody']],
    ['usage', 2, 'nothing', []],
    ['usage', 2, 'end-sessions', ['--all']],
    ['refused', 1, 'create-admin', ['typo@contoso.example', '--recover']],
    ['refused', 1, 'restore', ['@none', '--dry-run']],
    ['data-directory', 1, 'credential-report', ['--data', '/dev/null']],
  ])('prints a document with the code %s', async (code, exitCode, command, argv) => {
    const failed = await run(command, argv);
    const { message } = failed.document.error;
    expect(failed.document).toEqual({ error: { code, message } });
    expect(failed.stderr).toBe(`${message}\n`);
    expect(failed.code).toBe(exitCode);
    expect(ROWS.has(code)).toBe(true);
  });

  it('prints a document for a bad setting and for an unavailable store', async () => {
    const fails = async (settings: Record<string, string>) => {
      const { stdout } = await runHere('credential-report', ['--json'], settings);
      return JSON.parse(stdout).error.code;
    };
    expect(await fails({ PASSWORD_MIN_LENGTH: '1' })).toBe('setting');
    const nowhere = {
      TABLES_CONNECTION_STRING:
        'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=eA==;' +
        'TableEndpoint=http://127.0.0.1:1/a;',
      KEY_VAULT_URL: 'https://127.0.0.1:1',
    };
    expect(await fails(nowhere)).toBe('unavailable');
  });
});
