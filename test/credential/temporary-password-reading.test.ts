import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { judgePassword } from '../../shared/credential/policy/password-policy.ts';
import {
  generateTemporaryPassword,
  groupTemporaryPassword,
} from '../../shared/credential/temporary-password.ts';
import {
  hasTypo,
  parseTemporaryPassword,
} from '../../shared/credential/temporary-password-form.ts';

const canonical = generateTemporaryPassword(randomBytes);
const display = groupTemporaryPassword(canonical);
/** The same with its last symbol wrong. */
const slipped = display.slice(0, -1) + (display.endsWith('7') ? '8' : '7');

const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/u;
const unseen = Array.from({ length: 0x110000 }, (_, code) => code)
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code))
  .filter((point) => UNSEEN.test(point));
const dashes = Array.from({ length: 0x3100 }, (_, code) => String.fromCodePoint(code)).filter(
  (point) => /\p{Dash}/u.test(point),
);
/** Quotation marks of many languages. */
const AROUND = [
  ...[
    '""',
    "''",
    '“”',
    '‘’',
    '„“',
    '‚‘',
    '«»',
    '« »',
    '‹›',
    '「」',
    '『』',
    '〝〞',
    '＂＂',
    '``',
    '´´',
  ],
  ...[
    '()',
    '[]',
    '<>',
    '＜＞',
    '**',
    '__',
    '¿?',
    '¡!',
    '= ',
    ' .',
    ' 。',
    ' ．',
    ' …',
    ' ,',
    ' ;',
    ' ।',
  ],
];

function judge(password: string) {
  return judgePassword({
    policy: { minLength: 15, maxLength: 256, history: 5 },
    password,
    context: { userName: 'ana@contoso.example', displayName: 'Ana', tenant: 'contoso.example' },
    isCommon: () => false,
  });
}

/** Each reads it alike: the service, the portal before it sends, and the policy. */
function expectRead(disguise: (text: string) => string): void {
  expect(parseTemporaryPassword(disguise(display))).toBe(canonical);
  expect(parseTemporaryPassword(disguise(slipped))).toBeUndefined();
  expect(hasTypo(disguise(display))).toBe(false);
  expect(hasTypo(disguise(slipped))).toBe(true);
  expect(judge(disguise(display))).toEqual(['temporary-password']);
}

describe('reading a temporary password', () => {
  it.each(AROUND)('ignores the signs %s around it', (pair) => {
    const [before, after] = [[...pair][0], [...pair].at(-1)];
    expectRead((text) => `${before}${text}${after}`);
    expectRead((text) => `${before} ${text}${after}. `);
  });

  it('ignores each invisible character at each place', () => {
    expect(unseen.length).toBeGreaterThan(4000);
    for (const [index, point] of unseen.entries()) {
      const at = index % (display.length + 1);
      expectRead((text) => text.slice(0, at) + point + text.slice(at));
    }
  });

  it('accepts every dash and full-width characters', () => {
    expect(dashes.length).toBeGreaterThan(15);
    for (const dash of dashes) expectRead((text) => text.replaceAll('-', dash));
    expectRead((text) =>
      text.replace(/[!-~]/g, (sign) => String.fromCodePoint(sign.charCodeAt(0) + 0xfee0)),
    );
    expectRead((text) => text.toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l'));
  });

  it('rejects a sign or letter between its symbols', () => {
    for (const sign of ['.', '"', '»', '_', 'é', 'ſ', '²', 'x']) {
      const text = `${display.slice(0, 9)}${sign}${display.slice(9)}`;
      expect(parseTemporaryPassword(text), sign).toBeUndefined();
      expect(hasTypo(text)).toBe(false);
    }
  });

  it('rejects a text that is far too long', () => {
    expect(parseTemporaryPassword(`${' '.repeat(400)}${display}`)).toBe(canonical);
    expect(parseTemporaryPassword(`${' '.repeat(16_000)}${display}`)).toBeUndefined();
  });
});

it('rejects a temporary password as the new one in compatibility forms', () => {
  const changed = display.replaceAll('S', 'ſ').replaceAll('0', '⁰');
  expect(judge(changed)).toContain('temporary-password');
});
