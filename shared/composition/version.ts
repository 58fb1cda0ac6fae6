import { readFileSync } from 'node:fs';

/** The version of package.json, which the build puts here. */
declare const PACKAGE_VERSION: string | undefined;

function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** The running version, by package.json and nothing else. */
export const VERSION: string =
  typeof PACKAGE_VERSION === 'string' ? PACKAGE_VERSION : readVersion();
