import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { buildFuse } from '../../infra/build/binary-fuse.ts';
import { fuseGeometry, fuseProbe, slotCount } from '../../shared/credential/binary-fuse.ts';
import {
  encodeCommonPasswords,
  foldCommonPassword,
  openCommonPasswords,
} from '../../shared/credential/common-passwords.ts';

/** A filter of few entries, in the file's form. */
function fileOf(entries: readonly string[]): Uint8Array {
  const { seed, geometry, slots } = buildFuse(entries);
  const source = hash('sha256', entries.join('\n'));
  return encodeCommonPasswords({ ...geometry, seed, count: entries.length, source }, slots);
}

function keys(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `key ${index}`);
}

describe('the binary fuse filter', () => {
  it.each([0, 1, 2, 3, 4, 10, 100, 1_000])('holds each of %i keys', (count) => {
    const filter = openCommonPasswords(fileOf(keys(count)));
    expect(filter.count).toBe(count);
    expect(keys(count).filter((key) => !filter.has(key))).toEqual([]);
  });

  it('gives a key one slot in each of three consecutive segments', () => {
    for (const count of [1, 50, 5_000, 400_000]) {
      const geometry = fuseGeometry(count);
      const { segmentLength, segmentCount } = geometry;
      const seen = keys(2_000).map((key) =>
        fuseProbe(key, 7, geometry).slots.map((slot) => Math.floor(slot / segmentLength)),
      );
      expect(seen).toEqual(seen.map(([first = -1]) => [first, first + 1, first + 2]));
      const firsts = new Set(seen.map(([first]) => first));
      expect([...firsts].toSorted((one = 0, other = 0) => one - other)).toEqual([
        ...Array(segmentCount).keys(),
      ]);
      expect(slotCount(geometry)).toBe((segmentCount + 2) * segmentLength);
    }
  });

  it.each([
    [0, 4, 1],
    [2, 4, 1],
    [10, 16, 1],
    [1_000, 128, 9],
    [414_570, 8_192, 56],
    // Segments grow no further, so that three of them stay in a cache.
    [2_000_000_000, 262_144, 8_582],
  ])('has for %i keys segments of %i slots, %i to begin in', (count, length, segments) => {
    expect(fuseGeometry(count)).toEqual({ segmentLength: length, segmentCount: segments });
  });

  it('looks a key up where files that were made earlier have it', () => {
    const slots = [331_739, 343_722, 347_999];
    expect(fuseProbe('key', 7, fuseGeometry(414_570))).toEqual({ slots, fingerprint: 63_935 });
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

it('has one spelling of an entry: lower case, composed, without space around it', () => {
  expect(foldCommonPassword(' \tCAFE\u0301 Noir\r')).toBe('caf\u00e9 noir');
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

  it('is refused when it begins like another, and names what it was made of', () => {
    expect(Buffer.from(file.subarray(0, 8)).toString('latin1')).toBe('PWDFUSE3');
    const other = file.slice();
    other[7] = 0x34;
    expect(() => openCommonPasswords(other)).toThrow('does not begin like it');
    expect(openCommonPasswords(file).source).toBe(hash('sha256', keys(100).join('\n')));
  });

  it('is refused by its version', () => {
    const other = file.slice();
    other[8] = 2;
    expect(() => openCommonPasswords(other)).toThrow('has version 2, not 1');
  });
});
