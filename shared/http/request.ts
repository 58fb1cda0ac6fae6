import type { HttpRequest } from '@azure/functions';
import type * as z from 'zod';
import { parseUserId, type UserId } from '../credential/name.ts';
import { type FieldError, type FieldProblem, Refusal } from '../credential/refusal.ts';
import type { Precondition } from '../operation/target.ts';

/** The most bytes of a body (CONTRACT.md, "Common rules"). */
export const BODY_MAX_BYTES = 16 * 1024;

/** Makes a JSON Pointer (RFC 6901): `~` and `/` inside a member's name are escaped. */
function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replace(/~/g, '~0').replace(/\//g, '~1')}`).join('');
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
    input,
  );
}

function problemOf(issue: z.core.$ZodIssue, input: unknown): FieldProblem {
  if (valueAt(input, issue.path) === undefined) return 'required';
  switch (issue.code) {
    case 'custom':
      return (issue.params?.problem as FieldProblem | undefined) ?? 'format';
    case 'invalid_type':
      return 'type';
    case 'invalid_value':
    case 'invalid_union':
      return 'choice';
    case 'too_small':
    case 'too_big':
      return 'length';
    default:
      return 'format';
  }
}

type Where = (path: readonly PropertyKey[]) => { pointer: string } | { parameter: string };

function fieldErrors(error: z.ZodError, input: unknown, where: Where): readonly FieldError[] {
  return error.issues.flatMap((issue): FieldError[] =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ ...where([...issue.path, key]), problem: 'unknown' }))
      : [{ ...where(issue.path), problem: problemOf(issue, input) }],
  );
}

function requireValid<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  where: Where,
): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new Refusal('validation', { errors: fieldErrors(parsed.error, input, where) });
}

/**
 * Parses the members of a JSON object by the schema.
 * @throws {Refusal} `validation`
 */
export function parseMembers<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
): z.output<Schema> {
  return requireValid(schema, input, (path) => ({ pointer: pointerOf(path) }));
}

/**
 * Parses query values by the schema, read from the URL itself: the host joins repeated names.
 * @throws {Refusal} `validation`
 */
export function parseQuery<Schema extends z.ZodType>(
  schema: Schema,
  request: HttpRequest,
): z.output<Schema> {
  const input: Record<string, string> = Object.create(null);
  const repeated: FieldError[] = [];
  for (const [name, value] of new URL(request.url).searchParams) {
    if (name in input) repeated.push({ parameter: name, problem: 'repeated' });
    input[name] = value;
  }
  if (repeated.length > 0) throw new Refusal('validation', { errors: repeated });
  return requireValid(schema, { ...input }, (path) => ({ parameter: String(path[0] ?? '') }));
}

/**
 * Counts the members of all objects together. Walks without recursion: nesting is bounded only by
 * the size of the body.
 * @returns undefined if a text is broken
 */
function countMembers(json: unknown): number | undefined {
  let count = 0;
  const waiting: unknown[] = [json];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value === 'string') {
      if (!value.isWellFormed() || value.includes('\0')) return undefined;
    } else if (Array.isArray(value)) {
      for (const item of value) waiting.push(item);
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, member] of Object.entries(value)) waiting.push(name, member);
      count += Object.keys(value).length;
    }
  }
  return count;
}

/** Counts the names of members that well-formed JSON spells. */
function countNames(text: string): number {
  const strings = text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g);
  return [...strings].filter(([, colon]) => colon !== undefined).length;
}

/**
 * Parses RFC 7493 (I-JSON): UTF-8, no surrogates without their half, and no name twice in an
 * object, of which some readers take the first and others the last.
 */
export function parseJsonObject(bytes: ArrayBuffer | Uint8Array): unknown {
  let json: unknown;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    json = JSON.parse(text);
  } catch {
    // The engine's message would quote the body, which may hold a password.
    throw new Refusal('malformed-request');
  }
  const isObject = typeof json === 'object' && json !== null && !Array.isArray(json);
  if (!isObject || countMembers(json) !== countNames(text)) throw new Refusal('malformed-request');
  return json;
}

function requireMediaType(request: HttpRequest, mediaTypes: readonly string[]): void {
  const header = request.headers.get('content-type') ?? '';
  const [type = '', ...parameters] = header
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  const isUtf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset);
  if (!mediaTypes.includes(type) || !isUtf8) throw new Refusal('unsupported-media-type');
}

export interface BodyRule<Schema extends z.ZodType> {
  readonly schema: Schema;
  /** True if an absent body is as good as `{}`. */
  readonly isOptional: boolean;
  readonly mediaTypes: readonly string[];
}

/** The methods whose body has no meaning (RFC 9110 sections 9.3.1, 9.3.2 and 9.3.7). */
const METHODS_WITHOUT_BODY: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Judges whether a body was sent that was not read: the platform passes only bodies of a stated
 * length and leaves the header of the others.
 */
function isBodyLost({ method, headers }: HttpRequest, bytes: ArrayBuffer): boolean {
  const isSent = headers.has('transfer-encoding') && !METHODS_WITHOUT_BODY.includes(method);
  return isSent && bytes.byteLength === 0;
}

/**
 * Reads and parses the body; `input` is its JSON as it was sent.
 * @throws {Refusal} in this order: `length-required`, `unsupported-media-type`, `body-too-large`,
 * `malformed-request`, `validation`
 */
export async function parseBody<Schema extends z.ZodType>(
  { schema, isOptional, mediaTypes }: BodyRule<Schema>,
  request: HttpRequest,
): Promise<{ readonly input: unknown; readonly body: z.output<Schema> }> {
  const bytes = await request.arrayBuffer();
  if (isBodyLost(request, bytes)) throw new Refusal('length-required');
  const isAbsent = bytes.byteLength === 0 && isOptional;
  if (!isAbsent) requireMediaType(request, mediaTypes);
  if (bytes.byteLength > BODY_MAX_BYTES) throw new Refusal('body-too-large');
  const input = isAbsent ? {} : parseJsonObject(bytes);
  return { input, body: parseMembers(schema, input) };
}

/** Returns the token of `Authorization: Bearer …` (RFC 6750 section 2.1), and of no other place. */
export function bearerToken(request: HttpRequest): string | undefined {
  const match = /^bearer +(.*)$/i.exec(request.headers.get('authorization') ?? '');
  return match?.[1]?.trim();
}

/**
 * Parses entity tags of `If-Match` (RFC 9110 section 13.1.1); weak or broken ones match nothing.
 */
export function parseIfMatch(request: HttpRequest): Precondition | undefined {
  const header = request.headers.get('if-match')?.trim();
  if (header === undefined) return undefined;
  if (header === '*') return '*';
  return header.split(',').map((tag) => tag.trim());
}

/**
 * Returns the user of a route with `{userId}`.
 * @returns undefined if no user can have that id
 */
export function userIdIn(params: Readonly<Record<string, string>>): UserId | undefined {
  return parseUserId(params.userId ?? '');
}
