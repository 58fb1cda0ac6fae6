import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../infra/cli/command-list.ts';
import { RECEIPT_KEY_SECRET as RECEIPT_KEY } from '../../shared/crypto/token/receipts.ts';
import { privateJwk } from '../crypto/vault-double.ts';
import { goodPassword } from '../fixture/good-password.ts';
import { startProxy } from './fixture/failing-proxy.ts';
import { ROOT } from './fixture/local-process.ts';
import { ADMIN, Operated, TENANT } from './fixture/operated.ts';
import { removeTemporaryDirectories, temporaryDirectory } from './fixture/package.ts';
import { serveCommands } from './fixture/shell-command.ts';

/**
 * The runbook, section by section, against a running service with store and vault that the
 * settings name. What the reader fills in (`NAME=...`) is filled in here, and nothing else is
 * changed; blocks for the cloud alone are only looked at. The commands run in this process;
 * operator-package.test.ts runs those that operators install.
 */

const RUNBOOK = readFileSync(join(ROOT, 'infra/RUNBOOK.md'), 'utf8');
const CLOUD = '# in the cloud\n';

interface Section {
  readonly title: string;
  readonly text: string;
  readonly blocks: readonly string[];
}

/** Fenced blocks of shell, without the indentation of the list that they stand in. */
function blocksOf(text: string): readonly string[] {
  return [...text.matchAll(/^( *)```sh\n([\s\S]*?)^ *```$/gm)].map(([, indent = '', block = '']) =>
    block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
}

const SECTIONS: readonly Section[] = RUNBOOK.split(/^#{2,3} /m)
  .slice(1)
  .map((text) => {
    const title = text.slice(0, text.indexOf('\n'));
    return { title, text, blocks: blocksOf(text) };
  });

const isForCloud = (block: string) => block.startsWith(CLOUD);
const localOf = ({ blocks }: Section) => blocks.filter((block) => !isForCloud(block)).join('\n');

/** Returns the anchor that GitHub makes of a heading. */
const anchorOf = (title: string) =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');

let operated: Operated;
let commands: Awaited<ReturnType<typeof serveCommands>>;
let directory: string;
let passwords = 1;

beforeAll(async () => {
  directory = await temporaryDirectory();
  operated = await Operated.start();
  commands = await serveCommands(operated.parts.settings);
}, 180_000);
afterAll(async () => {
  await commands.close();
  await operated.stop();
  await removeTemporaryDirectories();
});

/** A user who cannot wait, for one section. */
const URGENT = `urgent@${TENANT}`;

const place = (name: string) => join(directory, name);

/** The admin with a password of its own, whatever the section before did to it. */
async function adminPassword(): Promise<string> {
  passwords += 1;
  const { answer } = await operated.run('create-admin', ADMIN, '--recover');
  await operated.chooseOwnPassword(ADMIN, answer.admins[0].temporaryPassword, passwords);
  return goodPassword(passwords);
}

/** The types of events in a file of pages. */
async function typesIn(file: string): Promise<readonly string[]> {
  const pages = (await readFile(file, 'utf8')).trimEnd().split('\n');
  return pages.flatMap((page) => JSON.parse(page).items).map(({ type }) => type);
}

const common = () => ({ ORIGIN: operated.origin, TENANT, ADMIN, SUSPECT: ADMIN });

function requireWell(output: string): void {
  const [ready = '', ...checks] = output.trimEnd().split('\n');
  expect(JSON.parse(ready).status).toBe('ok');
  expect(checks.map((line) => line.slice(0, 5))).toEqual(Array(8).fill('ok   '));
}

/** The values that a reader would fill in, and what must be true after the section. */
const CASES: Readonly<
  Record<
    string,
    {
      readonly fill?: () => Promise<Record<string, string>>;
      readonly check: (output: string) => Promise<void> | void;
    }
  >
> = {
  'Sweep late or failing': {
    fill: async () => ({ HOST_KEY: 'none' }),
    check: (output) => expect(output).toBe(''),
  },
  'Lock-outs or refused sign-ins spike': {
    check: (output) => {
      const [pseudonym] = /(?<=namePseudonym {3})\w{16}$/m.exec(output) ?? [];
      const line = output.split('\n').find((one) => one.includes(`  ${ADMIN} `));
      expect(line).toContain(pseudonym);
      expect(output).toMatch(new RegExp(`^ {2}${TENANT} .* \\w{16}$`, 'm'));
    },
  },
  'Server errors': { check: requireWell },
  'Vault or tables do not answer': { check: requireWell },
  'A pepper version is missing': {
    fill: async () => {
      await operated.parts.rotate('password-pepper', 5);
      await operated.parts.enable('password-pepper', operated.pepper, false);
      return { MISSING: operated.pepper };
    },
    check: (output) => {
      expect(output).toContain(`${operated.pepper}: MISSING`);
      expect(output).toContain(`${operated.pepper} is enabled.`);
    },
  },
  'A secret version is left out': {
    fill: async () => ({ BAD: await operated.parts.add('password-pepper', 'a typo', 4) }),
    check: (output) => {
      expect(output).toMatch(/password-pepper [0-9a-f]{32} is disabled\./);
      expect(output).toContain('has the new version');
    },
  },
  'Notices are late': {
    check: (output) => expect(output).toContain('Neither mail nor a webhook is set.'),
  },
  'A notice is undeliverable': { check: (output) => expect(output).toBe('0 events.\n') },
  'A webhook receiver is gone': {
    check: (output) => {
      expect(output).toContain('Neither mail nor a webhook is set.');
      expect(output).toContain('None was stopped.');
    },
  },
  'A global admin was reset by another': {
    fill: async () => {
      await adminPassword();
      return {};
    },
    check: (output) => {
      expect(output).toMatch(new RegExp(`^\\S+ {2}password.reset {2,}bootstrap → ${ADMIN} `));
      expect(output).toContain('The sessions of 1 user are ended.');
      expect(output).toContain(`New admin  ${ADMIN}`);
    },
  },
  'Not reachable from outside': {
    check: (output) => expect(JSON.parse(output).status).toBe('ok'),
  },
  'Rotate the pepper': {
    fill: async () => ({ OLD_PEPPER: await operated.parts.rotate('password-pepper', 6) }),
    check: (output) => {
      expect(output).toContain('would be added');
      expect(output).toContain('has the new version');
      expect(output).toMatch(/password-pepper [0-9a-f]{32} is disabled\./);
    },
  },
  'Rotate the signing key': {
    fill: async () => ({ OLD_KEY: await operated.parts.rotate('token-signing-key', 6) }),
    check: (output) => expect(output).toMatch(/token-signing-key [0-9a-f]{32} is disabled\./),
  },
  'Rotate the key of receipts': {
    fill: async () => ({ OLD_KEY: await operated.parts.add(RECEIPT_KEY, privateJwk(), 6) }),
    check: (output) => {
      expect(output).toContain(`${RECEIPT_KEY} has the new version`);
      expect(output).toMatch(/receipt-signing-key [0-9a-f]{32} is disabled\./);
    },
  },
  'Rotate the webhook key': {
    fill: async () => {
      const OLD_KEY = await operated.parts.add('webhook-key', 'A'.repeat(43), 100);
      await operated.parts.add('webhook-key', 'B'.repeat(43), 80);
      return { OLD_KEY, URL: 'https://hook.example/' };
    },
    check: (output) => {
      expect(output).toContain('For 72 h');
      expect(output).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/m);
      expect(output).toMatch(/webhook-key [0-9a-f]{32} is disabled\./);
    },
  },
  'Mail is down': {
    fill: async () => {
      const { accessToken } = await operated.signIn(ADMIN, await adminPassword());
      const user = { userName: URGENT, displayName: 'Urgent', roles: ['salesAgent'] };
      await operated.call('POST', '/api/users', user, accessToken);
      for (const reason of ['required', 'optional']) {
        const body = { settings: { reset: { reason } } };
        const patched = await operated.call('PATCH', '/api/tenant', body, accessToken);
        expect(patched.body.settings.reset.reason).toBe('required');
      }
      const { answer } = await operated.run('tenant loosen', TENANT, '--dry-run');
      return { URGENT, REQUEST: `${answer.request}` };
    },
    check: async (output) => {
      const rules = `as ${ADMIN} requested: reason required → optional.`;
      expect(output).toContain(`The rules of resets of ${TENANT} would be ${rules}`);
      expect(output).toContain(`The rules of resets of ${TENANT} are ${rules}`);
      const { accessToken } = await operated.signIn(ADMIN, goodPassword(passwords));
      const read = await operated.call('GET', '/api/tenant', undefined, accessToken);
      expect(read.body.settings).toMatchObject({ reset: { reason: 'optional' } });
      expect(read.body.settings).not.toHaveProperty('pending');
      expect(output).toMatch(/^ok +mail/m);
      expect(output).toContain('Neither mail nor a webhook is set.');
      expect(output).toContain(`User      ${URGENT}`);
      await operated.run('users delete', URGENT, '--yes');
    },
  },
  'Mass compromise': {
    fill: async () => {
      await writeFile(place('list'), `${ADMIN}\n`);
      const [RESETS, SOME_RESETS] = [place('resets.jsonl'), place('some.jsonl')];
      return { RESETS, LIST: place('list'), SOME_RESETS };
    },
    check: async (output) => {
      expect(output).toContain('The sessions of 1 user are ended.');
      expect(output).toContain(`all of them are in ${place('resets.jsonl')}.`);
      const line = (await readFile(place('some.jsonl'), 'utf8')).split('\n')[1] ?? '';
      const { temporaryPassword } = JSON.parse(line);
      const { status } = await operated.signIn(ADMIN, temporaryPassword);
      expect(status).toBe('passwordChangeRequired');
    },
  },
  'A locked-out last admin': {
    check: (output) => expect(output).toContain(`New admin  ${ADMIN}`),
  },
  'Raise the work factor': { check: (output) => expect(output).toContain('  cost') },
  'Back up and restore the tables': {
    fill: async () => ({ BACKUP: place('tables.backup') }),
    check: async (output) => {
      expect(output).toContain('Every session is ended.');
      const made =
        '0 of the expiry index, 0 ids of users, 0 words of the search, 0 lists of admins';
      expect(output).toContain(`made: ${made};`);
      expect((await stat(place('tables.backup'))).mode & 0o777).toBe(0o600);
    },
  },
  'Drill a restore': {
    fill: async () => ({ DRILL: place('drill.backup') }),
    check: (output) => {
      expect(output.match(/^\d\d:\d\d:\d\d$/gm)).toHaveLength(3);
      expect(output).toContain('Would be restored: 1 users');
    },
  },
  'Load-test a deployment': {
    check: (output) => expect(output).toMatch(/^401 invalid-credentials: \d+, \d+ ms/m),
  },
  'Recover a soft-deleted vault': {
    check: (output) => {
      expect(output).toContain('Pepper versions');
      expect(output).not.toContain('MISSING');
    },
  },
  'Update from 1.0': {
    check: (output) => {
      for (const name of ['receipt-signing-key', 'webhook-key']) expect(output).toContain(name);
    },
  },
  'Evidence from events': {
    fill: async () => ({
      EVIDENCE: place('evidence.jsonl'),
      COPY: place('copy.backup'),
      SIEM: place('siem.jsonl'),
      FROM: '2026-01-01',
    }),
    check: async (output) => {
      const text = await readFile(place('evidence.jsonl'), 'utf8');
      expect(output).toContain(createHash('sha256').update(text).digest('hex'));
      expect(output).not.toContain('NOT COMPLETE');
      const types = text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).type);
      expect(types).toContain('sessions.ended');
      expect(types.at(-1)).toBe('user.created');
      expect(output).toMatch(new RegExp(`^ {2}${TENANT} +\\d+ +${types.length} `, 'm'));
    },
  },
  'Offboard a tenant': {
    fill: async () => {
      await operated.run('create-admin', 'admin@tailspin.example');
      return { LEAVING: 'tailspin.example', EXPORT: place('export.jsonl') };
    },
    check: async (output) => {
      expect(output).toContain('tailspin.example is erased: 1 user and 0 deleted before');
      expect(await readFile(place('export.jsonl'), 'utf8')).toContain('admin@tailspin.example');
      const { answer } = await operated.run('tenants', 'list');
      expect(answer.tenants.map(({ tenant }: { tenant: string }) => tenant)).toEqual([TENANT]);
    },
  },
  'Evidence as an admin of the tenant': {
    fill: async () => ({ PASSWORD: await adminPassword(), PAGES: place('pages.jsonl') }),
    check: async (output) => {
      expect(output).toMatch(/^[0-9a-f]{64} /);
      const types = await typesIn(place('pages.jsonl'));
      expect(types).toContain('sessions.ended');
      expect(types.at(-1)).toBe('user.created');
    },
  },
};

function filledIn(script: string, values: Record<string, string>): string {
  return script.replaceAll(/^([A-Z_]+)=(?:https:\/\/)?\.\.\..*$/gm, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`the reader is not told what ${name} is`);
    return `${name}='${value.replaceAll("'", `'\\''`)}'`;
  });
}

async function runScript(script: string) {
  const { environment } = operated;
  const PATH = `${dirname(process.execPath)}:${environment.PATH}`;
  const bash = spawn('bash', ['-euo', 'pipefail'], { cwd: ROOT, env: { ...environment, PATH } });
  const written = { stdout: '', stderr: '' };
  bash.stdout.on('data', (chunk) => {
    written.stdout += chunk;
  });
  bash.stderr.on('data', (chunk) => {
    written.stderr += chunk;
  });
  bash.stdin.end(script);
  const [code] = await once(bash, 'close');
  return { code, ...written };
}

describe('the runbook', () => {
  const begin = SECTIONS.find(({ title }) => title === 'Before you begin') as Section;
  const local = SECTIONS.filter((section) => section !== begin && localOf(section) !== '');

  it('is tested in every section that has a command', () => {
    expect(local.map(({ title }) => title)).toEqual(Object.keys(CASES));
  });

  it.each(local)(
    'works in the section $title',
    async (section) => {
      const { fill = async () => ({}), check } = CASES[section.title] ?? { check: expect.fail };
      const values = { ...common(), ...(await fill()) };
      const script = filledIn(
        `${localOf(begin)}\n${commands.shellFunction}\n${localOf(section)}`,
        values,
      );
      const { code, stdout, stderr } = await runScript(script);
      // What a person needs when the work is interrupted.
      const told = stderr.replaceAll(/^Run [0-9a-f-]{36}; when interrupted, [^\n]*\n/gm, '');
      expect({ code, told }).toEqual({ code: 0, told: '' });
      await check(stdout);
    },
    240_000,
  );
});

describe('the evidence of an admin', () => {
  const section = SECTIONS.find(({ title }) => /as an admin/.test(title)) as Section;
  const begin = SECTIONS.find(({ title }) => title === 'Before you begin') as Section;
  const run = (values: Record<string, string>) =>
    runScript(filledIn(`${localOf(begin)}\n${localOf(section)}`, { ...common(), ...values }));

  const PASSWORD = `mossy "lantern" \\drifts' $HOME \`id\` 4`;
  let temporaryPassword: string;
  let chosen: Promise<void> | undefined;

  beforeAll(async () => {
    const { answer } = await operated.run('create-admin', ADMIN, '--recover');
    ({ temporaryPassword } = answer.admins[0]);
  });

  it('stops with a sentence if the password is a temporary one', async () => {
    const values = { PASSWORD: temporaryPassword, PAGES: place('none.jsonl') };
    const { code, stdout, stderr } = await run(values);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('No token');
  });

  async function choose(): Promise<void> {
    const { changeToken } = await operated.signIn(ADMIN, temporaryPassword);
    const change = { newPassword: PASSWORD };
    const changed = await operated.call('POST', '/api/me/password', change, changeToken);
    expect(changed.status).toBe(200);
  }

  /** Replaces the temporary password, once for all tests that follow. */
  function choosePassword(): Promise<void> {
    chosen ??= choose();
    return chosen;
  }

  it('is taken with a password that has quotes, a backslash and a dollar', async () => {
    await choosePassword();
    const PAGES = place('quotes.jsonl');
    expect(await run({ PASSWORD, PAGES })).toMatchObject({ code: 0, stderr: '' });
    expect((await typesIn(PAGES)).at(-1)).toBe('user.created');
  });

  it.each([
    ['the token has expired', 'invalid-token'],
    ['the store stops to answer', 'dependency-unavailable'],
  ])('is reported as incomplete if %s after the first page', async (_, problem) => {
    const PAGES = place(`${problem}.jsonl`);
    await choosePassword();
    const proxy = await startProxy(operated.origin, problem);
    try {
      const { code, stdout, stderr } = await run({ ORIGIN: proxy.origin, PASSWORD, PAGES });
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain('NOT COMPLETE: {');
      expect(stderr).toContain(`"code":"${problem}"`);
      expect(await readFile(PAGES, 'utf8')).not.toContain(problem);
    } finally {
      proxy.stop();
    }
  });
});

describe('an operator', () => {
  it('needs the password of no tenant, except where an admin takes evidence', () => {
    const withPassword = SECTIONS.filter(({ text }) => /PASSWORD=|api\/sign-in/.test(text));
    expect(withPassword.map(({ title }) => title)).toEqual(['Evidence as an admin of the tenant']);
  });
});

describe('the references of the runbook', () => {
  it('exist: every section of an alert, and every link within', () => {
    const anchors = SECTIONS.map(({ title }) => anchorOf(title));
    const alerts = readFileSync(join(ROOT, 'infra/app/alerts.bicep'), 'utf8');
    const ofAlerts = [...alerts.matchAll(/anchor: '([^']+)'/g)].map(([, anchor]) => anchor);
    expect(ofAlerts.length).toBeGreaterThan(6);
    const linked = [...RUNBOOK.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
    expect(linked.length).toBeGreaterThan(10);
    for (const anchor of [...ofAlerts, ...linked]) expect(anchors).toContain(anchor);
    expect(new Set(anchors).size).toBe(anchors.length);
  });

  it('exist: every linked file, and every setting of azd', () => {
    const files = [...RUNBOOK.matchAll(/\]\(([^#)]+)\)/g)].map(([, file = '']) => file);
    expect(files.length).toBeGreaterThan(1);
    for (const file of files) {
      expect(() => readFileSync(join(ROOT, 'infra', file)), file).not.toThrow();
    }
    const parameters = readFileSync(join(ROOT, 'infra/main.parameters.json'), 'utf8');
    const set = [...RUNBOOK.matchAll(/azd env set ([A-Z_]+)/g)].map(([, name]) => name);
    expect(set.length).toBeGreaterThan(2);
    for (const name of set) expect(parameters).toContain(`\${${name}=`);
  });

  it('is a command of the list wherever a script of npm is run', () => {
    const scripts = [...RUNBOOK.matchAll(/npm run -s (\S+) -- ([\w-]+)/g)];
    const names = new Set(scripts.map(([, script]) => script));
    expect(names).toEqual(new Set(['cli', 'explain-stack']));
    const first = new Set(Object.keys(COMMANDS).map((name) => name.split(' ')[0]));
    const run = scripts.filter(([, script]) => script === 'cli').map(([, , name]) => name);
    expect(run.filter((name) => !first.has(name))).toEqual([]);
    expect(RUNBOOK.split('npm run')).toHaveLength(scripts.length + 1);
  });

  it('use Azure in the marked blocks and in no other', () => {
    const needsAzure = /(?:^|[\s(])(?:az|azd) /m;
    const blocks = SECTIONS.flatMap((section) => section.blocks);
    expect(blocks.filter(isForCloud).length).toBeGreaterThan(5);
    for (const block of blocks) expect(needsAzure.test(block), block).toBe(isForCloud(block));
  });
});
