/**
 * The entry of a bundle of its own, which the app loads after its first answer, and only if
 * telemetry is on: the SDK and the exporters of OpenTelemetry.
 */
import {
  type AzureMonitorExporterOptions,
  AzureMonitorMetricExporter,
  AzureMonitorTraceExporter,
} from '@azure/monitor-opentelemetry-exporter';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { ConsoleMetricExporter, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import { ConsoleSpanExporter, type SpanExporter } from '@opentelemetry/sdk-trace';
import type { Clock } from '../port/clock.ts';
import type { TelemetrySettings } from '../setting.ts';
import { createMetricSink } from './metric.ts';
import type { Exporter, Gauges } from './report.ts';
import { createSpanSink } from './span.ts';

/**
 * The resource of Azure Monitor. Without a credential the key in the connection string is the only
 * proof.
 */
export type AzureMonitorResource = Pick<
  AzureMonitorExporterOptions,
  'connectionString' | 'credential'
>;

export interface OpenTelemetryOptions {
  /** `v1/traces` and `v1/metrics` are below its `otlpEndpoint`. */
  readonly settings: Omit<TelemetrySettings, 'azureMonitor'>;
  readonly azureMonitor: AzureMonitorResource | undefined;
  /** The id that separates this process from the others. */
  readonly instanceId: string;
  /** The version of the running service. */
  readonly version: string;
  readonly gauges: Gauges;
  readonly clock: Clock;
  /** Makes the callback by which one exporter reports whether each export was taken. */
  readonly watchExports: () => (isTaken: boolean) => void;
}

type Sends<Batch> = { export(batch: Batch, done: (result: ExportResult) => void): void };

/** Returns the same exporter, whose results are reported. */
function watched<Batch, Sender extends Sends<Batch>>(
  sender: Sender,
  onExport: (isTaken: boolean) => void,
): Sender {
  const send = sender.export.bind(sender);
  sender.export = (batch, done) => {
    let isDone = false;
    send(batch, (result) => {
      // Azure's exporter of spans reports twice, and reports success the second time in any case.
      if (isDone) return;
      isDone = true;
      onExport(result.code === ExportResultCode.SUCCESS);
      done(result);
    });
  };
  return sender;
}

function below(endpoint: string, path: string): string {
  return `${endpoint.replace(/\/+$/, '')}/${path}`;
}

/**
 * Returns the options, without the store for unsent spans: nothing of a call is written to a disk.
 */
function azureOptions(resource: AzureMonitorResource): AzureMonitorExporterOptions {
  return { ...resource, disableOfflineStorage: true };
}

function spanExporters(options: OpenTelemetryOptions): readonly SpanExporter[] {
  const { azureMonitor, settings } = options;
  const { traces, otlpEndpoint } = settings;
  const exporters: SpanExporter[] = [];
  if (azureMonitor) exporters.push(new AzureMonitorTraceExporter(azureOptions(azureMonitor)));
  if (traces === 'console') exporters.push(new ConsoleSpanExporter());
  if (traces === 'otlp') {
    exporters.push(new OTLPTraceExporter({ url: below(otlpEndpoint, 'v1/traces') }));
  }
  return exporters.map((exporter) => watched(exporter, options.watchExports()));
}

function metricExporters(options: OpenTelemetryOptions): readonly PushMetricExporter[] {
  const { azureMonitor, settings } = options;
  const { metrics, otlpEndpoint } = settings;
  const exporters: PushMetricExporter[] = [];
  if (azureMonitor) exporters.push(new AzureMonitorMetricExporter(azureOptions(azureMonitor)));
  if (metrics === 'console') exporters.push(new ConsoleMetricExporter());
  if (metrics === 'otlp') {
    exporters.push(new OTLPMetricExporter({ url: below(otlpEndpoint, 'v1/metrics') }));
  }
  return exporters.map((exporter) => watched(exporter, options.watchExports()));
}

/**
 * Opens the exporters.
 * @throws {Error} if the exporter rejects an option
 */
export function openTelemetry(options: OpenTelemetryOptions): Exporter {
  const { gauges, clock, settings } = options;
  const { serviceName, spanDelayMs: delayMs, metricIntervalMs: intervalMs } = settings;
  // Nothing that the SDK would find out by itself: no host name, no command line, no user.
  const resource = resourceFromAttributes({
    'service.name': serviceName,
    'service.version': options.version,
    'service.instance.id': options.instanceId,
  });
  const spans = createSpanSink(spanExporters(options), { resource, delayMs });
  const metrics = createMetricSink(metricExporters(options), {
    ...{ resource, intervalMs, gauges, clock },
  });
  return {
    take(report) {
      if ('event' in report) metrics.take(report.event);
      else spans.take(report.finished);
    },
    async close() {
      await Promise.allSettled([spans.close(), metrics.close()]);
    },
  };
}
