import { Refusal } from '../credential/refusal.ts';
import type { Rights } from '../credential/rights.ts';
import { isExpired, isTemporary } from '../credential/state.ts';
import type { StoredUser } from '../port/store.ts';
import type { AccessClaims } from '../port/token.ts';
import type { Dependencies } from './dependency.ts';

/** The authenticated caller, as it is in the store now. */
export interface Principal {
  readonly user: StoredUser;
  readonly use: AccessClaims['use'];
}

/**
 * Judges whether the token's claims still describe this user: roles and status are read from the
 * row, never trusted from the token.
 */
export function isTokenCurrent(claims: AccessClaims, user: Rights, nowMs: number): boolean {
  if (user.userId !== claims.userId || user.status !== 'active') return false;
  if (user.credentialVersion !== claims.credentialVersion) return false;
  if (user.sessionEpoch !== claims.sessionEpoch) return false;
  const { credential } = user;
  if (claims.use === 'access') return credential.kind === 'permanent';
  return isTemporary(credential) && !isExpired(credential, nowMs);
}

/**
 * Verifies a token.
 * @throws {Refusal} `invalid-token`
 * @throws {Unavailable}
 */
export async function verifyToken(
  { tokens, clock }: Pick<Dependencies, 'tokens' | 'clock'>,
  token: string | undefined,
  uses: readonly AccessClaims['use'][],
): Promise<AccessClaims> {
  if (token === undefined) throw new Refusal('invalid-token', { isTokenMissing: true });
  const claims = await tokens.verify(token, clock.now());
  if (claims === undefined || !uses.includes(claims.use)) throw new Refusal('invalid-token');
  return claims;
}

/**
 * Verifies a token and reads its user; one point read.
 * @throws {Refusal} `invalid-token`
 * @throws {Unavailable}
 */
export async function requirePrincipal(
  { accounts, clock }: Pick<Dependencies, 'accounts' | 'clock'>,
  claims: AccessClaims,
): Promise<Principal> {
  const user = await accounts.findUser(claims.userName);
  if (user === undefined || !isTokenCurrent(claims, user.value, clock.now())) {
    throw new Refusal('invalid-token');
  }
  return { user, use: claims.use };
}
