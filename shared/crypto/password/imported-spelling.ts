/**
 * Other spellings of hashes that are PHC strings by their content:
 * - Django (django.contrib.auth.hashers): `pbkdf2_sha256$<iterations>$<salt>$<digest>`,
 *   `scrypt$<N>$<salt>$<r>$<p>$<digest>`, and `argon2` or `bcrypt$` before a string of their own
 * - ASP.NET Core Identity version 3 (PasswordHasher.cs): base64 of the byte 1, then in four bytes
 *   each the PRF, the iterations and the length of the salt, then salt and digest
 *
 * Their bounds are in imported-hash.ts.
 */

const DJANGO_PBKDF2 = /^pbkdf2_(sha1|sha256)\$(\d+)\$([^$]+)\$([^$]+)$/;
const DJANGO_SCRYPT = /^scrypt\$(\d+)\$([^$]+)\$(\d+)\$(\d+)\$([^$]+)$/;
/** The byte 1, and a PRF of less than 16, in base64. */
const IDENTITY_V3 = /^AQAAAA[A-Za-z0-9+/]+={0,2}$/;
const IDENTITY_PRFS = ['sha1', 'sha256', 'sha512'];
const IDENTITY_HEADER_BYTES = 13;

function unpadded(base64: string): string {
  return base64.replace(/=+$/, '');
}

/** Encodes a salt: Django's salts are texts, and are hashed as UTF-8. */
function saltOf(text: string): string {
  return unpadded(Buffer.from(text, 'utf8').toString('base64'));
}

function fromIdentity(text: string): string | undefined {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text || bytes.length < IDENTITY_HEADER_BYTES) return undefined;
  const prf = IDENTITY_PRFS[bytes.readUInt32BE(1)];
  const iterations = bytes.readUInt32BE(5);
  const digestAt = IDENTITY_HEADER_BYTES + bytes.readUInt32BE(9);
  if (prf === undefined || digestAt >= bytes.length) return undefined;
  const [salt, digest] = [
    bytes.subarray(IDENTITY_HEADER_BYTES, digestAt),
    bytes.subarray(digestAt),
  ].map((part) => unpadded(part.toString('base64')));
  return `$pbkdf2-${prf}$i=${iterations}$${salt}$${digest}`;
}

function fromDjangoScrypt(text: string): string | undefined {
  const [, n, salt = '', r, p, digest = ''] = DJANGO_SCRYPT.exec(text) ?? [];
  const logN = Math.log2(Number(n));
  if (!Number.isInteger(logN)) return undefined;
  return `$scrypt$ln=${logN},r=${r},p=${p}$${saltOf(salt)}$${unpadded(digest)}`;
}

/**
 * Rewrites a spelling of this file, and returns any other text as it is.
 * @returns undefined if the text breaks its own spelling
 */
export function toPhcString(text: string): string | undefined {
  if (text.startsWith('argon2$argon2')) return text.slice('argon2'.length);
  if (text.startsWith('bcrypt$$2')) return text.slice('bcrypt$'.length);
  if (IDENTITY_V3.test(text)) return fromIdentity(text);
  if (text.startsWith('scrypt$')) return fromDjangoScrypt(text);
  if (!/^pbkdf2_sha(1|256)\$/.test(text)) return text;
  const [, hash, iterations, salt = '', digest = ''] = DJANGO_PBKDF2.exec(text) ?? [];
  if (hash === undefined) return undefined;
  return `$pbkdf2-${hash}$i=${iterations}$${saltOf(salt)}$${unpadded(digest)}`;
}
