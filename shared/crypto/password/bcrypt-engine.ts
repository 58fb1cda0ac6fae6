/**
 * The engines of bcrypt: bcryptjs, which works everywhere, or the optional `@node-rs/bcrypt`, which
 * takes a third less time. Each reads the other's hashes, so a store may be used with one today and
 * the other tomorrow. The check whether the native one is usable takes a few milliseconds; it runs
 * in each thread, and elsewhere with the first look at the health, not with the start.
 */
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';

export type EngineName = 'native' | 'bcryptjs';
/** `auto`: the native engine where it is usable. */
export type EngineChoice = 'auto' | EngineName;

export interface BcryptEngine {
  /**
   * Hashes in `$2b$`.
   * @param salt the 16 bytes of a stored hash; without it the hash has a salt of its own
   */
  hash(text: string, cost: number, salt?: Uint8Array): string;
  verify(text: string, bcrypt: string): boolean;
}

/** The part of `@node-rs/bcrypt` that we use. */
export interface NativeBcrypt {
  hashSync(text: string, cost: number, salt: Uint8Array): string;
  verifySync(text: string, bcrypt: string): boolean;
}

export const SALT_BYTES = 16;
/** "U*U" at cost 5, of the test vectors of crypt_blowfish. */
const KNOWN = {
  text: 'U*U',
  cost: 5,
  salt: Buffer.from('10410410410410410410410410410410', 'hex'),
  bcrypt: '$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW',
};

/** Rewrites `$2y$`, crypt_blowfish's name for what OpenBSD calls `$2b$`: the same function. */
function to2b(bcrypt: string): string {
  return bcrypt.replace(/^\$2y\$/, '$2b$');
}

/**
 * Checks a binary: one that computes another function would lock all users out, or let any caller
 * in.
 */
function isRight(native: NativeBcrypt): boolean {
  const { text, cost, salt, bcrypt } = KNOWN;
  return (
    to2b(native.hashSync(text, cost, salt)) === bcrypt &&
    native.verifySync(text, bcrypt) &&
    !native.verifySync(`${text}*`, bcrypt)
  );
}

function requireNative(): NativeBcrypt {
  return createRequire(import.meta.url)('@node-rs/bcrypt');
}

/** Opens the native engine, if it is installed for this platform and computes the known answer. */
export function openNativeEngine(
  load: () => NativeBcrypt = requireNative,
): BcryptEngine | undefined {
  try {
    const native = load();
    if (!isRight(native)) return undefined;
    return {
      hash: (text, cost, salt = randomBytes(SALT_BYTES)) => to2b(native.hashSync(text, cost, salt)),
      verify: (text, bcrypt) => native.verifySync(text, bcrypt),
    };
  } catch {
    return undefined;
  }
}

/**
 * Finds the chosen engine.
 * @returns undefined if the choice is `native`, which is not usable here
 */
export function findEngine(
  choice: EngineChoice,
  load: () => NativeBcrypt = requireNative,
): EngineName | undefined {
  if (choice === 'bcryptjs') return 'bcryptjs';
  if (openNativeEngine(load) !== undefined) return 'native';
  return choice === 'auto' ? 'bcryptjs' : undefined;
}
