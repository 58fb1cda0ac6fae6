import { randomBytes } from 'node:crypto';
import { importJWK, type JWTPayload, SignJWT } from 'jose';
import { NO_ADDRESS_HISTORY } from '../../shared/credential/address.ts';
import { parseUserId, parseUserName, tenantOf } from '../../shared/credential/name.ts';
import type { User } from '../../shared/credential/user.ts';
import { createSecretCache, SECRET_SETTLING_MS } from '../../shared/crypto/secret/secret-cache.ts';
import { findSigningKeyFlaw } from '../../shared/crypto/token/signing-keys.ts';
import { createTokens } from '../../shared/crypto/token/tokens.ts';
import type { AccessClaims, Tokens } from '../../shared/port/token.ts';
import { ManualClock, privateJwk, VaultDouble } from './vault-double.ts';

export const ISSUER = 'https://portal.example';
export const AUDIENCE = 'portal';
export const [JWK_1, JWK_2, FOREIGN] = [privateJwk(), privateJwk(), privateJwk()];

function known<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('the fixture is wrong');
  return value;
}

const userName = known(parseUserName('ana@contoso.example'));
export const user: User = {
  userId: known(parseUserId('0123456789abcdefghjkmnpqrs')),
  userName,
  tenant: tenantOf(userName),
  displayName: 'Ana',
  email: undefined,
  secondEmail: undefined,
  addressHistory: NO_ADDRESS_HISTORY,
  locale: undefined,
  roles: ['globalAdmin', 'salesAgent'],
  adminUntilMs: undefined,
  usedByIssuer: undefined,
  supportCode: undefined,
  supportCodesAtMs: [],
  status: 'active',
  credential: { kind: 'permanent', changedAtMs: 0 },
  profileVersion: 1,
  credentialVersion: 7,
  sessionEpoch: 3,
  isLocked: false,
  isFrozen: false,
  disownedResetBy: undefined,
  lastResetSequence: 0,
  attemptsClearedAtMs: 0,
  waitsEnded: [],
  partsAtMs: [],
  createdAtMs: 0,
  lastSignInAtMs: undefined,
  eventSequence: 1,
  lastEventAtMs: 0,
};

export interface TokenWorld {
  readonly clock: ManualClock;
  readonly vault: VaultDouble;
  readonly tokens: Tokens;
  /** The warnings that were logged. */
  readonly faults: string[];
  /** Tokens with a cache of their own, like another instance. */
  instance(): Tokens;
}

/** The real thing over a vault that has JWK_1 as `k1`, settled. */
export function createTokenWorld(): TokenWorld {
  // Not a whole second: what is rounded shows.
  const clock = new ManualClock(Date.UTC(2026, 0, 1) + 250);
  const vault = new VaultDouble();
  vault.add('k1', JWK_1, clock.now() - SECRET_SETTLING_MS);
  const faults: string[] = [];
  const warn = (_: string, fields?: { error?: string }) => faults.push(fields?.error ?? '');
  const log = { info() {}, warn, error() {} };
  const findFlaw = findSigningKeyFlaw;
  const instance = () =>
    createTokens({
      signingKeys: createSecretCache({ vault, name: 'token-signing-key', clock, findFlaw, log }),
      issuer: ISSUER,
      audience: AUDIENCE,
      accessTokenTtlSeconds: 3600,
      changeTokenTtlSeconds: 600,
      randomBytes: (size) => randomBytes(size),
    });
  return { clock, vault, tokens: instance(), faults, instance };
}

export function claimsOf(use: AccessClaims['use']): AccessClaims {
  const { userId, userName, credentialVersion, sessionEpoch } = user;
  return { use, userId, userName, credentialVersion, sessionEpoch };
}

/** Signs any claims with the real key, as only a defect of the service could. */
export async function sign(payload: JWTPayload, header: object = {}, jwk = JWK_1): Promise<string> {
  const key = await importJWK(JSON.parse(jwk), 'ES256');
  return new SignJWT(payload)
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'k1', ...header })
    .sign(key);
}
