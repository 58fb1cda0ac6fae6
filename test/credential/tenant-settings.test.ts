import { describe, expect, it } from 'vitest';
import type { UserId } from '../../shared/credential/name.ts';
import {
  applySettingsPatch,
  changedSettings,
  contactsOf,
  DEFAULT_RESET_RULES,
  DEFAULT_SETTINGS,
  RESET_RULE_CHOICES,
  RESET_RULES,
  type SettingsPatch,
  settingsAt,
  settingsTag,
  type TenantSettings,
} from '../../shared/credential/tenant-settings.ts';

const BY = '0'.repeat(26) as UserId;
const DAY_MS = 86_400_000;
/** Long after a contact that was never set. */
const NOW_MS = 100 * DAY_MS;

const patched = (before: TenantSettings, patch: SettingsPatch, nowMs = NOW_MS) =>
  applySettingsPatch(before, patch, nowMs, BY);

const STRICT = patched(DEFAULT_SETTINGS, {
  reset: { reason: 'required', verification: 'required', delivery: 'split' },
});

describe('rules of resets', () => {
  it('take effect at once where they tighten', () => {
    expect(STRICT.reset).toEqual({
      ...DEFAULT_RESET_RULES,
      ...{ reason: 'required', verification: 'required', delivery: 'split' },
    });
    expect(STRICT.pending).toBeUndefined();
  });

  it.each(RESET_RULES.flatMap((rule) => RESET_RULE_CHOICES[rule].map((to) => ({ rule, to }))))(
    'of $rule loosen to $to a day later, to the millisecond, and to the same never',
    ({ rule, to }) => {
      const strictest = RESET_RULE_CHOICES[rule].at(-1);
      const before = patched(DEFAULT_SETTINGS, { reset: { [rule]: strictest } });
      const after = patched(before, { reset: { [rule]: to } });
      expect(after.reset[rule]).toBe(strictest);
      if (to === strictest) return expect(after).toEqual(before);
      expect(settingsAt(after, NOW_MS + DAY_MS - 1)).toEqual(after);
      const later = settingsAt(after, NOW_MS + DAY_MS);
      expect(later).toEqual({
        ...after,
        reset: { ...after.reset, [rule]: to },
        pending: undefined,
      });
    },
  );

  it('that tighten one and loosen another do the first now and the whole later', () => {
    const after = patched(STRICT, { reset: { reason: 'optional', ticket: 'required' } });
    expect(after.reset).toEqual({ ...STRICT.reset, ticket: 'required' });
    expect(after.pending).toEqual({
      reset: { ...STRICT.reset, ticket: 'required', reason: 'optional' },
      effectiveAtMs: NOW_MS + DAY_MS,
      by: BY,
    });
  });

  it('that are pending go with the next patch that names reset, and stay with another', () => {
    const pending = patched(STRICT, { reset: null });
    expect(pending.pending?.reset).toEqual(DEFAULT_RESET_RULES);
    expect(patched(pending, { contact: 'x' }).pending).toEqual(pending.pending);
    expect(patched(pending, { reset: { reason: 'required' } }).pending).toBeUndefined();
  });

  it('that are asked for again while they are pending do not wait anew', () => {
    const pending = patched(STRICT, { reset: null });
    expect(patched(pending, { reset: null }, NOW_MS + 1000)).toEqual(pending);
  });

  it('that took effect with time alone have a tag of their own', () => {
    const pending = { ...patched(STRICT, { reset: null }), version: 3 };
    expect(settingsTag(pending, NOW_MS)).toBe('"3"');
    expect(settingsTag(pending, NOW_MS + DAY_MS)).toBe('"3-effective"');
  });
});

describe('a contact', () => {
  it('is trimmed, and absent where empty or null', () => {
    const some = patched(DEFAULT_SETTINGS, { contact: ' Help desk ' });
    expect(some.contact).toBe('Help desk');
    for (const contact of ['', ' ', null]) {
      expect(patched(some, { contact }).contact).toBeUndefined();
    }
    expect(changedSettings(some, patched(some, { contact: 'Help desk' }))).toEqual([]);
  });

  it('is named with the one before for a day, however often an intruder changes it', () => {
    const old = patched(DEFAULT_SETTINGS, { contact: 'Help desk' });
    const later = NOW_MS + DAY_MS;
    const one = patched(old, { contact: 'Intruder' }, later);
    const two = patched(one, { contact: 'Intruder again' }, later + 1);
    expect(contactsOf(two, later + DAY_MS)).toEqual(['Intruder again', 'Help desk']);
    expect(contactsOf(two, later + DAY_MS + 1)).toEqual(['Intruder again']);
  });
});
