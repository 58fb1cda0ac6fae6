import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { UserId } from '../../credential/name.ts';
import type { SupportCodes } from '../../port/support-code.ts';
import { Unavailable } from '../../port/unavailable.ts';
import type { SecretVersion } from '../../port/vault.ts';
import { pepperBytes } from '../password/pepper.ts';
import type { SecretCache } from './secret-cache.ts';

const KEY_BYTES = 32;
/** RFC 5869 section 3.2: binds the key to this purpose, apart from the pepper's own. */
const KEY_INFO = 'portal-credentials/support-code/v1';

function digestUnder(pepper: SecretVersion, userId: UserId, code: string): Buffer {
  const key = new Uint8Array(hkdfSync('sha256', pepperBytes(pepper), '', KEY_INFO, KEY_BYTES));
  return createHmac('sha256', key).update(`${userId}\n${code}`, 'utf8').digest();
}

/** Creates the keyed hash of support codes, whose key is derived from the pepper. */
export function createSupportCodes(
  peppers: Pick<SecretCache, 'newest' | 'all' | 'refreshForUnknown'>,
): SupportCodes {
  async function requirePepper(version: string): Promise<SecretVersion> {
    const find = async () => (await peppers.all()).find((pepper) => pepper.version === version);
    let pepper = await find();
    if (pepper === undefined) {
      await peppers.refreshForUnknown();
      pepper = await find();
    }
    if (pepper !== undefined) return pepper;
    throw new Unavailable('vault', 'the pepper of a support code is not enabled');
  }
  return {
    async hash(userId, code) {
      const pepper = await peppers.newest();
      const digest = digestUnder(pepper, userId, code).toString('base64url');
      return { digest, keyVersion: pepper.version };
    },
    async matches(userId, code, { digest, keyVersion }) {
      const expected = digestUnder(await requirePepper(keyVersion), userId, code);
      const kept = Buffer.from(digest, 'base64url');
      return kept.length === expected.length && timingSafeEqual(kept, expected);
    },
  };
}
