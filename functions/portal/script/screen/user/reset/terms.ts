import type { ResetTerms, User, VerificationKind } from '../../../../client/index.ts';

/** The typed values, as they stand in the fields. */
export interface TypedTerms {
  readonly verification: VerificationKind | '';
  readonly code: string;
  readonly reference: string;
  readonly reason: string;
  readonly ticket: string;
  readonly expiresInSeconds: string;
  readonly delivery: string;
}

export type TermName = keyof TypedTerms;

/** Shorter than the usual time of the service, which is the longest one. */
export const LIFETIMES_SECONDS = [900, 3600, 14_400, 28_800] as const;

const CODE_SYMBOLS = 8;
const TICKET = /^[A-Za-z0-9\-_/#.]{1,64}$/;

/** Returns true if it has as many symbols as a support code; the service reads the rest. */
export function hasCodeLength(code: string): boolean {
  return code.replace(/[^0-9A-Za-z]/g, '').length === CODE_SYMBOLS;
}

export function isTicket(ticket: string): boolean {
  return TICKET.test(ticket.trim());
}

/** Returns the address to which the other part goes, as far as the portal can see. */
export function partAddress({ email, secondEmail }: User): string | undefined {
  return email ?? secondEmail;
}

function verificationOf({ verification: kind, ...typed }: TypedTerms): ResetTerms['verification'] {
  if (kind === '') return undefined;
  if (kind === 'supportCode') return { kind, code: typed.code.trim() };
  const reference = typed.reference.trim();
  return { kind, ...(reference !== '' && { reference }) };
}

/** Returns the body of the call: only what was filled in. */
export function termsOf(typed: TypedTerms): ResetTerms {
  const { expiresInSeconds, delivery } = typed;
  const verification = verificationOf(typed);
  const reason = typed.reason.trim();
  const ticket = typed.ticket.trim();
  return {
    ...(reason !== '' && { reason }),
    ...(ticket !== '' && { ticket }),
    ...(verification && { verification }),
    ...(delivery === 'split' && { delivery }),
    ...(expiresInSeconds !== '' && { expiresInSeconds: Number(expiresInSeconds) }),
  };
}
