/** Judges whether base64url is in its one spelling: no padding, no bits beyond the last byte. */
function isCanonical(part: string): boolean {
  return Buffer.from(part, 'base64url').toString('base64url') === part;
}

function parseObject(json: string): object | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reads the header of a JWS or JWE in compact serialization (RFC 7515 section 3.1, RFC 7516 section
 * 3.1) that we may have written ourselves. It is not yet proven: it only says which key and rules
 * to try. Our headers have string members and nothing else, so that `crit`, `jwk`, `jku`, `x5u`,
 * `zip` and any later member are refused unread (RFC 8725 section 3.10).
 *
 * Decoders tolerate several spellings of the same bytes; we take the one that we write, so that no
 * changed character goes unnoticed.
 * @returns undefined if the text is not as we write it
 */
export function readCompactHeader<Name extends string>(
  text: string,
  shape: { readonly parts: number; readonly maxLength: number; readonly members: readonly Name[] },
): Readonly<Record<Name, string>> | undefined {
  if (text.length > shape.maxLength) return undefined;
  const parts = text.split('.');
  if (parts.length !== shape.parts || !parts.every(isCanonical)) return undefined;
  const header = parseObject(Buffer.from(parts[0] ?? '', 'base64url').toString('utf8'));
  if (header === undefined) return undefined;
  const entries = Object.entries(header);
  const isOurs =
    entries.length === shape.members.length &&
    shape.members.every((name) => Object.hasOwn(header, name)) &&
    entries.every(([, value]) => typeof value === 'string');
  return isOurs ? (header as Record<Name, string>) : undefined;
}
