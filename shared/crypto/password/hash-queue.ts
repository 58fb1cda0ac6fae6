import { availableParallelism } from 'node:os';
import type { Clock } from '../../port/clock.ts';
import type { ClientNetwork, ProvenCaller } from '../../port/hasher.ts';
import { NO_TELEMETRY, type Telemetry } from '../../port/telemetry.ts';
import type { EngineChoice } from './bcrypt-engine.ts';
import { FairSlots } from './fair-queue.ts';
import type { HashJob, HashReply } from './hash-worker.ts';
import { type CallerPath, HashWorkers } from './hash-workers.ts';

/**
 * Slots beyond those that can run at once; a request that finds no slot is asked to retry.
 * CONTRACT.md ("Attempts") requires at least 16, which is also how many requests the platform sends
 * to one 2,048 MB instance at a time. Twice that lets a burst and the start of the next instance
 * overlap without a refusal, and still bounds the wait: 32 hashes of some 300 ms (cost 12) on one
 * thread are 10 s, well before callers give up.
 */
export const HASH_WAITING_LIMIT = 32;

/**
 * The longest wait. A request that would wait longer is rejected immediately: browsers and people
 * give up at about ten seconds, and a hash for them after that is wasted. At cost 12 the length
 * above is reached first; at cost 15, or on a shared processor, this limit is.
 */
export const HASH_DEADLINE_MS = 10_000;

/**
 * The number of requests that may wait for any time: CONTRACT.md, "The queue takes at least 16".
 */
export const HASH_WAITING_FLOOR = 16;

/** The weight of the newest slot in the running mean of the time of a slot. */
const NEWEST_WEIGHT = 0.2;

/**
 * One in so many waiting slots is kept from networks that hold their share: a flood takes the spare
 * capacity, and a caller from elsewhere still finds a slot (fair-queue.ts).
 */
const KEPT_FRACTION = 4;

/** The network of a caller that names none. */
const NO_NETWORK: ClientNetwork = [''];

/**
 * Slots apart from those of the networks, as many for known devices as for sessions: a flood from a
 * thousand networks takes none of them. Users share them fairly; beyond them the slots of the
 * client's network remain. Networks, devices and sessions take turns, so that an admin's hash of
 * some 300 ms on one thread is done after the one that runs, one of a device and itself: 0.9 s.
 */
export const APART_SLOTS = 8;

/** The reply to one job of a kind. */
export type ReplyTo<Job extends HashJob> = Extract<HashReply, { readonly kind: Job['kind'] }>;

/** The slot of one request. It holds a slot, not a thread: between its jobs others may hash. */
export interface HashQueueSlot {
  /**
   * Runs a job after the earlier jobs of this slot; the networks that wait take turns.
   * @throws {Error} the worker stopped, the job was refused, the slot was released or the queue
   * closed
   */
  run<Job extends HashJob>(job: Job): Promise<ReplyTo<Job>>;
  /** Frees the slot, once its jobs have ended; safe to call twice. */
  release(): void;
}

export interface HashQueue {
  /**
   * Starts the first thread, so that it starts beside what precedes the first hash; does nothing
   * while there is one.
   */
  prepare(): void;
  /**
   * Obtains a slot. Callers that name no network share one.
   * @param proven the caller, for {@link APART_SLOTS}
   * @returns undefined if every slot that this client network may have is taken, or the queue is
   * closed
   */
  acquire(network?: ClientNetwork, proven?: ProvenCaller): HashQueueSlot | undefined;
  /** Slots of networks beyond those that can run at once; never more than `waitingLimit`. */
  readonly waiting: number;
  /** Lets the jobs that run or wait for a thread end, refuses later ones, stops the threads. */
  close(): Promise<void>;
}

export interface HashQueueOptions {
  readonly workerUrl: URL;
  /** The clock that measures hashes. */
  readonly clock: Clock;
  /** Chooses the engine when a thread starts; bcryptjs by default. */
  readonly engine?: () => EngineChoice;
  /** The number of jobs that run at once, at least 1; by default one a processor. */
  readonly threads?: number;
  /** The number of slots beyond `threads`. */
  readonly waitingLimit?: number;
  /** {@link HASH_DEADLINE_MS} */
  readonly deadlineMs?: number;
  /** {@link HASH_WAITING_FLOOR} */
  readonly waitingFloor?: number;
  readonly telemetry?: Telemetry;
}

/**
 * Returns the address of the worker's code, by that of the calling module: beside this one while
 * that is TypeScript, else beside the deployed bundle (whose build defines `import.meta.url`).
 */
export function hashWorkerUrl(base: string = import.meta.url): URL {
  if (base.endsWith('.ts')) return new URL('./hash-worker.ts', import.meta.url);
  return new URL('./hash-worker.cjs', base);
}

/** An estimate of the wait of a new request, by the times of earlier slots. */
class WaitEstimate {
  readonly #threads: number;
  #slotMs = 0;

  constructor(threads: number) {
    this.#threads = threads;
  }

  /**
   * Takes the time of a released slot into the mean.
   * @param hashingMs the time of all its jobs on a thread
   */
  note(hashingMs: number): void {
    const isFirst = this.#slotMs === 0;
    this.#slotMs += (isFirst ? 1 : NEWEST_WEIGHT) * (hashingMs - this.#slotMs);
  }

  /** Estimates the time until the hash of the next slot is done, behind so many others. */
  doneInMs(ahead: number): number {
    return (Math.floor(ahead / this.#threads) + 1) * this.#slotMs;
  }
}

function createSlot(
  { workers, telemetry }: { readonly workers: HashWorkers; readonly telemetry: Telemetry },
  path: CallerPath,
  release: (hashingMs: number) => void,
): HashQueueSlot {
  let latest: Promise<unknown> = Promise.resolve();
  let pending = 0;
  let isReleased = false;
  let hashingMs = 0;

  function end(): void {
    pending -= 1;
    if (isReleased && pending === 0) release(hashingMs);
  }

  return {
    run<Job extends HashJob>(job: Job): Promise<ReplyTo<Job>> {
      if (isReleased) return Promise.reject(new Error('This slot in the hash queue was released.'));
      const start = async () => {
        const span = { kind: 'hash', operation: job.kind } as const;
        const done = await telemetry.trace(span, () => workers.run(path, job));
        hashingMs += done.hashingMs;
        telemetry.measure({ kind: 'hash', waitedMs: done.waitedMs, hashingMs: done.hashingMs });
        return done.reply;
      };
      const result = pending === 0 ? start() : latest.then(start);
      pending += 1;
      latest = result.then(end, end);
      return result as Promise<ReplyTo<Job>>;
    },
    release() {
      if (isReleased) return;
      isReleased = true;
      if (pending === 0) release(hashingMs);
    },
  };
}

/**
 * Creates the queue. It starts no thread: the first one starts with {@link HashQueue.prepare}, or
 * with the first job.
 */
export function createHashQueue(options: HashQueueOptions): HashQueue {
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
  const slots = new FairSlots(threads + waitingLimit, Math.floor(waitingLimit / KEPT_FRACTION));
  const openApart = () => new FairSlots(APART_SLOTS, Math.floor(APART_SLOTS / KEPT_FRACTION));
  const apart = { device: openApart(), session: openApart() };
  const slotOf = (path: CallerPath, free: () => void) =>
    createSlot({ workers, telemetry }, path, (hashingMs) => {
      free();
      if (hashingMs > 0) wait.note(hashingMs);
    });
  return {
    prepare: () => workers.prepare(),
    acquire(network = NO_NETWORK, proven) {
      if (proven !== undefined && !workers.isClosed) {
        const { by, userId } = proven;
        if (apart[by].take([userId])) return slotOf([by, userId], () => apart[by].free([userId]));
      }
      const own = slots.ahead(network);
      const others = Object.values(apart).map(({ taken }) => Math.min(taken, own + 1));
      const turns = others.reduce((sum, each) => sum + each, own);
      // Running jobs come before all others.
      const ahead = Math.max(turns, Math.min(slots.taken, threads));
      const isLate = slots.taken >= threads + waitingFloor && wait.doneInMs(ahead) > deadlineMs;
      if (workers.isClosed || isLate || !slots.take(network)) return undefined;
      return slotOf(['network', ...network], () => slots.free(network));
    },
    get waiting() {
      return Math.max(0, slots.taken - threads);
    },
    close: () => workers.close(),
  };
}
