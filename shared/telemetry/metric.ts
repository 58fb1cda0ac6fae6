import type { Meter } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import {
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import type { Clock } from '../port/clock.ts';
import type { MetricEvent } from '../port/telemetry.ts';
import { type Gauges, SCOPE } from './report.ts';
import { createSpread, type Spread } from './spread.ts';

const EXPORT_TIMEOUT_MS = 10_000;
/** The buckets in seconds. A hash takes 0.1 to 2 by work factor, and no request waits beyond 10. */
const HASH_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** The buckets in seconds. The sweep runs every 5 minutes by default. */
const LAG_BUCKETS = [10, 60, 300, 600, 1800, 3600, 14_400, 86_400];
/** The buckets in seconds. Notices are sent every 15 s by default, and given up after 76 hours. */
const NOTICE_LAG_BUCKETS = [15, 60, 300, 900, 3600, 14_400, 86_400, 273_600];
const BATCH_BUCKETS = [0, 1, 10, 100, 1000, 10_000];
const MS_PER_SECOND = 1000;

export interface MetricSink {
  take(event: MetricEvent): void;
  close(): Promise<void>;
}

/** Creates every instrument; README.md ("Telemetry") lists them. */
function createInstruments(meter: Meter) {
  const counter = (name: string, description: string) => meter.createCounter(name, { description });
  const histogram = (name: string, unit: string, description: string, buckets: number[]) =>
    meter.createHistogram(name, {
      unit,
      description,
      advice: { explicitBucketBoundaries: buckets },
    });
  return {
    signIns: counter('credentials.sign_ins', 'Sign-ins by what came of them.'),
    resets: counter('credentials.password_resets', 'Passwords that admins reset.'),
    changes: counter('credentials.password_changes', 'Passwords that their owners set.'),
    expired: counter('credentials.temporary_passwords_expired', 'Temporary passwords swept.'),
    lockouts: counter('credentials.lockouts', 'Credentials locked by failures in a row.'),
    refusals: counter('credentials.refusals', 'Calls refused, by problem code.'),
    faults: counter('credentials.faults', 'Calls that met a defect in the service.'),
    outages: counter('credentials.dependency_failures', 'Calls that a part did not answer.'),
    missingPeppers: counter('credentials.missing_pepper_versions', 'Hashes without their pepper.'),
    verified: counter('credentials.hash.verified', 'Stored hashes compared.'),
    hashWait: histogram('credentials.hash.wait', 's', 'Waits for a thread.', HASH_BUCKETS),
    hashDuration: histogram('credentials.hash.duration', 's', 'Hashes on a thread.', HASH_BUCKETS),
    sweepLag: histogram(
      'credentials.sweep.lag',
      's',
      'How overdue the oldest password was that a run expired.',
      LAG_BUCKETS,
    ),
    sweepBatch: histogram(
      'credentials.sweep.batch',
      '{expired}',
      'Temporary passwords that a run expired.',
      BATCH_BUCKETS,
    ),
    sweepRuns: counter('credentials.sweep.runs', 'Runs of the sweep by outcome.'),
    notices: counter('credentials.notices.sent', 'Tries to send a notice, by channel and outcome.'),
    noticeLag: histogram(
      'credentials.notices.lag',
      's',
      'How late the oldest notice is that a run of a channel met.',
      NOTICE_LAG_BUCKETS,
    ),
  };
}

type Instruments = ReturnType<typeof createInstruments>;
type Failure = MetricEvent & { readonly kind: 'failure' };
type Sweep = MetricEvent & { readonly kind: 'sweep' };
type Notices = MetricEvent & { readonly kind: 'notices' };

function countFailure(instruments: Instruments, failure: Failure): void {
  const { operation, code, parts = [], pepperVersion } = failure;
  for (const part of parts) instruments.outages.add(1, { part });
  if (pepperVersion !== undefined) {
    instruments.missingPeppers.add(1, { pepper_version: pepperVersion });
  }
  if (code === 'internal-error') instruments.faults.add(1, { operation });
  else if (code !== 'dependency-unavailable') instruments.refusals.add(1, { code, operation });
  // A sign-in that failed has an outcome too: every one is counted once.
  if (operation === 'signIn') instruments.signIns.add(1, { outcome: code });
}

function countSweep(instruments: Instruments, { outcome, expired, lagMs }: Sweep): void {
  instruments.sweepRuns.add(1, { outcome });
  if (outcome === 'failed') return;
  instruments.sweepBatch.record(expired);
  if (expired > 0) instruments.expired.add(expired);
  if (lagMs !== undefined) instruments.sweepLag.record(lagMs / MS_PER_SECOND);
}

function countNotices(instruments: Instruments, { channel, lagMs, ...counts }: Notices): void {
  for (const outcome of ['accepted', 'failed', 'undeliverable'] as const) {
    if (counts[outcome] > 0) instruments.notices.add(counts[outcome], { channel, outcome });
  }
  if (lagMs !== undefined) instruments.noticeLag.record(lagMs / MS_PER_SECOND, { channel });
}

function count(instruments: Instruments, event: MetricEvent): void {
  switch (event.kind) {
    case 'failure':
      countFailure(instruments, event);
      break;
    case 'signIn':
      instruments.signIns.add(1, { outcome: event.outcome });
      break;
    case 'passwordReset':
      instruments.resets.add(1, { target: event.target, actor: event.actor });
      break;
    case 'passwordChange':
      instruments.changes.add(1, { after: event.after });
      break;
    case 'lockout':
      instruments.lockouts.add(1);
      break;
    case 'hash':
      instruments.hashWait.record(event.waitedMs / MS_PER_SECOND);
      instruments.hashDuration.record(event.hashingMs / MS_PER_SECOND);
      break;
    case 'verification': {
      const { workFactor, pepperVersion } = event;
      instruments.verified.add(1, { work_factor: workFactor, pepper_version: pepperVersion });
      break;
    }
    case 'sweep':
      countSweep(instruments, event);
      break;
    case 'notices':
      countNotices(instruments, event);
      break;
  }
}

function watchGauges(meter: Meter, gauges: Gauges): void {
  meter
    .createObservableGauge('credentials.hash.queue_length', {
      description: 'Places taken in the hash queue beyond the threads.',
    })
    .addCallback((result) => result.observe(gauges.hashQueueLength()));
  meter
    .createObservableGauge('credentials.vault.cache_age', {
      unit: 's',
      description: "Age of the copy of a secret's versions.",
    })
    .addCallback((result) => {
      for (const [secret, ageMs] of Object.entries(gauges.vaultCacheAgesMs())) {
        if (ageMs !== undefined) result.observe(ageMs / MS_PER_SECOND, { secret });
      }
    });
}

function watchSpread(meter: Meter, spread: Spread): void {
  meter
    .createObservableGauge('credentials.sign_ins.spread', {
      description: 'Distinct names and networks of the sign-ins refused in 15 minutes.',
    })
    .addCallback((result) => {
      for (const [measure, count] of Object.entries(spread.count() ?? {})) {
        result.observe(count, { measure });
      }
    });
}

export function createMetricSink(
  exporters: readonly PushMetricExporter[],
  options: {
    readonly resource: Resource;
    readonly intervalMs: number;
    readonly gauges: Gauges;
    readonly clock: Clock;
  },
): MetricSink {
  const { resource, intervalMs, gauges, clock } = options;
  const provider = new MeterProvider({
    resource,
    readers: exporters.map(
      (exporter) =>
        new PeriodicExportingMetricReader({
          exporter,
          exportIntervalMillis: intervalMs,
          exportTimeoutMillis: Math.min(intervalMs, EXPORT_TIMEOUT_MS),
        }),
    ),
  });
  const meter = provider.getMeter(SCOPE);
  const instruments = createInstruments(meter);
  watchGauges(meter, gauges);
  const spread = createSpread(clock);
  watchSpread(meter, spread);
  return {
    take(event) {
      count(instruments, event);
      if (event.kind !== 'failure' || event.origin === undefined) return;
      spread.add(event.origin);
    },
    close: () => provider.shutdown(),
  };
}
