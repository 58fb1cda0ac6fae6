import { randomBytes } from 'node:crypto';
import tls from 'node:tls';
import { makeSecretValue, ROTATED_SECRETS } from '../../shared/crypto/secret-rotation.ts';
import { type DataDirectory, openDataDirectory } from './data-directory.ts';
import { startEmbeddedTables } from './embedded-tables.ts';
import { type EmbeddedVault, startEmbeddedVault } from './embedded-vault.ts';

/** An unset or empty variable is the default. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface EmbeddedStores {
  /** What the app's environment needs to find them. */
  readonly env: Readonly<Record<string, string>>;
  /** Resolves when everything answered before the call survives SIGKILL. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Which parts the settings leave to be embedded. */
export function embeddedParts(env: Environment): { tables: boolean; vault: boolean } {
  return {
    tables: !env.TABLES_ENDPOINT?.trim() && !env.TABLES_CONNECTION_STRING?.trim(),
    vault: !env.KEY_VAULT_URL?.trim(),
  };
}

/**
 * Starts the parts that the settings do not name, in memory or in `directory`, and makes the
 * vault's secrets where there are none. From then on this process trusts the vault's authority.
 * @throws {DataDirectoryError} the directory is in use
 */
export async function openEmbeddedStores(
  env: Environment,
  directory: string | undefined,
): Promise<EmbeddedStores> {
  const parts = embeddedParts(env);
  const kept = directory === undefined ? undefined : await openDataDirectory(directory);
  try {
    const [tables, vault] = await Promise.all([
      parts.tables ? startEmbeddedTables({ directory: kept?.path }) : undefined,
      parts.vault ? openVault(kept?.path) : undefined,
    ]);
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

async function openVault(directory: DataDirectory['path'] | undefined): Promise<EmbeddedVault> {
  const vault = await startEmbeddedVault({ directory });
  for (const secret of ['pepper', 'signing-key'] as const) {
    const name = ROTATED_SECRETS[secret];
    if (vault.versionsOf(name).length > 0) continue;
    await vault.setSecret(name, await makeSecretValue(secret, randomBytes));
  }
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), vault.ca]);
  return vault;
}
