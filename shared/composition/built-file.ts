import { readFileSync } from 'node:fs';
import { openCommonPasswords } from '../credential/policy/common-passwords.ts';

/**
 * Reads a file of the build, which is beside the bundle; from source it is where the build left it.
 */
function builtFile(besideBundle: string, fromSource: string): Uint8Array {
  const base = import.meta.url;
  return readFileSync(new URL(base.endsWith('.ts') ? fromSource : besideBundle, base));
}

/**
 * Reads a file that the build made for the portal.
 * @throws if there is no such file
 */
export function readPortalFile(name: string): Uint8Array {
  return builtFile(`./portal/${name}`, `../../dist/package/portal/${name}`);
}

/** Reads two megabytes at the first judgement: sign-ins and profiles do without. */
export function lazyCommonPasswords(): (text: string) => boolean {
  let opened: ReturnType<typeof openCommonPasswords> | undefined;
  return (text) => {
    opened ??= openCommonPasswords(
      builtFile('./common-passwords.bin', '../../dist/common-passwords.bin'),
    );
    return opened.has(text);
  };
}
