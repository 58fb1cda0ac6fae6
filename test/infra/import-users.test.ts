import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readImportFile } from '../../infra/cli/import-file.ts';
import { startService } from '../fixture/service.ts';
import { runHere } from './fixture/in-process.ts';
import { removeTemporaryDirectories, temporaryDirectory } from './fixture/package.ts';

/** `portal-credentials import-users` as operators run it, and the files that it reads. */

const PASSWORD = 'correct horse battery staple';
const SALT = 'MDEyMzQ1Njc4OWFiY2RlZg';
/** Hashes of Python's hashlib, OpenSSL's argon2 and crypt_blowfish. */
const SCRYPT = `$scrypt$ln=10,r=8,p=1$${SALT}$7AnzIswxwEinpwz+ntydndYfVHPvOACmX9Vvo8hO1qM`;
const PBKDF2 = `$pbkdf2-sha256$1000$${SALT}$yqSq2SygY1sB4EcH9f2FG0JTMES.wqLsOT5YmiRBplI`;
const ARGON2 = `$argon2id$v=19$m=1024,t=2,p=1$${SALT}$lJAvJLp4BtcmmSKsJhfE7j/mz0i66bt6kndBqHr70hg`;
const BCRYPT = '$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW';

let folder: string;
let data: string;
beforeAll(async () => {
  folder = await temporaryDirectory();
  data = await temporaryDirectory();
  await runHere('create-admin', ['admin@contoso.example', '--data', data]);
});
afterAll(removeTemporaryDirectories);

async function fileOf(name: string, content: string | Uint8Array): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

async function readAll(file: string, format: 'csv' | 'jsonl') {
  const lines = [];
  for await (const line of readImportFile(file, format)) lines.push(line);
  return lines;
}

const run = (...argv: readonly string[]) => runHere('import-users', argv);

describe('portal-credentials import-users', () => {
  const csv = [
    'userName,displayName,roles,locale,passwordHash',
    `ana@contoso.example,"Silva, Ana",salesAgent helpdeskAgent,fr-CA,"${SCRYPT}"`,
    `ben@contoso.example,Ben,salesAgent,,${PBKDF2}`,
    `cleo@contoso.example,Cleo,salesAgent,,"${ARGON2}"`,
    `dan@contoso.example,Dan,salesAgent,,${BCRYPT}`,
    'eve@contoso.example,Eve,salesAgent,,',
    'not a name,Nobody,salesAgent,,',
    `fay@contoso.example,Fay,salesAgent,,$1$unknown$hash`,
  ].join('\r\n');

  it('reports in a dry run what it would do, and does it then', async () => {
    const file = await fileOf('users.csv', csv);
    const dry = await run(file, '--data', data, '--dry-run', '--json');
    expect({ code: dry.code, stderr: dry.stderr }).toEqual({ code: 1, stderr: '' });
    const { dryRun, ...would } = JSON.parse(dry.stdout);
    expect(dryRun).toBe(true);
    const done = await run(file, '--data', data, '--json');
    expect(done.code).toBe(1);
    const answer = JSON.parse(done.stdout);
    expect(answer).toEqual(would);
    expect(answer).toMatchObject({ lines: 7, created: 5, failed: 2, withoutPassword: 1 });
    expect(answer.errors).toEqual([
      {
        line: 7,
        errors: [
          {
            pointer: '/userName',
            detail:
              'Enter a user name such as ana@contoso.example. It can have at most 254 ' +
              'characters, without spaces or accents.',
          },
        ],
      },
      {
        line: 8,
        userName: 'fay@contoso.example',
        errors: [{ detail: 'This hash is of no kind that can be imported.' }],
      },
    ]);
    expect(dry.stdout + done.stdout).not.toMatch(/\$|unknown\$hash|not a name/);
  });

  it('lets every user in with the old password, which is rehashed', async () => {
    const report = async () => {
      const { stdout } = await runHere('credential-report', ['--data', data, '--json']);
      return JSON.parse(stdout).tenants[0].hashes.map(
        ({ wraps, permanent }: { wraps?: string; permanent: number }) => [wraps, permanent],
      );
    };
    const kinds = ['argon2id', 'bcrypt', 'pbkdf2-sha256', 'scrypt'];
    expect(await report()).toEqual([[undefined, 0], ...kinds.map((kind) => [kind, 1])]);
    const text = await runHere('credential-report', ['--data', data]);
    expect(text.stdout).toMatch(/10\s+scrypt\s+1\s+0\s+0/);

    // The cost of the import, for a sign-in lowers none.
    const service = await startService({ directory: data, env: { BCRYPT_COST: '10' } });
    for (const hash of [SCRYPT, PBKDF2, ARGON2, BCRYPT]) {
      service.noteSecret(hash.slice(hash.lastIndexOf('$') + 1).slice(-31));
    }
    const passwords = { ana: PASSWORD, ben: PASSWORD, cleo: PASSWORD, dan: 'U*U' };
    for (const [name, password] of Object.entries(passwords)) {
      const wrong = await service.signIn(`${name}@contoso.example`, `${password}?`);
      expect(wrong.body.code).toBe('invalid-credentials');
      const right = await service.signIn(`${name}@contoso.example`, password);
      expect(right.body.status, name).toBe('signedIn');
    }
    await service.stopAndAssertNoLeaks();
    expect(await report()).toEqual([[undefined, 4]]);
  });

  it('skips every user when it is run again', async () => {
    const file = await fileOf('again.csv', csv.split('\r\n').slice(0, 6).join('\n'));
    const { code, stdout } = await run(file, '--data', data);
    expect(code).toBe(0);
    expect(stdout).toBe(
      '0 created, 5 there already, 0 kept as they are, 0 deleted before, 0 failed.\n',
    );
  });

  it('reports the lines before a stray quote, without value or stack', async () => {
    const text = [
      'userName,displayName,roles,passwordHash',
      `gus@contoso.example,Gus,salesAgent,${BCRYPT}`,
      `jean@contoso.example,Kittiwake "JB" Dupont,salesAgent,${BCRYPT}`,
      `kim@contoso.example,Kim,salesAgent,${BCRYPT}`,
    ];
    const file = await fileOf('quote.csv', text.join('\n'));
    const dry = await run(file, '--data', data, '--json', '--dry-run');
    const done = await run(file, '--data', data, '--json');
    const again = await run(file, '--data', data);
    for (const { code, stdout, stderr } of [dry, done, again]) {
      expect(code).toBe(1);
      // A slow run reports its progress.
      expect(stderr).toMatch(/^(?:\d+ lines done\.\n)*$/);
      expect(stdout).not.toMatch(/Kittiwake|\$2y|\n +at /);
    }
    const sentence = 'From here on this is not CSV; nothing more was read.';
    const errors = [{ line: 3, userName: 'jean@contoso.example', errors: [{ detail: sentence }] }];
    expect(JSON.parse(dry.stdout)).toMatchObject({ created: 1, failed: 1, errors });
    expect(JSON.parse(done.stdout)).toMatchObject({ created: 1, failed: 1, errors });
    expect(again.stdout).toBe(
      `Line 3 (jean@contoso.example): ${sentence}\n` +
        '0 created, 1 there already, 0 kept as they are, 0 deleted before, 1 failed.\n',
    );
  });

  it('explains in one sentence what it cannot read', async () => {
    expect(await run('users.txt')).toMatchObject({ code: 2 });
    expect(await run('users.csv', '--delimiter', '|')).toMatchObject({
      code: 2,
      stderr: '--delimiter is one of comma, semicolon, tab.\n',
    });
    expect(await run('users.jsonl', '--delimiter', 'tab')).toMatchObject({ code: 2 });
    const none = await run(join(folder, 'none.csv'), '--data', data);
    expect(none).toMatchObject({ code: 1, stdout: '' });
    expect(none.stderr).toBe(`${join(folder, 'none.csv')} cannot be read (ENOENT).\n`);
    const help = await run('--help');
    expect(help.stdout).toContain('portal-credentials import-users FILE [options]');
  });
});

describe('JSON lines', () => {
  const good = { userName: 'Ana@Contoso.example', displayName: 'Ana', roles: ['salesAgent'] };

  it('are reported with an invalid email address', async () => {
    const text = JSON.stringify({ ...good, email: 'ana@localhost' });
    const errors = [{ pointer: '/email', problem: 'email' }];
    expect(await readAll(await fileOf('email.jsonl', text), 'jsonl')).toEqual([
      { line: 1, userName: 'ana@contoso.example', errors },
    ]);
  });

  it('are numbered as in an editor, and reported without their values', async () => {
    const lines = [
      JSON.stringify(good),
      '',
      '{"userName":"secret value"',
      '{"userName":"a@x.example","userName":"b@x.example"}',
      JSON.stringify({ ...good, extra: 1 }),
      JSON.stringify({ ...good, passwordHash: '$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9' }),
      JSON.stringify({ ...good, displayName: 'x'.repeat(20_000) }),
      JSON.stringify({ ...good, passwordHash: BCRYPT, email: 'ana@mail.example' }),
    ];
    const read = await readAll(await fileOf('lines.jsonl', lines.join('\n')), 'jsonl');
    const name = { sentence: 'This is not a JSON object, or has a name twice.' };
    const userName = 'ana@contoso.example';
    expect(read).toEqual([
      {
        line: 1,
        user: {
          ...good,
          userName: 'ana@contoso.example',
          email: undefined,
          secondEmail: undefined,
          locale: undefined,
          status: undefined,
          hash: undefined,
        },
      },
      { line: 3, userName: undefined, errors: [name] },
      { line: 4, userName: undefined, errors: [name] },
      { line: 5, userName, errors: [{ pointer: '/extra', problem: 'unknown' }] },
      {
        line: 6,
        userName,
        errors: [{ sentence: 'This hash is not written as hashes of its kind are.' }],
      },
      {
        line: 7,
        userName: undefined,
        errors: [{ sentence: 'A line has at most 16384 characters.' }],
      },
      {
        line: 8,
        user: expect.objectContaining({
          email: 'ana@mail.example',
          hash: { wrapping: '$2b$05$CCCCCCCCCCCCCCCCCCCCC.', digest: BCRYPT.slice(-31) },
        }),
      },
    ]);
  });

  it('are UTF-8, with or without a mark at the beginning', async () => {
    const marked = await fileOf('marked.jsonl', `\ufeff${JSON.stringify(good)}\n`);
    expect(await readAll(marked, 'jsonl')).toHaveLength(1);
    const zoe = JSON.stringify({ ...good, displayName: 'Zo\xe9' });
    const text = `${zoe}\n${JSON.stringify(good)}\n`;
    const latin = await fileOf('latin.jsonl', Buffer.from(text, 'latin1'));
    expect(await readAll(latin, 'jsonl')).toMatchObject([
      { userName: 'ana@contoso.example', errors: [{ sentence: 'This line is not UTF-8.' }] },
      { line: 2, user: {} },
    ]);
    const wide = await fileOf('wide.jsonl', Buffer.from(text, 'utf16le'));
    await expect(readAll(wide, 'jsonl')).rejects.toThrow(/is UTF-16/);
  });

  it('may have null or empty members as absent ones', async () => {
    const absent = { email: null, locale: '', status: null, passwordHash: '' };
    const lines = [
      { ...good, ...absent },
      { ...good, displayName: '', roles: null },
    ];
    const text = lines.map((line) => JSON.stringify(line)).join('\r\n');
    expect(await readAll(await fileOf('null.jsonl', text), 'jsonl')).toMatchObject([
      {
        line: 1,
        user: { email: undefined, secondEmail: undefined, locale: undefined, status: undefined },
      },
      {
        line: 2,
        userName: 'ana@contoso.example',
        errors: [
          { pointer: '/displayName', problem: 'required' },
          { pointer: '/roles', problem: 'required' },
        ],
      },
    ]);
  });
});
