import { describe, expect, it } from 'vitest';
import { followAddresses, NO_ADDRESS_HISTORY } from '../../shared/credential/address.ts';
import type { UserId } from '../../shared/credential/name.ts';
import {
  type ResetCase,
  type ResetTarget,
  unmetRequirements,
} from '../../shared/credential/reset-requirement.ts';
import { DEFAULT_RESET_RULES } from '../../shared/credential/tenant-settings.ts';

/** CONTRACT.md "What the tenant requires" and "Split delivery". */

const DAY_MS = 86_400_000;
const NOW_MS = 100 * DAY_MS;
const CALLER = 'caller' as UserId;

const ana: ResetTarget = {
  roles: ['salesAgent'],
  credential: { kind: 'permanent', changedAtMs: 0 },
  adminUntilMs: undefined,
  disownedResetBy: undefined,
  email: undefined,
  secondEmail: undefined,
  addressHistory: NO_ADDRESS_HISTORY,
};

const base: ResetCase = {
  target: ana,
  callerId: CALLER,
  rules: DEFAULT_RESET_RULES,
  hasAnotherAdmin: true,
  hasMail: true,
  nowMs: NOW_MS,
};

/** The user with these addresses, each set so long before now. */
function addressed(...changes: readonly { ageMs: number; email?: string; secondEmail?: string }[]) {
  let target = ana;
  for (const { ageMs, email, secondEmail } of changes) {
    target = { ...target, email, secondEmail };
    target = { ...target, addressHistory: followAddresses(target, NOW_MS - ageMs) };
  }
  return target;
}

const split = { delivery: 'split' } as const;
const unmetBySplit = (target: ResetTarget) => unmetRequirements({ ...base, target }, split);

describe('the requirements of a reset', () => {
  it('are an empty list by default', () => {
    expect(unmetRequirements(base, {})).toEqual([]);
  });

  it('are listed all at once, and one that the call brings is met', () => {
    const rules = {
      reason: 'required',
      ticket: 'required',
      verification: 'required',
      delivery: 'split',
    } as const;
    const target = {
      ...addressed({ ageMs: 30 * DAY_MS, email: 'a@x.eu' }),
      disownedResetBy: CALLER,
    };
    const all = { ...base, rules, target };
    expect(unmetRequirements(all, {})).toEqual([
      'another-admin',
      'verification-required',
      'reason-required',
      'ticket-required',
      'split-required',
    ]);
    const offered = {
      reason: 'x',
      ticket: 'x',
      verification: { kind: 'callBack' },
      ...split,
    } as const;
    expect(unmetRequirements(all, offered)).toEqual(['another-admin']);
    expect(unmetRequirements({ ...all, hasAnotherAdmin: false }, offered)).toEqual([]);
    expect(unmetRequirements({ ...all, callerId: 'other' as UserId }, offered)).toEqual([]);
  });

  it.each([
    ['a user without a rank', { roles: ['helpdeskAgent'] }, false],
    ['a user management admin', { roles: ['helpdeskAgent', 'userManagementAdmin'] }, true],
    ['a global admin', { roles: ['globalAdmin'] }, true],
    ['an admin until a day ago, less 1 ms', { adminUntilMs: NOW_MS - DAY_MS + 1 }, true],
    ['an admin until a day ago', { adminUntilMs: NOW_MS - DAY_MS }, false],
  ] as const)('cover as an admin: %s', (_name, members, isCovered) => {
    const rules = {
      ...DEFAULT_RESET_RULES,
      verification: 'requiredForAdmins',
      delivery: 'splitForAdmins',
    } as const;
    const target = { ...addressed({ ageMs: 30 * DAY_MS, email: 'a@x.eu' }), ...members };
    const unmet = unmetRequirements({ ...base, rules, target }, {});
    expect(unmet).toEqual(isCovered ? ['verification-required', 'split-required'] : []);
  });
});

describe('a split delivery', () => {
  it('requires an address and a channel of mail, also where the call chose it', () => {
    expect(unmetBySplit(ana)).toEqual(['address-missing']);
    expect(unmetRequirements({ ...base, hasMail: false }, split)).toEqual([
      'mail-missing',
      'address-missing',
    ]);
    expect(unmetRequirements({ ...base, hasMail: false }, { delivery: 'shown' })).toEqual([]);
  });

  it.each([
    ['a first address', [{ email: 'a@x.eu' }], DAY_MS],
    ['a first second address', [{ secondEmail: 'a@x.eu' }], DAY_MS],
    ['one that replaced another', [{ email: 'a@x.eu' }, { email: 'b@x.eu' }], 14 * DAY_MS],
    ['one that followed another', [{ email: 'a@x.eu' }, {}, { email: 'b@x.eu' }], 14 * DAY_MS],
    ['one that came back', [{ email: 'a@x.eu' }, {}, { email: 'a@x.eu' }], 14 * DAY_MS],
  ] as const)('goes to %s only after its time', (_name, changes, afterMs) => {
    const at = (ageMs: number) => {
      const early = changes.slice(0, -1).map((change) => ({ ...change, ageMs: 90 * DAY_MS }));
      return unmetBySplit(addressed(...early, { ...changes.at(-1), ageMs }));
    };
    expect(at(afterMs - 1)).toEqual(['address-too-new']);
    expect(at(afterMs)).toEqual([]);
  });

  it('goes to an old address that moved between email and secondEmail', () => {
    const old = { ageMs: 30 * DAY_MS, email: 'a@x.eu' };
    expect(unmetBySplit(addressed(old, { ageMs: 1, secondEmail: 'a@x.eu' }))).toEqual([]);
  });

  it('is judged by email, also where secondEmail is older', () => {
    const old = { ageMs: 30 * DAY_MS, secondEmail: 'a@x.eu' };
    const both = { ageMs: 1, email: 'b@x.eu', secondEmail: 'a@x.eu' };
    expect(unmetBySplit(addressed(old, both))).toEqual(['address-too-new']);
  });

  const temporary = { kind: 'temporary', issueId: 'x', issuedAtMs: 0, expiresAtMs: 0 } as const;
  it.each([
    ['none', { kind: 'none' }, []],
    ['only temporary ones', { ...temporary, issuedBy: CALLER, changedAtMs: undefined }, []],
    [
      'a temporary one in place of its own',
      { ...temporary, issuedBy: CALLER, changedAtMs: 5 },
      ['address-too-new'],
    ],
  ] as const)('of a user who had %s is judged by that', (_name, credential, unmet) => {
    const target = { ...addressed({ ageMs: 0, email: 'a@x.eu' }), credential };
    expect(unmetBySplit(target)).toEqual(unmet);
  });
});
