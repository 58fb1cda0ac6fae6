import { acceptTerms, type ResetTerms } from '../../shared/credential/reset.ts';
import { ResetPasswordBody } from '../../shared/http/reset-schema.ts';
import { type ParsedArgs, textOf, UsageError } from './command-line.ts';

export const TERMS_OPTIONS = { reason: { type: 'string' }, ticket: { type: 'string' } } as const;

export const TERMS_HELP = `\
  --reason TEXT       why: in the event, the list of resets and the receipt, and nowhere else
  --ticket ID         likewise the ticket: letters, digits and -_/#.
`;

const SENTENCES: Readonly<Record<string, string>> = {
  reason: '--reason takes 1 to 200 characters, and no control characters.',
  ticket: '--ticket takes 1 to 64 letters, digits and -_/#.',
};

/** Parses the terms of a reset by the operator, as the API does. @throws {UsageError} */
export function parseTerms(given: ParsedArgs): ResetTerms {
  const [reason, ticket] = [textOf(given, 'reason'), textOf(given, 'ticket')];
  const parsed = ResetPasswordBody().safeParse({
    ...(reason !== undefined && { reason }),
    ...(ticket !== undefined && { ticket }),
  });
  if (parsed.success) return acceptTerms({ reason, ticket });
  const name = String(parsed.error.issues[0]?.path[0]);
  throw new UsageError(SENTENCES[name] ?? 'A term of the reset is wrong.');
}

/** Judges whether the command line has terms of a reset. */
export function hasTerms({ reason, ticket }: ResetTerms): boolean {
  return reason !== undefined || ticket !== undefined;
}
