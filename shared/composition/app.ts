/**
 * The wiring of the function app: ports to implementations, lazily, because a throw while the app
 * loads would lose every function. Only this folder reads the environment.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { createCredential } from '../azure/identity.ts';
import { PASSWORD_MAX_LENGTH } from '../credential/policy/password-policy.ts';
import { createHashQueue, type HashQueue, hashWorkerUrl } from '../crypto/password/hash-queue.ts';
import { createPasswordHasher } from '../crypto/password/password-hasher.ts';
import { findPepperFlaw, PEPPER_SECRET } from '../crypto/password/pepper.ts';
import { createSeal, createTokenSeal } from '../crypto/sealed/seal.ts';
import { createKeyedDigest } from '../crypto/secret/keyed-digest.ts';
import { createPseudonyms } from '../crypto/secret/pseudonym.ts';
import {
  createSecretCache,
  type ProbedSecretCache,
  type SecretCache,
  type SecretCacheOptions,
} from '../crypto/secret/secret-cache.ts';
import {
  createWebhookSecrets,
  findWebhookKeyFlaw,
  WEBHOOK_KEY_SECRET,
} from '../crypto/secret/webhook-key.ts';
import { createReceipts, RECEIPT_KEY_SECRET } from '../crypto/token/receipts.ts';
import { findSigningKeyFlaw, SIGNING_KEY_SECRET } from '../crypto/token/signing-keys.ts';
import { createTokens } from '../crypto/token/tokens.ts';
import type { Services } from '../http/endpoint.ts';
import { createProcessLog } from '../http/log.ts';
import { createReadiness } from '../http/readiness.ts';
import type { StoreArchive } from '../port/archive.ts';
import type { Clock } from '../port/clock.ts';
import { NO_TELEMETRY } from '../port/telemetry.ts';
import type { Tokens } from '../port/token.ts';
import { parseSettings, type Settings } from '../setting.ts';
import type { Recorder } from '../telemetry/recorder.ts';
import type { Gauges } from '../telemetry/report.ts';
import { createTelemetry } from '../telemetry/telemetry.ts';
import { openChannels, openCredential, openEngine, openTables, openVault } from './backend.ts';
import { lazyCommonPasswords } from './built-file.ts';
import { VERSION } from './version.ts';

export { readPortalFile } from './built-file.ts';

interface Composition {
  readonly services: Services;
  readonly queue: HashQueue;
  readonly peppers: ProbedSecretCache;
  /** The recorder; undefined: telemetry is off. */
  readonly recorder: Recorder | undefined;
  readonly archive: StoreArchive;
}

const clock: Clock = { now: () => Date.now() };
/** A clock with fractions, since spans may take less than a millisecond. */
const fineClock: Clock = { now: () => performance.timeOrigin + performance.now() };

/**
 * A log for lines outside of requests only: the platform adds the invocation to all other lines.
 */
export const processLog = createProcessLog((line) => process.stderr.write(line), clock.now);

/**
 * Creates the recorder.
 * @returns undefined if telemetry is off
 */
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

function openTokens(settings: Settings, signingKeys: SecretCache): Tokens {
  return createTokens({
    signingKeys,
    issuer: settings.publicOrigin,
    audience: settings.tokenAudience,
    accessTokenTtlSeconds: settings.accessTokenTtlSeconds,
    changeTokenTtlSeconds: settings.changeTokenTtlSeconds,
    randomBytes,
  });
}

function compose(settings: Settings): Composition {
  const recorder = createRecorder(settings, {
    hashQueueLength: () => queue.waiting,
    vaultCacheAgesMs: () => ({
      [PEPPER_SECRET]: peppers.ageMs(),
      [SIGNING_KEY_SECRET]: signingKeys.ageMs(),
      [RECEIPT_KEY_SECRET]: receiptKeys.ageMs(),
    }),
  });
  const telemetry = recorder ?? NO_TELEMETRY;
  const credential = openCredential(settings);
  const { archive, ping, ...stores } = openTables(settings, credential, telemetry);
  const vault = openVault(settings, credential, telemetry);
  const cacheOf = (name: string, findFlaw: SecretCacheOptions['findFlaw']): ProbedSecretCache =>
    createSecretCache({ vault, name, clock, findFlaw, log: processLog });
  const peppers = cacheOf(PEPPER_SECRET, findPepperFlaw);
  const signingKeys = cacheOf(SIGNING_KEY_SECRET, findSigningKeyFlaw);
  const queue = createHashQueue({
    workerUrl: hashWorkerUrl(import.meta.url),
    clock,
    threads: availableParallelism(),
    engine: () => settings.bcryptEngine,
    telemetry,
  });
  const freezes = createTokenSeal(peppers, 'freeze');
  // Read by the first reset, and by no start.
  const receiptKeys = cacheOf(RECEIPT_KEY_SECRET, findSigningKeyFlaw);
  const webhookKeys = cacheOf(WEBHOOK_KEY_SECRET, findWebhookKeyFlaw);
  const { lanes, partMailer } = openChannels(settings, credential, {
    accounts: stores.accounts,
    secretsOf: createWebhookSecrets(webhookKeys, clock),
    ...{ freezes, clock, log: processLog },
  });
  const services: Services = {
    clock,
    randomBytes,
    pause: (ms) => pause(ms),
    ...stores,
    hasher: createPasswordHasher({
      queue,
      peppers,
      workFactor: settings.bcryptCost,
      telemetry,
    }),
    tokens: openTokens(settings, signingKeys),
    receipts: createReceipts(receiptKeys, settings.publicOrigin),
    lanes: lanes.map(({ name }) => name),
    openLanes: () => lanes,
    partMailer,
    callDigests: createKeyedDigest(peppers, 'call'),
    cursors: createSeal(peppers, 'cursor'),
    devices: createTokenSeal(peppers, 'device'),
    freezes,
    supportCodes: createKeyedDigest(peppers, 'supportCode'),
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
    hashEngine: openEngine(settings),
    version: VERSION,
    pseudonymsOf: createPseudonyms(peppers),
    findUnavailableParts: createReadiness(clock, {
      tables: ping,
      vault: async () => {
        await Promise.all([peppers.probe(), signingKeys.probe()]);
      },
    }),
  };
  return { services, queue, peppers, archive, recorder };
}

let composed: Composition | undefined;

/**
 * Returns the composition.
 * @throws {SettingError} each time, while a setting is wrong
 */
export function composition(): Composition {
  composed ??= compose(parseSettings(process.env));
  return composed;
}

/**
 * Loads the services.
 * @throws {SettingError} each time, while a setting is wrong
 */
export async function loadServices(): Promise<Services> {
  return composition().services;
}

/** Sends the rest of telemetry when the platform ends the app. Never fails. */
export async function closeTelemetry(): Promise<void> {
  await composed?.recorder?.close();
}

/** Ends the worker threads; for commands, which must end. */
export async function closeComposition(): Promise<void> {
  await composed?.queue.close();
  composed = undefined;
}
