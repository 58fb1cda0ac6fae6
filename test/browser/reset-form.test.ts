import { describe, expect, it } from 'vitest';
import { Problem, type User } from '../../functions/portal/client/index.ts';
import { IdempotencyKey } from '../../functions/portal/script/idempotency-key.ts';
import { ResetForm } from '../../functions/portal/script/screen/user/reset/form.ts';
import { Translator } from '../../functions/portal/script/text.ts';
import { portalEn } from '../../functions/portal/text/en.ts';
import { en } from '../../shared/http/text/en.ts';

const { reset } = portalEn;
const translator = new Translator('en', 'en', { ...portalEn, ...en, spoken: {} });

/** The form for a user whose reset has these requirements. */
function formFor(...resetRequirements: User['resetRequirements']): ResetForm {
  const user = { displayName: 'Ana', userName: 'ana@contoso.example', email: 'ana@mail.example' };
  const app = { translator, window, update: () => {}, focusHeading: () => {} };
  return new ResetForm(app as never, { ...user, resetRequirements } as User);
}

/** All that the form needs of a window. */
const window = { crypto };

function refusal(code: string, requirements: readonly string[] = []): Problem {
  const listed = requirements.map((one) => ({ code: one, text: `text of ${one}` }));
  return new Problem({ code, requirements: listed } as never, undefined);
}

describe('the form of a reset', () => {
  it('is empty and sends nothing where the organisation requires nothing', () => {
    const form = formFor();
    expect([form.hasFields, form.missing(), form.terms]).toEqual([false, {}, {}]);
  });

  it('refuses each missing part, and sends only what was filled in', () => {
    const form = formFor('verification-required', 'reason-required', 'ticket-required');
    expect(form.hasFields).toBe(true);
    expect(form.missing()).toEqual({
      code: reset.codeMissing,
      reason: reset.reasonMissing,
      ticket: reset.ticketMissing,
    });
    form.set('code', ' 7kq2 m9xd ');
    form.set('reason', ' Lost phone ');
    form.set('ticket', 'INC 1');
    expect(form.missing()).toEqual({ ticket: reset.ticketWrong });
    form.set('ticket', 'INC-1');
    form.set('expiresInSeconds', '3600');
    expect(form.missing()).toEqual({});
    expect(form.terms).toEqual({
      reason: 'Lost phone',
      ticket: 'INC-1',
      verification: { kind: 'supportCode', code: '7kq2 m9xd' },
      expiresInSeconds: 3600,
    });
    form.set('verification', 'callBack');
    form.set('reference', 'ext. 12');
    expect(form.terms.verification).toEqual({ kind: 'callBack', reference: 'ext. 12' });
  });

  it.each(['another-admin', 'address-missing', 'address-too-new', 'mail-missing'] as const)(
    'cannot be sent while it lacks %s',
    (code) => {
      expect(formFor('split-required', code).isBlocked).toBe(true);
      expect(formFor('split-required').isBlocked).toBe(false);
    },
  );

  it('keeps what was typed and shows another field when the rules became stricter', () => {
    const form = formFor('reason-required');
    form.set('reason', 'Lost phone');
    const said = form.refused(refusal('reset-requirements-unmet', ['ticket-required']));
    expect(said?.fields).toEqual({ ticket: reset.ticketMissing });
    expect(form.terms).toEqual({ reason: 'Lost phone' });
    form.refused(refusal('reset-requirements-unmet', ['split-required', 'address-missing']));
    expect(form.isBlocked).toBe(true);
  });

  it('says at the choice of two parts that they are not possible, and lets another be made', () => {
    const form = formFor();
    form.set('delivery', 'split');
    expect(form.terms).toEqual({ delivery: 'split' });
    const said = form.refused(refusal('reset-requirements-unmet', ['mail-missing']));
    expect(said?.fields).toEqual({ delivery: 'text of mail-missing' });
    expect(form.isBlocked).toBe(false);
  });

  it('has one key for one decision, and another after a change or a reset that was done', () => {
    const form = formFor();
    const first = form.idempotencyKey;
    expect(first).toMatch(/^[\da-f]{32}$/);
    form.refused(refusal('dependency-unavailable'));
    expect(form.idempotencyKey).toBe(first);
    form.set('reason', 'Lost phone');
    const second = form.idempotencyKey;
    expect(second).not.toBe(first);
    expect(form.refused(refusal('already-done'))?.notice?.title).toBe(reset.doneTitle);
    expect(form.idempotencyKey).not.toBe(second);
  });

  it('points at the code that was wrong', () => {
    const form = formFor('verification-required');
    expect(form.refused(refusal('verification-failed'))?.fields).toEqual({ code: reset.codeWrong });
  });
});

describe('the key of a call that may be repeated', () => {
  it('is the same for the same body alone, and another one in the next form', () => {
    const key = new IdempotencyKey(window);
    const first = key.of({ userName: 'a' });
    expect(key.of({ userName: 'a' })).toBe(first);
    expect(new IdempotencyKey(window).of({ userName: 'a' })).not.toBe(first);
    expect(key.of({ userName: 'b' })).not.toBe(first);
  });
});
