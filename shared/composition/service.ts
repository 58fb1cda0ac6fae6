/**
 * The only reader of the environment: wires ports to implementations, lazily, because a throw
 * while the app loads would lose every function.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { createCredential } from '../azure/identity.ts';
import { createKeyVault } from '../azure/vault/key-vault.ts';
import { createSecretKeeper } from '../azure/vault/secret-keeper.ts';
import { parseUserName, type UserName } from '../credential/name.ts';
import { PASSWORD_MAX_LENGTH } from '../credential/policy/password-policy.ts';
import { groupTemporaryPassword } from '../credential/temporary-password.ts';
import type { EngineName } from '../crypto/password/bcrypt-engine.ts';
import { createHashPool, type HashPool, hashWorkerUrl } from '../crypto/password/hash-pool.ts';
import { createPasswordHasher } from '../crypto/password/password-hasher.ts';
import { findPepperFlaw, PEPPER_SECRET } from '../crypto/password/pepper.ts';
import { createArchiveSeal } from '../crypto/sealed/archive-seal.ts';
import { createDeviceSeal, createSeal } from '../crypto/sealed/seal.ts';
import { createBackupKey } from '../crypto/secret/backup-key.ts';
import { createPseudonyms } from '../crypto/secret/pseudonym.ts';
import {
  createSecretRing,
  type ProbedSecretRing,
  type SecretRingOptions,
  writtenUntilMs,
} from '../crypto/secret/secret-ring.ts';
import { findSigningKeyFlaw, SIGNING_KEY_SECRET } from '../crypto/token/signing-keys.ts';
import { createTokens } from '../crypto/token/tokens.ts';
import type { Wiring } from '../http/endpoint.ts';
import { createProcessLog } from '../http/log.ts';
import { createReadiness } from '../http/readiness.ts';
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
import type { Occasion } from '../operation/dependency.ts';
import { type Clock, NO_TELEMETRY, type SecretKeeper, type StoreArchive } from '../port/port.ts';
import { parseSettings, parseVaultSettings, SettingError, type Settings } from '../setting.ts';
import type { Recorder } from '../telemetry/recorder.ts';
import type { Gauges } from '../telemetry/report.ts';
import { createTelemetry } from '../telemetry/telemetry.ts';
import { openCredential, openEngine, openTables, openVault, vaultOptions } from './backend.ts';
import { lazyCommonPasswords } from './built-file.ts';
import { VERSION } from './version.ts';

export { readPortalFile } from './built-file.ts';
export type { CredentialReport };
export { VERSION };

interface Composition {
  readonly wiring: Wiring;
  readonly pool: HashPool;
  readonly peppers: ProbedSecretRing;
  /** Undefined: nobody asked for telemetry. */
  readonly recorder: Recorder | undefined;
  readonly archive: StoreArchive;
}

const clock: Clock = { now: () => Date.now() };
/** Steps may take less than a millisecond. */
const fineClock: Clock = { now: () => performance.timeOrigin + performance.now() };

/** Only what belongs to no request: the platform adds the invocation to all other lines. */
const processLog = createProcessLog((line) => process.stderr.write(line), clock.now);

/** Undefined: nobody asked for telemetry. */
function createRecorder(settings: Settings, gauges: Gauges): Recorder | undefined {
  const { telemetry, hasManagedIdentity } = settings;
  // Azure's exporter would send figures of its own use to Microsoft.
  if (telemetry.azureMonitor) process.env.APPLICATION_INSIGHTS_NO_STATSBEAT = 'true';
  return createTelemetry({
    settings: telemetry,
    base: import.meta.url,
    credentialOf: (clientId) => createCredential({ hasManagedIdentity, clientId }),
    instanceId: randomUUID(),
    version: VERSION,
    gauges,
    clock: fineClock,
    randomBytes,
    log: processLog,
  });
}

function compose(settings: Settings): Composition {
  const recorder = createRecorder(settings, {
    hashQueueLength: () => pool.waiting,
    vaultCacheAgesMs: () => ({
      [PEPPER_SECRET]: peppers.ageMs(),
      [SIGNING_KEY_SECRET]: signingKeys.ageMs(),
    }),
  });
  const telemetry = recorder ?? NO_TELEMETRY;
  const credential = openCredential(settings);
  const { accounts, attempts, expiries, archive, ping } = openTables(
    settings,
    credential,
    telemetry,
  );
  const ringOf = (name: string, findFlaw: SecretRingOptions['findFlaw']): ProbedSecretRing => {
    const vault = openVault(settings, credential, name, telemetry);
    return createSecretRing({ vault, name, clock, findFlaw, log: processLog });
  };
  const peppers = ringOf(PEPPER_SECRET, findPepperFlaw);
  const signingKeys = ringOf(SIGNING_KEY_SECRET, findSigningKeyFlaw);
  const engine = openEngine(settings);
  const pool = createHashPool({
    workerUrl: hashWorkerUrl(import.meta.url),
    clock,
    threads: availableParallelism(),
    engine,
    telemetry,
  });
  const tokens = createTokens({
    signingKeys,
    issuer: settings.publicOrigin,
    audience: settings.tokenAudience,
    accessTokenTtlSeconds: settings.accessTokenTtlSeconds,
    changeTokenTtlSeconds: settings.changeTokenTtlSeconds,
    randomBytes,
  });
  const wiring: Wiring = {
    clock,
    randomBytes,
    pause: (ms) => pause(ms),
    accounts,
    attempts,
    expiries,
    hasher: createPasswordHasher({
      pool,
      peppers,
      workFactor: settings.bcryptCost,
      telemetry,
    }),
    tokens,
    cursors: createSeal(peppers, 'cursor'),
    devices: createDeviceSeal(peppers),
    telemetry,
    policy: {
      minLength: settings.passwordMinLength,
      maxLength: PASSWORD_MAX_LENGTH,
      history: settings.passwordHistory,
    },
    isCommon: lazyCommonPasswords(),
    freeAttempts: settings.signInFreeAttempts,
    trustedProxyHops: settings.trustedProxyHops,
    temporaryPasswordTtlMs: settings.temporaryPasswordTtlMs,
    publicOrigin: settings.publicOrigin,
    portalUrl: settings.portalUrl,
    portalOrigins: settings.portalOrigins,
    hashEngine: engine,
    version: VERSION,
    pseudonymsOf: createPseudonyms(peppers),
    findUnavailableParts: createReadiness(clock, {
      tables: ping,
      vault: async () => {
        await Promise.all([peppers.probe(), signingKeys.probe()]);
      },
    }),
  };
  return { wiring, pool, peppers, archive, recorder };
}

let composed: Composition | undefined;

function composition(): Composition {
  composed ??= compose(parseSettings(process.env));
  return composed;
}

/** @throws {SettingError} each time, while a setting is wrong */
export async function wire(): Promise<Wiring> {
  return composition().wiring;
}

/** Sends what telemetry has left; when the platform ends the app. Never fails. */
export async function closeTelemetry(): Promise<void> {
  await composed?.recorder?.close();
}

/** Ends the worker threads; for commands, which must end. */
export async function closeComposition(): Promise<void> {
  await composed?.pool.close();
  composed = undefined;
}

/** For who starts the service: which bcrypt runs, and how hard it works. */
export function describeHashing(): { readonly engine: EngineName; readonly cost: number } {
  return { engine: composition().wiring.hashEngine(), cost: parseSettings(process.env).bcryptCost };
}

function requireUserName(text: string): UserName {
  const userName = parseUserName(text);
  if (userName !== undefined) return userName;
  throw new SettingError(
    'The user name',
    `${JSON.stringify(text)} is not of the form local@domain.`,
  );
}

/** For `rotate`; the settings need name nothing but the vault. @throws {SettingError} */
export function openSecretKeeper(): SecretKeeper {
  const settings = parseVaultSettings(process.env);
  return createSecretKeeper(vaultOptions(settings, openCredential(settings)));
}

/** For `backup`, `restore` and `reindex`. @throws {SettingError} */
export function openArchive(): BackupDependencies & RestoreDependencies & ReindexDependencies {
  const { wiring, peppers, archive } = composition();
  const settings = parseVaultSettings(process.env);
  const vault = createKeyVault(vaultOptions(settings, openCredential(settings)));
  const key = createBackupKey(vault, openSecretKeeper(), randomBytes);
  return { ...wiring, archive, peppers, seal: createArchiveSeal(key, randomBytes) };
}

/** One for each run of a command. */
export function createOccasion(): Occasion {
  return { requestId: randomUUID(), log: processLog };
}

/**
 * For the local start and `create-admin`: see operation/create-first-admin.ts. Only the admins
 * that were made now are returned; each temporary password is here and nowhere else. While a
 * restore into the store is not finished, none is made.
 * @throws {SettingError} a user name or a setting is wrong @throws {Refusal} as there
 * @throws {Unavailable}
 */
export async function createFirstAdmins(
  request: Omit<FirstAdminRequest, 'userNames'> & { readonly userNames: readonly string[] },
): Promise<
  readonly {
    userName: string;
    before: AdminBefore;
    temporaryPassword: string;
    /** RFC 3339. */
    expiresAt: string;
  }[]
> {
  const wanted = { ...request, userNames: request.userNames.map(requireUserName) };
  if ((await composition().archive.findMark()) !== undefined) {
    // The tenant may have an admin who is not back yet.
    processLog.warn('no admin was made, because a restore is not finished');
    return [];
  }
  const made = await createFirstAdminsOperation(await wire(), wanted, createOccasion());
  return made.map(({ userName, before, temporaryPassword }) => ({
    userName,
    before,
    temporaryPassword: groupTemporaryPassword(temporaryPassword.canonical),
    expiresAt: new Date(temporaryPassword.expiresAtMs).toISOString(),
  }));
}

/**
 * For `credential-report`: see operation/credential-report.ts.
 * @throws {SettingError} a setting is wrong @throws {Unavailable}
 */
export async function reportCredentials(
  told?: (credentials: number) => void,
): Promise<CredentialReport> {
  const { wiring, peppers } = composition();
  const enabled = await peppers.all();
  const until = writtenUntilMs(enabled);
  const versions = enabled.map(({ version, createdAtMs }, index) => {
    return { version, createdAtMs, writtenUntilMs: until[index] };
  });
  return reportCredentialsOperation(wiring, versions, told);
}
