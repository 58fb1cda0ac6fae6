import { isIP } from 'node:net';
import { isForbiddenAddress } from './network.ts';
import { type Environment, read, SettingError, secureUrl } from './read.ts';

const NAME = 'WEBHOOK_URLS';
const WEBHOOKS_MAX = 5;

/**
 * Parses the address of a webhook into the one spelling that its secret is made of.
 * @param name of the setting or option, for the sentence
 * @throws {SettingError}
 */
export function parseWebhookUrl(name: string, text: string): string {
  const url = secureUrl(name, text);
  if (url.hash !== '') throw new SettingError(name, 'must have no fragment (#…).');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) > 0 && isForbiddenAddress(host)) {
    throw new SettingError(name, 'names an address that nothing may be sent to.');
  }
  return url.href;
}

/** @throws {SettingError} */
export function parseWebhookUrls(env: Environment): readonly string[] {
  const items = (read(env, NAME) ?? '').split(',').map((item) => item.trim());
  const urls = items.filter((item) => item !== '').map((item) => parseWebhookUrl(NAME, item));
  const distinct = [...new Set(urls)];
  if (distinct.length <= WEBHOOKS_MAX) return distinct;
  throw new SettingError(NAME, `must name at most ${WEBHOOKS_MAX} addresses.`);
}
