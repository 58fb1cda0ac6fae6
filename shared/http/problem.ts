import * as z from 'zod';
import type { PasswordPolicy } from '../credential/policy/password-policy.ts';
import { ADMINS_PER_TENANT } from '../credential/rank.ts';
import type { FieldError, FieldProblem, PolicyReason, Refusal } from '../credential/refusal.ts';
import type { FailureCode } from '../port/telemetry.ts';
import type { UnavailablePart } from '../port/unavailable.ts';
import { User } from './answer-schema.ts';
import { named } from './late-schema.ts';
import type { Catalogue } from './text/en.ts';

/** The code of every problem that callers can see: the refusals, defects and outages. */
export type ProblemCode = FailureCode;

/** The one table of the status of each code; a code without an answer does not compile. */
export const PROBLEM_STATUS: Readonly<Record<ProblemCode, number>> = {
  'malformed-request': 400,
  'invalid-credentials': 401,
  'temporary-password-expired': 401,
  'invalid-token': 401,
  forbidden: 403,
  'self-reset-forbidden': 403,
  'not-found': 404,
  'method-not-allowed': 405,
  'user-name-taken': 409,
  'last-global-admin': 409,
  conflict: 409,
  'reset-required': 409,
  'reset-requirements-unmet': 409,
  'already-done': 409,
  'length-required': 411,
  'precondition-failed': 412,
  'body-too-large': 413,
  'unsupported-media-type': 415,
  validation: 422,
  'verification-failed': 422,
  'password-rejected': 422,
  'too-many-attempts': 429,
  'internal-error': 500,
  overloaded: 503,
  'dependency-unavailable': 503,
};

export const PROBLEM_MEDIA_TYPE = 'application/problem+json; charset=utf-8';

export const PROBLEM_CODES = Object.keys(PROBLEM_STATUS) as readonly ProblemCode[];

/** The most errors of a problem (CONTRACT.md, "Common rules"). */
export const ERRORS_MAX = 20;

/**
 * The most code points of a pointer or parameter, whose text is the caller's. One takes at most 6
 * bytes of JSON, so 20 places take 20 × 6 × 64 = 7,680 bytes: with their sentences, of at most 300
 * bytes each, and the rest of the problem, less than the 16 KiB of CONTRACT.md "Common rules".
 */
const PLACE_MAX_CODE_POINTS = 64;

/** Long enough for a failover to make progress, short enough for a person who waits. */
const UNAVAILABLE_RETRY_AFTER_SECONDS = 5;

export const Problem = named('Problem', () =>
  z.strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().describe('The request id.'),
    code: z.enum(PROBLEM_CODES as [ProblemCode, ...ProblemCode[]]),
    errors: z
      .array(
        z.union([
          z.strictObject({ pointer: z.string(), detail: z.string() }),
          z.strictObject({ parameter: z.string(), detail: z.string() }),
        ]),
      )
      .max(ERRORS_MAX)
      .describe('A place of more than 64 characters is cut and ends in `…`.')
      .optional(),
    reasons: z.array(z.strictObject({ code: z.string(), detail: z.string() })).optional(),
    requirements: z.array(z.strictObject({ code: z.string(), text: z.string() })).optional(),
    receipt: z.string().describe('The receipt of the reset that was done.').optional(),
    user: User().optional(),
    parts: z.array(z.enum(['tables', 'vault', 'mail'])).optional(),
    contact: z.string().describe('Whom to ask, as the organisation says.').optional(),
  }),
);

export interface ProblemContext {
  /** The origin of the problem pages. */
  readonly origin: string;
  readonly requestId: string;
  readonly text: Catalogue;
  readonly policy: PasswordPolicy | undefined;
  /** The contact of the proven caller's tenant. */
  readonly contact?: string | undefined;
}

export interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: z.input<ReturnType<typeof Problem>>;
}

export function fieldSentence(problem: FieldProblem, text: Catalogue): string {
  const sentence = text.field[problem];
  return typeof sentence === 'function' ? sentence(ADMINS_PER_TENANT) : sentence;
}

/** Cuts a place that is too long to be one of the service's, and shows that it is cut. */
function shortened(place: string): string {
  const points = Array.from(place.slice(0, 2 * PLACE_MAX_CODE_POINTS + 1));
  if (points.length <= PLACE_MAX_CODE_POINTS) return place;
  return `${points.slice(0, PLACE_MAX_CODE_POINTS - 1).join('')}…`;
}

function describeError(error: FieldError, text: Catalogue) {
  const detail = fieldSentence(error.problem, text);
  return 'pointer' in error
    ? { pointer: shortened(error.pointer), detail }
    : { parameter: shortened(error.parameter), detail };
}

function describeReason(reason: PolicyReason, { text, policy }: ProblemContext) {
  if (reason === 'too-short') {
    return { code: reason, detail: text.policyReason['too-short'](policy?.minLength ?? 0) };
  }
  if (reason === 'too-long') {
    return { code: reason, detail: text.policyReason['too-long'](policy?.maxLength ?? 0) };
  }
  return { code: reason, detail: text.policyReason[reason] };
}

/** Returns the challenge of RFC 6750 section 3: with the error only if a bad token was sent. */
function challenge(refusal: Refusal): string {
  const isBadToken = refusal.code === 'invalid-token' && !refusal.extra.isTokenMissing;
  return isBadToken ? 'Bearer error="invalid_token"' : 'Bearer';
}

function refusalHeaders(refusal: Refusal): Record<string, string> {
  const { retryAfterSeconds, allow } = refusal.extra;
  return {
    ...(PROBLEM_STATUS[refusal.code] === 401 && { 'WWW-Authenticate': challenge(refusal) }),
    ...(retryAfterSeconds !== undefined && { 'Retry-After': `${retryAfterSeconds}` }),
    ...(allow !== undefined && { Allow: allow.join(', ') }),
  };
}

function baseBody(code: ProblemCode, { origin, requestId, text }: ProblemContext) {
  const { title, detail } = text.problem[code];
  const type = `${origin}/problems/${code}`;
  return { type, title, status: PROBLEM_STATUS[code], detail, instance: requestId, code };
}

/** Makes the RFC 9457 problem of an expected no. */
export function refusalProblem(refusal: Refusal, context: ProblemContext): ProblemAnswer {
  const { errors, reasons, requirements, receipt, user } = refusal.extra;
  const { requirement } = context.text;
  const body = {
    ...baseBody(refusal.code, context),
    ...(errors && {
      errors: errors.slice(0, ERRORS_MAX).map((error) => describeError(error, context.text)),
    }),
    ...(context.contact !== undefined && { contact: context.contact }),
    ...(requirements && {
      requirements: requirements.map((code) => ({ code, text: requirement[code] })),
    }),
    ...(receipt !== undefined && { receipt }),
    ...(user && { user: user as z.input<ReturnType<typeof User>> }),
    ...(reasons && { reasons: reasons.map((reason) => describeReason(reason, context)) }),
  };
  return { status: body.status, headers: refusalHeaders(refusal), body };
}

/** Makes the problem of an outage: never shown as a wrong password, and safe to repeat. */
export function unavailableProblem(
  context: ProblemContext,
  parts: readonly UnavailablePart[] = [],
): ProblemAnswer {
  const base = baseBody('dependency-unavailable', context);
  const named = parts.length > 0 && {
    detail: parts.includes('mail')
      ? context.text.mailUnavailable
      : `${base.detail} ${context.text.unavailableParts(parts.join(', '))}`,
    parts: [...parts],
  };
  const headers = { 'Retry-After': `${UNAVAILABLE_RETRY_AFTER_SECONDS}` };
  return { status: base.status, headers, body: { ...base, ...named } };
}

/** Makes the problem of a defect in the service: the log has the rest, by request id. */
export function internalProblem(context: ProblemContext): ProblemAnswer {
  const body = baseBody('internal-error', context);
  return { status: body.status, headers: {}, body };
}
