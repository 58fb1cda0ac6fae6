import { availableParallelism } from 'node:os';
import type { Clock } from '../../port/clock.ts';
import type { ClientNetwork } from '../../port/hasher.ts';
import { NO_TELEMETRY, type Telemetry } from '../../port/telemetry.ts';
import type { EngineName } from './bcrypt-engine.ts';
import { FairSpots } from './fair-spots.ts';
import type { HashJob, HashReply } from './hash-worker.ts';
import { HashWorkers } from './hash-workers.ts';

/**
 * Places beyond those that can run at once; a request that finds none is told to come again.
 * CONTRACT.md ("Attempts") asks for at least 16, which is also how many requests the platform
 * sends to one 2,048 MB instance at a time. Twice that lets a burst and the start of the next
 * instance overlap without a refusal, and still bounds the wait: 32 hashes of some 300 ms (cost
 * 12) on one thread are 10 s, well before callers give up.
 */
export const HASH_WAITING_LIMIT = 32;

/**
 * Who could not be done within this time is told so at once, not after it: browsers and people give
 * up at about ten seconds, and what is hashed for them then is lost to all. At cost 12 the length
 * above is reached first; at cost 15, or on a processor that is shared, this is.
 */
export const HASH_DEADLINE_MS = 10_000;

/** So many may wait however long it takes: CONTRACT.md, "The queue takes at least 16". */
export const HASH_WAITING_FLOOR = 16;

/** Weight of the newest place in the running mean of what a place takes. */
const NEWEST_WEIGHT = 0.2;

/**
 * Of the waiting places, one in four is kept from networks that hold their share: a flood takes the
 * spare capacity, and a caller from elsewhere still finds a place (fair-spots.ts).
 */
const KEPT_FRACTION = 4;

/** The network of a caller that names none. */
const NO_NETWORK: ClientNetwork = [''];

/**
 * Places apart from those of the networks, for attempts with a good device token: whoever floods
 * from a thousand networks takes none of them. Users share them fairly; beyond them the places of
 * the client's network are left. Eight hashes of some 300 ms on one thread are 2.4 s.
 */
export const DEVICE_PLACES = 8;

/** What one job of a kind answers. */
export type ReplyTo<Job extends HashJob> = Extract<HashReply, { readonly kind: Job['kind'] }>;

/** One request's place. It holds a spot, not a thread: between jobs others may hash. */
export interface HashPoolPlace {
  /**
   * Runs after the earlier jobs of this place; the networks that wait take turns.
   * @throws {Error} the worker stopped, the job was refused, the place was left or the pool closed
   */
  run<Job extends HashJob>(job: Job): Promise<ReplyTo<Job>>;
  /** Frees the spot, once jobs already given have ended; safe to call twice. */
  leave(): void;
}

export interface HashPool {
  /**
   * Undefined: every spot that this client network may have is taken, or the pool is closed.
   * Callers that name no network share one.
   * @param device the user of a known device, for {@link DEVICE_PLACES}
   */
  enter(network?: ClientNetwork, device?: string): HashPoolPlace | undefined;
  /** Places taken beyond those that can run at once; more than `waitingLimit` are never given. */
  readonly waiting: number;
  /** Lets the jobs that run or wait for a thread end, refuses later ones, stops the threads. */
  close(): Promise<void>;
}

export interface HashPoolOptions {
  readonly workerUrl: URL;
  /** Measures what hashes take. */
  readonly clock: Clock;
  /** Asked when a thread starts; bcryptjs by default. */
  readonly engine?: () => EngineName;
  /** Jobs that run at once, at least 1; by default one a processor. */
  readonly threads?: number;
  /** Places beyond `threads`. */
  readonly waitingLimit?: number;
  /** {@link HASH_DEADLINE_MS} */
  readonly deadlineMs?: number;
  /** {@link HASH_WAITING_FLOOR} */
  readonly waitingFloor?: number;
  readonly telemetry?: Telemetry;
}

/**
 * Where the worker's code is, by the address of whichever module asks: beside this one while that
 * is TypeScript, else beside the deployed bundle (whose build defines `import.meta.url`).
 */
export function hashWorkerUrl(base: string = import.meta.url): URL {
  if (base.endsWith('.ts')) return new URL('./hash-worker.ts', import.meta.url);
  return new URL('./hash-worker.cjs', base);
}

/** How long somebody who comes now would have to wait, by what places took before. */
class WaitEstimate {
  readonly #threads: number;
  #placeMs = 0;

  constructor(threads: number) {
    this.#threads = threads;
  }

  /** A place was left; `hashingMs`: what all its jobs took on a thread. */
  note(hashingMs: number): void {
    const isFirst = this.#placeMs === 0;
    this.#placeMs += (isFirst ? 1 : NEWEST_WEIGHT) * (hashingMs - this.#placeMs);
  }

  /** Until the hash of the next one is done, behind so many others. */
  doneInMs(ahead: number): number {
    return (Math.floor(ahead / this.#threads) + 1) * this.#placeMs;
  }
}

function createPlace(
  { workers, telemetry }: { readonly workers: HashWorkers; readonly telemetry: Telemetry },
  network: ClientNetwork,
  release: (hashingMs: number) => void,
): HashPoolPlace {
  let latest: Promise<unknown> = Promise.resolve();
  let pending = 0;
  let isLeft = false;
  let hashingMs = 0;

  function end(): void {
    pending -= 1;
    if (isLeft && pending === 0) release(hashingMs);
  }

  return {
    run<Job extends HashJob>(job: Job): Promise<ReplyTo<Job>> {
      if (isLeft) return Promise.reject(new Error('This place in the hash queue was left.'));
      const start = async () => {
        const step = { kind: 'hash', operation: job.kind } as const;
        const done = await telemetry.trace(step, () => workers.run(network, job));
        hashingMs += done.hashingMs;
        telemetry.measure({ kind: 'hash', waitedMs: done.waitedMs, hashingMs: done.hashingMs });
        return done.reply;
      };
      const result = pending === 0 ? start() : latest.then(start);
      pending += 1;
      latest = result.then(end, end);
      return result as Promise<ReplyTo<Job>>;
    },
    leave() {
      if (isLeft) return;
      isLeft = true;
      if (pending === 0) release(hashingMs);
    },
  };
}

/** Threads start with the first job, so that a cold start does not pay for them. */
export function createHashPool(options: HashPoolOptions): HashPool {
  const threads = options.threads ?? availableParallelism();
  const waitingLimit = options.waitingLimit ?? HASH_WAITING_LIMIT;
  if (!Number.isInteger(threads) || threads < 1) throw new RangeError('threads must be at least 1');
  if (!Number.isInteger(waitingLimit) || waitingLimit < 0) {
    throw new RangeError('waitingLimit must not be negative');
  }
  const { deadlineMs = HASH_DEADLINE_MS, waitingFloor = HASH_WAITING_FLOOR } = options;
  const { workerUrl, clock, engine = () => 'bcryptjs', telemetry = NO_TELEMETRY } = options;
  const workers = new HashWorkers({ workerUrl, threads, engine, clock });
  const wait = new WaitEstimate(threads);
  const spots = new FairSpots(threads + waitingLimit, Math.floor(waitingLimit / KEPT_FRACTION));
  const deviceSpots = new FairSpots(DEVICE_PLACES, Math.floor(DEVICE_PLACES / KEPT_FRACTION));
  const placeOf = (turn: ClientNetwork, free: () => void) =>
    createPlace({ workers, telemetry }, turn, (hashingMs) => {
      free();
      if (hashingMs > 0) wait.note(hashingMs);
    });
  return {
    enter(network = NO_NETWORK, device) {
      const user: ClientNetwork = [`device ${device}`];
      if (device !== undefined && !workers.isClosed && deviceSpots.take(user)) {
        return placeOf(user, () => deviceSpots.free(user));
      }
      // Those that run are before everybody.
      const ahead = Math.max(spots.ahead(network), Math.min(spots.taken, threads));
      const isLate = spots.taken >= threads + waitingFloor && wait.doneInMs(ahead) > deadlineMs;
      if (workers.isClosed || isLate || !spots.take(network)) return undefined;
      return placeOf(network, () => spots.free(network));
    },
    get waiting() {
      return Math.max(0, spots.taken - threads);
    },
    close: () => workers.close(),
  };
}
