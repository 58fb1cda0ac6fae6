/**
 * The reports of the service beside the log. Both lists are closed, and their members are fixed
 * words, numbers and the service's request ids: no event and no span can name a person or hold a
 * secret.
 */

import type { RefusalCode } from '../credential/refusal.ts';
import type { UnavailablePart } from './unavailable.ts';

/** The codes that a call can fail with, as callers see them. */
export type FailureCode = RefusalCode | 'internal-error' | 'dependency-unavailable';

export type RankName = 'globalAdmin' | 'userManagementAdmin' | 'business';

/** A name and a client's network, as pseudonyms of the log. */
export interface SignInOrigin {
  readonly name: string;
  readonly network: string;
}

export type MetricEvent =
  /** A call that did not succeed: refused, or failed by an outage or a defect. */
  | {
      readonly kind: 'failure';
      readonly operation: string;
      readonly code: FailureCode;
      /** The backends that do not answer. */
      readonly parts?: readonly UnavailablePart[];
      /** The pepper version that a stored hash needs and the vault lacks. */
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
  /** A comparison with a stored hash: its work factor and pepper version are those in use. */
  | {
      readonly kind: 'verification';
      readonly workFactor: number;
      readonly pepperVersion: string;
    }
  | {
      readonly kind: 'sweep';
      readonly outcome: 'done' | 'unfinished' | 'failed';
      readonly expired: number;
      /** The time by which the oldest of them was overdue; undefined: there was none. */
      readonly lagMs?: number | undefined;
    }
  /** One run on one lane of notices. */
  | {
      readonly kind: 'notices';
      readonly channel: 'mail' | 'webhook';
      readonly accepted: number;
      /** The tries that were not accepted; the notices stay. */
      readonly failed: number;
      readonly undeliverable: number;
      /** The time by which the oldest notice is late; undefined: none is. */
      readonly lagMs: number | undefined;
    };

/** A span of a trace: something that takes time. */
export type Span =
  | {
      readonly kind: 'function';
      readonly name: string;
      /** The request id of the call; answers, log lines and events carry it too. */
      readonly invocationId: string;
      readonly method?: string;
      /**
       * The route of the function; undefined for paths without one, which callers may type freely.
       */
      readonly route?: string | undefined;
      /** The W3C Trace Context of the platform. */
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
 * @returns undefined if there is no context, or not one of this version
 */
export function parseTraceParent(text: string | undefined): TraceParent | undefined {
  const [, traceId = '', spanId = '', flags = ''] = TRACE_PARENT.exec(text ?? '') ?? [];
  if (/^0*$/.test(traceId) || /^0*$/.test(spanId)) return undefined;
  const isSampled = (Number.parseInt(flags, 16) & SAMPLED_FLAG) !== 0;
  return { traceId, spanId, isSampled };
}

export interface SpanOutcome {
  /** The HTTP status. */
  readonly status?: number;
  readonly code?: FailureCode | undefined;
}

export interface Telemetry {
  /** Reports an event. Never throws and never waits. */
  measure(event: MetricEvent): void;
  /**
   * Does the work within a span, whose spans become its children. `setOutcome` adds the result.
   * Errors of the work pass through, and fail the span if no outcome was set.
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
