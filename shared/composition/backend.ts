/** The parts that settings choose, each as the composition wires it. */

import { createCredential, type TokenCredential } from '../azure/identity.ts';
import { createTableStores, type TableStores } from '../azure/table/table-store.ts';
import { createKeyVault } from '../azure/vault/key-vault.ts';
import type { Notice } from '../credential/notice.ts';
import { type EngineName, findEngine } from '../crypto/password/bcrypt-engine.ts';
import { PEPPER_SECRET } from '../crypto/password/pepper.ts';
import { WEBHOOK_KEY_SECRET } from '../crypto/secret/webhook-key.ts';
import { RECEIPT_KEY_SECRET } from '../crypto/token/receipts.ts';
import { SIGNING_KEY_SECRET } from '../crypto/token/signing-keys.ts';
import { createLateMailer } from '../mail/late-mailer.ts';
import { createMailLane, type MailLaneOptions } from '../mail/mail-lane.ts';
import { createPartMailer } from '../mail/part-mailer.ts';
import { issueFreezeToken } from '../operation/freeze-token.ts';
import type { Clock } from '../port/clock.ts';
import type { Log } from '../port/log.ts';
import { isLoopback } from '../port/loopback.ts';
import type { Mailer, PartMailer } from '../port/mailer.ts';
import type { Lane } from '../port/notice.ts';
import type { Telemetry } from '../port/telemetry.ts';
import type { Seal } from '../port/token.ts';
import type { Vault } from '../port/vault.ts';
import { SettingError, type Settings, type VaultSettings } from '../setting.ts';
import { createWebhookLane, type WebhookLaneOptions } from '../webhook/webhook-lane.ts';

/**
 * Opens the tables.
 * @throws {SettingError} a connection string that the client does not take
 */
export function openTables(
  settings: Settings,
  credential: TokenCredential,
  telemetry: Telemetry,
): TableStores {
  const { tables } = settings;
  if (!('connectionString' in tables)) {
    return createTableStores({ endpoint: tables.endpoint, credential }, { telemetry });
  }
  try {
    return createTableStores(tables, { telemetry });
  } catch {
    // The client's own words may quote the key.
    throw new SettingError(
      'TABLES_CONNECTION_STRING',
      'is not a storage connection string with an account, a key and an https address.',
    );
  }
}

export function vaultOptions({ keyVaultUrl }: VaultSettings, credential: TokenCredential) {
  const { hostname } = new URL(keyVaultUrl);
  const disableChallengeResourceVerification = isLoopback(hostname);
  return { url: keyVaultUrl, credential, disableChallengeResourceVerification };
}

/** The secrets that the service reads. */
const SECRETS = [PEPPER_SECRET, SIGNING_KEY_SECRET, RECEIPT_KEY_SECRET, WEBHOOK_KEY_SECRET];

/** Opens the vault: one client, so that its challenge is met once for all secrets. */
export function openVault(
  settings: Settings,
  credential: TokenCredential,
  telemetry: Telemetry,
): Vault {
  return createKeyVault({ ...vaultOptions(settings, credential), telemetry, secrets: SECRETS });
}

/** Opens the mailer; undefined where no mail is sent. */
export function openMailer(
  { mail }: Settings,
  credential: TokenCredential,
  parts: { readonly clock: Clock; readonly log: Log },
): Mailer | undefined {
  const { clock, log } = parts;
  const base = import.meta.url;
  return mail && createLateMailer({ settings: mail, base, credential, clock, log });
}

type NoticeParts = Pick<MailLaneOptions, 'accounts' | 'clock'> &
  Pick<WebhookLaneOptions, 'secretsOf' | 'log'> & { readonly freezes: Seal };

interface Channels {
  /** The lane of mail where mail is sent, and one for each webhook. */
  readonly lanes: readonly Lane[];
  /** The sender of mailed parts; undefined: no mail is sent. */
  readonly partMailer: PartMailer | undefined;
}

/** Opens the ways of notices and of mailed parts. */
export function openChannels(
  settings: Settings,
  credential: TokenCredential,
  parts: NoticeParts,
): Channels {
  const { webhookUrls, mail, portalUrl, publicOrigin } = settings;
  const webhooks = webhookUrls.map((url) => createWebhookLane({ ...parts, url, publicOrigin }));
  const mailer = openMailer(settings, credential, parts);
  if (mail === undefined || mailer === undefined) return { lanes: webhooks, partMailer: undefined };
  const options = { ...parts, portalUrl, mailer, ...mail };
  const issue = (notice: Notice) => issueFreezeToken(parts, notice);
  const mailLane = createMailLane({ ...options, publicOrigin, issueFreezeToken: issue });
  return { lanes: [mailLane, ...webhooks], partMailer: createPartMailer(options) };
}

export function openCredential(settings: VaultSettings): TokenCredential {
  return createCredential({
    hasManagedIdentity: settings.hasManagedIdentity,
    clientId: settings.managedIdentityClientId,
  });
}

/**
 * Opens the engine of bcrypt that this thread reports; each hash thread finds its own in the same
 * way.
 * @throws {SettingError} the settings demand the native engine, which is not usable here
 */
export function openEngine({ bcryptEngine }: Settings): () => EngineName {
  let found: EngineName | undefined;
  const find = (): EngineName => {
    found ??= findEngine(bcryptEngine);
    if (found !== undefined) return found;
    throw new SettingError(
      'BCRYPT_ENGINE',
      'is "native", but @node-rs/bcrypt is not installed for this platform, or does not work here.',
    );
  };
  // A demand by name is checked at the start; otherwise the first look at the engine finds one.
  if (bcryptEngine === 'native') find();
  return find;
}
