import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CROCKFORD_ALPHABET,
  encodeCrockford,
  newUserId,
} from '../../shared/credential/crockford.ts';
import { parseUserId } from '../../shared/credential/name.ts';

describe('encodeCrockford', () => {
  it.each([
    [[], ''],
    [[0x00], '00'],
    [[0xff], 'zw'],
    // The bits 00001 00010 00011 00100 00101 00110 00111 01000.
    [[0x08, 0x86, 0x42, 0x98, 0xe8], '12345678'],
    [Array(16).fill(0xff), `${'z'.repeat(25)}w`],
  ])('writes the bytes %j as %j', (bytes, expected) => {
    expect(encodeCrockford(Uint8Array.from(bytes))).toBe(expected);
  });

  it('keeps every bit: decoding the symbols returns the bytes', () => {
    const decode = (text: string) => {
      const values = Array.from(text.toUpperCase(), (symbol) => CROCKFORD_ALPHABET.indexOf(symbol));
      const bits = values.map((value) => value.toString(2).padStart(5, '0')).join('');
      return (bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
    };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(decode(encodeCrockford(bytes))).toEqual([...bytes]);
      }),
    );
  });
});

describe('newUserId', () => {
  it('returns a valid user id of all 128 random bits', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        const userId = newUserId((size) => bytes.slice(0, size));
        expect(parseUserId(userId)).toBe(userId);
        expect(userId).toBe(encodeCrockford(bytes));
      }),
    );
    expect(newUserId(randomBytes)).not.toBe(newUserId(randomBytes));
  });

  it('throws if the generator returns too few or too many bytes', () => {
    expect(() => newUserId(() => new Uint8Array(15))).toThrow(RangeError);
    expect(() => newUserId(() => new Uint8Array(15))).toThrow('did not give 16 bytes');
    expect(() => newUserId(() => new Uint8Array(17))).toThrow(RangeError);
  });
});
