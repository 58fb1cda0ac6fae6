import { createKeyVault } from '../azure/vault/key-vault.ts';
import { findPepperFlaw, PEPPER_SECRET } from '../crypto/password/pepper.ts';
import type { SecretCacheOptions } from '../crypto/secret/secret-cache.ts';
import { findWebhookKeyFlaw, WEBHOOK_KEY_SECRET } from '../crypto/secret/webhook-key.ts';
import { RECEIPT_KEY_SECRET } from '../crypto/token/receipts.ts';
import { findSigningKeyFlaw, SIGNING_KEY_SECRET } from '../crypto/token/signing-keys.ts';
import { type Environment, parseVaultSettings } from '../setting.ts';
import { openCredential, vaultOptions } from './backend.ts';

const FLAW_FINDERS: Readonly<Record<string, SecretCacheOptions['findFlaw']>> = {
  [PEPPER_SECRET]: findPepperFlaw,
  [SIGNING_KEY_SECRET]: findSigningKeyFlaw,
  [RECEIPT_KEY_SECRET]: findSigningKeyFlaw,
  [WEBHOOK_KEY_SECRET]: findWebhookKeyFlaw,
};

/**
 * Lists, for `rotate`, the enabled versions of a secret that the service leaves out.
 * @throws {SettingError}
 * @throws {Unavailable}
 */
export async function findFlawedVersions(
  name: string,
  env: Environment,
): Promise<ReadonlySet<string>> {
  const settings = parseVaultSettings(env);
  const vault = createKeyVault(vaultOptions(settings, openCredential(settings)));
  const findFlaw = FLAW_FINDERS[name];
  const flawed = new Set<string>();
  for (const secret of await vault.listSecretVersions(name, new Map())) {
    if ((await findFlaw?.(secret)) !== undefined) flawed.add(secret.version);
  }
  return flawed;
}
