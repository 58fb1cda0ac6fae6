import * as z from 'zod';
import { isSameAddress } from '../../shared/credential/address.ts';
import { parseUserName, type UserName } from '../../shared/credential/name.ts';
import { Refusal } from '../../shared/credential/refusal.ts';
import { hasArgon2 } from '../../shared/crypto/password/imported-digest.ts';
import {
  type ImportedHashProblem,
  parseImportedHash,
} from '../../shared/crypto/password/imported-hash.ts';
import { late } from '../../shared/http/late-schema.ts';
import { parseJsonObject, parseMembers } from '../../shared/http/request.ts';
import { CreateUserBody } from '../../shared/http/schema.ts';
import type { ImportLine } from '../../shared/maintenance/import-users.ts';
import type { ImportedHash } from '../../shared/port/hasher.ts';
import { type Delimiter, type ReadLine, readCsv, TOO_LONG } from './import-csv.ts';
import { encodingFault, LINE_MAX_LENGTH, readText } from './import-text.ts';

export type ImportFormat = 'csv' | 'jsonl';

/** A user as `POST /api/users` takes it, and perhaps a status and a hash. */
const User = late(() =>
  CreateUserBody().extend({
    status: z.enum(['active', 'disabled']).optional(),
    passwordHash: z.string().optional(),
  }),
);

const HASH_SENTENCES: Readonly<Record<ImportedHashProblem | 'noArgon2', string>> = {
  unknown: 'This hash is of no kind that can be imported.',
  malformed: 'This hash is not written as hashes of its kind are.',
  tooCostly: 'This hash takes too much time or memory to verify.',
  noArgon2: 'Verifying argon2 takes Node 24.7 or later.',
};

function hashIn(
  text: string | undefined,
): ImportedHash | { readonly sentence: string } | undefined {
  if (text === undefined) return undefined;
  const hash = parseImportedHash(text);
  if ('problem' in hash) return { sentence: HASH_SENTENCES[hash.problem] };
  const isLacking = hash.wrapping.startsWith('$argon2') && !hasArgon2();
  return isLacking ? { sentence: HASH_SENTENCES.noArgon2 } : hash;
}

/** @returns the name of the user, if a line that is wrong in other places has one */
function userNameIn({ userName }: ReadLine['members']): UserName | undefined {
  return typeof userName === 'string' ? parseUserName(userName) : undefined;
}

/** Turns a line into a user or a failure; a failure contains no value but the name. */
function toImportLine({ line, members, sentence }: ReadLine): ImportLine {
  const userName = userNameIn(members);
  if (sentence !== undefined) return { line, userName, errors: [{ sentence }] };
  try {
    const { passwordHash, ...user } = parseMembers(User(), members);
    const hash = hashIn(passwordHash);
    if (hash !== undefined && 'sentence' in hash) return { line, userName, errors: [hash] };
    const { email, secondEmail, locale, status } = user;
    if (isSameAddress(email, secondEmail)) {
      return { line, userName, errors: [{ pointer: '/secondEmail', problem: 'sameAddress' }] };
    }
    return { line, user: { ...user, email, secondEmail, locale, status, hash } };
  } catch (refusal) {
    if (refusal instanceof Refusal && refusal.extra.errors !== undefined) {
      return { line, userName, errors: refusal.extra.errors };
    }
    throw refusal;
  }
}

/** Reads a line of JSON; members that are null or empty are absent. */
function readJson(line: number, text: string): ReadLine {
  if (text.length > LINE_MAX_LENGTH) return { line, members: {}, sentence: TOO_LONG };
  try {
    const json = parseJsonObject(new TextEncoder().encode(text)) as object;
    const given = Object.entries(json).filter(([, value]) => value !== null && value !== '');
    return { line, members: Object.fromEntries(given), sentence: encodingFault(text) };
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    const sentence = encodingFault(text) ?? 'This is not a JSON object, or has a name twice.';
    return { line, members: {}, sentence };
  }
}

async function* readJsonLines(file: string): AsyncGenerator<ReadLine, void> {
  let line = 0;
  let rest = '';
  const take = (text: string): readonly ReadLine[] => {
    line += 1;
    return text.trim() === '' ? [] : [readJson(line, text)];
  };
  for await (const chunk of readText(file)) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) yield* take(text);
    // The rest of a line that is too long need not be kept.
    if (rest.length > 2 * LINE_MAX_LENGTH) rest = rest.slice(0, LINE_MAX_LENGTH + 1);
  }
  yield* take(rest);
}

/**
 * Reads the users of a file, a line at a time.
 * @param delimiter of CSV; undefined finds it
 * @throws {CommandRefused} it cannot be read as a whole
 */
export async function* readImportFile(
  file: string,
  format: ImportFormat,
  delimiter?: Delimiter,
): AsyncGenerator<ImportLine, void> {
  const lines = format === 'csv' ? readCsv(file, delimiter) : readJsonLines(file);
  for await (const line of lines) yield toImportLine(line);
}
