import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/**
 * The first five rules of "How we write" in CONTRIBUTING.md, as far as a pattern can see them.
 * To hold more files to them, add them to `SOURCES`: a list of paths, and what is read of each.
 */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDERS = ['functions', 'shared', 'infra', 'test', '.github'];

interface Text {
  readonly path: string;
  /** What is left to judge. Everything else is blank, so that line numbers stay true. */
  readonly text: string;
}

interface Rule {
  /** Its number in CONTRIBUTING.md. */
  readonly rule: number;
  /** A space stands for any white space, since sentences are wrapped. */
  readonly pattern: RegExp;
  readonly instead: string;
  /** Breaks the rule. */
  readonly planted: string;
  /** Says the same and keeps the rule. */
  readonly plain: string;
}

const RULES: readonly Rule[] = [
  {
    rule: 1,
    pattern: /\b(?:whom|whoever|whomever)\b/i,
    instead: 'the caller, the operator, an admin, an attacker, a user who …',
    planted: 'Whoever holds the key reads the file.',
    plain: 'The holder of the key reads the file.',
  },
  {
    rule: 1,
    pattern: /(?:^|[.:;|(#*-]) +who\b(?! can\b|[^.|]*\?)/i,
    instead: 'a noun before "who": a caller who …, the admin who …',
    planted: 'Who waits gets the error.',
    plain: 'A caller who waits gets the error. Who reads it? ## Who can read it',
  },
  {
    rule: 1,
    pattern: /\b(?:of|to|by|for|from|with|at|than|but|as|and|or|if|is) who\b/i,
    instead: 'a noun before "who": of a caller who …, for the admin who …',
    planted: 'It is shown to who asked for it.',
    plain: 'It is shown to the admin who asked for it.',
  },
  {
    rule: 1,
    pattern: /\b(?:some|no|any|every)body\b/i,
    instead: 'the role: no caller, an attacker, every user, an operator',
    planted: 'Nobody can read it.',
    plain: 'No admin can read it.',
  },
  {
    rule: 2,
    pattern: /\/\*\* +(?:What|Whom?|Whose|Whether|Of|Undefined|Where|How|As|Which|Those|That|So)\b/,
    instead: 'a verb ("Returns …"), an article and a noun ("The row …"), or @returns',
    planted: '/** What a caller may do. */',
    plain: '/** The acts that a caller may do. */',
  },
  {
    rule: 2,
    pattern: /@description\('(?:What|Whose|Whether|Of|Where|How|As|Which)\b/,
    instead: 'an article and a noun, or "True …", in a description of a template',
    planted: "@description('Whether the tables are locked.')",
    plain: "@description('True locks the tables.')",
  },
  {
    rule: 3,
    pattern: /\b(?:the|an) own\b/i,
    instead: 'its own, their own, your own',
    planted: 'Set the own password.',
    plain: 'Set your own password.',
  },
  {
    rule: 3,
    pattern: /\b(?:has|have|had) not(?: (?:a|an|any|the|its|one|enough|all)\b|[,.;:)])/i,
    instead: 'does not have, has no',
    planted: 'The vault has not the key.',
    plain: 'The vault does not have the key.',
  },
  {
    rule: 3,
    pattern: /(?<!\bthere )\b(?:is|are|was|were|be) none\b/i,
    instead: 'is not a, does not exist',
    planted: 'A version that is none is skipped.',
    plain: 'A placeholder version is skipped.',
  },
  {
    rule: 3,
    pattern: /\bof (?:ours|yours|theirs)\b/i,
    instead: 'our, your, their own',
    planted: 'A defect of ours is logged.',
    plain: 'A defect in the service is logged.',
  },
  {
    rule: 4,
    pattern: /\b(?:tells?|telling|told)\b/i,
    instead: 'reports, states, shows, names, notifies',
    planted: 'The log tells the reason.',
    plain: 'The log states the reason.',
  },
  {
    rule: 4,
    pattern: /(?<!\bwho )\b(?:believes?|believed|knows)\b/i,
    instead: 'trusts, accepts, holds, contains',
    planted: 'The index knows the version.',
    plain: 'The index holds the version. A person who knows it is asked.',
  },
  {
    rule: 4,
    pattern: /\b(?:go|goes|going|went|gone) on\b/i,
    instead: 'continues, resumes',
    planted: 'The run goes on.',
    plain: 'The run continues.',
  },
  {
    rule: 4,
    pattern: /\b(?:die|dies|died|dying|dead)\b(?![- ]letter)/i,
    instead: 'expires, ends, is revoked, stops',
    planted: 'The token dies.',
    plain: 'The token expires.',
  },
  {
    rule: 4,
    pattern: /\basks\b/i,
    instead: 'requires, requests, queries, reads',
    planted: 'The service asks the vault.',
    plain: 'The service queries the vault.',
  },
  {
    rule: 4,
    pattern: /\b(?:comes|came) (?:in|back|again|late|next|first|last)\b/i,
    instead: 'arrives, returns, follows',
    planted: 'The request comes in.',
    plain: 'The request arrives.',
  },
  {
    rule: 5,
    pattern: /\b(?:foreign hash|wrappings?)\b/i,
    instead: 'imported hash',
    planted: 'A foreign hash is verified.',
    plain: 'An imported hash is verified.',
  },
  {
    rule: 5,
    pattern: /(?<!\b(?:its|their|your|my|her|his|s) )\bown passwords?\b/i,
    instead: 'permanent password, or "a password of their own"',
    planted: 'Users with own passwords are counted.',
    plain: 'Users with permanent passwords are counted.',
  },
  {
    rule: 5,
    pattern:
      /\b(?:give|gives|gave|given|giving) (?:back (?:the|an) attempts?|(?:an|the) attempt back)/i,
    instead: 'refund an attempt',
    planted: 'An outage gives the attempt back.',
    plain: 'An outage refunds the attempt.',
  },
  {
    rule: 5,
    pattern: /\blaps(?:e|es|ed|ing)\b/i,
    instead: 'expire',
    planted: 'The password lapsed.',
    plain: 'The password expired.',
  },
];

/** The example of the tests below. */
const TELL = RULES.find(({ planted }) => planted.includes('tells')) as Rule;

const blank = (text: string) => text.replaceAll(/[^\n]/g, ' ');
const quoted = (text: string) => text.replaceAll(/[^\n]/g, '_');

/** Leaves out code, addresses and the titles of tests, which are quotations. */
function proseOf(markdown: string): string {
  return markdown
    .replaceAll(/^ *```[\s\S]*?^ *```$/gm, blank)
    .replaceAll(/`[^`]*`/g, quoted)
    .replaceAll(/› "[^"]*"/g, quoted)
    .replaceAll(/\]\([^)]*\)/g, quoted);
}

/** Leaves comments alone, without the stars at the beginning of their lines. */
function commentsOf(source: string): string {
  let end = 0;
  let text = '';
  for (const { 0: comment, index } of source.matchAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm)) {
    text += blank(source.slice(end, index)) + comment.replaceAll(/^ +\*(?!\/)/gm, blank);
    end = index + comment.length;
  }
  return (text + blank(source.slice(end))).replaceAll(/`[^`]*`/g, quoted);
}

/**
 * Leaves sentences alone: the strings of two words and more, which are what a source has for
 * people to read. A string that begins a sentence has a bracket before it.
 */
function sentencesOf(source: string): string {
  const comment = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/.source;
  const string = /(?<quote>['"])(?<words>(?:\\.|(?!\k<quote>)[^\\\n])*)\k<quote>/.source;
  const hole = /\$\{(?:[^{}]|\{[^{}]*\})*\}/.source;
  const template = `\`(?<text>(?:\\\\[\\s\\S]|${hole}|[^\`\\\\])*)\``;
  const found = source.matchAll(new RegExp(`${comment}|${string}|${template}`, 'gm'));
  let end = 0;
  let text = '';
  for (const { 0: all, index, groups } of found) {
    const words = (groups?.words ?? groups?.text ?? '')
      .replaceAll(new RegExp(hole, 'g'), quoted)
      .replaceAll(/\\?`[^`]*`|--[a-z-]+/g, quoted)
      .replaceAll(/\\n/g, '  ');
    const before = source.slice(end, index);
    const continues = /\+\s*$/.test(before);
    if (!continues && !/[a-z.,:;)] +[a-z(]/i.test(words)) continue;
    text += `${blank(before.slice(1))}${continues ? '  ' : '( '}${words}`;
    end = index + all.length - 1;
  }
  return text + blank(source.slice(end));
}

/** Leaves the titles of tests alone, each behind its bracket, without what stands for a value. */
function titlesOf(source: string): string {
  const call = /(?:\b(?:it|test|describe)(?:\.\w+)*|\))\(\s*(?=['"`])/.source;
  const title = /(?<quote>['"`])(?<words>(?:\\.|(?!\k<quote>)[^\\])*)\k<quote>,/.source;
  let end = 0;
  let text = '';
  for (const { 0: found, index, groups } of source.matchAll(new RegExp(call + title, 'g'))) {
    const words = groups?.words ?? '';
    const start = index + found.length - words.length - 2;
    text += `${blank(source.slice(end, start - 2))}( ${words.replaceAll(/\$\{[^}]*\}/g, quoted)}`;
    end = start + words.length;
  }
  return text + blank(source.slice(end));
}

function filesOf(extension: string): readonly string[] {
  const below = FOLDERS.flatMap((folder) =>
    readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: 'utf8' }).map(
      (name) => `${folder}/${name.replaceAll('\\', '/')}`,
    ),
  );
  return [...readdirSync(ROOT), ...below].filter((name) => name.endsWith(extension));
}

function textsOf(paths: readonly string[], read: (text: string) => string): readonly Text[] {
  return paths.map((path) => ({ path, text: read(readFileSync(`${ROOT}${path}`, 'utf8')) }));
}

/** A benchmark writes its results. */
const documents = filesOf('.md').filter((path) => path !== 'test/benchmark/RESULTS.md');

/** The sources of the product. */
const sources = [...filesOf('.ts'), ...filesOf('.mjs')].filter((path) =>
  /^(?:shared|infra|functions)\//.test(path),
);

/** The sources whose sentences are English. */
const english = sources.filter((path) => !path.endsWith('/fr.ts'));

/** Files without code that a rule could mistake for a sentence: all of each is read. */
const plainFiles = ['.bicep', '.css', '.kql', '.sh', '.yaml', '.yml'].flatMap(filesOf);

/** This file breaks the rules for its examples. */
const tests = filesOf('.ts').filter(
  (path) => path.startsWith('test/') && path !== 'test/prose.test.ts',
);

const SOURCES: readonly Text[] = [
  ...textsOf(documents, proseOf),
  ...textsOf([...sources, ...tests], commentsOf),
  ...textsOf(plainFiles, (text) => text),
  ...textsOf(tests, titlesOf),
  ...textsOf(english, sentencesOf),
];

/** Lists the places that break a rule, as `file:line: words`. */
function hitsOf({ pattern }: Rule, texts: readonly Text[]): readonly string[] {
  const everywhere = new RegExp(pattern.source.replaceAll(/ (?!\+)/g, ' +'), `g${pattern.flags}`);
  return texts.flatMap(({ path, text }) =>
    [...text.replaceAll('\n', ' ').matchAll(everywhere)].map(({ 0: hit, index }) => {
      const line = text.slice(0, index + hit.length).split('\n').length;
      return `${path}:${line}: ${hit.trim()}`;
    }),
  );
}

describe('prose', () => {
  it('is read from ten documents, 100 sources, 1,000 sentences and 2,000 titles, or more', () => {
    expect(documents.length).toBeGreaterThan(10);
    expect(sources.length).toBeGreaterThan(100);
    expect(plainFiles).toContain('infra/main.bicep');
    const countIn = (texts: readonly Text[]) =>
      texts.flatMap(({ text }) => text.match(/\( \S/g) ?? []).length;
    expect(countIn(textsOf(tests, titlesOf))).toBeGreaterThan(2_000);
    expect(countIn(textsOf(english, sentencesOf))).toBeGreaterThan(1_000);
  });

  it.each(RULES)('keeps rule $rule: $instead', (rule) => {
    expect(hitsOf(rule, SOURCES)).toEqual([]);
  });

  it.each(RULES)('sees that "$planted" breaks rule $rule', (rule) => {
    const hits = (text: string) => hitsOf(rule, [{ path: 'planted', text: ` ${text}` }]);
    expect(hits(rule.planted)).toHaveLength(1);
    expect(hits(rule.plain)).toEqual([]);
  });

  it('is judged without code, addresses and titles of tests', () => {
    const text = 'a `told` [b](told.md) › "is told"\n```\ntold\n```\nit tells';
    expect(hitsOf(TELL, [{ path: 'planted', text: proseOf(text) }])).toEqual(['planted:5: tells']);
  });

  it('is found in the comments of a source, and nowhere else in it', () => {
    const text = "const told = 'told'; // told\n/**\n * It tells\n * more.\n */\nconst tell = 1;\n";
    expect(hitsOf(TELL, [{ path: 'planted', text: commentsOf(text) }])).toEqual([
      'planted:1: told',
      'planted:3: tells',
    ]);
  });
});

describe('a sentence', () => {
  it.each([
    ["log.info('it is told');", ['planted:1: told']],
    ["const text =\n  'it goes ' +\n  'on';", [expect.stringMatching(/^planted:3: goes +on$/)]],
    [`help = \`\\\nTold,\n\${told} and told.\n\`;`, ['planted:2: Told', 'planted:3: told']],
    ["part === 'told' // is told", []],
    ["refuse('--tell needs `told` here');", []],
    ["text('who waits'); text('a user ' + 'who waits');", ['planted:1: ( who']],
  ])('is found in %j', (source, hits) => {
    const texts = [{ path: 'planted', text: sentencesOf(source) }];
    expect(RULES.flatMap((rule) => hitsOf(rule, texts))).toEqual(hits);
  });
});

describe('the title of a test', () => {
  it.each([
    ["it('is told', () => {});", ['planted:1: told']],
    ['describe.each(ROWS)(\n  `tells it`,\n  () => {},\n);', ['planted:2: tells']],
    ["it.each([['told']])(\"isn't told %s\", run);", ['planted:1: told']],
    ["expect(told('told')).toBe('told'); // told", []],
  ])('is found in %j', (source, hits) => {
    expect(hitsOf(TELL, [{ path: 'planted', text: titlesOf(source) }])).toEqual(hits);
  });

  it('breaks rule 1 if it begins with who', () => {
    const text = titlesOf("it('who waits gets the error', () => {});");
    expect(RULES.flatMap((rule) => hitsOf(rule, [{ path: 'planted', text }]))).toHaveLength(1);
  });
});

describe('shared/DESIGN.md', () => {
  it('states each decision, with its reason or with what was not taken', () => {
    const text = readFileSync(`${ROOT}shared/DESIGN.md`, 'utf8');
    const decisions = text.split(/^### /m).slice(1);
    expect(decisions.length).toBeGreaterThan(100);
    const isWhole = (decision: string) =>
      decision.includes('**Decision.**') && /\*\*(?:Why|Not taken)\.\*\*/.test(decision);
    const broken = decisions.filter((decision) => !isWhole(decision));
    expect(broken.map((decision) => decision.split('\n')[0])).toEqual([]);
  });

  it('has every part in its contents', () => {
    const text = readFileSync(`${ROOT}shared/DESIGN.md`, 'utf8');
    const parts = [...text.matchAll(/^## (.*)$/gm)].map(([, title = '']) => title);
    const listed = [...text.matchAll(/^- \[([^\]]+)\]\(#/gm)].map(([, title = '']) => title);
    expect(listed).toEqual(parts);
  });
});
