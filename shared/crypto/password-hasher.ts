import { Refusal } from '../credential/refusal.ts';
import {
  type ClientNetwork,
  type ForeignHash,
  type HashPlace,
  NO_TELEMETRY,
  type PasswordHash,
  type PasswordHasher,
  type SecretVersion,
  type Telemetry,
  Unavailable,
} from '../port.ts';
import { parseWrapping } from './foreign-hash.ts';
import type { HashPool, HashPoolPlace } from './hash-pool.ts';
import { PEPPER_SECRET, pepperBytes, preHash } from './pepper.ts';
import type { SecretRing } from './secret-ring.ts';

/** bcrypt's own lower bound; the setting's, of OWASP ASVS 11.4.2, is higher. */
const WORK_FACTOR_MIN = 4;
/** A stored cost above the setting's upper bound is nonsense, and could keep a thread for days. */
const WORK_FACTOR_MAX = 15;
/** When a place is likely to be free again: a hash takes less. */
const OVERLOADED_RETRY_SECONDS = 1;
/** Modular crypt form: cost, then 22 characters of salt and 31 of digest. */
const BCRYPT = /^\$2b\$(\d{2})\$[./A-Za-z0-9]{53}$/;

export type PepperRing = Pick<SecretRing, 'newest' | 'find' | 'all'>;

export interface PasswordHasherOptions {
  readonly pool: Pick<HashPool, 'enter'>;
  readonly peppers: PepperRing;
  /** Today's bcrypt cost (log2 of rounds), 4–15. */
  readonly workFactor: number;
  readonly telemetry?: Telemetry;
}

/** @throws {Error} without the hash in it: the stored form is none of ours */
function costOf(hash: PasswordHash): number {
  const cost = Number(BCRYPT.exec(hash.bcrypt)?.[1]);
  if (cost >= WORK_FACTOR_MIN && cost <= WORK_FACTOR_MAX) return cost;
  throw new Error('A stored password hash is malformed.');
}

/**
 * What to hash besides a failed verify at `cost` c, so that it takes as long as one at today's
 * cost t while the two differ. A bcrypt at cost n is 2^n rounds, and verifying at c, then hashing
 * at c, c+1, …, t-1 is
 *
 *     2^c + (2^c + 2^(c+1) + … + 2^(t-1)) = 2^c + (2^t - 2^c) = 2^t
 *
 * rounds, exactly those of one bcrypt at t. Empty when c is t or above.
 */
export function topUpCosts(cost: number, workFactor: number): readonly number[] {
  return Array.from({ length: Math.max(0, workFactor - cost) }, (_, step) => cost + step);
}

/** @throws {Error} without the text in it: the stored form is none of ours */
function requireWrapping(wrapping: string): string {
  if (parseWrapping(wrapping) !== undefined) return wrapping;
  throw new Error('A stored wrapping is malformed.');
}

/**
 * What bcrypt gets of a foreign digest, keyed like a password. With the wrapping before it, no
 * password is ever taken for a digest: whoever has the other system's table has the digests.
 */
function wrappedText({ wrapping, digest }: ForeignHash): string {
  return `${wrapping}$${digest}`;
}

/** A hash at this cost that nobody's password has: its result is thrown away in any case. */
function dummyHash(cost: number): string {
  return `$2b$${String(cost).padStart(2, '0')}$${'.'.repeat(53)}`;
}

class PepperedPlace implements HashPlace {
  readonly #options: PasswordHasherOptions;
  readonly #today: SecretVersion;
  readonly #known: readonly SecretVersion[];
  readonly #place: HashPoolPlace;

  constructor(
    options: PasswordHasherOptions,
    today: SecretVersion,
    known: readonly SecretVersion[],
    place: HashPoolPlace,
  ) {
    this.#options = options;
    this.#today = today;
    this.#known = known;
    this.#place = place;
  }

  async hash(password: string): Promise<PasswordHash> {
    const cost = this.#options.workFactor;
    const reply = await this.#place.run({
      kind: 'hash',
      preHash: preHash(password, this.#today),
      cost,
    });
    return { bcrypt: reply.bcrypt, pepperVersion: this.#today.version };
  }

  async wrap(foreign: ForeignHash): Promise<PasswordHash> {
    requireWrapping(foreign.wrapping);
    const hash = await this.hash(wrappedText(foreign));
    return { ...hash, wrapping: foreign.wrapping };
  }

  async verify(password: string, hash: PasswordHash | undefined): Promise<boolean> {
    const { workFactor, telemetry = NO_TELEMETRY } = this.#options;
    if (hash === undefined) {
      const bcrypt = dummyHash(workFactor);
      const keyed = preHash(password, this.#today);
      await this.#place.run({ kind: 'verify', preHash: keyed, bcrypt, topUpCosts: [] });
      return false;
    }
    const cost = costOf(hash);
    const pepper = await this.#pepperOf(hash);
    const text = await this.#textOf(password, hash);
    const { isMatch } = await this.#place.run({
      kind: 'verify',
      preHash: preHash(text, pepper),
      bcrypt: hash.bcrypt,
      topUpCosts: topUpCosts(cost, workFactor),
    });
    const { pepperVersion } = hash;
    telemetry.measure({ kind: 'verification', workFactor: cost, pepperVersion });
    return isMatch;
  }

  /**
   * Neither an older pepper nor a lower cost ever replaces what a hash has: this instance may not
   * have seen the newest pepper yet, and the work factor may have been lowered.
   */
  isOutdated(hash: PasswordHash): boolean {
    const cost = costOf(hash);
    const versions = this.#known.map((pepper) => pepper.version);
    const today = versions.indexOf(this.#today.version);
    const position = versions.indexOf(hash.pepperVersion);
    if (cost > this.#options.workFactor || position === -1 || position > today) return false;
    return hash.wrapping !== undefined || cost < this.#options.workFactor || position < today;
  }

  leave(): void {
    this.#place.leave();
  }

  /** What was hashed: the password, or what another system would have made of it. */
  async #textOf(password: string, { wrapping }: PasswordHash): Promise<string> {
    if (wrapping === undefined) return password;
    const job = { kind: 'digest', password, wrapping: requireWrapping(wrapping) } as const;
    const { digest } = await this.#place.run(job);
    return wrappedText({ wrapping, digest });
  }

  async #pepperOf(hash: PasswordHash): Promise<SecretVersion> {
    if (hash.pepperVersion === this.#today.version) return this.#today;
    const pepper = await this.#options.peppers.find(hash.pepperVersion);
    if (pepper !== undefined) return pepper;
    throw new Unavailable('vault', `A stored hash needs a ${PEPPER_SECRET} version that is gone.`, {
      pepperVersion: hash.pepperVersion,
    });
  }
}

/** @throws {RangeError} the work factor is none of bcrypt's, or more than is sane */
export function createPasswordHasher(options: PasswordHasherOptions): PasswordHasher {
  const { pool, peppers, workFactor } = options;
  if (!(Number.isInteger(workFactor) && workFactor >= WORK_FACTOR_MIN)) {
    throw new RangeError(`workFactor must be a whole number from ${WORK_FACTOR_MIN}`);
  }
  if (workFactor > WORK_FACTOR_MAX) {
    throw new RangeError(`workFactor must be at most ${WORK_FACTOR_MAX}`);
  }
  return {
    async admit(network?: ClientNetwork) {
      // The vault may keep us waiting, so it comes first: a place is held only to be used.
      const today = await peppers.newest();
      pepperBytes(today);
      const known = await peppers.all();
      const place = pool.enter(network);
      if (place !== undefined) return new PepperedPlace(options, today, known, place);
      throw new Refusal('overloaded', { retryAfterSeconds: OVERLOADED_RETRY_SECONDS });
    },
  };
}
