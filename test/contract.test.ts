import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { EVENT_TYPES, SYSTEM_ACTORS } from '../shared/credential/event.ts';
import { endpoints } from '../shared/http/endpoint/index.ts';
import { PROBLEM_STATUS } from '../shared/http/problem.ts';
import { parseSettings } from '../shared/setting.ts';

/** Holds shared/CONTRACT.md against the service, in both directions. */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const contract = readFileSync(`${ROOT}shared/CONTRACT.md`, 'utf8');

/** The text below a heading, up to the next one of the same level or a higher one. */
function section(heading: string): string {
  const level = /^#+/.exec(heading)?.[0].length ?? 0;
  const start = contract.indexOf(`\n${heading}`);
  expect(start, heading).toBeGreaterThan(0);
  const rest = contract.slice(start + heading.length + 1);
  const end = rest.search(new RegExp(`\n#{1,${level}} `));
  return end < 0 ? rest : rest.slice(0, end);
}

function matches(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([, found]) => found ?? '');
}

/** Every name of the contract is built, and the reverse. */
function expectSame(described: Iterable<string>, built: Iterable<string>) {
  expect([...new Set(described)].toSorted()).toEqual([...built].toSorted());
}

describe('the table of codes', () => {
  const rows = [...contract.matchAll(/^\| `([a-z-]+)` \| (\d{3}) \|/gm)];

  it('has the codes of the service and no others', () => {
    const codes = rows.map(([, code = '']) => code);
    expectSame(codes, Object.keys(PROBLEM_STATUS));
  });

  it('gives each code the status that the service answers', () => {
    const statuses = new Map(rows.map(([, code, status]) => [code, Number(status)]));
    for (const [code, status] of Object.entries(PROBLEM_STATUS)) {
      expect(statuses.get(code), code).toBe(status);
    }
  });
});

describe('the endpoints', () => {
  const described = matches(
    contract.slice(contract.indexOf('\n## Endpoints'), contract.indexOf('\n## Timer')),
    /`((?:GET|POST|PATCH|DELETE) \/[^\s`?]*)[^`]*`/g,
  ).filter((name) => !name.includes(' /admin/'));
  // The portal's page is answered by the catch-all function.
  const built = ['GET /', ...endpoints.map(({ method, route }) => `${method} /${route}`)];

  it('are those of the service and no others', () => {
    const canonical = (name: string) => name.replace(/\{\w+\}/g, '{}');
    expectSame(described.map(canonical), built.map(canonical));
  });
});

describe('the events', () => {
  const events = section('### `GET /api/users/{userId}/events?limit');

  it('have the types that the service writes and no others', () => {
    const [, types = ''] = /\bTypes: (.*?)\. An event/.exec(events) ?? [];
    const described = matches(types, /`([a-z-]+\.[a-z-]+)`/g);
    expectSame(described, EVENT_TYPES);
  });

  it('have the system actors of the service and no others', () => {
    const [, actors = ''] = /"system": (.*?) \}/.exec(events) ?? [];
    expectSame(matches(actors, /"([a-z-]+)"/g), SYSTEM_ACTORS);
  });
});

describe('the settings', () => {
  const tables = section('## Settings');
  const rows = [...tables.matchAll(/^\| `([A-Z_]+)` \| ([^|]+) \| (.*)\|$/gm)];
  const local = {
    PUBLIC_ORIGIN: 'http://127.0.0.1:7071',
    TABLES_CONNECTION_STRING: 'UseDevelopmentStorage=true',
    KEY_VAULT_URL: 'https://vault.example',
  };

  /** The names that the product reads: by shared/setting.ts, or by the host for a schedule. */
  function namesRead(): readonly string[] {
    const setting = ['setting.ts', 'setting/mail.ts', 'setting/webhook.ts']
      .map((name) => readFileSync(`${ROOT}shared/${name}`, 'utf8'))
      .join('\n');
    const triggers = readdirSync(`${ROOT}functions`)
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(`${ROOT}functions/${name}`, 'utf8'));
    return [
      ...matches(setting, /'([A-Z]+(?:_[A-Z]+)+)'/g),
      ...matches(triggers.join('\n'), /%([A-Z_]+)%/g),
    ];
  }

  it('are those that the service reads and no others', () => {
    const inNotes = rows.flatMap(([, , , note = '']) =>
      matches(note, /or `([A-Z]+(?:_[A-Z]+)+)`/g),
    );
    const described = [...rows.map(([, name = '']) => name), ...inNotes];
    expectSame(described, new Set(namesRead()));
  });

  const numbers = rows.flatMap(([, name = '', fallback = '', note = '']) => {
    const [, lowest, highest] = /^(\d+)–(\d+)/.exec(note) ?? [];
    if (lowest === undefined || highest === undefined) return [];
    return [{ name, fallback, lowest: Number(lowest), highest: Number(highest) }];
  });

  it('with a range are found in the table', () => {
    expect(numbers.length).toBeGreaterThan(9);
  });

  it.each(numbers)('$name has the default and the bounds of the table', (setting) => {
    const { name, fallback, lowest, highest } = setting;
    const parse = (value?: number) => parseSettings({ ...local, [name]: value?.toString() });
    expect(parse()).toEqual(parse(Number(fallback)));
    for (const value of [lowest, highest]) expect(() => parse(value)).not.toThrow();
    for (const value of [lowest - 1, highest + 1]) expect(() => parse(value)).toThrow(name);
  });
});

describe('citations', () => {
  it('name only documents that are in the repository', () => {
    const folders = ['functions', 'shared', 'infra', 'test', '.github'];
    const files = folders.flatMap((folder) =>
      readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.(?:ts|js|md|bicep|ya?ml|sh)$/.test(name))
        .map((name) => `${folder}/${name}`),
    );
    const top = readdirSync(ROOT).filter((name) => name.endsWith('.md'));
    const known = new Set([...top, ...files].map((name) => name.split('/').at(-1)));
    const missing = [...top, ...files].flatMap((file) =>
      matches(readFileSync(`${ROOT}${file}`, 'utf8'), /\b([A-Z][A-Z_]+\.md)\b/g)
        .filter((name) => !known.has(name))
        .map((name) => `${file}: ${name}`),
    );
    expect(missing).toEqual([]);
  });
});
