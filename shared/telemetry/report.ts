/** The reports from the recorder, in the app's bundle, to the exporter, in a bundle of its own. */
import type { MetricEvent, Span, SpanOutcome } from '../port/telemetry.ts';

/** The instrumentation scope: name of the meter and of the tracer. */
export const SCOPE = 'portal-credentials';

/** A finished span. Ids are lower-case hexadecimal, as W3C Trace Context has them. */
export interface FinishedSpan extends SpanOutcome {
  readonly span: Span;
  /** The class of the error that the work threw. */
  readonly error: string | undefined;
  readonly traceId: string;
  readonly spanId: string;
  /** The parent; undefined: the trace begins here. */
  readonly parent: { readonly spanId: string; readonly isRemote: boolean } | undefined;
  /** Milliseconds since the Unix epoch, with fractions. */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

export type Report = { readonly event: MetricEvent } | { readonly finished: FinishedSpan };

/** The values that are read when metrics are collected. */
export interface Gauges {
  hashQueueLength(): number;
  /** Returns the ages by secret; those without a copy are left out. */
  vaultCacheAgesMs(): Readonly<Record<string, number | undefined>>;
}

export interface Exporter {
  take(report: Report): void;
  /** Sends the remaining reports. May take as long as the receiver takes. */
  close(): Promise<void>;
}
