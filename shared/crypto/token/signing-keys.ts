import { type CryptoKey, importJWK } from 'jose';
import * as z from 'zod';
import { Unavailable } from '../../port/unavailable.ts';
import type { SecretVersion } from '../../port/vault.ts';
import type { SecretCache } from '../secret/secret-cache.ts';

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
  /** The key as in RFC 7517, without its private part. */
  readonly publicJwk: object;
}

export interface SigningKeys {
  /**
   * Returns the key to sign with.
   * @throws {Unavailable} no keys can be read
   */
  newest(): Promise<SigningKey>;
  /**
   * Finds a key.
   * @returns undefined if no enabled key has this id
   * @throws {Unavailable} no keys can be read
   */
  find(kid: string): Promise<SigningKey | undefined>;
  /**
   * Returns the enabled keys, oldest first, at least one.
   * @throws {Unavailable} no keys can be read
   */
  all(): Promise<readonly SigningKey[]>;
}

const imported = new WeakMap<SecretVersion, Promise<SigningKey>>();

/** Imports a key once: the cache judges its flaws, and then it is used. */
function importKey(secret: SecretVersion): Promise<SigningKey> {
  const known = imported.get(secret);
  if (known !== undefined) return known;
  const key = importJwk(secret);
  imported.set(secret, key);
  return key;
}

async function importJwk(secret: SecretVersion): Promise<SigningKey> {
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
 * Returns why a version cannot be a signing key; for the cache of signing keys. The error of the
 * import stays here: its text can quote the key.
 * @returns undefined if it can
 */
export async function findSigningKeyFlaw(secret: SecretVersion): Promise<string | undefined> {
  const key = await importKey(secret).catch(() => undefined);
  return key === undefined ? 'is not a private P-256 JWK' : undefined;
}

/**
 * Creates the keys of a cache that leaves out those which {@link findSigningKeyFlaw} rejects.
 * @param secretName the name of the secret in errors
 */
export function createSigningKeys(
  cache: Pick<SecretCache, 'newest' | 'all' | 'refreshForUnknown'>,
  secretName = SIGNING_KEY_SECRET,
): SigningKeys {
  function keyOf(secret: SecretVersion): Promise<SigningKey> {
    return importKey(secret).catch(() => {
      const what = `${secretName} version ${secret.version}`;
      throw new Unavailable('vault', `${what} is not a private P-256 JWK.`);
    });
  }

  async function all(): Promise<readonly SigningKey[]> {
    return Promise.all((await cache.all()).map(keyOf));
  }

  async function known(kid: string): Promise<SigningKey | undefined> {
    return (await all()).find((key) => key.kid === kid);
  }

  return {
    all,
    newest: async () => keyOf(await cache.newest()),
    async find(kid) {
      const key = await known(kid);
      if (key !== undefined) return key;
      await cache.refreshForUnknown();
      return known(kid);
    },
  };
}
