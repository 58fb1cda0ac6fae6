import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { tenantOf, type UserName } from '../../credential/name.ts';
import type { ClientNetwork } from '../../port/hasher.ts';
import type { Pseudonyms, SignInPseudonyms } from '../../port/log.ts';
import type { SecretVersion } from '../../port/vault.ts';
import { pepperBytes } from '../password/pepper.ts';
import type { SecretCache } from './secret-cache.ts';

const KEY_BYTES = 32;
/** RFC 5869 section 3.2: binds the key to this purpose, apart from the pepper's own. */
const KEY_INFO = 'portal-credentials/log-pseudonym/v1';
/**
 * The hexadecimal digits, 64 bits: among a billion names two share a pseudonym with a chance of 3
 * %, and two of one incident never do.
 */
const PSEUDONYM_LENGTH = 16;

type Kind = 'name' | 'tenant' | 'network';

/** The keys of peppers, each as long as its pepper is in the cache: a flood needs one per call. */
const keys = new WeakMap<SecretVersion, KeyObject>();

/** @throws {Unavailable} the pepper is too short */
function keyOf(pepper: SecretVersion): KeyObject {
  const known = keys.get(pepper);
  if (known !== undefined) return known;
  const bytes = hkdfSync('sha256', pepperBytes(pepper), '', KEY_INFO, KEY_BYTES);
  const key = createSecretKey(new Uint8Array(bytes));
  keys.set(pepper, key);
  return key;
}

/** @throws {Unavailable} the pepper is too short */
function pseudonymizer(pepper: SecretVersion): (kind: Kind, text: string) => string {
  const key = keyOf(pepper);
  return (kind, text) =>
    createHmac('sha256', key)
      .update(`${kind}\n${text}`, 'utf8')
      .digest('hex')
      .slice(0, PSEUDONYM_LENGTH);
}

/**
 * Returns the stand-ins of a name and of its tenant in the log while this pepper is the newest.
 * A reader of the log without the pepper can neither reverse them nor try names until one fits.
 * @throws {Unavailable} the pepper is too short
 */
export function pseudonymsUnder(pepper: SecretVersion, userName: UserName): Pseudonyms {
  const of = pseudonymizer(pepper);
  return { namePseudonym: of('name', userName), tenantPseudonym: of('tenant', tenantOf(userName)) };
}

/**
 * Returns the stand-in of a client's network. It is that of the second size, an IPv4 /24 or an
 * IPv6 /48, which is as much as one customer commonly has: a /56 would make one customer 256.
 * @throws {Unavailable} the pepper is too short
 */
export function networkPseudonymUnder(
  pepper: SecretVersion,
  network: ClientNetwork | undefined,
): string {
  return pseudonymizer(pepper)('network', network?.[1] ?? network?.[0] ?? '');
}

/**
 * Creates the pseudonyms. They cost the same for every name, whether or not a user has it: no row
 * is read.
 */
export function createPseudonyms(
  peppers: Pick<SecretCache, 'newest'>,
): (userName: UserName, network: ClientNetwork | undefined) => Promise<SignInPseudonyms> {
  return async (userName, network) => {
    const pepper = await peppers.newest();
    const networkPseudonym = networkPseudonymUnder(pepper, network);
    return { ...pseudonymsUnder(pepper, userName), networkPseudonym };
  };
}
