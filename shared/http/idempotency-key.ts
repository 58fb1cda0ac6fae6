import type { HttpRequest } from '@azure/functions';
import { Refusal } from '../credential/refusal.ts';
import type { KeyedCall } from '../operation/one-call.ts';

export const IDEMPOTENCY_KEY = 'Idempotency-Key';
const KEY_MAX_LENGTH = 64;
/** A string of RFC 9651 section 3.3.3 without spaces: `"` and `\` are escaped by `\`. */
const KEY_FORM = /^"((?:[!#-[\]-~]|\\["\\])+)"$/;

/** Returns JSON in which the members of every object are sorted, so that equal values are equal. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, member) => {
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
    const entries = Object.entries(member);
    return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
  });
}

/**
 * Parses the key of a call: a string and nothing after it.
 * @returns undefined if the call has none
 * @throws {Refusal} `validation`
 */
export function parseKeyedCall({ headers }: HttpRequest, body: unknown): KeyedCall | undefined {
  const header = headers.get(IDEMPOTENCY_KEY);
  if (header === null) return undefined;
  const [, escaped = ''] = KEY_FORM.exec(header.trim()) ?? [];
  const key = escaped.replaceAll(/\\(.)/g, '$1');
  if (key !== '' && key.length <= KEY_MAX_LENGTH) return { key, body: canonicalJson(body) };
  const error = { parameter: IDEMPOTENCY_KEY, problem: 'idempotencyKey' } as const;
  throw new Refusal('validation', { errors: [error] });
}
