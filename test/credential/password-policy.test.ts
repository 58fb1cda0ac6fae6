import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { PasswordContext } from '../../shared/credential/policy/context-word.ts';
import {
  judgePassword,
  normalizePassword,
  type PasswordPolicy,
  passwordRules,
} from '../../shared/credential/policy/password-policy.ts';
import type { PolicyReason } from '../../shared/credential/refusal.ts';
import {
  generateTemporaryPassword,
  groupTemporaryPassword,
} from '../../shared/credential/temporary-password.ts';
import { openPackagedList } from '../fixture/common-passwords.ts';

const POLICY: PasswordPolicy = { minLength: 15, maxLength: 256, history: 5 };
const ZOE: PasswordContext = {
  userName: 'zoe.muller-lukacs@my-shop.contoso.example',
  displayName: 'Zoë Müller Łukács',
  tenant: 'my-shop.contoso.example',
};
const COMMON = openPackagedList();

function judge(password: string, change: Partial<Parameters<typeof judgePassword>[0]> = {}) {
  const isCommon = (candidate: string) => COMMON.has(candidate);
  return judgePassword({ policy: POLICY, password, context: ZOE, isCommon, ...change });
}

describe('a good password', () => {
  it.each([
    'cobalt ferry umbrella noon',
    'cobaltferryumbrellanoon',
    'my dog eats 7 green socks',
    '1 fish 2 fish red fish blue fish',
    'firefly-lantern-omega-42',
    'first defined hijacked',
    'ALL CAPS AND NOTHING ELSE',
    'je pense donc je suis 1637',
    'les sanglots longs des violons',
    'Zürich im Regen ist schön',
    'Съешь ещё этих мягких булок',
    'ξεσκεπάζω την ψυχοφθόρα',
    '我每天早上在公园里慢慢地跑步然后喝茶',
    '다람쥐 헌 쳇바퀴에 타고파 합니다',
    '🐶🍕🎸🚗🏠📚🌵🎲🐙🍉🚀🎩🧀🦊🌙',
    'kX9#vT2!pQ7@zL4$',
    'aB3xK9mQ2wE7rT5',
    'T7#qLw9!zXv2$Rm',
    'd9428888-122b-11e1-b85c-61cd3cbb3210',
    '8472 9913 0571 2286',
    // They merely contain a word of the context.
    'Contoso sells pale green umbrellas',
    'Lukács likes winter swimming',
    'the partner portal of my dreams is slow',
    'password managers are quite wonderful',
  ])('is accepted: %s', (password) => {
    expect(judge(password)).toEqual([]);
  });
});

describe('a bad password', () => {
  it.each<[string, ...PolicyReason[]]>([
    ['Tr0ub4dor&3', 'too-short'],
    // Common, as they are or stripped of what people add.
    ['Password12345678', 'common', 'context-word'],
    ['passwordpassword', 'common', 'context-word', 'repetitive'],
    ['P@ssw0rd!P@ssw0rd!', 'common', 'context-word'],
    ['iloveyouiloveyou', 'common', 'repetitive'],
    ['i.love.you.so.much', 'common'],
    ['i love you so much 1987', 'common'],
    ['footballfootball1', 'common', 'repetitive'],
    ['manchestermanchester', 'common'],
    // With digits after each: what was cut off at the end hid that it repeats itself.
    ['monkey123monkey123', 'common'],
    ['Winter2026 Winter2026', 'common'],
    ['12345678Sunshine', 'common'],
    ['Summer!!!!!!!!!!', 'common', 'repetitive', 'sequential'],
    // The famous one, and digits with what people put between them.
    ['correct horse battery staple', 'common'],
    ['correcthorsebatterystaple', 'common'],
    ['je t’aime mon amour 2024', 'common'],
    ['1987 1987 1987 1987', 'common', 'repetitive'],
    ['administrator2024', 'common'],
    ['manchesterunited', 'common'],
    // Built around the context.
    ['Contoso2024!!!!!', 'context-word'],
    ['C0nt0so-2024-2025', 'context-word'],
    ['c.o.n.t.o.s.o.1.9.8.4', 'context-word'],
    ['contosofootball1', 'context-word'],
    ['PartnerPortal2024!', 'context-word'],
    ['P4rtn3rP0rt4l2024', 'context-word'],
    ['My credentials 2024', 'context-word'],
    ['mot de passe 2024!', 'common', 'context-word'],
    ['zoe.muller-lukacs@my-shop.contoso.example', 'context-word'],
    ['my-shop.contoso.example', 'context-word'],
    ['Zoë Müller Łukács', 'context-word'],
    ['MULLER ŁUKACS 1985', 'context-word'],
    ['muller.zoe.17.02.1985', 'context-word'],
    // Repeats itself.
    ['vqzkvqzkvqzkvqz', 'repetitive'],
    ['VqzkvqzKvqzkvQz', 'repetitive'],
    ['🐶🍕🎸🚗🐶🍕🎸🚗🐶🍕🎸🚗🐶🍕🎸', 'repetitive'],
    ['zqzqqvvzkkzvqkzq', 'repetitive'],
    // Runs along something.
    ['zyxwvutsrqponmlk', 'sequential'],
    ['1234567890123456', 'sequential'],
    ['1-2-3-4-5-6-7-8-9', 'common', 'sequential'],
    ['azertyuiopqsdfgh', 'sequential'],
    ['qwertzuiopasdfgh', 'sequential'],
    ['zxcvbnmasdfghjkl', 'sequential'],
    ['qwertyuiopasdfgh', 'common', 'sequential'],
    ['abcdefgh12345678', 'common', 'sequential'],
    ['1qaz2wsx3edc4rfv', 'common', 'sequential'],
    ['!@#$%^&*()_+!@#$', 'sequential'],
    ['My Qwertyuiop 2345', 'sequential'],
    ['aaaaaaaaaaaaaaaa', 'common', 'repetitive', 'sequential'],
  ])('is rejected for its reasons: %s', (password, ...reasons) => {
    expect(judge(password)).toEqual(reasons);
  });
});

describe('the length of a password', () => {
  const phrase = (length: number) => 'cobalt ferry umbrella noon 🐶'.repeat(9).slice(0, length);

  it('is counted in code points after NFC, both ends included', () => {
    expect(judge(phrase(14))).toEqual(['too-short']);
    expect(judge(phrase(15))).toEqual([]);
    const astral = '🐶🍕🎸🚗🏠📚🌵🎲🐙🍉🚀🎩🧀🦊';
    expect([...astral]).toHaveLength(14);
    expect(judge(astral)).toEqual(['too-short']);
    expect(judge(`${astral}🌙`)).toEqual([]);
    // Fifteen as they are typed, fourteen after NFC.
    expect(judge('wiese im schne\u0301')).toEqual(['too-short']);
    expect(judge('wiese im schnee\u0301')).toEqual([]);
  });

  it('yields too-long alone beyond 256, and no other rule is read', () => {
    const touched: string[] = [];
    const context = new Proxy(ZOE, {
      get: (_, name) => touched.push(String(name)),
    });
    const isCommon = () => touched.push('isCommon') > 0;
    for (const text of ['a'.repeat(257), 'portal'.repeat(2600), '\ufdfa'.repeat(5000)]) {
      expect(judge(text, { context, isCommon, currentPassword: text })).toEqual(['too-long']);
    }
    expect(touched).toEqual([]);
    expect(judge('a'.repeat(256))).not.toContain('too-long');
    // 256 after NFC, 512 as they are typed.
    expect(judge('e\u0301'.repeat(256))).not.toContain('too-long');
    expect(judge('e\u0301'.repeat(257))).toEqual(['too-long']);
  });

  it('may be 256 and not 257', () => {
    const words = Array.from({ length: 64 }, (_, index) =>
      `${(index * 7919) % 997}`.padStart(4, 'x'),
    );
    const text = words.join('');
    expect([...text]).toHaveLength(256);
    expect(judge(text)).toEqual([]);
    expect(judge(`${text}y`)).toEqual(['too-long']);
  });

  it('follows the minimum of the policy', () => {
    const policy = { ...POLICY, minLength: 28 };
    expect(judge('cobalt ferry umbrella noon 7', { policy })).toEqual([]);
    expect(judge('cobalt ferry umbrella noon 7', { policy: { ...policy, minLength: 29 } })).toEqual(
      ['too-short'],
    );
  });
});

describe('the current password as the new one', () => {
  it('is rejected in any composition, and only if it is the same text', () => {
    const composed = 'l\u2019\u00e9t\u00e9 sera bien long';
    const decomposed = composed.normalize('NFD');
    expect(judge(decomposed, { currentPassword: composed })).toEqual(['same-as-current']);
    expect(judge(composed, { currentPassword: decomposed })).toEqual(['same-as-current']);
    expect(judge(composed, { currentPassword: `${composed} ` })).toEqual([]);
    expect(judge(composed, { currentPassword: composed.toUpperCase() })).toEqual([]);
    expect(judge(composed)).toEqual([]);
  });
});

describe('a temporary password as the new one', () => {
  it('is rejected in any spelling, used or not', () => {
    for (let round = 0; round < 50; round += 1) {
      const canonical = generateTemporaryPassword(randomBytes);
      const display = groupTemporaryPassword(canonical);
      for (const text of [canonical, display, display.toLowerCase(), display.replace('0', 'O')]) {
        expect(judge(text)).toContain('temporary-password');
      }
      const wrong = canonical.slice(0, -1) + (canonical.endsWith('7') ? '8' : '7');
      expect(judge(wrong)).not.toContain('temporary-password');
    }
  });
});

describe('the common-password rule', () => {
  it('needs a base of 4 letters once filler is stripped', () => {
    const isCommon = (candidate: string) => ['vqz', 'vqzk', '1987'].includes(candidate);
    expect(judge('vqz-8472-9913-0571', { isCommon })).toEqual([]);
    expect(judge('vqzk-8472-9913-057', { isCommon })).toEqual(['common']);
    expect(judge('-8472-1987-9913-057', { isCommon })).toEqual([]);
  });

  it('does not apply to a text that is mostly punctuation', () => {
    const isCommon = (candidate: string) => candidate === 'vqzk';
    expect(judge('?v!<q.z#k>;&%/=:', { isCommon })).toEqual([]);
    expect(judge('v-q-z-k-2-0-2-4', { isCommon })).toEqual(['common']);
  });
});

it('makes few lookups for the worst text of legal length', () => {
  // Code points that decompose into 18 each, and names and passwords that overlap themselves.
  const worst = ['\ufdfa', 'a', 'portal', 'ab', '1', '\u0301', '\u{e0100}', '가', '½'];
  let mostLookups = 0;
  const isCommon = () => {
    mostLookups += 1;
    return false;
  };
  for (const one of worst) {
    const password = one.repeat(256).slice(0, 256);
    const context = { ...ZOE, displayName: one.repeat(120) };
    const searches = vi.spyOn(String.prototype, 'indexOf');
    mostLookups = 0;
    judge(password, { context, isCommon });
    const count = searches.mock.calls.length;
    searches.mockRestore();
    // Each is a search in at most 512 units, of at most 512.
    expect(count, one).toBeLessThan(5000);
    expect(mostLookups, one).toBeLessThan(33);
  }
});

it('returns all violated rules together, in their fixed order', () => {
  expect(judge('Password1', { currentPassword: 'Password1' })).toEqual([
    'too-short',
    'same-as-current',
    'common',
    'context-word',
  ]);
  expect(judge('a'.repeat(257))).toEqual(['too-long']);
});

it('judges alike in every composition and accepts any well-formed text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
      expect(judge(text.normalize('NFD'))).toEqual(judge(text.normalize('NFC')));
    }),
    { numRuns: 500 },
  );
});

it('normalizes passwords to NFC and maps nothing else', () => {
  expect(normalizePassword('e\u0301')).toBe('\u00e9');
  expect(normalizePassword(' Ａﬁ ')).toBe(' Ａﬁ ');
});

it('states its lengths in passwordrules for password managers', () => {
  expect(passwordRules(POLICY)).toBe('minlength: 15; maxlength: 256; allowed: ascii-printable;');
  expect(passwordRules({ ...POLICY, minLength: 64 })).toContain('minlength: 64;');
});
