import { exportJWK, generateKeyPair } from 'jose';
import type { RandomBytes } from '../../port/clock.ts';
import type { KeptVersion, SecretAdmin } from '../../port/vault.ts';
import { PEPPER_SECRET } from '../password/pepper.ts';
import { RECEIPT_KEY_SECRET } from '../token/receipts.ts';
import { SIGNING_ALGORITHM, SIGNING_KEY_SECRET } from '../token/signing-keys.ts';
import { SECRET_SETTLING_MS, SECRET_SUPERSEDED_MS } from './secret-cache.ts';
import { WEBHOOK_KEY_BYTES, WEBHOOK_KEY_SECRET } from './webhook-key.ts';

/** The secrets that are rotated, by the words that an operator uses. */
export const ROTATED_SECRETS = {
  pepper: PEPPER_SECRET,
  'signing-key': SIGNING_KEY_SECRET,
  'receipt-signing-key': RECEIPT_KEY_SECRET,
  'webhook-key': WEBHOOK_KEY_SECRET,
} as const;
export type RotatedSecret = keyof typeof ROTATED_SECRETS;

/**
 * The bytes of a pepper: as long as the output of the hash that it keys at its narrowest, 256 bits.
 */
const PEPPER_BYTES = 32;

/**
 * Makes a new value in the form that the app reads; it is written to the vault and nowhere else.
 */
export async function makeSecretValue(
  secret: RotatedSecret,
  randomBytes: RandomBytes,
): Promise<string> {
  if (secret === 'pepper' || secret === 'webhook-key') {
    const bytes = secret === 'pepper' ? PEPPER_BYTES : WEBHOOK_KEY_BYTES;
    return Buffer.from(randomBytes(bytes)).toString('base64url');
  }
  const { privateKey } = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true });
  return JSON.stringify(await exportJWK(privateKey));
}

/** The times when the instances change over to a version. */
export interface ChangeOver {
  /**
   * The time before which no instance writes with it; undefined: at once, since it is the first
   * one.
   */
  readonly usedFromMs: number | undefined;
  /** The time from which no instance writes with an earlier one. */
  readonly earlierUnusedFromMs: number;
}

export function changeOver(
  { createdAtMs }: Pick<KeptVersion, 'createdAtMs'>,
  isFirst: boolean,
): ChangeOver {
  return {
    usedFromMs: isFirst ? undefined : createdAtMs + SECRET_SETTLING_MS,
    earlierUnusedFromMs: createdAtMs + SECRET_SUPERSEDED_MS,
  };
}

/** The reasons for which a version should stay enabled. */
export type RetirementObstacle =
  /** It is the only enabled one: not even force disables it. */
  | { readonly kind: 'onlyOne' }
  | { readonly kind: 'newest' }
  /** Instances may still write with it, or their writes are still valid; infinite: for ever. */
  | { readonly kind: 'inUse'; readonly untilMs: number };

/**
 * Judges whether an enabled version can be disabled, as far as its age says. The peppers that
 * hashes need are in maintenance/credential-report.ts.
 * @param versions all of the secret, oldest first
 * @param lifeMs how long its signatures or hashes stay valid: a token's lifetime, and infinite for
 * receipts
 */
export function judgeRetirement(
  versions: readonly KeptVersion[],
  version: string,
  { nowMs, lifeMs }: { readonly nowMs: number; readonly lifeMs: number },
): RetirementObstacle | undefined {
  const enabled = versions.filter(({ isEnabled }) => isEnabled);
  if (enabled.every((other) => other.version === version)) return { kind: 'onlyOne' };
  const successor = enabled[enabled.findIndex((other) => other.version === version) + 1];
  if (successor === undefined) return { kind: 'newest' };
  const untilMs = changeOver(successor, false).earlierUnusedFromMs + lifeMs;
  return nowMs < untilMs ? { kind: 'inUse', untilMs } : undefined;
}

/**
 * Adds a version of the secret, and makes the secret when it is missing.
 * @throws {Unavailable}
 */
export async function addSecretVersion(
  keeper: SecretAdmin,
  secret: RotatedSecret,
  randomBytes: RandomBytes,
): Promise<KeptVersion> {
  return keeper.addVersion(ROTATED_SECRETS[secret], await makeSecretValue(secret, randomBytes));
}
