import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commonPasswordsOf, readPackagedSources } from '../../infra/bundle/common-passwords.ts';
import {
  encodeCommonPasswords,
  openCommonPasswords,
} from '../../shared/credential/policy/common-passwords.ts';

const ENTRIES = commonPasswordsOf(await readPackagedSources());
/** The file of the build: test/infra/common-passwords.test.ts compares it with one made anew. */
const FILE = readFileSync(new URL('../../dist/common-passwords.bin', import.meta.url));

describe('the file of common passwords', () => {
  const list = openCommonPasswords(FILE);

  it('contains every entry of the packaged lists', () => {
    expect(ENTRIES.length).toBeGreaterThan(430_000);
    expect(list.count).toBe(ENTRIES.length);
    expect(ENTRIES.filter((entry) => !list.has(entry))).toEqual([]);
  });

  it('matches entries in any case and composition', () => {
    for (const text of ['password', 'PassWord', 'PASSWORDPASSWORD', 'contrase\u00f1a', 'пароль']) {
      expect(list.has(text), text).toBe(true);
      expect(list.has(text.normalize('NFD').toUpperCase()), text).toBe(true);
    }
  });

  it('contains common French passwords', () => {
    const taken = ['soleil', 'doudou', 'Février', 'anticonstitutionnellement', 'jetaime'];
    taken.push('je t’aime', 'motdepasse', 'bisous', 'azertyuiop', 'camille', 'dupont', 'chouchou');
    taken.push(
      'vivelafrance',
      'parissaintgermain',
      'olympiquedemarseille',
      'libertéégalitéfraternité',
    );
    expect(taken.filter((text) => !list.has(text.replace(/[ ’]/g, '')))).toEqual([]);
  });

  it('matches none of 200,000 texts that are on no list', () => {
    const others = Array.from({ length: 200_000 }, (_, index) => `not on any list ${index}`);
    expect(others.filter((text) => list.has(text))).toEqual([]);
  });

  it('takes five bytes for each entry, some 2.3 MB', () => {
    expect(FILE.length).toBe(48 + 5 * ENTRIES.length);
    expect(FILE.length).toBeLessThan(2_400_000);
  });

  it('can be read at any offset of a larger buffer, without a copy', () => {
    for (const offset of [1, 2, 3]) {
      const buffer = new Uint8Array(FILE.length + 8);
      buffer.set(FILE, offset);
      const moved = openCommonPasswords(buffer.subarray(offset, offset + FILE.length));
      const sample = ENTRIES.filter((_, index) => index % 100 === 0);
      expect(sample.every((entry) => moved.has(entry))).toBe(true);
      expect(moved.has('cobalt ferry umbrella noon')).toBe(false);
    }
  });
});

describe('a file of common passwords of another kind, version or length', () => {
  const broken = (change: (bytes: Buffer) => Uint8Array) => () =>
    openCommonPasswords(change(Buffer.from(FILE)));
  const changedAt = (at: number) =>
    broken((bytes) => {
      bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
      return bytes;
    });

  it('is rejected with its fault named', () => {
    expect(broken(() => new Uint8Array())).toThrow('does not begin like one');
    expect(broken((bytes) => bytes.subarray(0, 47))).toThrow('does not begin like one');
    expect(changedAt(0)).toThrow('does not begin like one');
    expect(changedAt(11)).toThrow('has version 3, not 2');
    expect(changedAt(15)).toThrow(/is broken: \d+ bytes, not \d+$/);
    expect(broken((bytes) => bytes.subarray(0, -1))).toThrow(/is broken: \d+ bytes, not \d+$/);
  });
});

it('matches nothing in an empty list of common passwords', () => {
  const empty = openCommonPasswords(encodeCommonPasswords([], 'ab'.repeat(32)));
  expect(empty.count).toBe(0);
  expect(empty.source).toBe('ab'.repeat(32));
  expect(empty.has('password')).toBe(false);
});

it('matches the first and the last digest of a list, and none beside them', () => {
  const entries = Array.from({ length: 99 }, (_, index) => `entry${index}`);
  const list = openCommonPasswords(encodeCommonPasswords(entries, 'ab'.repeat(32)));
  expect(entries.every((entry) => list.has(entry))).toBe(true);
  expect(list.has('entry99')).toBe(false);
});
