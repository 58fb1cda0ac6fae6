import { createHash, hkdfSync } from 'node:crypto';
import { CompactEncrypt, compactDecrypt, errors } from 'jose';
import * as z from 'zod';
import type { CursorSeal, SecretVersion } from '../port.ts';
import { readCompactHeader } from './compact.ts';
import { pepperBytes } from './pepper.ts';
import type { SecretRing } from './secret-ring.ts';

/** Characters: store positions take a few hundred bytes, and a URL some thousands. */
const CURSOR_MAX_LENGTH = 2 * 1024;
/**
 * RFC 7518 sections 4.5 and 5.3: the derived key encrypts at once, with a random 96-bit IV. NIST
 * SP 800-38D section 8.3 allows 2^32 of these under one key.
 */
const KEY_MANAGEMENT = 'dir';
const ENCRYPTION = 'A256GCM';
const KEY_BYTES = 32;
/** RFC 5869 section 3.2: binds the key to this purpose, apart from the pepper's own. */
const KEY_INFO = 'portal-credentials/page-cursor/v1';

const PAYLOAD = z.strictObject({ position: z.string(), binding: z.string() });

function cursorKey(pepper: SecretVersion): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', pepperBytes(pepper), '', KEY_INFO, KEY_BYTES));
}

/** A binding can be as long as a filter; its digest keeps cursors short. */
function digest(binding: string): string {
  return createHash('sha256').update(binding, 'utf8').digest('base64url');
}

function parsePayload(plaintext: Uint8Array): z.infer<typeof PAYLOAD> | undefined {
  const parsed = PAYLOAD.safeParse(JSON.parse(Buffer.from(plaintext).toString('utf8')));
  return parsed.success ? parsed.data : undefined;
}

/**
 * Cursors as JWEs under a key of the pepper, whose version is the `kid`.
 * `seal` and `open` throw `Unavailable` when no pepper is to be had.
 */
export function createCursorSeal(
  peppers: Pick<SecretRing, 'newest' | 'all' | 'refreshForUnknown'>,
): CursorSeal {
  async function findPepper(version: string): Promise<SecretVersion | undefined> {
    const known = await peppers.all();
    return known.find((pepper) => pepper.version === version);
  }

  return {
    async seal(position, binding) {
      const pepper = await peppers.newest();
      const payload = JSON.stringify({ position, binding: digest(binding) });
      const cursor = await new CompactEncrypt(Buffer.from(payload, 'utf8'))
        .setProtectedHeader({ alg: KEY_MANAGEMENT, enc: ENCRYPTION, kid: pepper.version })
        .encrypt(cursorKey(pepper));
      if (cursor.length <= CURSOR_MAX_LENGTH) return cursor;
      throw new RangeError('A store position is too long for a cursor.');
    },

    async open(cursor, binding) {
      const header = readCompactHeader(cursor, {
        parts: 5,
        maxLength: CURSOR_MAX_LENGTH,
        members: ['alg', 'enc', 'kid'],
      });
      if (header?.alg !== KEY_MANAGEMENT || header.enc !== ENCRYPTION) return undefined;
      let pepper = await findPepper(header.kid);
      if (pepper === undefined) {
        // A caller can make up as many versions as it likes: no question at once for each.
        await peppers.refreshForUnknown();
        pepper = await findPepper(header.kid);
      }
      if (pepper === undefined) return undefined;
      try {
        const { plaintext } = await compactDecrypt(cursor, cursorKey(pepper), {
          keyManagementAlgorithms: [KEY_MANAGEMENT],
          contentEncryptionAlgorithms: [ENCRYPTION],
        });
        const payload = parsePayload(plaintext);
        return payload?.binding === digest(binding) ? payload.position : undefined;
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined;
        throw error;
      }
    },
  };
}
