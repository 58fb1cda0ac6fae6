import type { Credential, TemporaryCredential, User } from './user.ts';

export const CREDENTIAL_STATES = ['none', 'temporary', 'expired', 'permanent', 'locked'] as const;

export type CredentialState = (typeof CREDENTIAL_STATES)[number];

export function isTemporary(credential: Credential): credential is TemporaryCredential {
  return credential.kind === 'temporary' || credential.kind === 'expired';
}

/** Judges whether the credential is expired: `now >= expiresAt`, whether or not the sweep ran. */
export function isExpired(credential: TemporaryCredential, nowMs: number): boolean {
  return credential.kind === 'expired' || nowMs >= credential.expiresAtMs;
}

/** Returns the state that is shown: the lock over the state below it, expiry from its moment on. */
export function credentialState(user: User, nowMs: number): CredentialState {
  if (user.isLocked) return 'locked';
  const { credential } = user;
  if (!isTemporary(credential)) return credential.kind;
  return isExpired(credential, nowMs) ? 'expired' : 'temporary';
}
