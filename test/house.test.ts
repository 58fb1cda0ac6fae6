import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ARRANGEMENTS } from './vitest.config.ts';

/**
 * The house rules of CONTRIBUTING.md that a machine can check. Each has a planted violation to
 * see it fail.
 */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LINE_MAX = 100;
/** The formatter breaks what it can; a name too long for its import stays in one line. */
const UNBREAKABLE = /^(?:import|\} from) |^\s*it\('/;
const FILE_LINES_MAX = 300;
const FUNCTION_LINES_MAX = 70;

interface Source {
  /** From the root, with slashes. */
  readonly path: string;
  readonly text: string;
}

function sourcesUnder(...folders: readonly string[]): readonly Source[] {
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
      .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') })),
  );
}

const PRODUCT = ['functions', 'shared', 'infra'] as const;
const sources = sourcesUnder(...PRODUCT);
const tests = sourcesUnder('test');

/** Returns the room of a file: rooms are what the arrows go between. */
function roomOf(path: string): string {
  const parts = path.split('/');
  if (path.startsWith('functions/portal/')) return 'portal';
  if (path.startsWith('shared/http/text/')) return 'text';
  if (parts[0] !== 'shared') return parts[0] === 'infra' ? `infra/${parts[1]}` : (parts[0] ?? '');
  return parts.length > 2 ? (parts[1] ?? '') : basename(path, '.ts');
}

/** A room and its imports inside the repository; packages are listed apart. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  credential: ['credential'],
  port: ['port', 'credential'],
  setting: ['setting', 'port', 'credential'],
  operation: ['operation', 'port', 'credential'],
  maintenance: ['maintenance', 'operation', 'port', 'credential'],
  crypto: ['crypto', 'port', 'credential'],
  azure: ['azure', 'port', 'credential'],
  http: ['http', 'text', 'operation', 'port', 'credential', 'setting'],
  text: ['text'],
  telemetry: ['telemetry', 'port', 'setting'],
  mail: ['mail', 'port', 'credential', 'setting'],
  webhook: ['webhook', 'port', 'credential', 'setting'],
  composition: [
    ...['composition', 'azure', 'crypto', 'mail', 'webhook', 'telemetry', 'http'],
    ...['maintenance', 'operation', 'port', 'credential', 'setting'],
  ],
  functions: ['functions', 'composition', 'http'],
  portal: ['portal', 'text'],
  'infra/check': ['infra/check'],
  'infra/dev.ts': ['infra/bundle'],
  'infra/bundle': ['infra/bundle', 'credential', 'text', 'portal', 'http'],
  'infra/local': ['infra/local', 'composition', 'http', 'crypto', 'port', 'setting'],
  // Its commands are an edge of their own: they call operations, as http does, and parse users by
  // the same schemas.
  'infra/cli': [
    ...['infra/cli', 'infra/local', 'composition', 'http', 'text'],
    ...['maintenance', 'operation', 'crypto', 'port', 'credential', 'setting'],
  ],
};

const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  '@azure/functions': ['functions', 'http', 'infra/local'],
  '@azure/data-tables': ['azure'],
  '@azure/keyvault-secrets': ['azure'],
  '@azure/communication-email': ['mail'],
  '@azure/identity': ['azure'],
  '@azure/msal-node': ['azure'],
  nodemailer: ['mail'],
  '@azure/monitor-opentelemetry-exporter': ['telemetry'],
  '@opentelemetry/api': ['telemetry'],
  '@opentelemetry/core': ['telemetry'],
  '@opentelemetry/exporter-metrics-otlp-http': ['telemetry'],
  '@opentelemetry/exporter-trace-otlp-http': ['telemetry'],
  '@opentelemetry/resources': ['telemetry'],
  '@opentelemetry/sdk-metrics': ['telemetry'],
  '@opentelemetry/sdk-trace': ['telemetry'],
  bcryptjs: ['crypto'],
  jose: ['crypto', 'infra/local'],
};

function importsOf({ text }: Source): readonly string[] {
  const froms = text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g);
  return [...froms].map(([, specifier]) => specifier ?? '');
}

/** The one rule that the portal's page must follow exactly as the service does. */
const SHARED_WITH_PORTAL = 'shared/credential/temporary-password-form.ts';

function isAllowed(from: string, target: string): boolean {
  const isPortal = roomOf(from) === 'portal';
  if (isPortal && target === SHARED_WITH_PORTAL) return true;
  return ARROWS[roomOf(from)]?.includes(roomOf(target)) === true;
}

function wrongArrows(all: readonly Source[]): readonly string[] {
  return all.flatMap((source) =>
    importsOf(source)
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => posix.normalize(posix.join(dirname(source.path), specifier)))
      .filter((target) => !isAllowed(source.path, target))
      .map((target) => `${source.path} → ${target}`),
  );
}

function wrongPackages(all: readonly Source[]): readonly string[] {
  return all.flatMap((source) =>
    importsOf(source)
      .filter((specifier) => PACKAGES[specifier]?.includes(roomOf(source.path)) === false)
      .map((specifier) => `${source.path} → ${specifier}`),
  );
}

/** Words that say nothing. `data` is a word of URLs and SDKs, so only file names are held to it. */
const EMPTY_WORDS = /(?:^|[-./])(?:manager|service|helpers?|utils?|data|info|misc|common)\.ts$/;
const EMPTY_NAMES = /\b(?:class|interface|type|function)\s+\w*(?:Manager|Helper|Utils?|Info)\b/;

/** The service's and the browser's. */
const COMPOSITIONS = [
  'shared/composition/app.ts',
  'shared/composition/notice-channel.ts',
  'shared/composition/operator.ts',
  'functions/portal/script/main.ts',
];

/** Reads of the clock, the dice and the environment, which only the composition may do. */
const AMBIENT =
  /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.env\b|\bperformance\.now\(/;

function offenders(all: readonly Source[], holds: (source: Source) => boolean) {
  return all.filter((source) => !holds(source)).map(({ path }) => path);
}

/** Returns what Biome reports for one rule about its targets; nothing if the rule holds. */
function lint(rule: string, targets: readonly string[], cwd = ROOT): string {
  const biome = join(ROOT, 'node_modules/.bin/biome');
  const args = ['lint', `--only=${rule}`, ...targets];
  const { status, stdout, stderr } = spawnSync(biome, args, { cwd, encoding: 'utf8' });
  return status === 0 ? '' : `${stdout}${stderr}`;
}

/** Returns what Biome reports for one rule about files that break it, by the house's settings. */
function lintPlanted(rule: string, files: Readonly<Record<string, string>>): string {
  // A folder of its own: to find circles Biome reads all that is beside the files.
  const folder = mkdtempSync(join(tmpdir(), 'planted-'));
  try {
    copyFileSync(join(ROOT, '.biome.json'), join(folder, '.biome.json'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return lint(rule, ['--vcs-enabled=false', '.'], folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('arrows', () => {
  it('go only where CONTRIBUTING.md draws them', () => {
    expect(wrongArrows(sources)).toEqual([]);
  });

  it('are seen when they go wrong', () => {
    const text = "import { x } from '../azure/table-store.ts';";
    expect(wrongArrows([{ path: 'shared/operation/planted.ts', text }])).toHaveLength(1);
  });

  it('bring the portal types of texts and answers, and how a temporary password is read', () => {
    const portal = sources.filter(({ path }) => roomOf(path) === 'portal');
    const ofShared = portal.flatMap(({ text }) => text.match(/^import .*shared\/.*$/gm) ?? []);
    expect(ofShared.some((line) => line.startsWith('import type '))).toBe(true);
    const values = ofShared.filter((line) => !line.startsWith('import type '));
    expect(values.length).toBeGreaterThan(0);
    expect(values.filter((line) => !line.endsWith(`/${SHARED_WITH_PORTAL}';`))).toEqual([]);
    const text = "import { fold } from '../../../shared/credential/folding.ts';";
    const planted = wrongArrows([{ path: 'functions/portal/script/planted.ts', text }]);
    expect(planted).toHaveLength(1);
  });

  // The check of CI runs the rule on every file.
  it('that make a circle are seen, also where all are type-only imports', () => {
    const planted = {
      'one.ts': "import type { Two } from './two.ts';\nexport type One = Two | 1;\n",
      'two.ts': "import type { One } from './one.ts';\nexport type Two = One | 2;\n",
    };
    const rule = 'suspicious/noImportCycles';
    expect(lintPlanted(rule, planted)).toContain('noImportCycles');
  });

  it('of packages end in the rooms that own them', () => {
    expect(wrongPackages(sources)).toEqual([]);
    const text = "import { app } from '@azure/functions';";
    expect(wrongPackages([{ path: 'shared/operation/planted.ts', text }])).toHaveLength(1);
  });

  it("leave zod's 370 KB of languages out of the bundle: it is imported as a namespace", () => {
    const named = /import (?:type )?\{[^}]*\} from 'zod'/;
    expect(offenders(sources, ({ text }) => !named.test(text))).toEqual([]);
    expect(named.test("import { z } from 'zod';")).toBe(true);
  });

  it('keep bcrypt off the event loop: only the worker imports it', () => {
    const importers = sources.filter((source) => importsOf(source).includes('bcryptjs'));
    expect(importers.map(({ path }) => path)).toEqual(['shared/crypto/password/hash-worker.ts']);
    const natives = sources.filter(({ text }) => text.includes("'@node-rs/bcrypt'"));
    expect(natives.map(({ path }) => path)).toEqual(['shared/crypto/password/bcrypt-engine.ts']);
  });

  // Its libraries take 100 ms to load, which no cold start pays: they are a bundle of their own.
  it('keep OpenTelemetry out of what the app loads at its start', () => {
    const isLibrary = (specifier: string) => /opentelemetry/.test(specifier);
    const users = sources.filter((source) => importsOf(source).some(isLibrary));
    const bundled = ['metric.ts', 'open-telemetry.ts', 'span.ts'];
    expect(users.map(({ path }) => basename(path)).toSorted()).toEqual(bundled);
    const loaded = sources.filter(({ text }) =>
      /^import \{(?! type).*from '.*\/(?:metric|open-telemetry|span)\.ts'/m.test(text),
    );
    expect(loaded.map(({ path }) => path)).toEqual(['shared/telemetry/open-telemetry.ts']);
  });

  it('leave clock, dice and environment to the composition', () => {
    const shared = sources.filter(
      ({ path }) => !path.startsWith('infra/') && !COMPOSITIONS.includes(path),
    );
    expect(offenders(shared, ({ text }) => !AMBIENT.test(text))).toEqual([]);
    expect(AMBIENT.test('const now = Date.now();')).toBe(true);
  });
});

describe('authority', () => {
  /** Beside operators' maintenance: the timers, and what a sign-in finds. */
  const SYSTEM = [
    'expire-temporary-passwords.ts',
    'freeze.ts',
    'guessed-session.ts',
    'issuer-device.ts',
    'lock.ts',
    'undeliverable.ts',
  ];

  function forgers(all: readonly Source[]): readonly string[] {
    const home = 'shared/operation/authority.ts';
    return offenders(all, ({ path, text }) => path === home || !/\bas Authority\b/.test(text));
  }

  function unplanned(all: readonly Source[]): readonly string[] {
    return offenders(
      all,
      ({ text }) => !text.includes('.commit(') || /from '[^']*\/account-change\.ts'/.test(text),
    );
  }

  it('is made in one file, so that no operation can change a user without it', () => {
    expect(forgers(sources)).toEqual([]);
    const text = 'const mine = { actor, caller } as Authority;';
    expect(forgers([{ path: 'shared/operation/planted.ts', text }])).toHaveLength(1);
  });

  it('is in every change that is committed, for only a plan becomes one', () => {
    expect(unplanned(sources)).toEqual([]);
    const text = 'await accounts.commit({ before, after });';
    expect(unplanned([{ path: 'shared/operation/planted.ts', text }])).toHaveLength(1);
  });

  it('is the system’s in no operation of a caller', () => {
    const others = sources.filter(({ path }) => roomOf(path) !== 'maintenance');
    const users = others.filter(({ text }) =>
      /import \{[^}]*\b(?:systemAuthority|operatorAuthorityFor)\b/.test(text),
    );
    expect(users.map(({ path }) => basename(path)).toSorted()).toEqual(SYSTEM);
  });
});

describe('size', () => {
  it('keeps lines within 100 characters', () => {
    const all = [...sources, ...tests].flatMap(({ path, text }) =>
      text
        .split('\n')
        .map((line, index) => ({
          line,
          at: `${path}:${index + 1}`,
          length: Array.from(line).length,
        }))
        .filter(({ line, length }) => length > LINE_MAX && !UNBREAKABLE.test(line))
        .map(({ at }) => at),
    );
    expect(all).toEqual([]);
  });

  it('keeps files within 300 lines', () => {
    const isShort = ({ text }: Source) => text.split('\n').length <= FILE_LINES_MAX;
    // A catalogue is read by language, and generated types are not read at all.
    const all = sources.filter(
      ({ path, text }) => !/\/text\/(?:en|fr)\.ts$/.test(path) && !text.startsWith('/** Made by'),
    );
    expect(offenders(all, isShort)).toEqual([]);
  });

  it('keeps functions within 70 lines', () => {
    const rule = 'complexity/noExcessiveLinesPerFunction';
    expect(lint(rule, PRODUCT)).toBe('');
    const long = `export function planted() {\n${'  void 0;\n'.repeat(FUNCTION_LINES_MAX + 1)}}\n`;
    expect(lintPlanted(rule, { 'planted.ts': long })).toContain('noExcessiveLinesPerFunction');
  });
});

describe('words', () => {
  it('name no file after an empty word', () => {
    expect(offenders(sources, ({ path }) => !EMPTY_WORDS.test(path))).toEqual([]);
    expect(EMPTY_WORDS.test('shared/operation/user-service.ts')).toBe(true);
  });

  it('name no type or function after an empty word', () => {
    expect(offenders(sources, ({ text }) => !EMPTY_NAMES.test(text))).toEqual([]);
    expect(EMPTY_NAMES.test('class TokenManager {')).toBe(true);
  });
});

describe('tests', () => {
  it('belong to exactly one project each, so that none is never run', () => {
    const isIn = (path: string, globs: readonly string[] = []) =>
      globs.some((glob) => posix.matchesGlob(path, glob));
    const files = tests.map(({ path }) => path).filter((path) => path.endsWith('.test.ts'));
    expect(files.length).toBeGreaterThan(200);
    for (const projects of Object.values(ARRANGEMENTS)) {
      const runs = (path: string) =>
        projects.filter(({ include, exclude }) => isIn(path, include) && !isIn(path, exclude))
          .length;
      expect(files.filter((path) => runs(path) !== 1)).toEqual([]);
      expect(runs('test/planted/nowhere.ts')).toBe(0);
    }
  });

  it('are never skipped, narrowed or left for later', () => {
    const forbidden = /\b(?:it|test|describe)\.(?:skip|only|todo|skipIf|runIf)\b/;
    const own = (path: string) => path === 'test/house.test.ts';
    expect(
      offenders(
        tests.filter(({ path }) => !own(path)),
        (s) => !forbidden.test(s.text),
      ),
    ).toEqual([]);
  });

  // A worker loads a fixture once, and forgets such settings after each file.
  it('have their time limits from the project or themselves, not from loading a fixture', () => {
    const fixtures = tests.filter(({ path }) => !path.endsWith('.test.ts'));
    expect(fixtures.length).toBeGreaterThan(50);
    expect(offenders(fixtures, ({ text }) => !/^vi\.setConfig/m.test(text))).toEqual([]);
  });
});

/** The portal's script runs in the browser and registers nothing. */
function triggerFiles(): readonly Source[] {
  return sourcesUnder('functions').filter(
    ({ path }) => !/\/(?:main|register)\.ts$/.test(path) && roomOf(path) !== 'portal',
  );
}

describe('functions', () => {
  it('register one trigger a file and hold nothing else', () => {
    const triggers = triggerFiles();
    expect(
      offenders(
        triggers,
        ({ text }) => (text.match(/^(?:app\.\w+|register)\(/gm) ?? []).length === 1,
      ),
    ).toEqual([]);
    expect(offenders(triggers, ({ text }) => text.split('\n').length <= 20)).toEqual([]);
  });

  it('are all imported by main.ts', () => {
    const main = readFileSync(join(ROOT, 'functions/main.ts'), 'utf8');
    const names = triggerFiles().map(({ path }) => basename(path));
    const missing = names.filter((name) => !main.includes(`'./${name}'`));
    expect(missing).toEqual([]);
  });
});
