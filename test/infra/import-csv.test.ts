import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readImportFile } from '../../infra/cli/import-file.ts';
import type { ImportLine } from '../../shared/maintenance/import-users.ts';
import { removeTemporaryDirectories, temporaryDirectory } from './fixture/package.ts';

/** The CSV files that spreadsheets and other systems make, and what is wrong in some of them. */

let folder: string;
let files = 0;
beforeAll(async () => {
  folder = await temporaryDirectory();
});
afterAll(removeTemporaryDirectories);

type Delimiter = 'comma' | 'semicolon' | 'tab';

async function read(content: string | Uint8Array, delimiter?: Delimiter): Promise<ImportLine[]> {
  files += 1;
  const file = join(folder, `${files}.csv`);
  await writeFile(file, content);
  const lines = [];
  for await (const line of readImportFile(file, 'csv', delimiter)) lines.push(line);
  return lines;
}

const HEADER = 'userName,displayName,roles';
const row = (name: string) => `${name}@contoso.example,Ana,salesAgent`;

/** Line numbers of the users that were read, and what was said of the other lines. */
function summary(lines: readonly ImportLine[]) {
  const told = lines.filter((line) => 'errors' in line);
  return {
    users: lines.filter((line) => 'user' in line).map(({ line }) => line),
    told: told.map(({ line }) => line),
    names: told.map((line) => ('errors' in line ? line.userName : undefined)),
    sentences: told.map((line) => ('errors' in line ? JSON.stringify(line.errors) : '')),
  };
}

/** A value that may be in no answer; it stands where the fault is. */
const VALUE = 'Kittiwake';
const FAULTS: readonly (readonly [string, string, RegExp])[] = [
  ['a quote inside a field', `x@contoso.example,${VALUE} "JB" Dupont,salesAgent`, /is not CSV/],
  ['a quote inside the last field', `x@contoso.example,A,${VALUE}"`, /is not CSV/],
  ['text behind a closing quote', `x@contoso.example,"${VALUE}"y,salesAgent`, /is not CSV/],
  ['text behind a quote and a space', `x@contoso.example,"${VALUE}" y,salesAgent`, /is not CSV/],
  ['a quote that is never closed', `x@contoso.example,"${VALUE},salesAgent`, /is not CSV/],
  [
    'a record that is too long',
    `x@contoso.example,${VALUE.repeat(2000)},salesAgent`,
    /more than 16384/,
  ],
];
const SIZES = [
  ['of one chunk', 8],
  ['of many chunks', 5000],
] as const;

describe('a CSV fault', () => {
  for (const [size, rows] of SIZES) {
    for (const place of ['first', 'middle', 'last'] as const) {
      it.each(FAULTS)(
        `in the ${place} line of a file ${size} is reported at its line: %s`,
        async (_name, fault, sentence) => {
          const before = { first: 0, middle: rows / 2, last: rows }[place];
          const lines = Array.from({ length: rows }, (_, index) => row(`u${index}`));
          lines.splice(before, 0, fault);
          const found = summary(await read([HEADER, ...lines].join('\n')));
          expect(found.users).toEqual(Array.from({ length: before }, (_, index) => index + 2));
          expect(found.told).toEqual([before + 2]);
          expect(found.names).toEqual(['x@contoso.example']);
          expect(found.sentences[0]).toMatch(sentence);
          expect(found.sentences[0]).toContain('nothing more was read');
          expect(found.sentences[0]).not.toContain(VALUE);
        },
      );
    }
  }

  it.each([0, 1, 2])('in column %i shows no value of the file', async (column) => {
    const cells = ['x@contoso.example', VALUE, VALUE];
    cells[column] = `${VALUE}"`;
    const found = summary(await read(`${HEADER}\n${row('a')}\n${cells.join(',')}\n`));
    expect(found.users).toEqual([2]);
    expect(found.told).toEqual([3]);
    expect(found.sentences.join()).not.toContain(VALUE);
  });

  it('is reported with its line too if its record began on an earlier line', async () => {
    const text = `${HEADER}\n${row('a')}\n\n"x@contoso.example","A\nB"y,salesAgent\n`;
    const found = summary(await read(text));
    expect(found.told).toEqual([4]);
    expect(found.sentences[0]).toContain('line 5');
  });

  it('in the first line rejects the file without quoting it', async () => {
    await expect(read(`userName,display"${VALUE},roles\n`)).rejects.toThrow(
      /first line is not CSV/,
    );
    await expect(read(`userName,"${VALUE}`)).rejects.not.toThrow(VALUE);
  });
});

describe('a record over several lines', () => {
  it.each(['\n', '\r\n', '\r'])('is reported at its first line, with line ends %j', async (end) => {
    const lines = [HEADER, `"a@contoso.example","A${end}B",salesAgent`, row('b'), 'c@x.example,C'];
    const found = summary(await read(lines.join(end)));
    expect(found.users).toEqual([4]);
    expect(found.told).toEqual([2, 5]);
    expect(found.names).toEqual(['a@contoso.example', 'c@x.example']);
  });
});

describe('CSV line ends', () => {
  const ENDS = ['\n', '\r\n', '\r'];
  const MIXTURES = ENDS.flatMap((one) =>
    ENDS.flatMap((two) => ENDS.map((three) => [one, two, three])),
  );

  it.each(MIXTURES)('may be mixed: %j, %j, %j', async (one, two, three) => {
    const text = `${HEADER}${one}${row('a')}${two}${two}${row('b')}${three}${row('c')}`;
    const lines = await read(text);
    expect(summary(lines)).toMatchObject({ users: [2, 4, 5], told: [] });
    expect(lines.map((line) => 'user' in line && line.user.roles)).toEqual(
      Array(3).fill(['salesAgent']),
    );
  });

  it('of two characters stay whole at the border of two chunks', async () => {
    for (const length of [65_535, 65_536]) {
      const start = `${HEADER}\r\n`;
      const blank = '\r\n'.repeat((length - start.length) >> 1);
      const text = `${start}${blank}`.padEnd(length, ' ');
      const found = summary(await read(`${text}\r\n${row('a')}\r\n`));
      expect(found).toMatchObject({ users: [text.split('\r\n').length + 1], told: [] });
    }
  });
});

describe('CSV fields', () => {
  const fields = ['a@contoso.example', 'Ana', 'salesAgent'];

  it.each([
    ['comma', ','],
    ['semicolon', ';'],
    ['tab', '\t'],
  ] as const)('are separated by a %s, detected or named', async (name, sign) => {
    const text = `${HEADER.replaceAll(',', sign)}\n${fields.join(sign)}\n`;
    for (const delimiter of [undefined, name]) {
      expect(await read(text, delimiter)).toMatchObject([
        { line: 2, user: { displayName: 'Ana' } },
      ]);
    }
    const excel = await read(`sep=${sign}\r\n${text}`);
    expect(excel).toMatchObject([{ line: 3, user: { displayName: 'Ana' } }]);
  });

  it('are rejected if the named separator is another one', async () => {
    const text = 'userName;displayName;roles\na@x.example;A;salesAgent\n';
    await expect(read(text, 'comma')).rejects.toThrow(/--delimiter semicolon/);
    await expect(read(`sep=|\n${text}`)).rejects.toThrow(/sep=/);
  });

  it('may have spaces around them, and quotes behind the spaces', async () => {
    const text = 'userName, displayName, roles\n a@x.example , "Silva, Ana" , salesAgent \n';
    const [line] = await read(text);
    expect(line).toMatchObject({
      user: { userName: 'a@x.example', displayName: 'Silva, Ana', roles: ['salesAgent'] },
    });
  });

  it('are absent if empty, and lines of empty fields are ignored', async () => {
    const text = [
      'userName;displayName;roles;email;locale;passwordHash;',
      'a@x.example;Ana;salesAgent;;" ";"";',
      ';;;;;;',
      ' ; ;;;;;',
      '',
      'b@x.example;Ben;salesAgent;;;;x',
    ];
    const lines = await read(text.join('\n'));
    expect(lines).toMatchObject([
      {
        line: 2,
        user: { email: undefined, secondEmail: undefined, locale: undefined, hash: undefined },
      },
      {
        line: 6,
        userName: 'b@x.example',
        errors: [{ sentence: expect.stringContaining('without a name') }],
      },
    ]);
  });
});

describe('the first CSV line', () => {
  it('names columns in any case and order', async () => {
    const text = 'ROLES,Username,displayname\nsalesAgent,a@x.example,Ana\n';
    expect(await read(text)).toMatchObject([{ user: { userName: 'a@x.example' } }]);
  });

  it.each([
    ['userName,displayName,roles,password', /"password" is not a column/],
    ['userName,displayName,roles,Roles', /names the column roles twice/],
    ['userName,displayName', /does not name the column roles/],
    ['name|mail|group', /names none of the columns userName, /],
    ['ana@contoso.example,Ana,salesAgent', /names none of the columns userName, /],
    ['', /is empty/],
    ['\n\n', /is empty/],
  ])('is rejected with its fault named: %j', async (header, sentence) => {
    await expect(read(`${header}\n`)).rejects.toThrow(sentence);
  });

  it('is not quoted if it is a user', async () => {
    await expect(read('$2b$10$secret,ana@contoso.example\n')).rejects.not.toThrow(/secret|ana@/);
  });
});

describe('a CSV file in another encoding', () => {
  const text = `${HEADER}\na@x.example,Zoé,salesAgent\nb@x.example,Ben,salesAgent\n`;

  it('is rejected as UTF-16, with a mark or without', async () => {
    for (const start of ['\ufeff', '']) {
      await expect(read(Buffer.from(start + text, 'utf16le'))).rejects.toThrow(/is UTF-16/);
      const bigEndian = Buffer.from(start + text, 'utf16le').swap16();
      await expect(read(bigEndian)).rejects.toThrow(/is UTF-16/);
    }
  });

  it('is reported at each affected line, and the others are read', async () => {
    const found = summary(await read(Buffer.from(text, 'latin1')));
    expect(found).toMatchObject({ users: [3], told: [2], names: ['a@x.example'] });
    expect(found.sentences[0]).toContain('is not UTF-8');
  });
});

describe('a reported CSV line', () => {
  it.each([
    ['too few fields', 'x@contoso.example,A', /There are 2 fields, and 3 columns/],
    ['too many fields', 'x@contoso.example,A,salesAgent,', /There are 4 fields, and 3 columns/],
    ['an unknown role', 'x@contoso.example,A,king', /roles/],
  ])('with %s names its user', async (_name, line, sentence) => {
    const found = summary(await read(`${HEADER}\n${line}\n${row('a')}`));
    expect(found).toMatchObject({ users: [3], told: [2], names: ['x@contoso.example'] });
    expect(found.sentences[0]).toMatch(sentence);
  });

  it('with a bad hash names its user and not the hash', async () => {
    const found = summary(await read(`${HEADER},passwordHash\n${row('a')},$6$salt$secret\n`));
    expect(found.names).toEqual(['a@contoso.example']);
    expect(found.sentences[0]).not.toContain('secret');
  });
});

it('reads the status of a user from its column', async () => {
  const lines = await read(
    `${HEADER},Status\n${row('a')},disabled\n${row('b')},\n${row('c')},gone`,
  );
  expect(lines).toMatchObject([
    { user: { status: 'disabled' } },
    { user: { userName: 'b@contoso.example' } },
    { userName: 'c@contoso.example', errors: [{ pointer: '/status', problem: 'choice' }] },
  ]);
});
