import { createHmac, hkdfSync } from 'node:crypto';
import { tenantOf, type UserName } from '../../credential/name.ts';
import type { Pseudonyms } from '../../port/log.ts';
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

/**
 * Returns the pseudonyms of a name and of its tenant in the log while this pepper is the newest.
 * Without the pepper no reader can derive the name, nor try names until one fits.
 * @throws {Unavailable} the pepper is too short
 */
export function pseudonymsUnder(pepper: SecretVersion, userName: UserName): Pseudonyms {
  const key = new Uint8Array(hkdfSync('sha256', pepperBytes(pepper), '', KEY_INFO, KEY_BYTES));
  const of = (kind: string, text: string) =>
    createHmac('sha256', key)
      .update(`${kind}\n${text}`, 'utf8')
      .digest('hex')
      .slice(0, PSEUDONYM_LENGTH);
  return { namePseudonym: of('name', userName), tenantPseudonym: of('tenant', tenantOf(userName)) };
}

/**
 * Creates the pseudonyms. They cost the same for every name, whether or not a user has it: no row
 * is read.
 */
export function createPseudonyms(
  peppers: Pick<SecretCache, 'newest'>,
): (userName: UserName) => Promise<Pseudonyms> {
  return async (userName) => pseudonymsUnder(await peppers.newest(), userName);
}
