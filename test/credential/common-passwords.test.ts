import { describe, expect, it } from 'vitest';
import {
  buildCommonPasswords,
  commonPasswordsOf,
  readPackagedList,
} from '../../infra/build/common-passwords.ts';
import { openCommonPasswords } from '../../shared/credential/common-passwords.ts';

// 950,336 bytes for 414,570 entries: 18.3 bits an entry.
const LIST = await readPackagedList();
const ENTRIES = commonPasswordsOf(LIST);
const FILE = buildCommonPasswords(LIST);

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
