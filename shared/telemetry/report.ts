/** What goes from the recorder, in the app's bundle, to the exporter, in a bundle of its own. */
import type { Measurement, Step, StepOutcome } from '../port/telemetry.ts';

/** A step that is over. Ids are lower-case hexadecimal, as W3C Trace Context has them. */
export interface FinishedStep extends StepOutcome {
  readonly step: Step;
  /** The class of what the work threw. */
  readonly error: string | undefined;
  readonly traceId: string;
  readonly spanId: string;
  /** Undefined: the trace begins here. */
  readonly parent: { readonly spanId: string; readonly isRemote: boolean } | undefined;
  /** Milliseconds since the Unix epoch, with fractions. */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

export type Report = { readonly measurement: Measurement } | { readonly finished: FinishedStep };

/** What is read when metrics are collected. */
export interface Gauges {
  hashQueueLength(): number;
  /** By secret; those without a copy are left out. */
  vaultCacheAgesMs(): Readonly<Record<string, number | undefined>>;
}

export interface Exporter {
  take(report: Report): void;
  /** Sends what is left. May take as long as whoever receives it. */
  close(): Promise<void>;
}
