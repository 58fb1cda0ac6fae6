import { describe, expect, it } from 'vitest';
import type { PasswordContext } from '../../shared/credential/policy/context-word.ts';
import { judgePassword } from '../../shared/credential/policy/password-policy.ts';
import type { PolicyReason } from '../../shared/credential/refusal.ts';
import { openPackagedList } from '../fixture/common-passwords.ts';

/** Rules compose: a refused password stays refused, whatever is put around it or into it. */

const ZOE: PasswordContext = {
  userName: 'zoe.muller-lukacs@my-shop.contoso.example',
  displayName: 'Zoë Müller Łukács',
  tenant: 'my-shop.contoso.example',
};
const COMMON = openPackagedList();
const POLICY = { minLength: 15, maxLength: 256, history: 5 } as const;

function judge(password: string): readonly PolicyReason[] {
  return judgePassword({
    policy: POLICY,
    password,
    context: ZOE,
    isCommon: (candidate) => COMMON.has(candidate),
  });
}

/** At least one for each rule; each is refused for this reason, bare. */
const REFUSED: readonly (readonly [string, PolicyReason])[] = [
  ['Password12345678', 'common'],
  ['i love you so much 1987', 'common'],
  ['monkey123monkey123', 'common'],
  ['12345678Sunshine', 'common'],
  ['administrator2024', 'common'],
  ['manchesterunited', 'common'],
  ['qwertyuiopasdfgh', 'common'],
  ['correcthorsebatterystaple', 'common'],
  ['Correct Horse Battery Staple', 'common'],
  ['Contoso2024!!!!!', 'context-word'],
  ['c.o.n.t.o.s.o.1.9.8.4', 'context-word'],
  ['contosofootball1', 'context-word'],
  ['P4rtn3rP0rt4l2024', 'context-word'],
  ['MULLER ŁUKACS 1985', 'context-word'],
  ['contoso-xqzvk-12', 'context-word'],
  ['abababababab123', 'repetitive'],
  ['vqzkvqzkvqzkvqz', 'repetitive'],
  ['zqzqqvvzkkzvqkzq', 'repetitive'],
  ['🐶🍕🎸🚗🐶🍕🎸🚗🐶🍕🎸🚗🐶🍕🎸', 'repetitive'],
  ['84728472847284728472', 'repetitive'],
  ['zyxwvutsrqponmlk', 'sequential'],
  ['1-2-3-4-5-6-7-8-9', 'sequential'],
  ['azertyuiopqsdfgh', 'sequential'],
  ['1a2b3c4d5e6f7g8h', 'sequential'],
  ['1q2w3e4r5t6y7u8i', 'sequential'],
  ['a8b7c6d5e4f3g2h1', 'sequential'],
  ['741852963741852963', 'sequential'],
  ['147258369147258369', 'sequential'],
];

const CHANGES: readonly (readonly [string, (text: string) => string])[] = [
  ['as it is', (text) => text],
  ['with a year behind', (text) => `${text}2024`],
  ['with signs before', (text) => `!?${text}`],
  ['with a year and signs on both sides', (text) => `2024!${text}!24`],
  ['twice', (text) => text + text],
  ['twice, with signs between and around', (text) => `!${text}-${text}!1`],
  ['in capitals', (text) => text.toUpperCase()],
  ['in full width', fullWidth],
];

/** The form of U+FF01 to U+FF5E, in which ASCII is as wide as a Chinese character. */
function fullWidth(text: string): string {
  return text.replace(/[!-~]/g, (sign) => String.fromCodePoint(sign.charCodeAt(0) + 0xfee0));
}

describe.each(CHANGES)('a rejected password, %s', (_, change) => {
  it.each(REFUSED)('stays rejected: %s (%s)', (password, reason) => {
    expect(judge(change(password))).toContain(reason);
  });
});

/** Every assigned or reserved code point of the properties, without what UTF-16 cannot hold. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/u;
const unseen = Array.from({ length: 0x110000 }, (_, code) => code)
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code))
  .filter((point) => UNSEEN.test(point));
const MARKS = ['\u0301', '\u0323', '\u20dd', '\u0489', '\u093c', '\ufe20'];

describe('invisible characters', () => {
  it('number more than four thousand', () => {
    expect(unseen.length).toBeGreaterThan(4000);
    for (const point of ['\u00ad', '\u200b', '\u2060', '\ufe0f', '\u{e0041}', '\u3164', '\u061c']) {
      expect(unseen).toContain(point);
    }
  });

  it('do not make a rejected password acceptable, each at each place', () => {
    const samples = REFUSED.slice(0, 1).concat(
      REFUSED.filter(([text]) => /^(Contoso|abab|zyx)/.test(text)),
    );
    const accepted: string[] = [];
    for (const [index, point] of unseen.entries()) {
      for (const [text, reason] of samples) {
        const points = [...text];
        // Each code point at one place, so that every place has hundreds of them.
        const at = index % (points.length + 1);
        const changed = [...points.slice(0, at), point, ...points.slice(at)].join('');
        if (!judge(changed).includes(reason)) accepted.push(`${point.codePointAt(0)} ${text}`);
      }
    }
    expect(accepted).toEqual([]);
  }, 120_000);

  it.each([...MARKS, '\u200b', '\u{e0100}', '\u2800'])(
    'do not fill up a short or common password: %j',
    (point) => {
      expect(judge('Summer2024'.padEnd(20, point))).toContain('common');
      expect(judge('contoso24'.padEnd(20, point))).toContain('context-word');
      expect(judge('xqzvk'.padEnd(20, point))).toContain('too-short');
      expect(judge([...'Password12345678'].join(point))).toContain('common');
      expect(judge([...'abababababab123'].join(point))).toContain('repetitive');
      expect(judge([...'zyxwvutsrqponmlk'].join(point))).toContain('sequential');
    },
  );
});
