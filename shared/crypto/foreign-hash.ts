import type { ForeignHash } from '../port.ts';

/**
 * Password hashes of other systems, as they are imported: bcrypt in modular crypt form, and PBKDF2,
 * scrypt and argon2 as PHC strings (https://github.com/P-H-C/phc-string-format), PBKDF2 also as
 * passlib writes it. What is kept of one is its wrapping, all but the digest, in the one spelling
 * of {@link describeWrapping}:
 *
 *     $2b$10$<salt>   $pbkdf2-sha256$i=29000,l=32$<salt>   $scrypt$ln=14,r=8,p=1,l=32$<salt>
 *     $argon2id$v=19$m=65536,t=3,p=4,l=32$<salt>
 *
 * The bounds keep one sign-in from holding a thread for more than some seconds, or memory that an
 * instance of 512 MB has not.
 */
const BCRYPT_COSTS = [4, 15] as const;
/** OWASP Password Storage cheat sheet: 600,000 for SHA-256; half a second a million. */
const PBKDF2_ITERATIONS = [1, 1_000_000] as const;
const MEMORY_MAX_KIB = 64 * 1024;
const PARALLELISM = [1, 16] as const;
const ARGON2_PASSES = [1, 10] as const;
const SALT_BYTES = [8, 64] as const;
const DIGEST_BYTES = [16, 64] as const;
const ARGON2_VERSION = '19';

export type Argon2Kind = 'argon2d' | 'argon2i' | 'argon2id';

export type Wrapping =
  | { readonly kind: 'bcrypt'; readonly setting: string }
  | {
      readonly kind: 'pbkdf2';
      readonly hash: 'sha256' | 'sha512';
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

/** Why a hash is not taken; never the hash. */
export type ForeignHashProblem = 'unknown' | 'malformed' | 'tooCostly';

class Unreadable extends Error {
  readonly problem: ForeignHashProblem;

  constructor(problem: ForeignHashProblem) {
    super(problem);
    this.problem = problem;
  }
}

function fail(problem: ForeignHashProblem): never {
  throw new Unreadable(problem);
}

/** Standard base64 without padding, in exactly one spelling. */
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

/** `a=1,b=2` with exactly these names, `l` among them or not. */
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

/** By the fields between the dollars; the last is the digest, or the salt of a wrapping. */
function readBcrypt([, , cost = '', rest = '']: readonly string[]): Wrapping {
  if (!/^\d{2}$/.test(cost) || !/^[./A-Za-z0-9]{22}/.test(rest)) fail('malformed');
  within(String(Number(cost)), BCRYPT_COSTS);
  return { kind: 'bcrypt', setting: `$2b$${cost}$${rest.slice(0, 22)}` };
}

function readPbkdf2(hash: 'sha256' | 'sha512', settings: string, salt: string): Wrapping {
  // passlib gives the bare number.
  const { i, l } = /^\d+$/.test(settings) ? { i: settings } : parameters(settings, ['i']);
  const bytes = within(l ?? (hash === 'sha256' ? '32' : '64'), DIGEST_BYTES);
  return {
    kind: 'pbkdf2',
    hash,
    iterations: within(i, PBKDF2_ITERATIONS),
    salt: saltOf(salt),
    bytes,
  };
}

function readScrypt(settings: string, salt: string): Wrapping {
  const { ln, r, p, l = '32' } = parameters(settings, ['ln', 'r', 'p']);
  const logN = within(ln, [1, 20]);
  const blocks = within(r, [1, 32]);
  // RFC 7914 section 2: N is below 2^(128 × r / 8), or nothing computes it.
  if (logN >= 16 * blocks) fail('malformed');
  // 128 × N × r bytes.
  if (2 ** logN * blocks > MEMORY_MAX_KIB * 8) fail('tooCostly');
  const bytes = within(l, DIGEST_BYTES);
  return { kind: 'scrypt', logN, r: blocks, p: within(p, [1, 4]), salt: saltOf(salt), bytes };
}

function readArgon2(kind: Argon2Kind, version: string, settings: string, salt: string): Wrapping {
  if (version !== `v=${ARGON2_VERSION}`) fail('unknown');
  const { m, t, p, l = '32' } = parameters(settings, ['m', 't', 'p']);
  const parallelism = within(p, PARALLELISM);
  return {
    kind,
    // RFC 9106 section 3.1: at least 8 KiB a lane.
    memoryKiB: within(m, [8 * parallelism, MEMORY_MAX_KIB]),
    passes: within(t, ARGON2_PASSES),
    parallelism,
    salt: saltOf(salt),
    bytes: within(l, DIGEST_BYTES),
  };
}

/** All but the digest. */
function readFields(fields: readonly string[]): Wrapping {
  const [start, scheme = '', first = '', second = '', third = ''] = fields;
  // What stands before it says that something else was done to the password first.
  if (start !== '') fail('unknown');
  switch (scheme) {
    case '2a':
    case '2b':
    case '2y':
      return readBcrypt(fields);
    case 'pbkdf2-sha256':
    case 'pbkdf2-sha512':
      return readPbkdf2(scheme === 'pbkdf2-sha256' ? 'sha256' : 'sha512', first, second);
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

/** The one spelling that is stored; {@link parseWrapping} reads it. */
export function describeWrapping(wrapping: Wrapping): string {
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

/** Undefined: the text is not as {@link describeWrapping} writes it. */
export function parseWrapping(text: string): Wrapping | undefined {
  try {
    const wrapping = readFields(text.split('$'));
    return describeWrapping(wrapping) === text ? wrapping : undefined;
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

/** Takes the hash apart; the digest is in base64, that of bcrypt in its own. */
export function parseForeignHash(
  text: string,
): ForeignHash | { readonly problem: ForeignHashProblem } {
  try {
    const fields = text.split('$');
    const last = fields.at(-1) ?? '';
    if (/^2[aby]$/.test(fields[1] ?? '')) {
      if (fields.length !== 4 || !/^[./A-Za-z0-9]{53}$/.test(last)) fail('malformed');
      return { wrapping: describeWrapping(readFields(fields)), digest: last.slice(22) };
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
      wrapping: describeWrapping({ ...wrapping, bytes } as Wrapping),
      digest: digest.toString('base64'),
    };
  } catch (error) {
    if (error instanceof Unreadable) return { problem: error.problem };
    throw error;
  }
}
