import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Seal } from '../../port/token.ts';
import type { SecretVersion } from '../../port/vault.ts';
import { pepperBytes } from '../password/pepper.ts';
import type { SecretCache } from '../secret/secret-cache.ts';
import { closeBox, deriveBoxKey, openBox, readBoxHeader } from './box.ts';

/** The most characters: store positions take a few hundred bytes, and a URL some thousands. */
const SEALED_MAX_LENGTH = 2 * 1024;
/** RFC 5869 section 3.2: binds a key to its purpose, apart from the pepper's own. */
const KEY_INFO = {
  cursor: 'portal-credentials/page-cursor/v1',
  device: 'portal-credentials/device-token/v1',
  freeze: 'portal-credentials/freeze-token/v1',
} as const;

/** `position` is the sealed text, as the cursors of 1.0 have it. */
const PAYLOAD = z.strictObject({ position: z.string(), binding: z.string() });

function keyOf(purpose: keyof typeof KEY_INFO, pepper: SecretVersion): Uint8Array {
  return deriveBoxKey(pepperBytes(pepper), '', KEY_INFO[purpose]);
}

/** Digests a binding, which can be as long as a filter: sealed texts stay short. */
function digest(binding: string): string {
  return createHash('sha256').update(binding, 'utf8').digest('base64url');
}

function parsePayload(text: string): z.infer<typeof PAYLOAD> | undefined {
  const parsed = PAYLOAD.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : undefined;
}

/**
 * Seals texts as JWEs under a key of the pepper, whose version is the `kid`. `seal` and `open`
 * throw `Unavailable` when no pepper can be read.
 * @param peppers without `refreshForUnknown`, no text of a caller makes a call to the vault
 */
export function createSeal(
  peppers: Pick<SecretCache, 'newest' | 'all'> & Partial<Pick<SecretCache, 'refreshForUnknown'>>,
  purpose: keyof typeof KEY_INFO,
): Seal {
  async function findPepper(version: string): Promise<SecretVersion | undefined> {
    const known = await peppers.all();
    return known.find((pepper) => pepper.version === version);
  }

  return {
    async seal(text, binding) {
      const pepper = await peppers.newest();
      const payload = JSON.stringify({ position: text, binding: digest(binding) });
      const sealed = await closeBox(payload, { kid: pepper.version }, keyOf(purpose, pepper));
      if (sealed.length <= SEALED_MAX_LENGTH) return sealed;
      throw new RangeError('The text is too long to be sealed.');
    },

    async open(sealed, binding) {
      const header = readBoxHeader(sealed, { maxLength: SEALED_MAX_LENGTH, members: [] });
      if (header === undefined) return undefined;
      let pepper = await findPepper(header.kid);
      if (pepper === undefined) {
        // A caller can invent any number of versions: no call to the vault for each.
        await peppers.refreshForUnknown?.();
        pepper = await findPepper(header.kid);
      }
      if (pepper === undefined) return undefined;
      const text = await openBox(sealed, keyOf(purpose, pepper));
      const payload = text === undefined ? undefined : parsePayload(text);
      return payload?.binding === digest(binding) ? payload.position : undefined;
    },
  };
}

/**
 * Seals device or freeze tokens. No text that a caller sends as one makes a call to the vault.
 */
export function createTokenSeal(
  peppers: Pick<SecretCache, 'newest' | 'all'>,
  purpose: 'device' | 'freeze',
): Seal {
  return createSeal({ newest: () => peppers.newest(), all: () => peppers.all() }, purpose);
}
