import type { ImportedHash } from '../../port/hasher.ts';
import { toPhcString } from './imported-spelling.ts';

/**
 * Password hashes of other systems, as they are imported: bcrypt in modular crypt form, and PBKDF2,
 * scrypt and argon2 as PHC strings (https://github.com/P-H-C/phc-string-format), PBKDF2 also as
 * passlib writes it; imported-spelling.ts has those of Django and ASP.NET Identity. The
 * stored scheme is all of a hash but the digest, as {@link describeLegacyHashScheme} spells it:
 *
 *     $2b$10$<salt>   $pbkdf2-sha256$i=29000,l=32$<salt>   $scrypt$ln=14,r=8,p=1,l=32$<salt>
 *     $argon2id$v=19$m=65536,t=3,p=4,l=32$<salt>
 *
 * The bounds hold what OWASP recommends and what frameworks write by default. The dearest hash of
 * each kind takes a processor for less than a second (bcrypt at cost 15: 2.5 s), and a process has
 * one of 128 MiB at a time (hash-workers.ts), which an instance of 512 MB has to spare.
 */
const BCRYPT_COSTS = [4, 15] as const;
/** OWASP: 600,000 for SHA-256, 1,400,000 for SHA-1. Django 6.0: 1,200,000. 0.7 s for SHA-512. */
const PBKDF2_ITERATIONS = [1, 2_000_000] as const;
/** OWASP's first choice for scrypt (N = 2^17, r = 8) takes 128 MiB, Django's argon2 100 MiB. */
export const IMPORTED_MEMORY_MAX_KIB = 128 * 1024;
const PARALLELISM = [1, 16] as const;
/** N × r × p, 0.5 s; OWASP's choices have 2^20 and less. */
const SCRYPT_WORK_MAX = 2 ** 21;
const ARGON2_PASSES = [1, 10] as const;
/** KiB × passes, 0.7 s: five passes over 128 MiB. */
const ARGON2_WORK_MAX = 5 * IMPORTED_MEMORY_MAX_KIB;
const SALT_BYTES = [8, 64] as const;
const DIGEST_BYTES = [16, 64] as const;
const ARGON2_VERSION = '19';

/** The digests that PBKDF2 is taken with, with their bytes. */
const PBKDF2_DIGESTS = { sha1: '20', sha256: '32', sha512: '64' } as const;
type Pbkdf2Digest = keyof typeof PBKDF2_DIGESTS;

export type Argon2Kind = 'argon2d' | 'argon2i' | 'argon2id';

export type LegacyHashScheme =
  | { readonly kind: 'bcrypt'; readonly setting: string }
  | {
      readonly kind: 'pbkdf2';
      readonly hash: Pbkdf2Digest;
      readonly iterations: number;
      readonly salt: Buffer;
      readonly bytes: number;
    }
  | {
      readonly kind: 'scrypt';
      readonly logN: number;
      readonly r: number;
      readonly p: number;
      readonly salt: Buffer;
      readonly bytes: number;
    }
  | {
      readonly kind: Argon2Kind;
      readonly memoryKiB: number;
      readonly passes: number;
      readonly parallelism: number;
      readonly salt: Buffer;
      readonly bytes: number;
    };

/** The reasons to refuse a hash; never the hash. */
export type ImportedHashProblem = 'unknown' | 'malformed' | 'tooCostly';

class Unreadable extends Error {
  readonly problem: ImportedHashProblem;

  constructor(problem: ImportedHashProblem) {
    super(problem);
    this.problem = problem;
  }
}

function fail(problem: ImportedHashProblem): never {
  throw new Unreadable(problem);
}

/** Decodes standard base64 without padding, in exactly one spelling. */
function fromBase64(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  return toBase64(bytes) === text ? bytes : fail('malformed');
}

function toBase64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}

function within(text: string | undefined, [lowest, highest]: readonly [number, number]): number {
  const value = /^(?:0|[1-9]\d{0,8})$/.test(text ?? '') ? Number(text) : fail('malformed');
  if (value < lowest) fail('malformed');
  return value > highest ? fail('tooCostly') : value;
}

/** Reads `a=1,b=2` with exactly these names, with or without `l`. */
function parameters(text: string, names: readonly string[]): Readonly<Record<string, string>> {
  const pairs = text.split(',').map((pair) => pair.split('='));
  const given: Readonly<Record<string, string>> = Object.fromEntries(pairs);
  const isOurs =
    pairs.every((pair) => pair.length === 2) &&
    Object.keys(given).length === pairs.length &&
    names.every((name) => name in given) &&
    Object.keys(given).every((name) => names.includes(name) || name === 'l');
  return isOurs ? given : fail('malformed');
}

function saltOf(text: string): Buffer {
  const salt = fromBase64(text);
  within(String(salt.length), SALT_BYTES);
  return salt;
}

/**
 * Returns the memory that the computation takes at once. bcrypt's 4 KiB and PBKDF2's nothing do not
 * count.
 */
export function memoryKiBOf(wrapping: LegacyHashScheme): number {
  if (wrapping.kind === 'bcrypt' || wrapping.kind === 'pbkdf2') return 0;
  // RFC 7914: 128 × N × r bytes.
  return wrapping.kind === 'scrypt' ? (2 ** wrapping.logN * wrapping.r) / 8 : wrapping.memoryKiB;
}

/** Reads the fields between the dollars; the last is the digest, or the salt of a scheme alone. */
function readBcrypt([, , cost = '', rest = '']: readonly string[]): LegacyHashScheme {
  if (!/^\d{2}$/.test(cost) || !/^[./A-Za-z0-9]{22}/.test(rest)) fail('malformed');
  within(String(Number(cost)), BCRYPT_COSTS);
  return { kind: 'bcrypt', setting: `$2b$${cost}$${rest.slice(0, 22)}` };
}

function readPbkdf2(hash: Pbkdf2Digest, settings: string, salt: string): LegacyHashScheme {
  // passlib writes the bare number.
  const { i, l } = /^\d+$/.test(settings) ? { i: settings } : parameters(settings, ['i']);
  const bytes = within(l ?? PBKDF2_DIGESTS[hash], DIGEST_BYTES);
  return {
    kind: 'pbkdf2',
    hash,
    iterations: within(i, PBKDF2_ITERATIONS),
    salt: saltOf(salt),
    bytes,
  };
}

function readScrypt(settings: string, salt: string): LegacyHashScheme {
  const { ln, r, p, l = '32' } = parameters(settings, ['ln', 'r', 'p']);
  const logN = within(ln, [1, 20]);
  const lanes = within(p, PARALLELISM);
  const blocks = within(r, [1, 32]);
  // RFC 7914 section 2: N is below 2^(128 × r / 8), or no implementation computes it.
  if (logN >= 16 * blocks) fail('malformed');
  const wrapping = {
    kind: 'scrypt',
    logN,
    r: blocks,
    p: lanes,
    salt: saltOf(salt),
    bytes: within(l, DIGEST_BYTES),
  } as const;
  const isTooCostly =
    memoryKiBOf(wrapping) > IMPORTED_MEMORY_MAX_KIB || 2 ** logN * blocks * lanes > SCRYPT_WORK_MAX;
  return isTooCostly ? fail('tooCostly') : wrapping;
}

function readArgon2(
  kind: Argon2Kind,
  version: string,
  settings: string,
  salt: string,
): LegacyHashScheme {
  if (version !== `v=${ARGON2_VERSION}`) fail('unknown');
  const { m, t, p, l = '32' } = parameters(settings, ['m', 't', 'p']);
  const parallelism = within(p, PARALLELISM);
  // RFC 9106 section 3.1: at least 8 KiB a lane.
  const memoryKiB = within(m, [8 * parallelism, IMPORTED_MEMORY_MAX_KIB]);
  const passes = within(t, ARGON2_PASSES);
  if (memoryKiB * passes > ARGON2_WORK_MAX) fail('tooCostly');
  return {
    kind,
    memoryKiB,
    passes,
    parallelism,
    salt: saltOf(salt),
    bytes: within(l, DIGEST_BYTES),
  };
}

/** Reads all fields but the digest. */
function readFields(fields: readonly string[]): LegacyHashScheme {
  const [start, scheme = '', first = '', second = '', third = ''] = fields;
  // Text before the first dollar means that the password was changed before it was hashed.
  if (start !== '') fail('unknown');
  switch (scheme) {
    case '2a':
    case '2b':
    case '2y':
      return readBcrypt(fields);
    case 'pbkdf2-sha1':
    case 'pbkdf2-sha256':
    case 'pbkdf2-sha512':
      return readPbkdf2(scheme.slice('pbkdf2-'.length) as Pbkdf2Digest, first, second);
    case 'scrypt':
      return readScrypt(first, second);
    case 'argon2d':
    case 'argon2i':
    case 'argon2id':
      return readArgon2(scheme, first, second, third);
    default:
      return fail('unknown');
  }
}

/** Writes the one spelling that is stored; {@link parseLegacyHashScheme} reads it. */
export function describeLegacyHashScheme(wrapping: LegacyHashScheme): string {
  if (wrapping.kind === 'bcrypt') return wrapping.setting;
  const salt = toBase64(wrapping.salt);
  const l = wrapping.bytes;
  switch (wrapping.kind) {
    case 'pbkdf2':
      return `$pbkdf2-${wrapping.hash}$i=${wrapping.iterations},l=${l}$${salt}`;
    case 'scrypt':
      return `$scrypt$ln=${wrapping.logN},r=${wrapping.r},p=${wrapping.p},l=${l}$${salt}`;
    default: {
      const { memoryKiB, passes, parallelism } = wrapping;
      const settings = `m=${memoryKiB},t=${passes},p=${parallelism},l=${l}`;
      return `$${wrapping.kind}$v=${ARGON2_VERSION}$${settings}$${salt}`;
    }
  }
}

/**
 * Parses a stored scheme.
 * @returns undefined if the text is not as {@link describeLegacyHashScheme} writes it
 */
export function parseLegacyHashScheme(text: string): LegacyHashScheme | undefined {
  try {
    const wrapping = readFields(text.split('$'));
    return describeLegacyHashScheme(wrapping) === text ? wrapping : undefined;
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

/** Parses a hash into its parts; the digest is in base64, that of bcrypt in its own. */
export function parseImportedHash(
  text: string,
): ImportedHash | { readonly problem: ImportedHashProblem } {
  try {
    const fields = (toPhcString(text) ?? fail('malformed')).split('$');
    const last = fields.at(-1) ?? '';
    if (/^2[aby]$/.test(fields[1] ?? '')) {
      if (fields.length !== 4 || !/^[./A-Za-z0-9]{53}$/.test(last)) fail('malformed');
      return { wrapping: describeLegacyHashScheme(readFields(fields)), digest: last.slice(22) };
    }
    // passlib writes a dot where base64 has a plus.
    const isPasslib = /^pbkdf2-/.test(fields[1] ?? '') && /^\d+$/.test(fields[2] ?? '');
    const plain = isPasslib ? fields.map((field) => field.replaceAll('.', '+')) : fields;
    const wrapping = readFields(plain);
    const count = wrapping.kind.startsWith('argon2') ? 6 : 5;
    if (plain.length !== count || wrapping.kind === 'bcrypt') fail('malformed');
    const digest = fromBase64(plain.at(-1) ?? '');
    const bytes = within(String(digest.length), DIGEST_BYTES);
    return {
      wrapping: describeLegacyHashScheme({ ...wrapping, bytes } as LegacyHashScheme),
      digest: digest.toString('base64'),
    };
  } catch (error) {
    if (error instanceof Unreadable) return { problem: error.problem };
    throw error;
  }
}
