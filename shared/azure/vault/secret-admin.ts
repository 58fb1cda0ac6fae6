import type { SecretProperties } from '@azure/keyvault-secrets';
import { Unavailable } from '../../port/unavailable.ts';
import type { KeptVersion, SecretAdmin } from '../../port/vault.ts';
import {
  type Connection,
  connect,
  type KeyVaultOptions,
  oldestFirst,
  parseVersion,
  unavailable,
} from './key-vault.ts';

/**
 * The most listed versions. A secret lives for years: a hundred enabled versions, and those that
 * were retired.
 */
const LISTED_VERSIONS_MAX = 1000;

/**
 * The content type of a first version, disabled and without a secret, that a deployment makes so
 * that a role can be assigned on the secret (infra/app/vault.bicep). Here it does not count as a
 * version.
 */
export const PLACE_HOLDER_TYPE = 'place holder';

/**
 * Describes errors that an operator can correct, in words; never the SDK's own, which may quote the
 * value.
 */
function refused(what: string, error: unknown): Unavailable {
  if (error instanceof Unavailable) return error;
  const { statusCode } = (error ?? {}) as { statusCode?: unknown };
  if (statusCode === 403) {
    const role = 'the vault refuses it; the role Key Vault Secrets Officer allows it';
    return new Unavailable('vault', `${what}: ${role}.`);
  }
  if (statusCode === 409) {
    const gone = 'there is a deleted secret of this name; recover or purge that one first';
    return new Unavailable('vault', `${what}: ${gone}.`, { isLasting: true });
  }
  return unavailable(what, error);
}

function toKept(name: string, properties: SecretProperties): KeptVersion {
  return { ...parseVersion(name, properties), isEnabled: properties.enabled === true };
}

async function listVersions(
  { client, timeoutMs }: Connection,
  name: string,
): Promise<readonly KeptVersion[]> {
  const what = `Listing the versions of ${name}`;
  const versions: KeptVersion[] = [];
  const abortSignal = AbortSignal.timeout(timeoutMs);
  try {
    for await (const properties of client.listPropertiesOfSecretVersions(name, { abortSignal })) {
      if (properties.contentType === PLACE_HOLDER_TYPE) continue;
      versions.push(toKept(name, properties));
      if (versions.length > LISTED_VERSIONS_MAX) {
        throw new Unavailable('vault', `${what}: there are more than ${LISTED_VERSIONS_MAX}.`);
      }
    }
  } catch (error) {
    if ((error as { statusCode?: unknown }).statusCode === 404) return [];
    throw refused(what, error);
  }
  return versions.sort(oldestFirst);
}

/**
 * Creates the vault's port for an operator. A write that was sent again because its answer was lost
 * may have added two versions; the later one is then the newest, and the other does no harm.
 * @throws {TypeError} the address is not https, or verification is off for a remote one
 */
export function createSecretAdmin(options: KeyVaultOptions): SecretAdmin {
  const connection = connect(options);
  const { client, timeoutMs } = connection;
  return {
    listVersions: (name) => listVersions(connection, name),
    async addVersion(name, value) {
      const abortSignal = AbortSignal.timeout(timeoutMs);
      try {
        const { properties } = await client.setSecret(name, value, { abortSignal });
        return toKept(name, properties);
      } catch (error) {
        throw refused(`Adding a version of ${name}`, error);
      }
    },
    async setEnabled(name, version, isEnabled) {
      const abortSignal = AbortSignal.timeout(timeoutMs);
      try {
        await client.updateSecretProperties(name, version, { enabled: isEnabled, abortSignal });
      } catch (error) {
        throw refused(`${isEnabled ? 'Enabling' : 'Disabling'} ${name} ${version}`, error);
      }
    },
  };
}
