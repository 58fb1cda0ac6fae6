import type { Settings } from '../../shared/setting.ts';
import type { LocalService } from '../local/local-system.ts';

type Started = Pick<LocalService, 'origin' | 'embedded' | 'hashing' | 'settings'>;

/** Returns the origin alone: a path or a query may hold a secret. */
const originOf = (url: string) => new URL(url).origin;

function placeOf({ embedded, settings }: Started) {
  const { tables, keyVaultUrl } = settings;
  const named = 'endpoint' in tables ? originOf(tables.endpoint) : 'by connection string';
  return {
    tables: embedded.tables ? 'embedded' : named,
    vault: embedded.vault ? 'embedded' : originOf(keyVaultUrl),
  };
}

function telemetryOf({ telemetry }: Settings) {
  const { traces, metrics, otlpEndpoint, azureMonitor } = telemetry;
  const isSent = traces === 'otlp' || metrics === 'otlp';
  return {
    traces,
    metrics,
    ...(isSent && { otlpEndpoint: originOf(otlpEndpoint) }),
    azureMonitor: azureMonitor !== undefined,
  };
}

/** Words the message of a ready service: its address, version and settings; no secret. */
export function startedLine(started: Started, version: string): string {
  const { settings, origin, hashing } = started;
  return JSON.stringify({
    message: 'the service is ready',
    version,
    listening: origin,
    settings: {
      publicOrigin: settings.publicOrigin,
      portalUrl: originOf(settings.portalUrl),
      portalOrigins: settings.portalOrigins,
      ...placeOf(started),
      passwordMinLength: settings.passwordMinLength,
      passwordHistory: settings.passwordHistory,
      bcryptCost: settings.bcryptCost,
      bcryptEngine: hashing.engine,
      temporaryPasswordTtlSeconds: settings.temporaryPasswordTtlMs / 1000,
      accessTokenTtlSeconds: settings.accessTokenTtlSeconds,
      changeTokenTtlSeconds: settings.changeTokenTtlSeconds,
      tokenAudience: settings.tokenAudience,
      signInFreeAttempts: settings.signInFreeAttempts,
      trustedProxyHops: settings.trustedProxyHops,
      telemetry: telemetryOf(settings),
    },
  });
}
