import { readFileSync } from 'node:fs';
import { openCommonPasswords } from '../credential/policy/common-passwords.ts';

/** The build puts its files beside the bundle; from source they lie where the build left them. */
function builtFile(besideBundle: string, fromSource: string): Uint8Array {
  const base = import.meta.url;
  return readFileSync(new URL(base.endsWith('.ts') ? fromSource : besideBundle, base));
}

/** A file that the build made for the portal. @throws when there is none */
export function readPortalFile(name: string): Uint8Array {
  return builtFile(`./portal/${name}`, `../../dist/package/portal/${name}`);
}

/** Two megabytes, read at the first judgement: sign-ins and profiles do without. */
export function lazyCommonPasswords(): (text: string) => boolean {
  let opened: ReturnType<typeof openCommonPasswords> | undefined;
  return (text) => {
    opened ??= openCommonPasswords(
      builtFile('./common-passwords.bin', '../../dist/common-passwords.bin'),
    );
    return opened.has(text);
  };
}
