import type { RandomBytes } from '../../port/clock.ts';
import { Unavailable } from '../../port/unavailable.ts';
import type { SecretAdmin, SecretVersion, Vault } from '../../port/vault.ts';
import { BACKUP_KEY_BYTES, BACKUP_KEY_SECRET, isBackupKey } from '../sealed/archive-seal.ts';

/** The versions of the vault's `backup-key`; for {@link createArchiveSeal}. */
export interface BackupKeys {
  newest(): Promise<SecretVersion>;
  find(version: string): Promise<SecretVersion | undefined>;
}

/**
 * Creates the backup keys. The first backup makes the key, under the operator's identity: the
 * service's own can neither read nor write it where the platform scopes roles to secrets.
 */
export function createBackupKeys(
  vault: Vault,
  keeper: Pick<SecretAdmin, 'listVersions' | 'addVersion'>,
  randomBytes: RandomBytes,
): BackupKeys {
  return {
    async newest() {
      if ((await keeper.listVersions(BACKUP_KEY_SECRET)).length === 0) {
        const value = Buffer.from(randomBytes(BACKUP_KEY_BYTES)).toString('base64url');
        await keeper.addVersion(BACKUP_KEY_SECRET, value);
      }
      const enabled = await vault.listSecretVersions(BACKUP_KEY_SECRET, new Map());
      // A version that is not a key does not count for a new backup; a restore that needs it says
      // so.
      const newest = enabled.findLast(isBackupKey);
      if (newest !== undefined) return newest;
      throw new Unavailable('vault', `${BACKUP_KEY_SECRET} has no usable version.`);
    },
    async find(version) {
      // A vault without the secret is another vault than that of the backup, not an outage.
      if ((await keeper.listVersions(BACKUP_KEY_SECRET)).length === 0) return undefined;
      const versions = await vault.listSecretVersions(BACKUP_KEY_SECRET, new Map());
      return versions.find((one) => one.version === version);
    },
  };
}
