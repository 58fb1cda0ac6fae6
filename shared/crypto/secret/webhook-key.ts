import { hkdfSync } from 'node:crypto';
import type { SecretVersion } from '../../port/vault.ts';
import type { SecretCache } from './secret-cache.ts';

/** The vault's secret of which the secret of each webhook is made. */
export const WEBHOOK_KEY_SECRET = 'webhook-key';
/** The bytes of a key, and of what is made of it: Standard Webhooks takes 24 to 64. */
export const WEBHOOK_KEY_BYTES = 32;
const WEBHOOK_KEY_FORM = /^[A-Za-z0-9_-]{43}$/;
/** RFC 5869 section 3.2: binds a secret to this purpose; the URL follows. */
const KEY_INFO = 'portal-credentials/webhook/v1';
/** The time for which the version before is still signed with: CONTRACT.md "Notices". */
export const WEBHOOK_ROTATION_MS = 72 * 3_600_000;

/**
 * Returns why a version cannot be a webhook key.
 * @returns undefined if it can
 */
export async function findWebhookKeyFlaw({ value }: SecretVersion): Promise<string | undefined> {
  return WEBHOOK_KEY_FORM.test(value) ? undefined : 'is not 32 bytes in base64url';
}

/** Makes the secret of a webhook: stored nowhere, and of no use for any other URL. */
export function deriveWebhookSecret({ value }: SecretVersion, url: string): Buffer {
  const key = Buffer.from(value, 'base64url');
  return Buffer.from(hkdfSync('sha256', key, '', `${KEY_INFO}\n${url}`, WEBHOOK_KEY_BYTES));
}

/** Returns the form in which a receiver gets its secret. */
export function formatWebhookSecret(secret: Buffer): string {
  return `whsec_${secret.toString('base64')}`;
}

/**
 * Creates the source of secrets: the newest one first, then those that a receiver may still have,
 * because their successor is less than 72 h old. The newest is used at once: a receiver that has
 * it alone rejects an instance that has not read it yet, which then sends again.
 */
export function createWebhookSecrets(
  cache: Pick<SecretCache, 'all'>,
  clock: { now(): number },
): (url: string) => Promise<readonly Buffer[]> {
  return async (url) => {
    const versions = await cache.all();
    const sinceMs = clock.now() - WEBHOOK_ROTATION_MS;
    const valid = versions.filter((_, index) => {
      const successor = versions[index + 1];
      return successor === undefined || successor.createdAtMs > sinceMs;
    });
    return valid.toReversed().map((version) => deriveWebhookSecret(version, url));
  };
}
