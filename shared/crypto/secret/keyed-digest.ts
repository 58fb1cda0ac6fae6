import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { KeyedDigest } from '../../port/token.ts';
import { Unavailable } from '../../port/unavailable.ts';
import type { SecretVersion } from '../../port/vault.ts';
import { PEPPER_SECRET, pepperBytes } from '../password/pepper.ts';
import type { SecretCache } from './secret-cache.ts';

const KEY_BYTES = 32;
/** RFC 5869 section 3.2: binds a key to its purpose, apart from the pepper's own. */
const KEY_INFO = {
  call: 'portal-credentials/idempotent-call/v1',
  supportCode: 'portal-credentials/support-code/v1',
} as const;

/**
 * Creates digests of the form `<version of the pepper>.<HMAC-SHA-256>`, so that a rotation changes
 * no comparison.
 */
export function createKeyedDigest(
  peppers: Pick<SecretCache, 'newest' | 'find'>,
  purpose: keyof typeof KEY_INFO,
): KeyedDigest {
  function digestUnder(pepper: SecretVersion, text: string): string {
    const key = hkdfSync('sha256', pepperBytes(pepper), '', KEY_INFO[purpose], KEY_BYTES);
    const mac = createHmac('sha256', Buffer.from(key)).update(text, 'utf8').digest('base64url');
    return `${pepper.version}.${mac}`;
  }

  return {
    make: async (text) => digestUnder(await peppers.newest(), text),
    async matches(text, digest) {
      const version = digest.slice(0, digest.indexOf('.'));
      const pepper = await peppers.find(version);
      if (pepper === undefined) {
        throw new Unavailable('vault', `${PEPPER_SECRET} has no usable version ${version}.`);
      }
      const [made, kept] = [Buffer.from(digestUnder(pepper, text)), Buffer.from(digest)];
      return made.length === kept.length && timingSafeEqual(made, kept);
    },
  };
}
