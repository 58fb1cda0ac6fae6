import { Refusal } from '../../credential/refusal.ts';
import type {
  ClientNetwork,
  HashSlot,
  ImportedHash,
  PasswordHash,
  PasswordHasher,
  ProvenCaller,
} from '../../port/hasher.ts';
import { NO_TELEMETRY, type Telemetry } from '../../port/telemetry.ts';
import { Unavailable } from '../../port/unavailable.ts';
import type { SecretVersion } from '../../port/vault.ts';
import type { SecretCache } from '../secret/secret-cache.ts';
import {
  costOf,
  dummyHash,
  isComparable,
  isEqual,
  parametersOf,
  topUpCosts,
  WORK_FACTOR_MAX,
  WORK_FACTOR_MIN,
} from './bcrypt-hash.ts';
import type { HashQueue, HashQueueSlot } from './hash-queue.ts';
import { readsWhole } from './imported-digest.ts';
import { type LegacyHashScheme, parseLegacyHashScheme } from './imported-hash.ts';
import { passwordForms } from './password-form.ts';
import { PEPPER_SECRET, pepperBytes, preHash } from './pepper.ts';

/** The time after which a slot is likely to be free again: a hash takes less. */
const OVERLOADED_RETRY_SECONDS = 1;
export type PepperCache = Pick<SecretCache, 'newest' | 'find' | 'all'>;

export interface PasswordHasherOptions {
  readonly queue: Pick<HashQueue, 'acquire' | 'prepare'>;
  readonly peppers: PepperCache;
  /** Today's bcrypt cost (log2 of rounds), 4–15. */
  readonly workFactor: number;
  readonly telemetry?: Telemetry;
}

/**
 * Parses a stored scheme.
 * @throws {Error} the stored form is not as we write it; the message does not contain the text
 */
function requireLegacyHashScheme(text: string): LegacyHashScheme {
  const wrapping = parseLegacyHashScheme(text);
  if (wrapping !== undefined) return wrapping;
  throw new Error('A stored legacy hash scheme is malformed.');
}

/**
 * Returns the text that bcrypt hashes for an imported digest, keyed like a password. With the
 * scheme before it, no password is ever taken for a digest: a thief of the other system's table has
 * the digests.
 */
function wrappedText({ wrapping, digest }: ImportedHash): string {
  return `${wrapping}$${digest}`;
}

/** The proof of an imported hash: a typed text that matches it, in the form that did. */
interface Proof {
  readonly bcrypt: string;
  readonly form: string;
  readonly digest: string;
}

class PepperedSlot implements HashSlot {
  readonly #options: PasswordHasherOptions;
  readonly #today: SecretVersion;
  readonly #known: readonly SecretVersion[];
  readonly #slot: HashQueueSlot;
  #proof: Proof | undefined;

  constructor(
    options: PasswordHasherOptions,
    today: SecretVersion,
    known: readonly SecretVersion[],
    slot: HashQueueSlot,
  ) {
    this.#options = options;
    this.#today = today;
    this.#known = known;
    this.#slot = slot;
  }

  hash(password: string): Promise<PasswordHash> {
    return this.#hashWith(password, this.#today, { cost: this.#options.workFactor });
  }

  async replace(
    password: string,
    earlier: readonly PasswordHash[],
  ): Promise<PasswordHash | undefined> {
    const own = earlier.filter(({ wrapping }) => wrapping === undefined);
    const [newest] = own;
    const salt = newest === undefined ? undefined : parametersOf(newest).salt;
    const cost = this.#options.workFactor;
    const made = await this.#hashWith(password, this.#today, { cost, salt });
    const compared = [made];
    for (const hash of own) {
      let same = compared.find((other) => isComparable(other, hash));
      if (same === undefined) {
        same = await this.#hashWith(password, await this.#pepperOf(hash), parametersOf(hash));
        compared.push(same);
      }
      if (isEqual(same.bcrypt, hash.bcrypt)) return undefined;
    }
    for (const hash of earlier) {
      if (
        hash.wrapping !== undefined &&
        (await this.#matchesImported(password, hash, hash.wrapping))
      )
        return undefined;
    }
    return made;
  }

  async wrap(imported: ImportedHash): Promise<PasswordHash> {
    requireLegacyHashScheme(imported.wrapping);
    const hash = await this.hash(wrappedText(imported));
    return { ...hash, wrapping: imported.wrapping };
  }

  async verify(password: string, hash: PasswordHash | undefined): Promise<boolean> {
    const forms = passwordForms(password);
    const compared = hash?.wrapping === undefined ? forms.slice(0, 1) : forms;
    if (hash !== undefined && (await this.#isOneOf(compared, hash, this.#options.workFactor))) {
      return true;
    }
    const spent = hash === undefined ? 0 : compared.length;
    for (const form of forms.slice(spent)) await this.#spend(form);
    return false;
  }

  async renew(password: string, hash: PasswordHash): Promise<PasswordHash | undefined> {
    const { wrapping } = hash;
    if (wrapping === undefined) return this.#isBehind(hash) ? this.hash(password) : undefined;
    const proof = this.#proof;
    if (proof?.bcrypt !== hash.bcrypt || !this.#isNoNewer(hash)) return undefined;
    const isSameText = proof.form.normalize('NFC') === password.normalize('NFC');
    if (isSameText && readsWhole(proof.form, requireLegacyHashScheme(wrapping)))
      return this.hash(password);
    return this.#isBehind(hash) ? this.wrap({ wrapping, digest: proof.digest }) : undefined;
  }

  release(): void {
    this.#slot.release();
  }

  async #hashWith(
    text: string,
    pepper: SecretVersion,
    parameters: { readonly cost: number; readonly salt?: string | undefined },
  ): Promise<PasswordHash> {
    const job = { kind: 'hash', preHash: preHash(text, pepper), ...parameters } as const;
    const { bcrypt } = await this.#slot.run(job);
    return { bcrypt, pepperVersion: pepper.version };
  }

  #matchesImported(password: string, hash: PasswordHash, wrapping: string): Promise<boolean> {
    const scheme = requireLegacyHashScheme(wrapping);
    const whole = passwordForms(password).filter((form) => readsWhole(form, scheme));
    return this.#isOneOf(whole, hash, 0);
  }

  async #isOneOf(texts: readonly string[], hash: PasswordHash, topUpTo: number): Promise<boolean> {
    const { telemetry = NO_TELEMETRY } = this.#options;
    const cost = costOf(hash);
    const pepper = await this.#pepperOf(hash);
    const { bcrypt, pepperVersion } = hash;
    for (const form of texts) {
      const { text, digest } = await this.#hashedText(form, hash);
      const { isMatch } = await this.#slot.run({
        kind: 'verify',
        preHash: preHash(text, pepper),
        bcrypt,
        topUpCosts: topUpCosts(cost, topUpTo),
      });
      telemetry.measure({ kind: 'verification', workFactor: cost, pepperVersion });
      if (!isMatch) continue;
      this.#proof = digest === undefined ? undefined : { bcrypt, form, digest };
      return true;
    }
    return false;
  }

  /** Takes as long as a failed comparison. */
  async #spend(text: string): Promise<void> {
    const bcrypt = dummyHash(this.#options.workFactor);
    const keyed = preHash(text, this.#today);
    await this.#slot.run({ kind: 'verify', preHash: keyed, bcrypt, topUpCosts: [] });
  }

  /**
   * Judges whether today's pepper and cost are no newer than those of the hash. An older pepper or
   * a lower cost never replaces them: this instance may not have seen the newest pepper yet, and
   * the work factor may have been lowered.
   */
  #isNoNewer(hash: PasswordHash): boolean {
    const { today, position } = this.#pepperPositions(hash);
    return costOf(hash) <= this.#options.workFactor && position !== -1 && position <= today;
  }

  #isBehind(hash: PasswordHash): boolean {
    const { today, position } = this.#pepperPositions(hash);
    return this.#isNoNewer(hash) && (costOf(hash) < this.#options.workFactor || position < today);
  }

  #pepperPositions({ pepperVersion }: PasswordHash) {
    const versions = this.#known.map((pepper) => pepper.version);
    return {
      today: versions.indexOf(this.#today.version),
      position: versions.indexOf(pepperVersion),
    };
  }

  /** Returns the text that was hashed: the password, or its digest by another system. */
  async #hashedText(
    password: string,
    { wrapping }: PasswordHash,
  ): Promise<{ readonly text: string; readonly digest: string | undefined }> {
    if (wrapping === undefined) return { text: password, digest: undefined };
    requireLegacyHashScheme(wrapping);
    const { digest } = await this.#slot.run({ kind: 'digest', password, wrapping });
    return { text: wrappedText({ wrapping, digest }), digest };
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

/**
 * Creates the hasher.
 * @throws {RangeError} the work factor is not one of bcrypt's, or more than is sane
 */
export function createPasswordHasher(options: PasswordHasherOptions): PasswordHasher {
  const { queue, peppers, workFactor } = options;
  if (!(Number.isInteger(workFactor) && workFactor >= WORK_FACTOR_MIN)) {
    throw new RangeError(`workFactor must be a whole number from ${WORK_FACTOR_MIN}`);
  }
  if (workFactor > WORK_FACTOR_MAX) {
    throw new RangeError(`workFactor must be at most ${WORK_FACTOR_MAX}`);
  }
  return {
    async acquire(network?: ClientNetwork, proven?: ProvenCaller) {
      queue.prepare();
      // The vault may answer slowly, so it is read first: a slot is held only to be used.
      const today = await peppers.newest();
      pepperBytes(today);
      const known = await peppers.all();
      const slot = queue.acquire(network, proven);
      if (slot !== undefined) return new PepperedSlot(options, today, known, slot);
      throw new Refusal('overloaded', { retryAfterSeconds: OVERLOADED_RETRY_SECONDS });
    },
  };
}
