import { describe, expect, it } from 'vitest';
import {
  isOnePart,
  judgeParts,
  judgePassword,
} from '../../functions/portal/script/typed-password.ts';
import { portalEn } from '../../functions/portal/text/en.ts';
import {
  generateSplitTemporaryPassword,
  generateTemporaryPassword,
  groupPart,
  groupTemporaryPassword,
} from '../../shared/credential/temporary-password.ts';
import { parseTemporaryPassword } from '../../shared/credential/temporary-password-form.ts';

const { signIn } = portalEn;
const bytes = (size: number) => Uint8Array.from({ length: size }, (_, index) => index * 7);
const split = generateSplitTemporaryPassword(bytes);
const told = groupPart(split.told);
// The fixed bytes begin anew for each part.
const mailed = groupPart(
  generateSplitTemporaryPassword((size) => bytes(size).map((byte) => byte + 3)).told,
);
const whole = groupTemporaryPassword(generateTemporaryPassword(bytes));
const slip = (part: string) => (part.startsWith('0') ? '1' : '0') + part.slice(1);

describe('a password that is typed into the sign-in', () => {
  it.each([whole, 'my own password', `${told} ${mailed}`, `${mailed}${told}`])(
    'is sent as it is from the one field: %s',
    (typed) => {
      expect(judgePassword(typed, signIn, false)).toBe(typed);
    },
  );

  it('is asked about once when it looks like a temporary one with a slip', () => {
    const typed = slip(whole);
    expect(judgePassword(typed, signIn, false)).toEqual({ password: signIn.typo });
    expect(judgePassword(typed, signIn, true)).toBe(typed);
    const parts = judgePassword(`${told} ${slip(mailed)}`, signIn, false);
    expect(parts).toEqual({
      password: `${signIn.slipSecond} ${signIn.part.wrong} ${signIn.typoOwn}`,
    });
  });

  it('opens the second field when it is one part without a slip, and only then', () => {
    expect([told, ` ${mailed.toLowerCase()}. `].map(isOnePart)).toEqual([true, true]);
    expect([slip(told), whole, '', 'my own password', `${told}${mailed}`].map(isOnePart)).toEqual([
      ...[false, false, false, false, false],
    ]);
  });

  it('is put together from two fields in either order, or taken from one of them', () => {
    const canonical = parseTemporaryPassword(`${told} ${mailed}`);
    expect(canonical).toHaveLength(30);
    const both: readonly [string, string][] = [
      [told, mailed],
      [` ${mailed.toLowerCase()}.`, told],
      [`${told} ${mailed}`, ''],
      ['', `${mailed}-${told}`],
    ];
    for (const [first, second] of both) {
      const judged = judgeParts(first, second, signIn);
      expect(typeof judged === 'string' && parseTemporaryPassword(judged)).toBe(canonical);
    }
    expect(judgeParts(whole, '', signIn)).toBe(whole);
  });

  it('is refused with the part that has the slip, before anything is sent', () => {
    expect(judgeParts(told, slip(mailed), signIn)).toEqual({ otherPart: signIn.part.wrong });
    expect(judgeParts(slip(told), mailed, signIn)).toEqual({ password: signIn.part.wrong });
    expect(judgeParts(told, '', signIn)).toEqual({ otherPart: signIn.part.missing });
    expect(judgeParts(told, told, signIn)).toEqual({ otherPart: signIn.part.same });
    expect(judgeParts('', `${slip(told)} ${mailed}`, signIn)).toEqual({
      otherPart: `${signIn.slipFirst} ${signIn.part.wrong}`,
    });
    expect(judgeParts(slip(whole), '', signIn)).toEqual({ password: signIn.typo });
  });
});
