/**
 * What the service reports of itself beside the log. Both lists are closed, and their members are
 * words, numbers and request ids of ours: no event and no span can name a person or hold a
 * secret.
 */

import type { RefusalCode } from '../credential/refusal.ts';
import type { Backend } from './unavailable.ts';

/** What a call can fail with, as callers see it. */
export type FailureCode = RefusalCode | 'internal-error' | 'dependency-unavailable';

export type RankName = 'globalAdmin' | 'userManagementAdmin' | 'business';

/** A name and a client's network, as pseudonyms of the log. */
export interface SignInOrigin {
  readonly name: string;
  readonly network: string;
}

export type MetricEvent =
  /** A call that did not do what was asked: refused, or for an outage or a defect. */
  | {
      readonly kind: 'failure';
      readonly operation: string;
      readonly code: FailureCode;
      /** That do not answer. */
      readonly parts?: readonly Backend[];
      /** That a stored hash needs and the vault lacks. */
      readonly pepperVersion?: string;
      /** The pseudonyms of a refused sign-in. They are counted here, and only counts are sent. */
      readonly origin?: SignInOrigin;
    }
  | { readonly kind: 'signIn'; readonly outcome: 'signedIn' | 'passwordChangeRequired' }
  | { readonly kind: 'passwordReset'; readonly target: RankName; readonly actor: RankName }
  | { readonly kind: 'passwordChange'; readonly after: 'temporaryPassword' | 'permanent' }
  | { readonly kind: 'lockout' }
  /** One job of the hash queue: its wait for a thread, and its time on it. */
  | { readonly kind: 'hash'; readonly waitedMs: number; readonly hashingMs: number }
  /** A stored hash was compared: work factor and pepper version are what is in use. */
  | {
      readonly kind: 'verification';
      readonly workFactor: number;
      readonly pepperVersion: string;
    }
  | {
      readonly kind: 'sweep';
      readonly outcome: 'done' | 'unfinished' | 'failed';
      readonly expired: number;
      /** By how much the oldest of those was overdue; undefined: there was none. */
      readonly lagMs?: number | undefined;
    };

/** Something that takes time: a span of a trace. */
export type Span =
  | {
      readonly kind: 'function';
      readonly name: string;
      /** The request id of the call: answers, log lines and events have it too. */
      readonly invocationId: string;
      readonly method?: string;
      /** Undefined for paths that no function has: what people type there is not ours. */
      readonly route?: string | undefined;
      /** W3C Trace Context of the platform. */
      readonly traceParent?: string | undefined;
    }
  | { readonly kind: 'tables'; readonly operation: string; readonly table: string }
  | { readonly kind: 'vault'; readonly operation: string; readonly secret: string }
  | { readonly kind: 'hash'; readonly operation: 'hash' | 'verify' | 'digest' };

/** The place in a trace where a call came from. */
export interface TraceParent {
  readonly traceId: string;
  readonly spanId: string;
  readonly isSampled: boolean;
}

const TRACE_PARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const SAMPLED_FLAG = 0x01;

/**
 * Reads W3C Trace Context, section 3.2.
 * @returns undefined if there is none, or not one of this version
 */
export function parseTraceParent(text: string | undefined): TraceParent | undefined {
  const [, traceId = '', spanId = '', flags = ''] = TRACE_PARENT.exec(text ?? '') ?? [];
  if (/^0*$/.test(traceId) || /^0*$/.test(spanId)) return undefined;
  const isSampled = (Number.parseInt(flags, 16) & SAMPLED_FLAG) !== 0;
  return { traceId, spanId, isSampled };
}

export interface SpanOutcome {
  /** Of HTTP. */
  readonly status?: number;
  readonly code?: FailureCode | undefined;
}

export interface Telemetry {
  /** Never throws and never waits. */
  measure(event: MetricEvent): void;
  /**
   * Does the work within a span, whose spans become its children. `setOutcome` adds the result.
   * What the work throws passes through, and is an error of the span if no outcome was set.
   */
  trace<Result>(
    span: Span,
    work: (setOutcome: (outcome: SpanOutcome) => void) => Promise<Result>,
  ): Promise<Result>;
}

/** Does nothing. Used when telemetry is off. */
export const NO_TELEMETRY: Telemetry = {
  measure() {},
  trace: (_, work) => work(() => {}),
};
