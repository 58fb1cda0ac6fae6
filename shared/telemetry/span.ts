import {
  type Attributes,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  type IdGenerator,
  type SpanExporter,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Span } from '../port/telemetry.ts';
import { type FinishedSpan, SCOPE } from './report.ts';

/** The number of spans that wait to be sent; more are dropped. It is the SDK's own figure. */
const QUEUE_LIMIT = 2048;
const BATCH_LIMIT = 512;
const EXPORT_TIMEOUT_MS = 10_000;
/** The longest value. No value of the service is longer; one that is was not meant to be here. */
const VALUE_LENGTH_LIMIT = 128;

export interface SpanSink {
  take(finished: FinishedSpan): void;
  close(): Promise<void>;
}

interface Description {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
}

/**
 * Describes a span with the only attributes there are; names are those of OpenTelemetry's semantic
 * conventions where it has one. The function's span is internal: the platform's own span of the
 * request is the server's.
 */
function describe(span: Span): Description {
  if (span.kind === 'function') {
    const { name, invocationId, method, route } = span;
    const attributes = {
      'faas.name': name,
      'faas.invocation_id': invocationId,
      'faas.trigger': method === undefined ? 'timer' : 'http',
      ...(method !== undefined && { 'http.request.method': method }),
      ...(route !== undefined && { 'http.route': `/${route}` }),
    };
    return { name, kind: SpanKind.INTERNAL, attributes };
  }
  const { operation } = span;
  if (span.kind === 'hash') {
    return { name: `${operation} password`, kind: SpanKind.INTERNAL, attributes: {} };
  }
  if (span.kind === 'vault') {
    const attributes = { 'peer.service': 'vault', 'vault.secret': span.secret };
    return { name: `${operation} ${span.secret}`, kind: SpanKind.CLIENT, attributes };
  }
  const attributes = {
    'peer.service': 'tables',
    'db.system.name': 'azure.tables',
    'db.operation.name': operation,
    'db.collection.name': span.table,
  };
  return { name: `${operation} ${span.table}`, kind: SpanKind.CLIENT, attributes };
}

/**
 * A generator of given ids: the SDK requests a span's ids while it starts the span, and they were
 * made when the span began.
 */
class GivenIds implements IdGenerator {
  traceId = '';
  spanId = '';

  generateTraceId(): string {
    return this.traceId;
  }

  generateSpanId(): string {
    return this.spanId;
  }
}

/** Makes the SDK's spans of finished ones, with their own ids and times. */
export function createSpanSink(
  exporters: readonly SpanExporter[],
  { resource, delayMs }: { readonly resource: Resource; readonly delayMs: number },
): SpanSink {
  const ids = new GivenIds();
  const provider = new TracerProvider({
    resource,
    idGenerator: ids,
    spanLimits: { attributeValueLengthLimit: VALUE_LENGTH_LIMIT },
    spanProcessors: exporters.map(
      (exporter) =>
        new BatchSpanProcessor({
          exporter,
          maxQueueSize: QUEUE_LIMIT,
          maxExportBatchSize: BATCH_LIMIT,
          scheduledDelayMillis: delayMs,
          exportTimeoutMillis: EXPORT_TIMEOUT_MS,
        }),
    ),
  });
  const tracer = provider.getTracer(SCOPE);
  return {
    take({ span, status, code, error, traceId, spanId, parent, startedAtMs, endedAtMs }) {
      ids.traceId = traceId;
      ids.spanId = spanId;
      const { name, kind, attributes } = describe(span);
      const traceFlags = TraceFlags.SAMPLED;
      const context =
        parent === undefined
          ? ROOT_CONTEXT
          : trace.setSpanContext(ROOT_CONTEXT, { traceId, traceFlags, ...parent });
      const sdkSpan = tracer.startSpan(name, { kind, attributes, startTime: startedAtMs }, context);
      if (status !== undefined) sdkSpan.setAttribute('http.response.status_code', status);
      if (code !== undefined) sdkSpan.setAttribute('problem.code', code);
      if (error !== undefined) sdkSpan.setAttribute('error.type', error);
      if (error !== undefined || (status ?? 0) >= 500) {
        sdkSpan.setStatus({ code: SpanStatusCode.ERROR });
      }
      sdkSpan.end(endedAtMs);
    },
    close: () => provider.shutdown(),
  };
}
