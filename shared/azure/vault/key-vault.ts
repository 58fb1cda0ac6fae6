import type { TokenCredential } from '@azure/identity';
import { SecretClient, type SecretProperties } from '@azure/keyvault-secrets';
import { isLoopback } from '../../port/loopback.ts';
import { NO_TELEMETRY, type Telemetry } from '../../port/telemetry.ts';
import { Unavailable } from '../../port/unavailable.ts';
import { SECRET_VERSION_LIMIT, type SecretVersion, type Vault } from '../../port/vault.ts';
import { describeSignInFault } from '../identity.ts';
import { describeVaultCall, traceCalls } from '../traced-call.ts';

/** The time for one list or one value, retries and the token for it included. */
export const VAULT_TIMEOUT_MS = 5_000;
/** One retry hides a lost packet; more would only lengthen the wait of a sign-in. */
const RETRY = { maxRetries: 1, retryDelayInMs: 200, maxRetryDelayInMs: 500 };
/** The answers for one value that no repetition changes: it is disabled, or not yet valid. */
const REFUSED_STATUSES: readonly unknown[] = [400, 403, 404];
/** The number of values read at once, when an instance starts and has none. */
const READS_AT_ONCE = 8;

export interface KeyVaultOptions {
  /** The address, `https://<vault host>`. */
  readonly url: string;
  readonly credential: TokenCredential;
  /**
   * True for an emulator on this machine alone: accepts a challenge for a resource whose domain is
   * not the vault's.
   */
  readonly disableChallengeResourceVerification?: boolean;
  /** {@link VAULT_TIMEOUT_MS} by default. */
  readonly timeoutMs?: number;
  readonly telemetry?: Telemetry;
  /** The names of secrets that telemetry may repeat. */
  readonly secrets?: readonly string[];
}

/** The client and the time for which its answers are awaited. */
export interface Connection {
  readonly client: SecretClient;
  readonly timeoutMs: number;
}

export interface Version {
  readonly version: string;
  readonly createdAtMs: number;
}

/**
 * Requires a safe address.
 * @throws {TypeError} a host that may not be a vault would be sent our tokens
 */
function requireSafe({ url, disableChallengeResourceVerification }: KeyVaultOptions): void {
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'https:') throw new TypeError('The vault must be at an https address.');
  if (disableChallengeResourceVerification && !isLoopback(hostname)) {
    throw new TypeError('Only a vault on this machine goes without challenge verification.');
  }
}

/**
 * Makes an error in fixed words: the SDK's errors carry addresses, headers with a token and bodies
 * with a secret, so neither they nor their text are passed on.
 */
export function unavailable(what: string, error: unknown): Unavailable {
  const signIn = describeSignInFault(error);
  if (signIn !== undefined) {
    return new Unavailable('vault', `${what}: ${signIn}.`, { isLasting: true });
  }
  const { name, code, statusCode } = (error ?? {}) as Partial<Record<string, unknown>>;
  if (statusCode === 404) {
    const other = 'the vault that KEY_VAULT_URL names has no such secret; is it the right vault';
    return new Unavailable('vault', `${what}: ${other}?`, { isLasting: true });
  }
  const words = [statusCode, code, name]
    .filter((word) => typeof word === 'string' || typeof word === 'number')
    .map(String)
    .filter((word) => /^[\w.-]{1,64}$/.test(word));
  // A token that the vault does not take stays so: it is of another tenant, or for another cloud.
  const isLasting = statusCode === 401;
  return new Unavailable('vault', `${what}: ${words.join(' ') || 'it failed'}.`, { isLasting });
}

export function parseVersion(name: string, { version, createdOn }: SecretProperties): Version {
  if (version !== undefined && createdOn !== undefined) {
    return { version, createdAtMs: createdOn.getTime() };
  }
  throw new Unavailable('vault', `Listing the versions of ${name}: one has no id or no date.`);
}

export function oldestFirst(a: Version, b: Version): number {
  return a.createdAtMs - b.createdAtMs || (a.version < b.version ? -1 : 1);
}

async function listEnabled(
  { client, timeoutMs }: Connection,
  name: string,
): Promise<readonly Version[]> {
  const what = `Listing the versions of ${name}`;
  const enabled: Version[] = [];
  const abortSignal = AbortSignal.timeout(timeoutMs);
  try {
    for await (const properties of client.listPropertiesOfSecretVersions(name, { abortSignal })) {
      if (properties.enabled === true) enabled.push(parseVersion(name, properties));
      if (enabled.length > SECRET_VERSION_LIMIT) {
        throw new Unavailable('vault', `${what}: more than ${SECRET_VERSION_LIMIT} are enabled.`);
      }
    }
  } catch (error) {
    throw error instanceof Unavailable ? error : unavailable(what, error);
  }
  return enabled.sort(oldestFirst);
}

/**
 * Reads a value. A version that the vault refuses to return has an empty value, so that the others
 * can be used.
 */
async function readValue(
  { client, timeoutMs }: Connection,
  name: string,
  { version, createdAtMs }: Version,
): Promise<SecretVersion> {
  const what = `Reading ${name} version ${version}`;
  const abortSignal = AbortSignal.timeout(timeoutMs);
  try {
    const { value = '' } = await client.getSecret(name, { version, abortSignal });
    return { version, createdAtMs, value };
  } catch (error) {
    const { statusCode } = (error ?? {}) as { statusCode?: unknown };
    if (REFUSED_STATUSES.includes(statusCode)) return { version, createdAtMs, value: '' };
    throw unavailable(what, error);
  }
}

/** @throws {TypeError} the address is not https, or verification is off for a remote one */
export function connect(options: KeyVaultOptions): Connection {
  requireSafe(options);
  const { telemetry = NO_TELEMETRY, secrets = [] } = options;
  const client = new SecretClient(options.url, options.credential, {
    additionalPolicies: [traceCalls(telemetry, describeVaultCall(secrets))],
    disableChallengeResourceVerification: options.disableChallengeResourceVerification ?? false,
    retryOptions: RETRY,
  });
  return { client, timeoutMs: options.timeoutMs ?? VAULT_TIMEOUT_MS };
}

/**
 * Creates the client of Azure Key Vault. No request is sent before the first call.
 * @throws {TypeError} the address is not https, or verification is off for a remote one
 */
export function createKeyVault(options: KeyVaultOptions): Vault {
  const connection = connect(options);
  return {
    async listSecretVersions(name, known) {
      const versions = await listEnabled(connection, name);
      const secrets: SecretVersion[] = [];
      for (let start = 0; start < versions.length; start += READS_AT_ONCE) {
        const batch = versions.slice(start, start + READS_AT_ONCE);
        const read = batch.map((one) => known.get(one.version) ?? readValue(connection, name, one));
        secrets.push(...(await Promise.all(read)));
      }
      return secrets;
    },
  };
}
