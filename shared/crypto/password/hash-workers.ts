import { Worker } from 'node:worker_threads';
import type { Clock } from '../../port/clock.ts';
import type { EngineChoice } from './bcrypt-engine.ts';
import { TurnQueue } from './fair-queue.ts';
import type { HashJob, HashReply, WorkerReply, WorkerStart } from './hash-worker.ts';
import { IMPORTED_MEMORY_MAX_KIB, memoryKiBOf, parseLegacyHashScheme } from './imported-hash.ts';

export interface HashDone {
  readonly reply: HashReply;
  /** The wait for a thread. */
  readonly waitedMs: number;
  /** The time on the thread, without the wait for it. */
  readonly hashingMs: number;
}

interface Task {
  readonly job: HashJob;
  /** {@link memoryOf} */
  readonly memoryKiB: number;
  readonly queuedAtMs: number;
  startedAtMs: number;
  readonly resolve: (done: HashDone) => void;
  readonly reject: (error: Error) => void;
}

/** The first names of a path, which take turns. */
const CALLER_KINDS = ['network', 'device', 'session'] as const;

/** The kind of caller, then its networks or its user. */
export type CallerPath = readonly [(typeof CALLER_KINDS)[number], ...string[]];

/** Returns the part of the shared memory that the job takes; alone it may have all of it. */
function memoryOf(job: HashJob): number {
  const wrapping = job.kind === 'digest' ? parseLegacyHashScheme(job.wrapping) : undefined;
  return wrapping === undefined ? 0 : Math.min(memoryKiBOf(wrapping), IMPORTED_MEMORY_MAX_KIB);
}

export interface HashWorkersOptions {
  readonly workerUrl: URL;
  readonly threads: number;
  readonly engine: () => EngineChoice;
  readonly clock: Clock;
}

/**
 * The threads behind the queue, each with at most one job. The queue's slots, each with one job
 * here, bound the number of waiting jobs. Jobs that run take at most
 * {@link IMPORTED_MEMORY_MAX_KIB} together.
 */
export class HashWorkers {
  readonly #workerUrl: URL;
  readonly #threads: number;
  readonly #engine: () => EngineChoice;
  readonly #clock: Clock;
  readonly #idle: Worker[] = [];
  readonly #running = new Map<Worker, Task>();
  /** A kind of caller that had no turn lately has the next one, however long the others wait. */
  readonly #waiting = new TurnQueue<Task>(CALLER_KINDS);
  #freeKiB = IMPORTED_MEMORY_MAX_KIB;
  /** The task that had its turn when too little memory was free; it is the next to get any. */
  #nextForMemory: Task | undefined;
  readonly #unsettled = new Set<Promise<unknown>>();
  #isClosed = false;

  constructor({ workerUrl, threads, engine, clock }: HashWorkersOptions) {
    this.#workerUrl = workerUrl;
    this.#threads = threads;
    this.#engine = engine;
    this.#clock = clock;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  run(path: CallerPath, job: HashJob): Promise<HashDone> {
    if (this.#isClosed) return Promise.reject(new Error('The hash queue is closed.'));
    const { promise, resolve, reject } = Promise.withResolvers<HashDone>();
    const forget = () => this.#unsettled.delete(settled);
    const settled: Promise<unknown> = promise.then(forget, forget);
    this.#unsettled.add(settled);
    const queuedAtMs = this.#clock.now();
    const memoryKiB = memoryOf(job);
    const task = { job, memoryKiB, queuedAtMs, startedAtMs: 0, resolve, reject };
    this.#waiting.push(path, task);
    this.#assign();
    return promise;
  }

  /** Starts the first thread ahead of its job. It does not keep the process alive. */
  prepare(): void {
    if (this.#isClosed || this.#idle.length + this.#running.size > 0) return;
    const worker = this.#start();
    worker.unref();
    this.#idle.push(worker);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#unsettled);
    await Promise.all(this.#idle.map((worker) => worker.terminate()));
  }

  #assign(): void {
    while (this.#running.size < this.#threads) {
      const task = this.#next();
      if (task === undefined) return;
      const worker = this.#idle.pop() ?? this.#start();
      this.#running.set(worker, task);
      this.#freeKiB -= task.memoryKiB;
      task.startedAtMs = this.#clock.now();
      worker.ref();
      worker.postMessage(task.job);
    }
  }

  /**
   * Removes the task of the next turn. One for which too little memory is free is set aside, and
   * tasks that need no memory continue to take turns. Until it starts no other task gets memory: a
   * stream of small ones cannot keep it waiting, only those that already run.
   */
  #next(): Task | undefined {
    const aside = this.#nextForMemory;
    if (aside !== undefined && this.#fits(aside)) {
      this.#nextForMemory = undefined;
      return aside;
    }
    const task = this.#waiting.shift(
      ({ memoryKiB }) => memoryKiB === 0 || this.#nextForMemory === undefined,
    );
    if (task === undefined || this.#fits(task)) return task;
    this.#nextForMemory = task;
    return this.#next();
  }

  #fits({ memoryKiB }: Task): boolean {
    return memoryKiB <= this.#freeKiB;
  }

  /** Starts a worker; called when none is idle. */
  #start(): Worker {
    // Workers get no environment and no flags, so they cannot see settings or secrets.
    const workerData: WorkerStart = { engine: this.#engine() };
    const worker = new Worker(this.#workerUrl, { env: {}, execArgv: [], workerData });
    let cause: unknown;
    worker.on('message', (reply: WorkerReply) => this.#settle(worker, reply));
    // An error is followed by the exit, which settles the job.
    worker.on('error', (error) => {
      cause = error;
    });
    worker.on('exit', () => this.#lose(worker, cause));
    return worker;
  }

  #settle(worker: Worker, reply: WorkerReply): void {
    const task = this.#end(worker);
    this.#idle.push(worker);
    // An idle thread does not keep the process alive.
    worker.unref();
    if (reply.kind === 'failed') task?.reject(new Error('The hash worker refused its job.'));
    else if (task !== undefined) {
      const { queuedAtMs, startedAtMs } = task;
      const hashingMs = this.#clock.now() - startedAtMs;
      task.resolve({ reply, waitedMs: startedAtMs - queuedAtMs, hashingMs });
    }
    this.#assign();
  }

  #end(worker: Worker): Task | undefined {
    const task = this.#running.get(worker);
    this.#running.delete(worker);
    this.#freeKiB += task?.memoryKiB ?? 0;
    return task;
  }

  /** Drops a worker; the next job that finds no idle thread starts another in its stead. */
  #lose(worker: Worker, cause: unknown): void {
    const slot = this.#idle.indexOf(worker);
    if (slot !== -1) this.#idle.splice(slot, 1);
    const task = this.#end(worker);
    task?.reject(new Error('The hash worker stopped before its job ended.', { cause }));
    this.#assign();
  }
}
