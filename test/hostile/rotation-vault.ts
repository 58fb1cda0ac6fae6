import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type EmbeddedTables,
  startEmbeddedTables,
} from '../../infra/local/store/embedded-tables.ts';
import { type EmbeddedVault, startEmbeddedVault } from '../../infra/local/store/embedded-vault.ts';
import { createTableStores, type TableStores } from '../../shared/azure/table/table-store.ts';
import { privateJwk } from '../crypto/vault-double.ts';
import { runService } from '../fixture/service-run.ts';

const HOUR_MS = 60 * 60 * 1000;

/** One store and one vault for any number of service processes. */
export class SharedParts {
  readonly stores: TableStores;
  /** Settings of a process that uses them. */
  readonly settings: Record<string, string>;
  readonly #tables: EmbeddedTables;
  readonly #vault: EmbeddedVault;
  readonly #directory: string;

  constructor(tables: EmbeddedTables, vault: EmbeddedVault, directory: string) {
    this.#tables = tables;
    this.#vault = vault;
    this.#directory = directory;
    const { connectionString } = tables;
    this.stores = createTableStores({ connectionString });
    this.settings = {
      // The issuer of tokens: one service, whichever instance answers.
      PUBLIC_ORIGIN: 'https://portal.example',
      TABLES_CONNECTION_STRING: connectionString,
      KEY_VAULT_URL: vault.url,
      IDENTITY_ENDPOINT: vault.identityEndpoint,
      IDENTITY_HEADER: vault.identityHeader,
      NODE_EXTRA_CA_CERTS: join(directory, 'vault-ca.pem'),
    };
  }

  /** Another version of pepper or signing key, as old as it must be to be used at once. */
  async rotate(name: 'password-pepper' | 'token-signing-key', hoursAgo: number): Promise<string> {
    const isPepper = name === 'password-pepper';
    const value = isPepper ? `a pepper of ${hoursAgo} hours ago `.repeat(3) : privateJwk();
    return this.add(name, value, hoursAgo);
  }

  /** A version with this very value. */
  async add(name: string, value: string, hoursAgo: number): Promise<string> {
    const createdAtMs = Date.now() - hoursAgo * HOUR_MS;
    return (await this.#vault.setSecret(name, value, { createdAtMs })).version;
  }

  /** Does what an operator does in the vault. */
  async enable(name: string, version: string, enabled: boolean): Promise<void> {
    const { url, ca, identityEndpoint, identityHeader } = this.#vault;
    const query = `resource=${url}&api-version=2019-08-01`;
    const headers = { 'x-identity-header': identityHeader };
    const identity = await fetch(`${identityEndpoint}?${query}`, { headers });
    const { access_token: token } = (await identity.json()) as { access_token: string };
    const path = `/secrets/${name}/${version}?api-version=7.5`;
    const status = await new Promise((resolve, reject) => {
      const options = { method: 'PATCH', ca, headers: { authorization: `Bearer ${token}` } };
      const outgoing = request(new URL(path, url), options, (answer) => {
        answer.resume().on('end', () => resolve(answer.statusCode));
      });
      outgoing.on('error', reject).end(JSON.stringify({ attributes: { enabled } }));
    });
    if (status !== 200) throw new Error(`the vault answered ${status}`);
  }

  async close(): Promise<void> {
    await Promise.all([this.#tables.close(), this.#vault.close()]);
    rmSync(this.#directory, { recursive: true });
  }
}

export async function startSharedParts(): Promise<SharedParts> {
  const tables = await startEmbeddedTables({ directory: undefined });
  const vault = await startEmbeddedVault({ directory: undefined });
  const directory = mkdtempSync(join(tmpdir(), 'portal-credentials-'));
  writeFileSync(join(directory, 'vault-ca.pem'), vault.ca);
  const parts = new SharedParts(tables, vault, directory);
  await parts.add('receipt-signing-key', privateJwk(), 10);
  return parts;
}

export interface Instance {
  readonly origin: string;
  readonly admins: readonly { readonly userName: string; readonly temporaryPassword: string }[];
  /** The text on standard error so far. */
  readonly log: () => string;
  /** Lets time pass for this instance alone. */
  passTime(durationMs: number): Promise<void>;
  /** SIGTERM; requests in flight are answered. */
  stop(): Promise<void>;
}

export async function startInstance(
  parts: SharedParts,
  settings: Record<string, string> = {},
): Promise<Instance> {
  const argv = ['--port', '0', '--json'];
  const run = await runService(argv, { ...parts.settings, ...settings });
  const { origin, admins } = JSON.parse(run.ready);
  return {
    origin,
    admins,
    log: () => run.log.join('\n'),
    passTime: (durationMs) => run.passTime(durationMs),
    stop: () => run.end('SIGTERM'),
  };
}
