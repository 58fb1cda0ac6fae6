import { type MailSettings, parseMailSettings } from './setting/mail.ts';
import { type Environment, read, SettingError, secureUrl, wholeNumber } from './setting/read.ts';
import { parseWebhookUrls } from './setting/webhook.ts';

export { type Environment, SettingError };

const ENGINE_CHOICES = ['auto', 'native', 'bcryptjs'] as const;
export type EngineChoice = (typeof ENGINE_CHOICES)[number];

const TELEMETRY_DESTINATIONS = ['none', 'otlp', 'console'] as const;
export type TelemetryDestination = (typeof TELEMETRY_DESTINATIONS)[number];

/** The default of OpenTelemetry, for a collector on this machine. */
const OTLP_ENDPOINT = 'http://localhost:4318';

/** The settings that reach the vault. */
export interface VaultSettings {
  readonly keyVaultUrl: string;
  /**
   * True if the platform's identity endpoint is there: the managed identity is used and nothing
   * else.
   */
  readonly hasManagedIdentity: boolean;
  readonly managedIdentityClientId: string | undefined;
}

export interface Settings extends VaultSettings {
  /** The scheme, host and port without a path: of issuer, problem types, links. */
  readonly publicOrigin: string;
  readonly portalUrl: string;
  /** The origins that get CORS, as browsers spell them. */
  readonly portalOrigins: readonly string[];
  readonly tables:
    | { readonly connectionString: string }
    | { readonly endpoint: string; readonly byIdentity: true };
  readonly passwordMinLength: number;
  readonly passwordHistory: number;
  /** The base-2 logarithm of bcrypt's rounds. */
  readonly bcryptCost: number;
  readonly bcryptEngine: EngineChoice;
  readonly temporaryPasswordTtlMs: number;
  readonly accessTokenTtlSeconds: number;
  readonly changeTokenTtlSeconds: number;
  readonly tokenAudience: string;
  readonly signInFreeAttempts: number;
  /**
   * The number of our proxies before the platform's own; each appends an entry to
   * `X-Forwarded-For`.
   */
  readonly trustedProxyHops: number;
  /** The mail settings; undefined: no mail is sent. */
  readonly mail: MailSettings | undefined;
  /** The addresses that get every event, each in one spelling. */
  readonly webhookUrls: readonly string[];
  readonly telemetry: TelemetrySettings;
}

/** The settings of telemetry; names are OpenTelemetry's and Application Insights' own. */
export interface TelemetrySettings {
  readonly serviceName: string;
  readonly traces: TelemetryDestination;
  readonly metrics: TelemetryDestination;
  readonly otlpEndpoint: string;
  readonly azureMonitor:
    | {
        readonly connectionString: string;
        /** The identity of Microsoft Entra; undefined: the key in the connection string. */
        readonly byIdentity: { readonly clientId: string | undefined } | undefined;
      }
    | undefined;
  readonly spanDelayMs: number;
  readonly metricIntervalMs: number;
}

function origin(name: string, text: string): string {
  const url = secureUrl(name, text);
  if (url.origin === text) return text;
  throw new SettingError(name, `must be an origin without a path, such as "${url.origin}".`);
}

function publicOrigin(env: Environment): string {
  const own = read(env, 'PUBLIC_ORIGIN');
  if (own !== undefined) return origin('PUBLIC_ORIGIN', own);
  // Azure sets the default host name for every app.
  const host = read(env, 'WEBSITE_HOSTNAME');
  if (host === undefined) {
    throw new SettingError('PUBLIC_ORIGIN', 'must be set to the address that callers use.');
  }
  return origin(
    'WEBSITE_HOSTNAME',
    host.startsWith('localhost') ? `http://${host}` : `https://${host}`,
  );
}

function portalUrl(env: Environment, otherwise: string): string {
  const text = read(env, 'PORTAL_URL');
  return text === undefined ? otherwise : secureUrl('PORTAL_URL', text).href;
}

function portalOrigins(env: Environment): readonly string[] {
  const list = (read(env, 'PORTAL_ORIGINS') ?? '').split(',').map((item) => item.trim());
  return list.filter((item) => item !== '').map((item) => origin('PORTAL_ORIGINS', item));
}

function tables(env: Environment): Settings['tables'] {
  const endpoint = read(env, 'TABLES_ENDPOINT');
  const connectionString = read(env, 'TABLES_CONNECTION_STRING');
  if (endpoint !== undefined && connectionString !== undefined) {
    throw new SettingError(
      'TABLES_ENDPOINT',
      'and TABLES_CONNECTION_STRING are both set; set one.',
    );
  }
  if (endpoint !== undefined) {
    return { endpoint: secureUrl('TABLES_ENDPOINT', endpoint).href, byIdentity: true };
  }
  if (connectionString !== undefined) {
    if (/(?:^|;)(?:TableEndpoint|AccountName|UseDevelopmentStorage)=/i.test(connectionString)) {
      return { connectionString };
    }
    throw new SettingError('TABLES_CONNECTION_STRING', 'is not a storage connection string.');
  }
  throw new SettingError('TABLES_ENDPOINT', 'or TABLES_CONNECTION_STRING must be set.');
}

function keyVaultUrl(env: Environment): string {
  const text = read(env, 'KEY_VAULT_URL');
  if (text === undefined) throw new SettingError('KEY_VAULT_URL', 'must be set.');
  const url = secureUrl('KEY_VAULT_URL', text);
  if (url.protocol === 'https:') return url.href;
  // The vault's client sends no token over http, not even on this machine.
  throw new SettingError('KEY_VAULT_URL', 'must be an https address.');
}

function visibleText(env: Environment, name: string, otherwise: string): string {
  const text = read(env, name) ?? otherwise;
  if (/^[\x21-\x7e]{1,200}$/.test(text)) return text;
  throw new SettingError(name, 'must be 1 to 200 visible ASCII characters.');
}

function oneOf<Choice extends string>(
  env: Environment,
  name: string,
  choices: readonly Choice[],
  otherwise: Choice,
): Choice {
  const text = read(env, name) ?? otherwise;
  const choice = choices.find((each) => each === text);
  if (choice !== undefined) return choice;
  throw new SettingError(name, `must be one of ${choices.join(', ')}.`);
}

const INSTRUMENTATION_KEY =
  /(?:^|;)InstrumentationKey=[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?:;|$)/i;

/** Parses `Authorization=AAD`, and `ClientId=…` of a user-assigned identity, in any order. */
function entraIdentity(text: string): { readonly clientId: string | undefined } | undefined {
  const parts = text.split(';').map((part) => part.trim());
  const others = parts.filter((part) => !/^(?:Authorization=AAD)?$/i.test(part));
  const clientId = /^ClientId=([\w-]{1,64})$/i.exec(others[0] ?? '')?.[1];
  const isByEntra = parts.some((part) => /^Authorization=AAD$/i.test(part));
  const isUnderstood = others.length === (clientId === undefined ? 0 : 1);
  return isByEntra && isUnderstood ? { clientId } : undefined;
}

/** Reads the platform's own names: host and app send to the same place, as the same identity. */
function azureMonitor(env: Environment): TelemetrySettings['azureMonitor'] {
  const connectionString = read(env, 'APPLICATIONINSIGHTS_CONNECTION_STRING');
  if (connectionString === undefined) return undefined;
  if (!INSTRUMENTATION_KEY.test(connectionString)) {
    throw new SettingError(
      'APPLICATIONINSIGHTS_CONNECTION_STRING',
      'is not a connection string with an InstrumentationKey.',
    );
  }
  const authentication = read(env, 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING');
  if (authentication === undefined) return { connectionString, byIdentity: undefined };
  const byIdentity = entraIdentity(authentication);
  if (byIdentity === undefined) {
    throw new SettingError(
      'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
      'must be "Authorization=AAD", with ";ClientId=…" for a user-assigned identity.',
    );
  }
  return { connectionString, byIdentity };
}

function telemetry(env: Environment): TelemetrySettings {
  const endpoint = read(env, 'OTEL_EXPORTER_OTLP_ENDPOINT');
  const otherwise = endpoint === undefined ? 'none' : 'otlp';
  const destination = (name: string) => oneOf(env, name, TELEMETRY_DESTINATIONS, otherwise);
  return {
    serviceName: visibleText(env, 'OTEL_SERVICE_NAME', 'portal-credentials'),
    traces: destination('OTEL_TRACES_EXPORTER'),
    metrics: destination('OTEL_METRICS_EXPORTER'),
    otlpEndpoint: secureUrl('OTEL_EXPORTER_OTLP_ENDPOINT', endpoint ?? OTLP_ENDPOINT, {
      setting: 'OTEL_EXPORTER_OTLP_INSECURE',
      isAllowed: oneOf(env, 'OTEL_EXPORTER_OTLP_INSECURE', ['true', 'false'], 'false') === 'true',
    }).href,
    azureMonitor: azureMonitor(env),
    spanDelayMs: wholeNumber(env, 'OTEL_BSP_SCHEDULE_DELAY', [100, 600_000], 5000),
    metricIntervalMs: wholeNumber(env, 'OTEL_METRIC_EXPORT_INTERVAL', [100, 3_600_000], 60_000),
  };
}

/**
 * Reads the settings that reach the vault.
 * @throws {SettingError}
 */
export function parseVaultSettings(env: Environment): VaultSettings {
  return {
    keyVaultUrl: keyVaultUrl(env),
    hasManagedIdentity: read(env, 'IDENTITY_ENDPOINT') !== undefined,
    managedIdentityClientId: read(env, 'AZURE_CLIENT_ID'),
  };
}

/**
 * Reads every setting of CONTRACT.md ("Settings") but the schedules, which the host reads.
 * @throws {SettingError} at the first one that is wrong
 */
export function parseSettings(env: Environment): Settings {
  const ownOrigin = publicOrigin(env);
  return {
    publicOrigin: ownOrigin,
    portalUrl: portalUrl(env, `${ownOrigin}/`),
    portalOrigins: portalOrigins(env),
    tables: tables(env),
    ...parseVaultSettings(env),
    passwordMinLength: wholeNumber(env, 'PASSWORD_MIN_LENGTH', [15, 64], 15),
    passwordHistory: wholeNumber(env, 'PASSWORD_HISTORY', [0, 24], 5),
    bcryptCost: wholeNumber(env, 'BCRYPT_COST', [10, 15], 12),
    bcryptEngine: oneOf(env, 'BCRYPT_ENGINE', ENGINE_CHOICES, 'auto'),
    temporaryPasswordTtlMs:
      wholeNumber(env, 'TEMPORARY_PASSWORD_TTL_SECONDS', [1, 2_592_000], 86_400) * 1000,
    accessTokenTtlSeconds: wholeNumber(env, 'ACCESS_TOKEN_TTL_SECONDS', [60, 86_400], 3600),
    changeTokenTtlSeconds: wholeNumber(env, 'CHANGE_TOKEN_TTL_SECONDS', [1, 3600], 600),
    tokenAudience: visibleText(env, 'TOKEN_AUDIENCE', 'portal'),
    signInFreeAttempts: wholeNumber(env, 'SIGN_IN_FREE_ATTEMPTS', [1, 20], 5),
    trustedProxyHops: wholeNumber(env, 'TRUSTED_PROXY_HOPS', [0, 5], 0),
    mail: parseMailSettings(env),
    webhookUrls: parseWebhookUrls(env),
    telemetry: telemetry(env),
  };
}
