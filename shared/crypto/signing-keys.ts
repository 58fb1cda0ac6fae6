import { type CryptoKey, importJWK } from 'jose';
import * as z from 'zod';
import { type Log, type SecretVersion, Unavailable } from '../port.ts';
import type { SecretRing } from './secret-ring.ts';

/** The vault secret whose versions are private JWKs; a version is the `kid` of its key. */
export const SIGNING_KEY_SECRET = 'token-signing-key';
export const SIGNING_ALGORITHM = 'ES256';

/** RFC 7518 section 6.2: coordinates and private value of P-256 are 32 bytes each. */
const field = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const PRIVATE_JWK = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: field,
  y: field,
  d: field,
});

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  /** RFC 7517, with nothing private in it. */
  readonly publicJwk: object;
}

export interface SigningKeys {
  /** @throws {Unavailable} none to be had, or the one to sign with is not a key */
  newest(): Promise<SigningKey>;
  /** Undefined: no enabled key has this id. @throws {Unavailable} no keys to be had */
  find(kid: string): Promise<SigningKey | undefined>;
  /** Oldest first, at least one. @throws {Unavailable} no keys to be had */
  all(): Promise<readonly SigningKey[]>;
}

async function importKey(secret: SecretVersion): Promise<SigningKey> {
  const jwk = PRIVATE_JWK.parse(JSON.parse(secret.value));
  const { d: _, ...publicMembers } = jwk;
  const [privateKey, publicKey] = await Promise.all([
    importJWK(jwk, SIGNING_ALGORITHM),
    importJWK(publicMembers, SIGNING_ALGORITHM),
  ]);
  return {
    kid: secret.version,
    privateKey: privateKey as CryptoKey,
    publicKey: publicKey as CryptoKey,
    publicJwk: { ...publicMembers, kid: secret.version, alg: SIGNING_ALGORITHM, use: 'sig' },
  };
}

/**
 * The enabled signing keys, imported once each. A version that is no private P-256 JWK is left
 * out with a warning, so that it cannot take verification down; it is only when it becomes the
 * newest that signing fails.
 */
export function createSigningKeys(
  ring: Pick<SecretRing, 'newest' | 'all' | 'refreshForUnknown'>,
  log?: Log,
): SigningKeys {
  const imported = new WeakMap<SecretVersion, Promise<SigningKey | undefined>>();

  function keyOf(secret: SecretVersion): Promise<SigningKey | undefined> {
    const known = imported.get(secret);
    if (known !== undefined) return known;
    const key = importKey(secret).catch(() => {
      // The error stays here: its text can quote the key.
      const error = `${SIGNING_KEY_SECRET} version ${secret.version} is not a private P-256 JWK.`;
      log?.error('signing key left out', { part: 'vault', error });
      return undefined;
    });
    imported.set(secret, key);
    return key;
  }

  async function all(): Promise<readonly SigningKey[]> {
    const keys = await Promise.all((await ring.all()).map(keyOf));
    const usable = keys.filter((key) => key !== undefined);
    if (usable.length > 0) return usable;
    throw new Unavailable('vault', `No version of ${SIGNING_KEY_SECRET} is a private P-256 JWK.`);
  }

  async function known(kid: string): Promise<SigningKey | undefined> {
    return (await all()).find((key) => key.kid === kid);
  }

  return {
    all,
    async newest() {
      const key = await keyOf(await ring.newest());
      if (key !== undefined) return key;
      throw new Unavailable(
        'vault',
        `The newest ${SIGNING_KEY_SECRET} is not a private P-256 JWK.`,
      );
    },
    async find(kid) {
      const key = await known(kid);
      if (key !== undefined) return key;
      await ring.refreshForUnknown();
      return known(kid);
    },
  };
}
