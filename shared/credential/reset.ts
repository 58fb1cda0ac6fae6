import type { EventDetails } from './event.ts';

/** The ways to verify a caller: the service proves the first, the others are an admin's word. */
export const VERIFICATION_KINDS = [
  'supportCode',
  'callBack',
  'video',
  'inPerson',
  'manager',
  'identityDocument',
] as const;

export type VerificationKind = (typeof VERIFICATION_KINDS)[number];

/** The ways in which a password reaches its user: whole in the answer, or in two parts. */
export const DELIVERIES = ['shown', 'split'] as const;

export type Delivery = (typeof DELIVERIES)[number];

/** The verification of the caller of a help desk, as event, list and receipt show it. */
export interface Verification {
  readonly kind: VerificationKind;
  readonly reference?: string | undefined;
  /** True if the service proved it; false for an admin's word. */
  readonly isProven: boolean;
}

/** The terms of a reset: why, for which ticket, by which proof, and how it was delivered. */
export interface ResetTerms {
  readonly reason?: string | undefined;
  readonly ticket?: string | undefined;
  readonly verification?: Verification | undefined;
  readonly delivery: Delivery;
}

/** The terms that a call brings, before anything of them is proven. */
export interface OfferedTerms {
  readonly reason?: string | undefined;
  readonly ticket?: string | undefined;
  readonly verification?: OfferedVerification | undefined;
  readonly delivery?: Delivery | undefined;
}

type OfferedVerification =
  | {
      readonly kind: 'supportCode';
      readonly reference?: string | undefined;
      readonly code: string;
    }
  | {
      readonly kind: Exclude<VerificationKind, 'supportCode'>;
      readonly reference?: string | undefined;
    };

/** The terms of a reset that brings none. */
export const NO_TERMS: ResetTerms = { delivery: 'shown' };

/** Returns the terms without the members that are absent. */
function present<Terms extends object>(terms: Terms): Terms {
  const entries = Object.entries(terms).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Terms;
}

/** Returns the terms of a reset by a caller whose support code was proven, if one was brought. */
export function acceptTerms({ reason, ticket, verification, delivery }: OfferedTerms): ResetTerms {
  const proof = verification && {
    kind: verification.kind,
    reference: verification.reference,
    isProven: verification.kind === 'supportCode',
  };
  return present({
    reason,
    ticket,
    verification: proof && present(proof),
    delivery: delivery ?? 'shown',
  });
}

/** Returns the details of the event `password.reset`. */
export function describeReset(
  { reason, ticket, verification, delivery }: ResetTerms,
  { lifetimeMs, clearedLock }: { readonly lifetimeMs: number; readonly clearedLock: boolean },
): EventDetails {
  return {
    clearedLock,
    delivery,
    expiresInSeconds: Math.floor(lifetimeMs / 1000),
    ...(reason !== undefined && { reason }),
    ...(ticket !== undefined && { ticket }),
    ...(verification && { verification: { ...verification } }),
  };
}
