import * as z from 'zod';
import { isLoopback } from '../port/loopback.ts';

/** A setting that the service cannot run with; the message is one sentence that names it. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
  readonly setting: string;

  constructor(setting: string, sentence: string) {
    super(`${setting} ${sentence}`);
    this.setting = setting;
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads a variable. An unset or empty one is the default; Azure shows an unset app setting as
 * empty.
 */
export function read(env: Environment, name: string): string | undefined {
  const text = env[name]?.trim();
  return text === '' ? undefined : text;
}

/**
 * Parses an address that is HTTPS, or HTTP on this machine: a password never crosses a network in
 * the clear.
 * @param insecureBy the setting that allows HTTP to other machines, and whether it does
 */
export function secureUrl(
  name: string,
  text: string,
  insecureBy?: { readonly setting: string; readonly isAllowed: boolean },
): URL {
  const url = z.url().safeParse(text).success ? new URL(text) : undefined;
  const mayBeHttp =
    url !== undefined && (isLoopback(url.hostname) || insecureBy?.isAllowed === true);
  const isSecure = url?.protocol === 'https:' || (url?.protocol === 'http:' && mayBeHttp);
  // The parser takes a star in a host name, which an operator may mean as a pattern.
  const isPlain = url?.username === '' && url.password === '' && !url.hostname.includes('*');
  if (url !== undefined && isSecure && isPlain) return url;
  const elsewhere = insecureBy ? `, elsewhere with ${insecureBy.setting}=true` : '';
  throw new SettingError(
    name,
    `must be an https address (http only on 127.0.0.1 or localhost${elsewhere}).`,
  );
}

/**
 * Reads a whole number within bounds.
 * @throws {SettingError}
 */
export function wholeNumber<Otherwise extends number | undefined>(
  env: Environment,
  name: string,
  range: readonly [number, number],
  otherwise: Otherwise,
): number | Otherwise {
  const text = read(env, name);
  if (text === undefined) return otherwise;
  const [lowest, highest] = range;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= lowest && value <= highest) return value;
  throw new SettingError(name, `must be a whole number from ${lowest} to ${highest}.`);
}
