import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** SECURITY.md claims nothing that no test proves: every test that it names is there. */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const text = readFileSync(new URL('../SECURITY.md', import.meta.url), 'utf8');

interface Proof {
  readonly file: string;
  readonly title: string;
}

function proofsIn(part: string): readonly Proof[] {
  const found = part.matchAll(/`(test\/[\w./-]+\.ts)` › "([^"]+)"/g);
  return [...found].map(([, file = '', title = '']) => ({ file, title }));
}

/** A title as a source spells it: first argument of `it`, `describe` or what `each` made. */
function isTitleIn(source: string, title: string): boolean {
  const spelt = title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`\\(\\s*(['"\`])${spelt}\\1`).test(source);
}

function missing(proofs: readonly Proof[]): readonly string[] {
  return proofs
    .filter(({ file, title }) => {
      const path = `${ROOT}${file}`;
      return !existsSync(path) || !isTitleIn(readFileSync(path, 'utf8'), title);
    })
    .map(({ file, title }) => `${file} › "${title}"`);
}

/** The rows of the tables of standards, without their heads. */
const rows = text
  .slice(text.indexOf('## The standards, row by row'))
  .split('\n')
  .filter((line) => line.startsWith('| ') && line.split(' | ').length === 4)
  .filter((line) => !/\| proven by \|$/.test(line));

describe('SECURITY.md', () => {
  it('names only tests that exist', () => {
    const proofs = proofsIn(text);
    expect(proofs.length).toBeGreaterThan(100);
    expect(missing(proofs)).toEqual([]);
  });

  it('is found out when it names one that does not', () => {
    const file = 'test/security.test.ts';
    expect(missing([{ file, title: 'names only tests that exist' }])).toEqual([]);
    expect(missing([{ file, title: 'names only tests' }])).toHaveLength(1);
    expect(missing([{ file: 'test/nothing.test.ts', title: 'x' }])).toHaveLength(1);
  });

  it('names a test in each row of a standard, or says that it is not met, and why', () => {
    expect(rows.length).toBeGreaterThan(70);
    const unproven = rows.filter((row) => proofsIn(row).length === 0);
    expect(unproven.filter((row) => !row.includes('**Not met, because**'))).toEqual([]);
  });

  it('has a row for every requirement that we chose to be bound by', () => {
    const numbers = rows.map((row) => row.split(' | ')[0]?.slice(2));
    const passwords = Array.from({ length: 12 }, (_, index) => `6.2.${index + 1}`);
    const sessions = ['7.2.4', '7.4.1', '7.4.2', '7.4.3', '7.4.4', '7.4.5', '7.5.2'];
    const rights = ['8.2.1', '8.2.2', '8.3.2'];
    const tokens = ['9.1.1', '9.1.2', '9.1.3', '9.2.1', '9.2.2', '9.2.3', '9.2.4'];
    const others = ['6.1.1', '6.1.2', '6.3.1', '6.3.7', '6.3.8', '6.4.1', '6.4.6'];
    const secrets = ['11.2.4', '11.4.2', '11.5.1', '14.2.1', '14.3.2'];
    for (const number of [...passwords, ...sessions, ...rights, ...tokens, ...others, ...secrets]) {
      expect(numbers, number).toContain(number);
    }
  });

  it('names only commands that there are', () => {
    const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));
    for (const [, script = ''] of text.matchAll(/`?npm run (?:-s )?([\w:-]+)/g)) {
      expect(scripts, script).toHaveProperty(script);
    }
    const files = new Set(readdirSync(`${ROOT}test`, { recursive: true, encoding: 'utf8' }));
    for (const [, path = ''] of text.matchAll(/ test\/([\w./-]+\.test\.ts)`/g)) {
      expect(files, path).toContain(path);
    }
  });
});
