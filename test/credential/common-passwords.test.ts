import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { buildFuse } from '../../infra/build/binary-fuse.ts';
import {
  buildCommonPasswords,
  commonPasswordsOf,
  readPackagedList,
} from '../../infra/build/common-passwords.ts';
import { fuseGeometry, fuseProbe, slotCount } from '../../shared/credential/binary-fuse.ts';
import {
  encodeCommonPasswords,
  openCommonPasswords,
} from '../../shared/credential/common-passwords.ts';

// 950,336 bytes for 414,570 entries: 18.3 bits an entry.
const LIST = await readPackagedList();
const ENTRIES = commonPasswordsOf(LIST);
const FILE = buildCommonPasswords(LIST);

/** A filter of few entries, in the file's form. */
function fileOf(entries: readonly string[]): Uint8Array {
  const { seed, geometry, slots } = buildFuse(entries);
  const source = hash('sha256', entries.join('\n'));
  return encodeCommonPasswords({ ...geometry, seed, count: entries.length, source }, slots);
}

function keys(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `key ${index}`);
}

describe('the filter of the packaged list', () => {
  const filter = openCommonPasswords(FILE);

  it('finds every entry', () => {
    expect(filter.count).toBe(ENTRIES.length);
    expect(ENTRIES.length).toBeGreaterThan(400_000);
    expect(ENTRIES.filter((entry) => !filter.has(entry))).toEqual([]);
  });

  it('finds them in any case and composition', () => {
    for (const text of ['password', 'PassWord', 'PASSWORDPASSWORD', 'contrase\u00f1a', 'пароль']) {
      expect(filter.has(text), text).toBe(true);
      expect(filter.has(text.normalize('NFD').toUpperCase()), text).toBe(true);
    }
  });

  it('is wrong less than once in 10,000 for others', () => {
    const tries = 200_000;
    let wrong = 0;
    for (let index = 0; index < tries; index += 1) {
      if (filter.has(`not on any list ${index}`)) wrong += 1;
    }
    // 2^-16 of 200,000 is 3.05. None at all would say that the test looks in vain.
    expect(wrong / tries).toBeLessThan(1e-4);
    expect(wrong).toBeGreaterThan(0);
  });

  it('is small: less than 19 bits an entry', () => {
    expect((FILE.length * 8) / ENTRIES.length).toBeLessThan(19);
  });

  it('reads at any place of a larger buffer, without a copy', () => {
    for (const offset of [1, 2, 3]) {
      const buffer = new Uint8Array(FILE.length + 8);
      buffer.set(FILE, offset);
      const moved = openCommonPasswords(buffer.subarray(offset, offset + FILE.length));
      const sample = ENTRIES.filter((_, index) => index % 100 === 0);
      expect(sample.every((entry) => moved.has(entry))).toBe(true);
      expect(moved.has('correct horse battery staple')).toBe(false);
    }
  });
});

describe('the binary fuse filter', () => {
  it.each([0, 1, 2, 3, 4, 10, 100, 1_000, 20_000])('holds each of %i keys', (count) => {
    const filter = openCommonPasswords(fileOf(keys(count)));
    expect(filter.count).toBe(count);
    expect(keys(count).filter((key) => !filter.has(key))).toEqual([]);
  });

  it('gives a key one slot in each of three consecutive segments', () => {
    for (const count of [1, 50, 5_000, 400_000]) {
      const geometry = fuseGeometry(count);
      const { segmentLength, segmentCount } = geometry;
      const firsts = new Set<number>();
      for (const key of keys(2_000)) {
        const segments = fuseProbe(key, 7, geometry).slots.map((slot) =>
          Math.floor(slot / segmentLength),
        );
        const [first = -1] = segments;
        expect(segments).toEqual([first, first + 1, first + 2]);
        expect(first).toBeGreaterThanOrEqual(0);
        expect(first).toBeLessThan(segmentCount);
        firsts.add(first);
      }
      expect(firsts.size).toBe(segmentCount);
      expect(slotCount(geometry)).toBe((segmentCount + 2) * segmentLength);
    }
  });

  it('has another layout under another seed', () => {
    const geometry = fuseGeometry(1_000);
    expect(fuseProbe('key', 1, geometry)).toEqual(fuseProbe('key', 1, geometry));
    expect(fuseProbe('key', 1, geometry)).not.toEqual(fuseProbe('key', 2, geometry));
  });

  it('says so when a key is there twice, instead of trying for ever', () => {
    expect(() => buildFuse(['a', 'b', 'a'])).toThrow('a key is there twice');
  });
});

describe('a file that is not whole', () => {
  const file = fileOf(keys(100));

  it('is refused wherever one bit of its header differs', () => {
    for (let bit = 0; bit < 64 * 8; bit += 1) {
      const broken = file.slice();
      broken[bit >> 3] = (broken[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => openCommonPasswords(broken), `bit ${bit}`).toThrow(
        /^the file of common passwords/,
      );
    }
    expect(openCommonPasswords(file).has('key 1')).toBe(true);
  });

  it('is refused when it is cut short or too long', () => {
    expect(() => openCommonPasswords(new Uint8Array())).toThrow('does not begin like it');
    expect(() => openCommonPasswords(file.slice(0, 63))).toThrow('does not begin like it');
    expect(() => openCommonPasswords(file.slice(0, 64))).toThrow(`not ${file.length}`);
    expect(() => openCommonPasswords(file.slice(0, -1))).toThrow(`not ${file.length}`);
    expect(() => openCommonPasswords(Uint8Array.of(...file, 0))).toThrow(`not ${file.length}`);
  });

  it('is refused by its version', () => {
    const other = file.slice();
    other[8] = 2;
    expect(() => openCommonPasswords(other)).toThrow('has version 2, not 1');
  });
});
