/** Table store and vault for the processes that are measured, so that their start is not. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { exportJWK, generateKeyPair } from 'jose';
import { startEmbeddedTables } from '../../../infra/local/store/embedded-tables.ts';
import { startEmbeddedVault } from '../../../infra/local/store/embedded-vault.ts';

/** The least that the setting allows. */
export const BCRYPT_COST = 10;

export interface StandingStores {
  /** The settings that the app needs. */
  readonly env: Readonly<Record<string, string>>;
  readonly caFile: string;
  /**
   * Makes an admin, in these tables or in those of another server.
   * @returns the temporary password
   */
  createAdmin(root: string, userName: string, connectionString?: string): Promise<string>;
  close(): Promise<void>;
}

export async function openStandingStores(directory: string): Promise<StandingStores> {
  const tables = await startEmbeddedTables({ directory: undefined });
  const vault = await startEmbeddedVault({ directory: undefined });
  await vault.setSecret('password-pepper', randomBytes(32).toString('base64url'));
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  await vault.setSecret('token-signing-key', JSON.stringify(await exportJWK(privateKey)));
  const caFile = join(directory, 'ca.pem');
  await writeFile(caFile, vault.ca);
  const env = {
    PATH: process.env.PATH ?? '',
    PUBLIC_ORIGIN: 'http://127.0.0.1:7071',
    BCRYPT_COST: `${BCRYPT_COST}`,
    SWEEP_SCHEDULE: '0 0 0 1 1 *',
    NOTICE_SCHEDULE: '0 0 0 1 1 *',
    TABLES_CONNECTION_STRING: tables.connectionString,
    KEY_VAULT_URL: vault.url,
    IDENTITY_ENDPOINT: vault.identityEndpoint,
    IDENTITY_HEADER: vault.identityHeader,
  };
  return {
    env,
    caFile,
    async createAdmin(root, userName, connectionString = tables.connectionString) {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [join(root, 'dist/local/cli.cjs'), 'create-admin', userName],
        {
          env: {
            ...env,
            TABLES_CONNECTION_STRING: connectionString,
            NODE_EXTRA_CA_CERTS: caFile,
          },
        },
      );
      const [password] = /(?:[0-9A-Z]{4}-){6}[0-9A-Z]{4}/.exec(stdout) ?? [];
      if (password === undefined) throw new Error('no admin was made');
      return password;
    },
    async close() {
      await tables.close();
      await vault.close();
    },
  };
}
