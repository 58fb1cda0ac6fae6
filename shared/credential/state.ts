import type { Credential, TemporaryCredential } from './user.ts';

export const CREDENTIAL_STATES = ['none', 'temporary', 'expired', 'permanent', 'locked'] as const;

export type CredentialState = (typeof CREDENTIAL_STATES)[number];

export function isTemporary(credential: Credential): credential is TemporaryCredential {
  return credential.kind === 'temporary' || credential.kind === 'expired';
}

type Expiry = Pick<TemporaryCredential, 'kind' | 'expiresAtMs'>;

/** The members of a user that decide the state that is shown. */
export interface StateOutline {
  readonly isLocked: boolean;
  readonly credential: { readonly kind: 'none' | 'permanent' } | Expiry;
}

/** Judges whether the credential is expired: `now >= expiresAt`, whether or not the sweep ran. */
export function isExpired(credential: Expiry, nowMs: number): boolean {
  return credential.kind === 'expired' || nowMs >= credential.expiresAtMs;
}

/** Returns the state that is shown: the lock over the state below it, expiry from its moment on. */
export function credentialState(
  { isLocked, credential }: StateOutline,
  nowMs: number,
): CredentialState {
  if (isLocked) return 'locked';
  if (!('expiresAtMs' in credential)) return credential.kind;
  return isExpired(credential, nowMs) ? 'expired' : 'temporary';
}
