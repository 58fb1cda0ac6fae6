import type { Clock } from '../../port/clock.ts';
import type { Log } from '../../port/log.ts';
import { Unavailable } from '../../port/unavailable.ts';
import type { SecretVersion, Vault } from '../../port/vault.ts';

/** The time for which a copy is fresh. Key Vault allows 4,000 reads in 10 s, for all instances. */
export const SECRET_CACHE_MS = 5 * 60 * 1000;
/**
 * The age from which a version is used for writing. Instances refresh at different times; after
 * twice the cache's age each of them has had its refresh, and one more in case that failed.
 */
export const SECRET_SETTLING_MS = 2 * SECRET_CACHE_MS;
/**
 * The age of its successor from which no instance writes with a version any more: each instance has
 * taken the successor when that settled, or at its first answer from the vault since; as long again
 * is for a vault that did not answer, clocks that differ, and writes that were under way.
 */
export const SECRET_SUPERSEDED_MS = 2 * SECRET_SETTLING_MS;
/** The time for which the vault is not queried after a failed refresh, if there is a copy. */
export const SECRET_RETRY_MS = 5_000;
/** The time between two refreshes for names that callers made up (CONTRACT.md: unknown `kid`). */
export const UNKNOWN_REFRESH_MS = 30_000;
/** The number of versions remembered as unknown; our own store names them, so there are few. */
const MISSING_LIMIT = 100;

/**
 * A cache of the usable versions of one vault secret: those that are enabled and have no flaw. A
 * version with a flaw is left out with a warning, so that a typing mistake stops only what needs
 * that very version.
 */
export interface SecretCache {
  /**
   * Returns the version for writing: the newest that has settled ({@link SECRET_SETTLING_MS}), or
   * the oldest one while none has.
   * @throws {Unavailable} no copy, and the vault does not answer or has no usable version
   */
  newest(): Promise<SecretVersion>;
  /**
   * Finds a version that our own rows name: an unknown one is fetched at once.
   * @returns undefined if the vault has no such usable version
   * @throws {Unavailable} it is not in the copy, and the vault does not answer
   */
  find(version: string): Promise<SecretVersion | undefined>;
  /**
   * Returns the versions, oldest first, at least one.
   * @throws {Unavailable} as {@link newest}
   */
  all(): Promise<readonly SecretVersion[]>;
  /**
   * Refreshes for a version that a caller names: queries the vault at most once in
   * {@link UNKNOWN_REFRESH_MS} and never fails. The caller then reads {@link all} again.
   */
  refreshForUnknown(): Promise<void>;
}

/** A cache that can also query the vault at this moment, and report the age of the copy. */
export interface ProbedSecretCache extends SecretCache {
  /**
   * Queries the vault now, however fresh the copy is.
   * @throws {Unavailable}
   */
  probe(): Promise<void>;
  /**
   * Returns the time since the vault was queried for the copy.
   * @returns undefined if there is no copy
   */
  ageMs(): number | undefined;
}

export interface SecretCacheOptions {
  readonly vault: Vault;
  readonly name: string;
  readonly clock: Clock;
  /**
   * Says why a version cannot be used, in words that follow its name and do not show its value;
   * undefined if it can. By default only an empty version has a flaw.
   */
  readonly findFlaw?: ((secret: SecretVersion) => Promise<string | undefined>) | undefined;
  readonly log?: Log;
}

/** The warning, written once for each version, until it is gone or has become usable. */
const LEFT_OUT = 'a secret version is left out';

interface Copy {
  /** Never empty. */
  readonly versions: readonly SecretVersion[];
  readonly askedAtMs: number;
}

class VaultSecretCache implements ProbedSecretCache {
  readonly #options: SecretCacheOptions;
  #copy: Copy | undefined;
  #flight: Promise<Copy> | undefined;
  #failedAtMs: number | undefined;
  #unknownAtMs: number | undefined;
  /** The versions with a flaw that are in the log already. */
  #leftOut: ReadonlySet<string> = new Set();
  /** The time when the vault last lacked each version. */
  readonly #missingAtMs = new Map<string, number>();

  constructor(options: SecretCacheOptions) {
    this.#options = options;
  }

  async newest(): Promise<SecretVersion> {
    const { versions } = await this.#current();
    const settledBeforeMs = this.#options.clock.now() - SECRET_SETTLING_MS;
    const settled = versions.filter((version) => version.createdAtMs <= settledBeforeMs);
    return (settled.at(-1) ?? versions[0]) as SecretVersion;
  }

  async all(): Promise<readonly SecretVersion[]> {
    return (await this.#current()).versions;
  }

  async find(version: string): Promise<SecretVersion | undefined> {
    const known = pick(await this.#current(), version);
    if (known !== undefined) return known;
    const nowMs = this.#options.clock.now();
    const missingAtMs = this.#missingAtMs.get(version);
    // Each sign-in with a hash of a disabled pepper gets here: it need not query each time.
    if (missingAtMs !== undefined && nowMs - missingAtMs < SECRET_RETRY_MS) return undefined;
    const found = pick(await this.#refresh(), version);
    if (this.#missingAtMs.size >= MISSING_LIMIT) this.#missingAtMs.clear();
    if (found === undefined) this.#missingAtMs.set(version, nowMs);
    return found;
  }

  async refreshForUnknown(): Promise<void> {
    const nowMs = this.#options.clock.now();
    const isTooSoon =
      this.#unknownAtMs !== undefined && nowMs - this.#unknownAtMs < UNKNOWN_REFRESH_MS;
    if (!isTooSoon) {
      this.#unknownAtMs = nowMs;
      await this.#refresh().catch(() => undefined);
    } else if (this.#flight !== undefined) {
      // Callers with the same unknown name share the answer of the one refresh.
      await this.#flight.catch(() => undefined);
    }
  }

  async probe(): Promise<void> {
    await this.#refresh();
  }

  ageMs(): number | undefined {
    const copy = this.#copy;
    return copy && this.#options.clock.now() - copy.askedAtMs;
  }

  /** Returns the copy; if it is old, a refresh is under way. */
  async #current(): Promise<Copy> {
    const copy = this.#copy;
    if (copy === undefined) return this.#refresh();
    const nowMs = this.#options.clock.now();
    const ageMs = nowMs - copy.askedAtMs;
    if (ageMs < SECRET_CACHE_MS) return copy;
    if (this.#failedAtMs !== undefined) {
      if (nowMs - this.#failedAtMs >= SECRET_RETRY_MS) this.#refresh().catch(() => undefined);
      return copy;
    }
    const refresh = this.#refresh().catch(() => copy);
    // An instance that slept for long would accept a version that was disabled since: there the
    // first try is awaited.
    return ageMs < SECRET_SETTLING_MS ? copy : refresh;
  }

  /** Refreshes the copy, one refresh at a time, which callers share. */
  #refresh(): Promise<Copy> {
    this.#flight ??= this.#ask().finally(() => {
      this.#flight = undefined;
    });
    return this.#flight;
  }

  async #ask(): Promise<Copy> {
    const { vault, name, clock, log } = this.#options;
    const askedAtMs = clock.now();
    const known = new Map(this.#copy?.versions.map((version) => [version.version, version]));
    try {
      const enabled = await vault.listSecretVersions(name, known);
      const versions = await this.#withoutFlaws(enabled);
      this.#failedAtMs = undefined;
      if (versions.length > 0) {
        this.#copy = { versions, askedAtMs };
        return this.#copy;
      }
      // An operator disabled them all: that is obeyed, not bridged by the copy.
      this.#copy = undefined;
      throw new Unavailable('vault', `${name} has no usable version.`);
    } catch (error) {
      this.#failedAtMs = clock.now();
      const unavailable =
        error instanceof Unavailable
          ? error
          : new Unavailable('vault', `Reading ${name} failed.`, { cause: error });
      log?.warn('secret refresh failed', { part: 'vault', error: unavailable.message });
      throw unavailable;
    }
  }

  async #withoutFlaws(enabled: readonly SecretVersion[]): Promise<readonly SecretVersion[]> {
    const { name, findFlaw, log } = this.#options;
    const judged = await Promise.all(
      enabled.map(async (secret) => {
        // A version in the copy was judged when it was read.
        if (this.#copy?.versions.includes(secret)) return { secret, flaw: undefined };
        if (secret.value === '') return { secret, flaw: 'is empty, or the vault does not give it' };
        return { secret, flaw: await findFlaw?.(secret) };
      }),
    );
    const bad = judged.filter(({ flaw }) => flaw !== undefined);
    for (const { secret, flaw } of bad) {
      if (this.#leftOut.has(secret.version)) continue;
      log?.warn(LEFT_OUT, { part: 'vault', error: `${name} version ${secret.version} ${flaw}.` });
    }
    this.#leftOut = new Set(bad.map(({ secret }) => secret.version));
    return judged.filter(({ flaw }) => flaw === undefined).map(({ secret }) => secret);
  }
}

/**
 * Returns the time until which each version is written with, oldest first; undefined: no version
 * supersedes it.
 */
export function writtenUntilMs(
  versions: readonly SecretVersion[],
): readonly (number | undefined)[] {
  return versions.map((_, index) => {
    const successor = versions[index + 1];
    return successor && successor.createdAtMs + SECRET_SUPERSEDED_MS;
  });
}

function pick(copy: Copy, version: string): SecretVersion | undefined {
  return copy.versions.find((candidate) => candidate.version === version);
}

export function createSecretCache(options: SecretCacheOptions): ProbedSecretCache {
  return new VaultSecretCache(options);
}
