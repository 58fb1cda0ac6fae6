import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type CsvError, parse } from 'csv-parse';
import * as z from 'zod';
import { Refusal } from '../../shared/credential/refusal.ts';
import { hasArgon2 } from '../../shared/crypto/foreign-digest.ts';
import { type ForeignHashProblem, parseForeignHash } from '../../shared/crypto/foreign-hash.ts';
import { parseJsonObject, parseMembers } from '../../shared/http/request.ts';
import { CreateUserBody } from '../../shared/http/schema.ts';
import type { ImportLine } from '../../shared/operation/import-users.ts';
import type { ForeignHash } from '../../shared/port.ts';
import { CommandRefused } from './terminal.ts';

export type ImportFormat = 'csv' | 'jsonl';

/** Characters of one line; that of a user takes some hundreds. */
const LINE_MAX_LENGTH = 16 * 1024;
const COLUMNS = ['userName', 'displayName', 'email', 'locale', 'roles', 'passwordHash'] as const;
const REQUIRED_COLUMNS = ['userName', 'displayName', 'roles'] as const;

/** A user as `POST /api/users` takes it, and perhaps a hash. */
const USER = CreateUserBody.extend({ passwordHash: z.string().optional() });

const HASH_SENTENCES: Readonly<Record<ForeignHashProblem | 'noArgon2', string>> = {
  unknown: 'This hash is of no kind that can be imported.',
  malformed: 'This hash is not written as hashes of its kind are.',
  tooCostly: 'This hash takes too much time or memory to verify.',
  noArgon2: 'Verifying argon2 takes Node 24.7 or later.',
};

/** @throws {CommandRefused} the file cannot be read, or is not UTF-8 */
async function* textOf(file: string): AsyncGenerator<string, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of createReadStream(file)) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
      throw new CommandRefused(`${file} is not UTF-8.`);
    }
    throw new CommandRefused(`${file} cannot be read (${code}).`);
  }
}

function hashIn(text: string | undefined): ForeignHash | { readonly sentence: string } | undefined {
  if (text === undefined) return undefined;
  const hash = parseForeignHash(text);
  if ('problem' in hash) return { sentence: HASH_SENTENCES[hash.problem] };
  const isLacking = hash.wrapping.startsWith('$argon2') && !hasArgon2();
  return isLacking ? { sentence: HASH_SENTENCES.noArgon2 } : hash;
}

/** No value of the line is in what comes back of a line that is wrong. */
function toImportLine(line: number, read: () => unknown): ImportLine {
  try {
    const { passwordHash, ...user } = parseMembers(USER, read());
    const hash = hashIn(passwordHash);
    if (hash !== undefined && 'sentence' in hash) return { line, errors: [hash] };
    const { email, locale } = user;
    return { line, user: { ...user, email, locale, hash } };
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    const sentence = 'This is no JSON object, or has a name twice.';
    return { line, errors: refusal.extra.errors ?? [{ sentence }] };
  }
}

async function* readJsonLines(file: string): AsyncGenerator<ImportLine, void> {
  let line = 0;
  let rest = '';
  const take = (text: string): readonly ImportLine[] => {
    line += 1;
    if (text.trim() === '') return [];
    if (text.length > LINE_MAX_LENGTH) return [{ line, errors: [{ sentence: TOO_LONG }] }];
    return [toImportLine(line, () => parseJsonObject(new TextEncoder().encode(text)))];
  };
  for await (const chunk of textOf(file)) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) yield* take(text);
    // What is too long stays so, and need not be kept.
    if (rest.length > 2 * LINE_MAX_LENGTH) rest = rest.slice(0, LINE_MAX_LENGTH + 1);
  }
  yield* take(rest);
}

const TOO_LONG = `A line has at most ${LINE_MAX_LENGTH} characters.`;

/** @throws {CommandRefused} a column is unknown, missing or there twice */
function requireColumns(file: string, header: readonly string[]): void {
  const unknown = header.find((name) => !COLUMNS.some((column) => column === name));
  if (unknown !== undefined) {
    throw new CommandRefused(`${file}: the first line may name ${COLUMNS.join(', ')} only.`);
  }
  const missing = REQUIRED_COLUMNS.find((column) => !header.includes(column));
  if (missing !== undefined) {
    throw new CommandRefused(`${file}: the first line does not name the column ${missing}.`);
  }
  if (new Set(header).size < header.length) {
    throw new CommandRefused(`${file}: the first line names a column twice.`);
  }
}

/** Empty fields are absent; roles are apart by spaces. */
function toMembers(header: readonly string[], fields: readonly string[]): object {
  const members = header
    .map((name, index) => [name, fields[index] ?? ''] as const)
    .filter(([, field]) => field !== '')
    .map(([name, field]) => [name, name === 'roles' ? field.trim().split(/\s+/) : field] as const);
  return Object.fromEntries(members);
}

/** RFC 4180, with its first line naming the columns. */
async function* readCsv(file: string): AsyncGenerator<ImportLine, void> {
  const parser = parse({
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: LINE_MAX_LENGTH,
  });
  let failure: unknown;
  const reading = pipeline(Readable.from(textOf(file)), parser).catch((error: unknown) => {
    failure = error;
  });
  let header: readonly string[] | undefined;
  let line = 0;
  try {
    for await (const { record, info } of parser) {
      line = info.lines;
      const fields: readonly string[] = record;
      if (header === undefined) {
        requireColumns(file, fields);
        header = fields;
      } else if (fields.length === header.length) {
        const columns = header;
        yield toImportLine(line, () => toMembers(columns, fields));
      } else {
        const sentence = `There are ${fields.length} fields, and ${header.length} columns.`;
        yield { line, errors: [{ sentence }] };
      }
    }
    await reading;
  } catch (error) {
    // Not what the pipeline says of it, which may be no more than that it was left.
    failure = error;
  }
  if (failure === undefined && header === undefined) throw new CommandRefused(`${file} is empty.`);
  if (failure === undefined) return;
  if (!(failure as CsvError).code?.startsWith('CSV_')) throw failure;
  // Its own words quote the line.
  const sentence = 'From here on this is no CSV; nothing more was read.';
  yield { line: line + 1, errors: [{ sentence }] };
}

/** The users of a file, a line at a time. @throws {CommandRefused} it cannot be read as a whole */
export function readImportFile(file: string, format: ImportFormat): AsyncIterable<ImportLine> {
  return format === 'csv' ? readCsv(file) : readJsonLines(file);
}
