import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { INSTRUMENTS } from '../fixture/instruments.ts';
import { startOpenedService } from '../http/fixture/opened-service.ts';
import { removeTemporaryDirectories, temporaryDirectory } from '../infra/fixture/package.ts';
import {
  type BusyDay,
  GONE_PEPPER,
  runBusyDay,
  SAMPLED_CALL,
  UNSAMPLED_TRACE,
} from './fixture/busy-day.ts';
import { Collector, type ReceivedSpan } from './fixture/collector.ts';

/** Checks a day of the built bundle, as a collector on this machine received it until SIGTERM. */

let collector: Collector;
let day: BusyDay;
let log: string;
/** The number of secrets in the exported text, and in a sample that has one. */
let secrets: { readonly exported: number; readonly inSample: number };

beforeAll(async () => {
  collector = await Collector.start();
  // The sweep of the test is the only one: a timer of every five minutes would be counted too.
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    BCRYPT_COST: '10',
    SWEEP_SCHEDULE: '0 0 0 1 1 *',
    NOTICE_SCHEDULE: '0 0 0 1 1 *',
    MAIL_FROM: 'portal@localhost',
    SMTP_URL: pathToFileURL(await temporaryDirectory()).href,
  };
  const opened = await startOpenedService({ env });
  try {
    day = await runBusyDay(opened);
    const [admin] = opened.service.admins;
    const sample = `"value":"${admin?.temporaryPassword}"`;
    await opened.service.end('SIGTERM');
    secrets = {
      exported: opened.service.secretsIn(collector.text),
      inSample: opened.service.secretsIn(sample),
    };
    log = opened.service.log;
  } finally {
    await opened.stop();
  }
}, 120_000);
afterAll(async () => {
  await collector.stop();
  await removeTemporaryDirectories();
});

const named = (name: string): readonly ReceivedSpan[] =>
  collector.spans.filter((span) => span.name === name);

describe('metrics', () => {
  it.each([
    ['credentials.sign_ins', { outcome: 'signedIn' }, 2],
    // Six users, and the admin of the start, came through their temporary passwords.
    ['credentials.sign_ins', { outcome: 'passwordChangeRequired' }, 6],
    ['credentials.sign_ins', { outcome: 'invalid-credentials' }, 2],
    ['credentials.sign_ins', { outcome: 'dependency-unavailable' }, 2],
    ['credentials.sign_ins', { outcome: 'internal-error' }, 1],
    ['credentials.sign_ins.spread', { measure: 'names' }, 2],
    ['credentials.sign_ins.spread', { measure: 'names_of_one_network' }, 2],
    ['credentials.password_resets', { target: 'business', actor: 'userManagementAdmin' }, 1],
    ['credentials.password_resets', { target: 'userManagementAdmin', actor: 'globalAdmin' }, 1],
    ['credentials.password_resets', { target: 'globalAdmin', actor: 'globalAdmin' }, 1],
    ['credentials.password_changes', { after: 'temporaryPassword' }, 6],
    ['credentials.password_changes', { after: 'permanent' }, 1],
    ['credentials.temporary_passwords_expired', {}, 1],
    ['credentials.lockouts', {}, 1],
    ['credentials.refusals', { code: 'invalid-credentials', operation: 'signIn' }, 2],
    ['credentials.refusals', { code: 'not-found', operation: 'fallback' }, 1],
    ['credentials.faults', { operation: 'signIn' }, 1],
    ['credentials.dependency_failures', { part: 'tables' }, 1],
    ['credentials.missing_pepper_versions', { pepper_version: GONE_PEPPER }, 1],
    ['credentials.sweep.runs', { outcome: 'done' }, 1],
    ['credentials.sweep.batch', {}, 1],
    ['credentials.sweep.lag', {}, 1],
    ['credentials.hash.queue_length', {}, 0],
    ['credentials.notices.lag', { channel: 'mail' }, 1],
  ])('count %s %j as %d', (metric, attributes, value) => {
    expect(collector.points.map((point) => point.metric)).toContain(metric);
    expect(collector.value(metric, attributes)).toBe(value);
  });

  it('record the wait and work of the hash queue in seconds, once for each job', () => {
    for (const metric of ['credentials.hash.wait', 'credentials.hash.duration']) {
      const [point] = collector.points.filter((each) => each.metric === metric);
      expect(point?.unit).toBe('s');
      // Each of the six has hashed a temporary and a permanent password at least.
      expect(point?.value).toBeGreaterThan(12);
      expect(point?.sum).toBeGreaterThanOrEqual(0);
      // In milliseconds it would be more than this.
      expect(point?.sum).toBeLessThan(120);
    }
  });

  it('record work factors, pepper versions and the age of secret copies', () => {
    const verified = collector.points.filter(({ metric }) => metric.endsWith('hash.verified'));
    expect(verified.map(({ attributes }) => attributes.work_factor)).toEqual([10]);
    expect(verified[0]?.attributes.pepper_version).toMatch(/^[0-9a-f]{32}$/);
    expect(verified[0]?.attributes.pepper_version).not.toBe(GONE_PEPPER);
    for (const secret of ['password-pepper', 'token-signing-key', 'receipt-signing-key']) {
      const age = collector.value('credentials.vault.cache_age', { secret });
      expect(age).toBeGreaterThan(0);
      expect(age).toBeLessThan(300);
    }
  });

  it('have documented names only', () => {
    const names = new Set(collector.points.map(({ metric }) => metric));
    expect([...names].toSorted()).toEqual(INSTRUMENTS);
  });
});

describe('traces', () => {
  it('lead from the caller through the function to table calls and the hash', () => {
    const spans = collector.spans.filter(({ traceId }) => traceId === SAMPLED_CALL.trace);
    const root = spans.find(({ name }) => name === 'signIn');
    expect(root?.parentSpanId).toBe(SAMPLED_CALL.span);
    expect(root?.attributes).toEqual({
      'faas.name': 'signIn',
      'faas.invocation_id': expect.stringMatching(REQUEST_ID),
      'faas.trigger': 'http',
      'http.request.method': 'POST',
      'http.route': '/api/sign-in',
      'http.response.status_code': 200,
    });
    const children = spans.filter(({ parentSpanId }) => parentSpanId === root?.spanId);
    expect(children).toHaveLength(spans.length - 1);
    expect(children.map(({ name }) => name).toSorted()).toEqual([
      'find accounts',
      'find accounts',
      'insert attempts',
      'merge accounts',
      'remove attempts',
      'verify password',
    ]);
    for (const { startedAtMs, endedAtMs } of children) {
      expect(startedAtMs).toBeGreaterThanOrEqual(root?.startedAtMs ?? Number.NaN);
      expect(endedAtMs).toBeLessThanOrEqual(root?.endedAtMs ?? Number.NaN);
    }
  });

  it('of a change have the id of its answer, like its line of the log', () => {
    const [span] = collector.spans.filter(
      ({ attributes }) => attributes['faas.invocation_id'] === day.resetRequestId,
    );
    expect(span?.name).toBe('resetPassword');
    const lines = log.split('\n').filter((line) => line.includes(day.resetRequestId));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '').traceId).toBe(span?.traceId);
  });

  it('include reads of the vault if its copy is missing', () => {
    for (const name of [
      'list password-pepper',
      'read password-pepper',
      'list token-signing-key',
      'read token-signing-key',
    ]) {
      const [span] = named(name);
      expect(span?.attributes, name).toMatchObject({ 'peer.service': 'vault' });
      const parent = collector.spans.find(({ spanId }) => spanId === span?.parentSpanId);
      expect(parent?.attributes['faas.name'], name).toBeDefined();
    }
  });

  it('record the sweep apart from calls, and the problem code of a call', () => {
    const [sweep] = named('expireTemporaryPasswords');
    expect(sweep?.attributes).toEqual({
      'faas.name': 'expireTemporaryPasswords',
      'faas.invocation_id': expect.stringMatching(REQUEST_ID),
      'faas.trigger': 'timer',
    });
    const codes = named('signIn').map(({ attributes }) => attributes['problem.code']);
    const problems = ['dependency-unavailable', 'internal-error', 'invalid-credentials'];
    expect(codes).toEqual(expect.arrayContaining(problems));
    for (const { attributes, isError } of named('signIn')) {
      expect(isError).toBe(Number(attributes['http.response.status_code']) >= 500);
    }
    const [unknown] = named('fallback');
    expect(unknown?.attributes).not.toHaveProperty('http.route');
  });

  it('show a store that does not answer as an error, a missing row as an answer', () => {
    const read = named('find accounts').map((span) => ({
      status: span.attributes['http.response.status_code'],
      isError: span.isError,
    }));
    expect(read).toContainEqual({ status: 404, isError: false });
    const failed = collector.spans.filter(({ attributes }) => attributes['error.type']);
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.every(({ isError }) => isError)).toBe(true);
    expect(failed.map(({ attributes }) => attributes['peer.service'])).toContain('tables');
  });

  it('omit what the platform does not sample', () => {
    expect(collector.text).not.toContain(UNSAMPLED_TRACE);
  });
});

/** Every attribute that a span or a point may have, with what its value must look like. */
const WORD = /^[a-zA-Z.-]+$/;
/** The id of one call, and of no user. */
const REQUEST_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ATTRIBUTES: Readonly<Record<string, RegExp>> = {
  'db.collection.name': /^(?:accounts|announcements|attempts|expiries)$/,
  'db.operation.name': WORD,
  'db.system.name': /^azure\.tables$/,
  'error.type': WORD,
  'faas.invocation_id': REQUEST_ID,
  'faas.name': WORD,
  'faas.trigger': /^(?:http|timer)$/,
  'http.request.method': /^[A-Z]+$/,
  'http.response.status_code': /^\d{3}$/,
  'http.route': /^\/[a-zA-Z{}./-]*$/,
  'peer.service': /^(?:tables|vault)$/,
  'problem.code': WORD,
  'vault.secret': /^(?:password-pepper|(?:token|receipt)-signing-key)$/,
  'service.instance.id': /^[0-9a-f-]{36}$/,
  'service.name': /^portal-credentials$/,
  'service.version': /^\d+\.\d+\.\d+$/,
  after: WORD,
  channel: /^(?:mail|webhook)$/,
  actor: WORD,
  code: WORD,
  operation: WORD,
  measure: /^[a-z_]+$/,
  outcome: WORD,
  part: /^(?:tables|vault)$/,
  pepper_version: /^[0-9a-f]{32}$/,
  secret: WORD,
  target: WORD,
  work_factor: /^\d\d$/,
};

describe('telemetry', () => {
  it('exports no password, token, pepper, key or hash', () => {
    expect(secrets.inSample).toBeGreaterThan(0);
    expect(secrets.exported).toBe(0);
    expect(collector.text).not.toMatch(/\$2[aby]\$|eyJ/);
  });

  it('exports no name, address, id or row key of a person', () => {
    expect(day.private.length).toBeGreaterThan(15);
    expect(day.private.filter((text) => collector.text.includes(text))).toEqual([]);
    const pseudonyms = [...log.matchAll(/Pseudonym":"(\w{16})"/g)].map(([, text = '']) => text);
    expect(pseudonyms.length).toBeGreaterThan(15);
    expect(pseudonyms.filter((text) => collector.text.includes(text))).toEqual([]);
    expect(collector.text).not.toMatch(/contoso|@|PartitionKey|RowKey|127\.0\.0\.1|authorization/i);
  });

  it('exports listed attributes only, by name and form', () => {
    const all = [
      ...collector.spans.map(({ attributes }) => attributes),
      ...collector.points.map(({ attributes }) => attributes),
      ...collector.resources,
    ].flatMap((attributes) => Object.entries(attributes));
    const others = all.filter(([name, value]) => !ATTRIBUTES[name]?.test(String(value)));
    expect(others).toEqual([]);
    const seen = new Set(all.map(([name]) => name));
    expect(Object.keys(ATTRIBUTES).filter((name) => !seen.has(name))).toEqual([]);
    expect(collector.spans.filter(({ name }) => !/^[a-zA-Z]+(?: [a-z-]+)?$/.test(name))).toEqual(
      [],
    );
    expect(collector.text).not.toMatch(/"(?:events|links)":\[\{/);
  });

  it('logs nothing of telemetry while it is sent', () => {
    expect(log).toContain('the sweep is done');
    expect(log).not.toMatch(/telemetry (?:is|could) not/);
  });
});
