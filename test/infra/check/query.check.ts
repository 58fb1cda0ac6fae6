import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationTemporality, InMemoryMetricExporter } from '@opentelemetry/sdk-metrics';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  HASH_DEADLINE_MS,
  HASH_WAITING_LIMIT,
} from '../../../shared/crypto/password/hash-queue.ts';
import type { MetricEvent } from '../../../shared/port/telemetry.ts';
import { createMetricSink } from '../../../shared/telemetry/metric.ts';
import { INSTRUMENTS } from '../../fixture/instruments.ts';
import { faultsIn, tablesIn } from './kusto.ts';

/** Queries compile against the real tables, and ask for words that the service writes. */

const FOLDER = fileURLToPath(new URL('../../../infra/app/', import.meta.url));
const queries = readdirSync(`${FOLDER}alert`).map((file) => ({
  name: file.replace('.kql', ''),
  query: readFileSync(`${FOLDER}alert/${file}`, 'utf8'),
}));

const codeOf = (query: string) => query.replaceAll(/^\s*\/\/.*$/gm, '');
const literalsIn = (query: string) =>
  [...codeOf(query).matchAll(/'([^']*)'/g)].map(([, text = '']) => text);
const propertiesIn = (query: string) =>
  [...codeOf(query).matchAll(/Properties\.(\w+)/g)].map(([, name = '']) => name);
const membersIn = (query: string) =>
  [...codeOf(query).matchAll(/line\.(\w+)|parse_json\(Message\)\.(\w+)/g)].map(
    ([, first, second]) => first ?? second ?? '',
  );
/** Numbers that decide: not those of a name, and not the 0 and 1 of counting. */
const numbersIn = (query: string) =>
  [
    ...codeOf(query)
      .replaceAll(/'[^']*'/g, '')
      .matchAll(/(?<![\w.])(\d+)(?:m\b)?/g),
  ]
    .map(([, digits]) => Number(digits))
    .filter((number) => number > 0);

/** One of each kind, as the service measures them. */
const MEASUREMENTS: readonly MetricEvent[] = [
  { kind: 'sweep', outcome: 'done', expired: 1, lagMs: 1 },
  { kind: 'sweep', outcome: 'unfinished', expired: 1, lagMs: 1 },
  { kind: 'sweep', outcome: 'failed', expired: 0 },
  { kind: 'failure', operation: 'signIn', code: 'internal-error' },
  { kind: 'failure', operation: 'signIn', code: 'invalid-credentials' },
  { kind: 'failure', operation: 'signIn', code: 'invalid-token' },
  { kind: 'failure', operation: 'signIn', code: 'too-many-attempts' },
  { kind: 'failure', operation: 'signIn', code: 'overloaded' },
  { kind: 'failure', operation: 'signIn', code: 'dependency-unavailable', parts: ['vault'] },
  { kind: 'failure', operation: 'signIn', code: 'dependency-unavailable', pepperVersion: 'a' },
  { kind: 'passwordReset', target: 'globalAdmin', actor: 'globalAdmin' },
  { kind: 'lockout' },
  { kind: 'notices', channel: 'mail', accepted: 1, failed: 1, undeliverable: 1, lagMs: 1 },
  { kind: 'hash', waitedMs: 1, hashingMs: 1 },
];

/** By instrument: its attributes, each with the values that came. */
const written = new Map<string, Map<string, Set<string>>>();

beforeAll(async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA);
  const sink = createMetricSink([exporter], {
    resource: resourceFromAttributes({}),
    intervalMs: 60_000,
    gauges: { hashQueueLength: () => 1, vaultCacheAgesMs: () => ({}) },
    clock: { now: () => 0 },
  });
  for (const measurement of MEASUREMENTS) sink.take(measurement);
  const kept: ReturnType<typeof exporter.getMetrics> = [];
  const take = exporter.export.bind(exporter);
  exporter.export = (metrics, done) => {
    kept.push(metrics);
    take(metrics, done);
  };
  await sink.close();
  const all = kept.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics));
  for (const { descriptor, dataPoints } of all) {
    const attributes = written.get(descriptor.name) ?? new Map<string, Set<string>>();
    written.set(descriptor.name, attributes);
    for (const point of dataPoints) {
      for (const [name, value] of Object.entries(point.attributes)) {
        attributes.set(name, (attributes.get(name) ?? new Set()).add(String(value)));
      }
    }
  }
});

const source = [
  'http/request-pipeline.ts',
  'http/serve.ts',
  'http/log.ts',
  'http/deliver.ts',
  'crypto/secret/secret-cache.ts',
]
  .map((name) => fileURLToPath(new URL(`../../../shared/${name}`, import.meta.url)))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');

/** Words of lines and of the platform, which are not attributes of an instrument. */
const OTHER_WORDS: Readonly<Record<string, readonly string[]>> = {
  cap: ['Ingestion', 'OverQuota'],
  secret: ['a secret version is left out'],
  spray: ['signIn', 'refused', 'all', 'network ', 'name ', 'all', 'all'],
  'global-admin': ['a global admin was reset by another'],
  webhook: ['a webhook is stopped: it answered 410'],
};

describe.each(queries)('the query $name', ({ name, query }) => {
  it('compiles against the real schema', () => {
    expect(faultsIn(query)).toEqual([]);
    expect(faultsIn(query.replace('|', '| where Misspelt |'))).not.toEqual([]);
  });

  it('reads one table once, without union and search', () => {
    expect(tablesIn(query)).toHaveLength(1);
    const [table = ''] = tablesIn(query);
    expect(codeOf(query).trim().startsWith(table)).toBe(true);
    expect(codeOf(query).split(table)).toHaveLength(2);
    expect(codeOf(query)).not.toMatch(/\b(?:union|search|find|let|join)\b/);
  });

  it('reads names and values that the service writes', () => {
    const literals = literalsIn(query);
    const instruments = literals.filter((text) => text.startsWith('credentials.'));
    expect(instruments.filter((text) => !INSTRUMENTS.includes(text))).toEqual([]);
    const attributes = instruments.map((text) => written.get(text) ?? expect.fail(text));
    const names = new Set(attributes.flatMap((each) => [...each.keys()]));
    expect(propertiesIn(query).filter((text) => !names.has(text))).toEqual([]);
    const values = new Set(attributes.flatMap((each) => [...each.values()].flatMap((v) => [...v])));
    const words = literals.filter((text) => !instruments.includes(text) && !values.has(text));
    expect(words).toEqual(OTHER_WORDS[name] ?? []);
    if (tablesIn(query)[0] === 'AppTraces') {
      expect(source).toContain(`'${name === 'spray' ? 'refused' : words.at(-1)}'`);
      for (const member of membersIn(query)) {
        expect([
          ...['message', 'operation', 'namePseudonym', 'networkPseudonym', 'error', 'host'],
        ]).toContain(member);
        if (member !== 'message') expect(source).toContain(`'${member}'`);
      }
    }
  });
});

/** The numbers that decide, in the order of the query. */
const THRESHOLDS: Readonly<Record<string, readonly number[]>> = {
  cap: [],
  // Five answers, and one in a hundred.
  errors: [500, 5, 100],
  faults: [6],
  'global-admin': [6],
  // Sixty runs, in seconds.
  'notices-late': [60 * 15],
  parts: [3],
  pepper: [],
  // Three quarters of the places, and half of the ten seconds after which a sign-in is refused.
  queue: [(HASH_WAITING_LIMIT * 3) / 4, HASH_DEADLINE_MS / 2 / 1000],
  // 95 quarters of an hour before this one.
  refused: [15, 100, 5, 24 * 4 - 1],
  secret: [],
  spray: [50, 4, 20, 10],
  undeliverable: [],
  webhook: [6],
  // Three periods of five minutes, in seconds.
  sweep: [3 * 5 * 60],
};

it.each(queries)('keeps the reasoned thresholds of the query $name', ({ name, query }) => {
  expect(numbersIn(query)).toEqual(THRESHOLDS[name]);
});

/** One operator turned or one word left out makes another alert. */
const CONDITIONS: Readonly<Record<string, string>> = {
  cap: "Category =~ 'Ingestion' and Detail contains 'OverQuota'",
  errors: 'failed >= 5 and failed * 100 > answered',
  faults: "Name == 'credentials.faults' and Sum > 0",
  'global-admin': 'Sum > 0',
  'notices-late': "Name == 'credentials.notices.lag' and Max > 900",
  parts: 'failed >= 3',
  pepper: "Name == 'credentials.missing_pepper_versions' and Sum > 0",
  // A gauge may come without its greatest value: then its one value is the sum.
  queue: `(Name == 'credentials.hash.queue_length' and coalesce(Max, Sum) >= 24)
    or (Name == 'credentials.hash.wait' and Max >= 5)`,
  refused: 'locks > 0 or (recent > 100 and recent > 5 * coalesce(before, 0.0) / 95)',
  secret: "== 'a secret version is left out'",
  spray: `(reason == 'all' and names >= 50 and attempts < 4 * names)
    or (reason != 'all' and (names >= 20 or networks >= 10))`,
  undeliverable: "tostring(Properties.outcome) == 'undeliverable' and Sum > 0",
  webhook: "== 'a webhook is stopped: it answered 410'",
  sweep: 'ended == 0 or failed > 0 or late > 0',
};

it.each(queries)('ends the query $name with its condition', ({ name, query }) => {
  expect(query).toContain(CONDITIONS[name]);
});

describe('the workbook', () => {
  const { items } = JSON.parse(readFileSync(`${FOLDER}workbook.json`, 'utf8'));
  const asked: readonly string[] = items.flatMap(
    ({ content }: { content: { query?: string } }) => content.query ?? [],
  );

  it('compiles each query and has a title for each', () => {
    expect(asked.length).toBeGreaterThan(10);
    for (const query of asked) {
      expect(faultsIn(query.replaceAll('{span:grain}', '5m')), query).toEqual([]);
    }
  });
});
