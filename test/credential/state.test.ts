import { describe, expect, it } from 'vitest';
import { credentialState, isExpired, isTemporary } from '../../shared/credential/state.ts';
import type { Credential, TemporaryCredential } from '../../shared/credential/user.ts';
import { NOW_MS, nameOf, sampleUser } from '../contract/account-sample.ts';

const TEMPORARY: TemporaryCredential = {
  kind: 'temporary',
  issueId: 'issue-1',
  issuedAtMs: NOW_MS - 1000,
  expiresAtMs: NOW_MS,
  issuedBy: undefined,
  changedAtMs: undefined,
};
const EXPIRED: TemporaryCredential = { ...TEMPORARY, kind: 'expired', expiresAtMs: NOW_MS + 1 };
const PERMANENT: Credential = { kind: 'permanent', changedAtMs: NOW_MS };

function stateOf(credential: Credential, nowMs: number, isLocked = false): string {
  const user = sampleUser(nameOf('ana@contoso.example'), { credential, isLocked });
  return credentialState(user, nowMs);
}

describe('the state of a credential', () => {
  it('is expired from the millisecond of its expiry, even before the sweep', () => {
    expect(stateOf(TEMPORARY, NOW_MS - 1)).toBe('temporary');
    expect(stateOf(TEMPORARY, NOW_MS)).toBe('expired');
    expect(stateOf(TEMPORARY, NOW_MS + 1)).toBe('expired');
  });

  it('is expired after the sweep, whatever the clock says', () => {
    expect(stateOf(EXPIRED, NOW_MS)).toBe('expired');
    expect(isExpired(EXPIRED, NOW_MS)).toBe(true);
    expect(isExpired(TEMPORARY, NOW_MS - 1)).toBe(false);
  });

  it('stays as it is without a temporary password', () => {
    expect(stateOf({ kind: 'none' }, NOW_MS)).toBe('none');
    expect(stateOf(PERMANENT, NOW_MS)).toBe('permanent');
  });

  it('is locked during a lock, whatever the credential', () => {
    for (const credential of [TEMPORARY, EXPIRED, PERMANENT, { kind: 'none' } as const]) {
      expect(stateOf(credential, NOW_MS, true)).toBe('locked');
    }
  });

  it('counts as temporary before and after the sweep', () => {
    expect([TEMPORARY, EXPIRED, PERMANENT, { kind: 'none' } as const].map(isTemporary)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
