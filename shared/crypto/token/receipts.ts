import { SignJWT } from 'jose';
import type { Tenant } from '../../credential/name.ts';
import type { Receipts, ResetFacts } from '../../port/receipt.ts';
import type { SecretCache } from '../secret/secret-cache.ts';
import { createSigningKeys, SIGNING_ALGORITHM } from './signing-keys.ts';

/**
 * The vault secret whose versions sign receipts. They are private JWKs as those of tokens, and
 * apart from them: a reader of tokens that checks no more than the key must not take a receipt.
 */
export const RECEIPT_KEY_SECRET = 'receipt-signing-key';
/** A type of our own (RFC 8725 section 3.11: explicit typing). */
const RECEIPT_TYPE = 'reset-receipt+jwt';

/** Without `sub` and `exp`, so that nothing takes it for a token. */
function claimsOf(origin: string, tenant: Tenant, reset: ResetFacts) {
  const { eventId, atMs, userId, actor, expiresAtMs, terms } = reset;
  const { delivery, verification, reason, ticket } = terms;
  return {
    iss: origin,
    aud: `${origin}/receipts`,
    jti: eventId,
    iat: Math.floor(atMs / 1000),
    tenant,
    user: userId,
    actor,
    password_expires_at: Math.floor(expiresAtMs / 1000),
    ...{ delivery, verification, reason, ticket },
  };
}

/** Creates the signer of receipts: the newest key signs, and all enabled ones are published. */
export function createReceipts(
  cache: Pick<SecretCache, 'newest' | 'all' | 'refreshForUnknown'>,
  publicOrigin: string,
): Receipts {
  const keys = createSigningKeys(cache, RECEIPT_KEY_SECRET);
  return {
    async obtainSigner() {
      const { kid, privateKey } = await keys.newest();
      const header = { alg: SIGNING_ALGORITHM, typ: RECEIPT_TYPE, kid };
      return (tenant, reset) =>
        new SignJWT(claimsOf(publicOrigin, tenant, reset))
          .setProtectedHeader(header)
          .sign(privateKey);
    },
    publicKeys: async () => ({ keys: (await keys.all()).map((key) => key.publicJwk) }),
  };
}
