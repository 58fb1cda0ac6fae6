import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock, RandomBytes } from '../port/clock.ts';
import type { Log } from '../port/log.ts';
import {
  type MetricEvent,
  parseTraceParent,
  type Span,
  type SpanOutcome,
  type Telemetry,
  type TraceParent,
} from '../port/telemetry.ts';
import type { Exporter, FinishedSpan, Report } from './report.ts';

/**
 * The time after the first call: the exporter takes some 100 ms of the event loop to load, and a
 * portal's first calls arrive together.
 */
export const OPEN_AFTER_MS = 1000;
/**
 * The number of reports kept until the exporter is loaded; some calls make twenty. Later ones are
 * dropped.
 */
export const WAITING_LIMIT = 1000;
/** The number of spans of one call; a sweep would fill every queue with its thousands of rows. */
export const SPANS_PER_CALL_LIMIT = 200;
/** The time for the last export at a stop; the platform ends a process some seconds later. */
const CLOSE_WITHIN_MS = 3000;

const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;

export interface RecorderOptions {
  /** Loads the exporter; called once, after the first call. */
  readonly load: () => Promise<Exporter>;
  /** A clock, finer than a millisecond if possible. */
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly log: Log;
  /** {@link OPEN_AFTER_MS} */
  readonly openAfterMs?: number;
}

/** The place in a trace of the code that runs now. */
interface Position {
  readonly traceId: string;
  readonly spanId: string;
  readonly call: { spans: number };
}

function ignore(): void {}

/**
 * A recorder that keeps reports until the exporter is loaded, which is after the first answer, and
 * passes them on from then on. No fault here reaches a call.
 */
export class Recorder implements Telemetry {
  readonly #options: RecorderOptions;
  readonly #position = new AsyncLocalStorage<Position>();
  #waiting: Report[] = [];
  #exporter: Exporter | undefined;
  #opening: Promise<void> | undefined;
  #opensLater: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  measure(event: MetricEvent): void {
    this.#report({ event });
  }

  trace<Result>(
    span: Span,
    work: (setOutcome: (outcome: SpanOutcome) => void) => Promise<Result>,
  ): Promise<Result> {
    if (span.kind === 'function') return this.#traceCall(span, work);
    const parent = this.#position.getStore();
    // Outside of a call, such as while the service starts, or in one that is not sampled.
    if (parent === undefined || this.#isClosed) return work(ignore);
    if (parent.call.spans >= SPANS_PER_CALL_LIMIT) return work(ignore);
    parent.call.spans += 1;
    const position = { ...parent, spanId: this.#newId(SPAN_ID_BYTES) };
    return this.#time(span, position, { spanId: parent.spanId, isRemote: false }, work);
  }

  /** Sends the remaining reports, within {@link CLOSE_WITHIN_MS}. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    clearTimeout(this.#opensLater);
    // Without a call there is no report worth loading the exporter for.
    if (this.#opensLater !== undefined) await Promise.race([this.#open(), give()]);
    this.#isClosed = true;
    const exporter = this.#exporter;
    this.#exporter = undefined;
    this.#waiting = [];
    if (exporter !== undefined) await Promise.race([exporter.close().catch(ignore), give()]);
  }

  async #traceCall<Result>(
    span: Span & { readonly kind: 'function' },
    work: (setOutcome: (outcome: SpanOutcome) => void) => Promise<Result>,
  ): Promise<Result> {
    const parent = parseTraceParent(span.traceParent);
    try {
      if (this.#isClosed || parent?.isSampled === false) return await work(ignore);
      return await this.#time(span, this.#begin(parent), parent && remote(parent), work);
    } finally {
      this.#openSoon();
    }
  }

  #begin(parent: TraceParent | undefined): Position {
    const traceId = parent?.traceId ?? this.#newId(TRACE_ID_BYTES);
    return { traceId, spanId: this.#newId(SPAN_ID_BYTES), call: { spans: 0 } };
  }

  async #time<Result>(
    span: Span,
    { traceId, spanId, call }: Position,
    parent: FinishedSpan['parent'],
    work: (setOutcome: (outcome: SpanOutcome) => void) => Promise<Result>,
  ): Promise<Result> {
    const { clock } = this.#options;
    const startedAtMs = clock.now();
    let outcome: SpanOutcome | undefined;
    let error: string | undefined;
    const setOutcome = (given: SpanOutcome) => {
      outcome = given;
    };
    try {
      return await this.#position.run({ traceId, spanId, call }, () => work(setOutcome));
    } catch (fault) {
      if (outcome === undefined) error = fault instanceof Error ? fault.name : 'unknown';
      throw fault;
    } finally {
      const times = { startedAtMs, endedAtMs: clock.now() };
      this.#report({ finished: { span, ...outcome, error, traceId, spanId, parent, ...times } });
    }
  }

  #newId(bytes: number): string {
    return Buffer.from(this.#options.randomBytes(bytes)).toString('hex');
  }

  #report(report: Report): void {
    if (this.#isClosed) return;
    if (this.#exporter === undefined) {
      if (this.#waiting.length < WAITING_LIMIT) this.#waiting.push(report);
      return;
    }
    try {
      this.#exporter.take(report);
    } catch {
      // A defect of the exporter costs this report, not the call that it is about.
    }
  }

  #openSoon(): void {
    if (this.#opensLater !== undefined || this.#isClosed) return;
    const { openAfterMs = OPEN_AFTER_MS } = this.#options;
    this.#opensLater = setTimeout(() => this.#open(), openAfterMs).unref();
  }

  #open(): Promise<void> {
    this.#opening ??= this.#load();
    return this.#opening;
  }

  async #load(): Promise<void> {
    const { load, log } = this.#options;
    try {
      const exporter = await load();
      if (this.#isClosed) return;
      this.#exporter = exporter;
      for (const report of this.#waiting.splice(0)) this.#report(report);
    } catch (fault) {
      this.#isClosed = true;
      this.#waiting = [];
      const error = fault instanceof Error ? fault.name : 'unknown';
      log.error('telemetry could not start; the service continues without it', { error });
    }
  }
}

function remote({ spanId }: TraceParent): FinishedSpan['parent'] {
  return { spanId, isRemote: true };
}

function give(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, CLOSE_WITHIN_MS).unref();
  });
}
