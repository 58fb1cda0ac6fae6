import type { Reset } from '../client/index.ts';
import { fill, type Translator } from './text.ts';

type Verification = NonNullable<Reset['verification']>;

/** Returns how the caller was verified, and whether that is proven or the word of an admin. */
export function verificationText(
  { text }: Translator,
  { kind, reference, isProven }: Verification,
): string {
  const { reset, resets } = text;
  const names: Readonly<Record<string, { readonly name: string }>> = reset.kind;
  const said = fill(isProven ? resets.proven : resets.stated, { kind: names[kind]?.name ?? kind });
  return reference === undefined ? said : `${said} (${reference})`;
}
