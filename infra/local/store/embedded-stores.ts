import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import tls from 'node:tls';
import {
  makeSecretValue,
  ROTATED_SECRETS,
  type RotatedSecret,
} from '../../../shared/crypto/secret/secret-rotation.ts';
import { DataDirectoryError, openDataDirectory } from './data-directory.ts';
import { writeDurably } from './durable-file.ts';
import { ACCOUNT, startEmbeddedTables } from './embedded-tables.ts';
import { type EmbeddedVault, startEmbeddedVault } from './embedded-vault.ts';
import { holdsRows, NO_TABLES, readTablesFile } from './tables-file.ts';
import { VaultSecrets } from './vault-secrets.ts';

/** The environment of a process; an unset or empty variable is the default. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface EmbeddedStores {
  /** The variables with which the app finds them. */
  readonly env: Readonly<Record<string, string>>;
  /** Resolves when everything answered before the call survives SIGKILL. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Returns the parts that the settings leave to be embedded. */
export function embeddedParts(env: Environment): { tables: boolean; vault: boolean } {
  return {
    tables: !env.TABLES_ENDPOINT?.trim() && !env.TABLES_CONNECTION_STRING?.trim(),
    vault: !env.KEY_VAULT_URL?.trim(),
  };
}

/**
 * The parts that may be made if the directory lacks them: store and vault; the store beside its
 * vault (in memory: for as long as the process runs); nothing.
 */
export type Making = 'stores' | 'tables' | 'tablesInMemory' | 'nothing';

/**
 * Starts the parts that the settings do not name, in memory or in `directory`. From then on this
 * process trusts the vault's authority.
 * @throws {DataDirectoryError} the directory is in use, is not a data directory, or is incomplete
 */
export async function openEmbeddedStores(
  env: Environment,
  directory: string | undefined,
  making: Making,
): Promise<EmbeddedStores> {
  const parts = embeddedParts(env);
  const kept = directory === undefined ? undefined : await openDataDirectory(directory);
  try {
    const found = kept && (await judgeDirectory(kept.path, parts, making));
    const inMemory = making === 'tablesInMemory' && found?.hasTables === false;
    const tables = parts.tables
      ? await startEmbeddedTables({ directory: inMemory ? undefined : kept?.path })
      : undefined;
    const vault = parts.vault ? await openVault(kept?.path, making) : undefined;
    return {
      env: {
        ...(tables && { TABLES_CONNECTION_STRING: tables.connectionString }),
        ...(vault && {
          KEY_VAULT_URL: vault.url,
          IDENTITY_ENDPOINT: vault.identityEndpoint,
          IDENTITY_HEADER: vault.identityHeader,
        }),
      },
      flush: async () => tables?.flush(),
      close: async () => {
        await Promise.all([tables?.close(), vault?.close()]);
        await kept?.release();
      },
    };
  } catch (error) {
    await kept?.release();
    throw error;
  }
}

/**
 * Rejects a store without its vault, or the reverse, which is a mistake or a loss. A new one in the
 * place of the missing one would not fit, and might overwrite the one that is restored later.
 * @throws {DataDirectoryError} nothing was changed
 */
async function judgeDirectory(
  path: string,
  parts: { readonly tables: boolean; readonly vault: boolean },
  making: Making,
): Promise<{ readonly hasTables: boolean }> {
  const tablesFile = join(path, 'tables.json');
  const vaultFile = join(path, 'vault.json');
  const secrets = parts.vault ? await VaultSecrets.open(vaultFile) : undefined;
  const tables = parts.tables ? await readTablesFile(tablesFile, ACCOUNT) : undefined;
  const lacksPepper = secrets?.versionsOf(ROTATED_SECRETS.pepper).length === 0;
  const lacksTables = parts.tables && tables === undefined;
  if (lacksPepper && tables !== undefined && holdsRows(tables)) {
    throw new DataDirectoryError(
      `${vaultFile} is missing or holds no password-pepper, without which no password in ` +
        `${tablesFile} can be verified: put it back.`,
    );
  }
  if (lacksPepper && making !== 'stores') {
    throw new DataDirectoryError(`--data: ${path} holds neither a store nor a vault.`);
  }
  if (lacksTables && secrets !== undefined && !lacksPepper && making !== 'tables') {
    if (making === 'tablesInMemory') return { hasTables: false };
    throw new DataDirectoryError(
      `${tablesFile} is missing beside its vault: put it back, or restore a backup.`,
    );
  }
  // The store before the vault: a start that is killed between the two leaves a usable directory.
  if (lacksTables && lacksPepper) await writeDurably(tablesFile, NO_TABLES);
  return { hasTables: !lacksTables };
}

/** Opens the vault, and adds to one of an earlier version the secrets that came since. */
async function openVault(directory: string | undefined, making: Making): Promise<EmbeddedVault> {
  const vault = await startEmbeddedVault({ directory });
  const wanted = Object.entries(ROTATED_SECRETS) as readonly [RotatedSecret, string][];
  const isVault = vault.versionsOf(ROTATED_SECRETS.pepper).length > 0;
  for (const [secret, name] of isVault || making === 'stores' ? wanted : []) {
    if (vault.versionsOf(name).length > 0) continue;
    await vault.setSecret(name, await makeSecretValue(secret, randomBytes));
  }
  const trusted = tls.getCACertificates('default');
  if (!trusted.includes(vault.ca)) tls.setDefaultCACertificates([...trusted, vault.ca]);
  return vault;
}
