/** The parts that operators' commands and the local start need beyond the app's own services. */
import { randomBytes, randomUUID } from 'node:crypto';
import { createKeyVault } from '../azure/vault/key-vault.ts';
import { createSecretAdmin } from '../azure/vault/secret-admin.ts';
import { parseUserName, type UserName } from '../credential/name.ts';
import { groupTemporaryPassword } from '../credential/temporary-password.ts';
import type { EngineName } from '../crypto/password/bcrypt-engine.ts';
import { createArchiveSeal } from '../crypto/sealed/archive-seal.ts';
import { createBackupKeys } from '../crypto/secret/backup-key.ts';
import { writtenUntilMs } from '../crypto/secret/secret-cache.ts';
import type { BackupDependencies } from '../maintenance/backup.ts';
import {
  type AdminBefore,
  createFirstAdmins as createFirstAdminsOperation,
  type FirstAdminRequest,
} from '../maintenance/create-first-admin.ts';
import {
  type CredentialReport,
  reportCredentials as reportCredentialsOperation,
} from '../maintenance/credential-report.ts';
import type { ReindexDependencies } from '../maintenance/reindex.ts';
import type { RestoreDependencies } from '../maintenance/restore-account.ts';
import type { RequestContext } from '../operation/dependency.ts';
import type { SecretAdmin } from '../port/vault.ts';
import { parseSettings, parseVaultSettings, SettingError } from '../setting.ts';
import { composition, loadServices, processLog } from './app.ts';
import { openCredential, vaultOptions } from './backend.ts';

/** Returns, for the local start, the engine of bcrypt and its cost. */
export function describeHashing(): { readonly engine: EngineName; readonly cost: number } {
  return {
    engine: composition().services.hashEngine(),
    cost: parseSettings(process.env).bcryptCost,
  };
}

function requireUserName(text: string): UserName {
  const userName = parseUserName(text);
  if (userName !== undefined) return userName;
  throw new SettingError(
    'The user name',
    `${JSON.stringify(text)} is not of the form local@domain.`,
  );
}

/**
 * Opens the vault for `rotate`; the settings need name nothing but the vault.
 * @throws {SettingError}
 */
export function openSecretAdmin(): SecretAdmin {
  const settings = parseVaultSettings(process.env);
  return createSecretAdmin(vaultOptions(settings, openCredential(settings)));
}

/**
 * Opens the archive for `backup`, `restore` and `reindex`.
 * @throws {SettingError}
 */
export function openArchive(): BackupDependencies & RestoreDependencies & ReindexDependencies {
  const { services, peppers, archive } = composition();
  const settings = parseVaultSettings(process.env);
  const vault = createKeyVault(vaultOptions(settings, openCredential(settings)));
  const key = createBackupKeys(vault, openSecretAdmin(), randomBytes);
  return { ...services, archive, peppers, seal: createArchiveSeal(key, randomBytes) };
}

/** Creates the context of one run of a command. */
export function createRequestContext(): RequestContext {
  return { requestId: randomUUID(), log: processLog };
}

/**
 * Makes the first admins, for the local start and `create-admin`: see
 * maintenance/create-first-admin.ts. Only the admins that were made now are returned; each
 * temporary password is here and nowhere else. While a restore into the store is not finished, none
 * is made.
 * @throws {SettingError} a user name or a setting is wrong
 * @throws {Refusal} as there
 * @throws {Unavailable}
 */
export async function createFirstAdmins(
  request: Omit<FirstAdminRequest, 'userNames'> & { readonly userNames: readonly string[] },
): Promise<
  readonly {
    userName: string;
    before: AdminBefore;
    temporaryPassword: string;
    /** The time of expiry (RFC 3339). */
    expiresAt: string;
    /** The receipt of a user who existed. */
    receipt: string | undefined;
  }[]
> {
  const wanted = { ...request, userNames: request.userNames.map(requireUserName) };
  if ((await composition().archive.findMark()) !== undefined) {
    // The tenant may have an admin who is not restored yet.
    processLog.warn('no admin was made, because a restore is not finished');
    return [];
  }
  const made = await createFirstAdminsOperation(
    await loadServices(),
    wanted,
    createRequestContext(),
  );
  return made.map(({ userName, before, temporaryPassword, receipt }) => ({
    userName,
    before,
    temporaryPassword: groupTemporaryPassword(temporaryPassword.canonical),
    expiresAt: new Date(temporaryPassword.expiresAtMs).toISOString(),
    receipt,
  }));
}

/**
 * Counts hashes for `credential-report`: see maintenance/credential-report.ts.
 * @throws {SettingError} a setting is wrong
 * @throws {Unavailable}
 */
export async function reportCredentials(
  onProgress?: (credentials: number) => void,
): Promise<CredentialReport> {
  const { services, peppers } = composition();
  const enabled = await peppers.all();
  const until = writtenUntilMs(enabled);
  const versions = enabled.map(({ version, createdAtMs }, index) => {
    return { version, createdAtMs, writtenUntilMs: until[index] };
  });
  return reportCredentialsOperation(services, versions, onProgress);
}
