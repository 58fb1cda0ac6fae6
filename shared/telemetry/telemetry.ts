import type { Clock, RandomBytes } from '../port/clock.ts';
import type { Log } from '../port/log.ts';
import type { TelemetrySettings } from '../setting.ts';
import type { AzureMonitorResource } from './open-telemetry.ts';
import { Recorder } from './recorder.ts';
import type { Exporter, Gauges } from './report.ts';

export interface TelemetryOptions {
  readonly settings: TelemetrySettings;
  /** The address of the calling module; the exporter's code is found from there. */
  readonly base: string;
  /** Returns the identity towards Azure Monitor. */
  readonly credentialOf: (
    clientId: string | undefined,
  ) => NonNullable<AzureMonitorResource['credential']>;
  readonly instanceId: string;
  /** The version of the running service. */
  readonly version: string;
  readonly gauges: Gauges;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly log: Log;
}

/**
 * Creates watches, each of which logs once when exports begin to fail and once when all are taken
 * again, without the reason: errors of clients quote addresses. Each exporter has a watch, so that
 * one that succeeds does not hide another that fails.
 */
export function createExportWatch(log: Log): () => (isTaken: boolean) => void {
  const failing = new Set<object>();
  return () => {
    const self = {};
    return (isTaken) => {
      const wereAllTaken = failing.size === 0;
      if (isTaken) failing.delete(self);
      else failing.add(self);
      const areAllTaken = failing.size === 0;
      if (wereAllTaken === areAllTaken) return;
      if (areAllTaken) log.info('telemetry exports succeed again');
      else log.warn('telemetry exports fail; unsent telemetry is dropped');
    };
  };
}

function azureMonitorResource({ settings, credentialOf }: TelemetryOptions) {
  if (settings.azureMonitor === undefined) return undefined;
  const { connectionString, byIdentity } = settings.azureMonitor;
  if (byIdentity === undefined) return { connectionString };
  return { connectionString, credential: credentialOf(byIdentity.clientId) };
}

/** Loads the SDK and the exporters, in a bundle of their own beside the app's. */
async function loadExporter(options: TelemetryOptions): Promise<Exporter> {
  const { base, settings, gauges, instanceId, version, clock, log } = options;
  const isSource = base.endsWith('.ts');
  const url = isSource
    ? new URL('./open-telemetry.ts', import.meta.url)
    : new URL('./telemetry.cjs', base);
  const module: typeof import('./open-telemetry.ts') = await import(url.href);
  const azureMonitor = azureMonitorResource(options);
  const watchExports = createExportWatch(log);
  const parts = { settings, azureMonitor, instanceId, version, gauges, clock, watchExports };
  return module.openTelemetry(parts);
}

/**
 * Creates the recorder.
 * @returns undefined if telemetry is off
 */
export function createTelemetry(options: TelemetryOptions): Recorder | undefined {
  const { settings, clock, randomBytes, log } = options;
  const { traces, metrics, azureMonitor } = settings;
  if (traces === 'none' && metrics === 'none' && azureMonitor === undefined) return undefined;
  return new Recorder({ load: () => loadExporter(options), clock, randomBytes, log });
}
