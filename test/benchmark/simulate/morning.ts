/**
 * A morning on Flex Consumption, event by event: users sign in once, around nine; the platform
 * gives each request to the instance with the fewest, up to its concurrency, and starts another
 * when none has room; an instance hashes one password a thread, in turn. The same seed gives the
 * same morning.
 */
import { EventQueue } from './event-queue.ts';

export interface MorningOptions {
  readonly users: number;
  /** Standard deviation of when they come. */
  readonly spreadSeconds: number;
  /** One verification on a whole processor. */
  readonly hashSeconds: number;
  /** Processors of an instance; below one, a share of one. */
  readonly processors: number;
  /** Requests that the platform gives to one instance at a time. */
  readonly concurrency: number;
  /** From asking for an instance to its first request. */
  readonly startSeconds: number;
  /** One call of the store; two are waited for before the hash, one after it. */
  readonly storeSeconds: number;
  readonly seed: number;
}

export interface Morning {
  readonly peakInstances: number;
  /** Instances times seconds in which they had a request, as they are billed. */
  readonly billedSeconds: number;
  /** Sign-ins in the busiest minute, a second. */
  readonly peakRate: number;
  readonly durationsSeconds: Float64Array;
}

/** Flex Consumption bills an active period by 100 ms, at least one second. */
const BILLED_STEP_SECONDS = 0.1;
const BILLED_LEAST_SECONDS = 1;
/** An instance without requests is taken away. */
const IDLE_SECONDS = 30;
const STEPS_BEFORE = 2;

/** mulberry32: good enough for a morning, and the same everywhere. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** When they come, in order: normally distributed (Box and Muller), from zero on. */
function arrivals({ users, spreadSeconds, seed }: MorningOptions): Float64Array {
  const random = randomOf(seed);
  const times = Float64Array.from({ length: users }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    return radius * Math.cos(2 * Math.PI * random()) * spreadSeconds;
  }).sort();
  const [first = 0] = times;
  return times.map((time) => time - first);
}

interface Instance {
  inFlight: number;
  /** Of each hash thread. */
  readonly freeAt: number[];
  activeSince: number;
  idleSince: number;
}

type Happening =
  | { readonly kind: 'started' }
  | { readonly kind: 'done'; readonly instance: Instance; readonly arrivedAt: number };

class Platform {
  readonly #options: MorningOptions;
  readonly #hashSeconds: number;
  readonly #instances: Instance[] = [];
  readonly #waiting: number[] = [];
  #waitingFrom = 0;
  #starting = 0;
  #done = 0;
  readonly events = new EventQueue<Happening>();
  readonly durations: Float64Array;
  peakInstances = 0;
  billedSeconds = 0;

  constructor(options: MorningOptions) {
    this.#options = options;
    this.#hashSeconds = options.hashSeconds / Math.min(1, options.processors);
    this.durations = new Float64Array(options.users);
  }

  arrive(now: number): void {
    const instance = this.#leastLoaded(now);
    if (instance !== undefined) this.#serve(instance, now, now);
    else this.#wait(now);
  }

  #wait(now: number): void {
    this.#waiting.push(now);
    const waiting = this.#waiting.length - this.#waitingFrom;
    if (waiting <= this.#starting * this.#options.concurrency) return;
    this.#starting += 1;
    this.events.add(now + this.#options.startSeconds, { kind: 'started' });
  }

  happen(now: number, happening: Happening): void {
    if (happening.kind === 'started') this.#start(now);
    else this.#finish(now, happening.instance, happening.arrivedAt);
  }

  #finish(now: number, instance: Instance, arrivedAt: number): void {
    this.durations[this.#done] = now - arrivedAt;
    this.#done += 1;
    instance.inFlight -= 1;
    if (instance.inFlight === 0) this.#rest(instance, now);
    this.#pull(instance, now);
  }

  #start(now: number): void {
    const threads = Math.max(1, Math.floor(this.#options.processors));
    const freeAt = Array.from({ length: threads }, () => now);
    const instance: Instance = { inFlight: 0, freeAt, activeSince: now, idleSince: now };
    this.#instances.push(instance);
    this.#starting -= 1;
    this.peakInstances = Math.max(this.peakInstances, this.#instances.length);
    this.#pull(instance, now);
  }

  #pull(instance: Instance, now: number): void {
    while (
      instance.inFlight < this.#options.concurrency &&
      this.#waitingFrom < this.#waiting.length
    ) {
      const arrivedAt = this.#waiting[this.#waitingFrom] ?? now;
      this.#waitingFrom += 1;
      this.#serve(instance, now, arrivedAt);
    }
  }

  #serve(instance: Instance, now: number, arrivedAt: number): void {
    if (instance.inFlight === 0) instance.activeSince = now;
    instance.inFlight += 1;
    const { storeSeconds } = this.#options;
    const thread = instance.freeAt.indexOf(Math.min(...instance.freeAt));
    const ready = now + STEPS_BEFORE * storeSeconds;
    const hashed = Math.max(ready, instance.freeAt[thread] ?? ready) + this.#hashSeconds;
    instance.freeAt[thread] = hashed;
    this.events.add(hashed + storeSeconds, { kind: 'done', instance, arrivedAt });
  }

  #rest(instance: Instance, now: number): void {
    const active = Math.max(BILLED_LEAST_SECONDS, now - instance.activeSince);
    this.billedSeconds += Math.ceil(active / BILLED_STEP_SECONDS) * BILLED_STEP_SECONDS;
    instance.idleSince = now;
  }

  /** With room; whoever was idle too long is taken away on the way. */
  #leastLoaded(now: number): Instance | undefined {
    let best: Instance | undefined;
    for (let index = this.#instances.length - 1; index >= 0; index -= 1) {
      const instance = this.#instances[index] as Instance;
      if (instance.inFlight === 0 && now - instance.idleSince > IDLE_SECONDS) {
        this.#instances.splice(index, 1);
        continue;
      }
      if (best === undefined || instance.inFlight < best.inFlight) best = instance;
    }
    return best !== undefined && best.inFlight < this.#options.concurrency ? best : undefined;
  }
}

function peakRateOf(times: Float64Array): number {
  let from = 0;
  let most = 0;
  for (let index = 0; index < times.length; index += 1) {
    while ((times[index] ?? 0) - (times[from] ?? 0) > 60) from += 1;
    most = Math.max(most, index - from + 1);
  }
  return most / 60;
}

export function simulateMorning(options: MorningOptions): Morning {
  const times = arrivals(options);
  const platform = new Platform(options);
  for (const time of times) {
    for (let next = platform.events.takeUntil(time); next; next = platform.events.takeUntil(time)) {
      platform.happen(next.at, next.value);
    }
    platform.arrive(time);
  }
  for (let next = platform.events.takeUntil(Number.POSITIVE_INFINITY); next; ) {
    platform.happen(next.at, next.value);
    next = platform.events.takeUntil(Number.POSITIVE_INFINITY);
  }
  const { peakInstances, billedSeconds, durations } = platform;
  return {
    peakInstances,
    billedSeconds,
    peakRate: peakRateOf(times),
    durationsSeconds: durations.sort(),
  };
}
