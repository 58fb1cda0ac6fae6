import azureFunctions from '@azure/functions';
import { describe, expect, it } from 'vitest';
import {
  PASSWORD_MAX_LENGTH,
  type PasswordPolicy,
} from '../../shared/credential/policy/password-policy.ts';
import { defineEndpoint } from '../../shared/http/endpoint.ts';
import { catalogue } from '../../shared/http/language.ts';
import { createCallLog, describeFault } from '../../shared/http/log.ts';
import { createPortalPage } from '../../shared/http/portal-page.ts';
import { NotReady } from '../../shared/http/readiness.ts';
import { serve } from '../../shared/http/serve.ts';
import { viewMe, viewUser } from '../../shared/http/view.ts';
import { Unavailable } from '../../shared/port/unavailable.ts';
import { SettingError } from '../../shared/setting.ts';
import { NOW_MS, nameOf, sampleUser } from '../contract/account-sample.ts';

/** Checks faults at the edge that a running service is not easily brought to. */

const { HttpRequest, InvocationContext } = azureFunctions;
const SECRET = 'https://store.example/?sig=secret';

/** Returns the answer and the log of an endpoint that throws while no setting is right. */
async function answerTo(fault: unknown) {
  const lines: string[] = [];
  const context = new InvocationContext({
    invocationId: 'request-1',
    functionName: 'probe',
    logHandler: (_level, ...args) => lines.push(args.join(' ')),
  });
  const endpoint = defineEndpoint({
    name: 'probe',
    method: 'GET',
    route: 'api/probe',
    summary: 'Throws.',
    access: 'anonymous',
    answers: {},
    refusals: [],
    handle: () => Promise.reject(fault),
  });
  const loadServices = () => Promise.reject(new SettingError('KEY_VAULT_URL', 'must be set.'));
  const request = new HttpRequest({ method: 'GET', url: 'http://portal.example/api/probe' });
  const { status, headers, body } = await serve(endpoint, loadServices)(request, context);
  return { status, headers, body: JSON.parse(String(body)), log: lines.join('\n') };
}

describe('a fault at the edge', () => {
  it.each([
    ['a part', new Unavailable('tables', SECRET), '"part":"tables"'],
    [
      'a pepper version',
      new Unavailable('vault', SECRET, { pepperVersion: 'v7' }),
      '"pepperVersion":"v7"',
    ],
  ])('that is %s missing answers a repeatable 503, logged without its text', async (...row) => {
    const [, fault, logged] = row;
    const { status, headers, body, log } = await answerTo(fault);
    expect(status).toBe(503);
    expect(headers).toMatchObject({ 'Retry-After': '5', 'Cache-Control': 'no-store' });
    expect(body).toMatchObject({ code: 'dependency-unavailable', instance: 'request-1' });
    expect(body.parts).toBeUndefined();
    expect(log).toContain(logged);
    expect(log + JSON.stringify(body)).not.toContain(SECRET);
  });

  it('that is a part not ready names the part in answer and log', async () => {
    const { status, body, log } = await answerTo(new NotReady(['vault']));
    expect(status).toBe(503);
    expect(body.parts).toEqual(['vault']);
    expect(log).toContain('"part":"vault"');
  });

  it('of an unknown kind answers 500 and is logged by its kind', async () => {
    const { status, body, log } = await answerTo(new RangeError(SECRET));
    expect([status, body.code]).toEqual([500, 'internal-error']);
    expect(log).toContain('"error":"RangeError"');
    expect(log + JSON.stringify(body)).not.toContain(SECRET);
  });
});

describe('the description of a fault', () => {
  it('repeats nothing of a thrown value that is not an Error', () => {
    expect(describeFault(SECRET)).toEqual({ error: 'not an Error' });
  });

  it('has the sentence of a setting, and else only name and frames', () => {
    const setting = describeFault(new SettingError('BCRYPT_COST', 'is wrong.'));
    expect(setting).toMatchObject({ error: 'SettingError', setting: 'BCRYPT_COST is wrong.' });
    const frameless = Object.assign(new TypeError(SECRET), { stack: undefined });
    expect(describeFault(frameless)).toEqual({ error: 'TypeError', stack: '' });
  });

  it('is logged as one line of allowed members', () => {
    const lines: string[] = [];
    const note = (line: string) => lines.push(line);
    const log = createCallLog({ info: note, warn: note, error: note });
    log.info('one');
    log.warn('two');
    log.error('three', { requestId: 'r', password: SECRET } as { requestId: string });
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { message: 'one' },
      { message: 'two' },
      { message: 'three', requestId: 'r' },
    ]);
  });
});

describe('a user without any credential', () => {
  const user = sampleUser(nameOf('ana@contoso.example'), { credential: { kind: 'none' } });

  it('has a state and no times, and counts as changed at its creation', () => {
    const parts = { caller: user, resetRequirements: [], nowMs: NOW_MS };
    expect(viewUser(user, parts).credential).toEqual({ state: 'none' });
    const policy: PasswordPolicy = { minLength: 15, maxLength: PASSWORD_MAX_LENGTH, history: 0 };
    const text = catalogue('en');
    const me = viewMe({ user, admins: [], contact: undefined, policy, text, nowMs: NOW_MS });
    expect(me.credential.changedAt).toBe('2026-01-31T09:59:59.999Z');
    expect(me.policy.rules).toContain(text.policyRule.historyNone);
  });
});

describe('the portal page', () => {
  const page = createPortalPage((name) => Buffer.from(name));
  const ask = (headers: Record<string, string>) =>
    page(new HttpRequest({ method: 'GET', url: 'http://portal.example/', headers }));
  const codingFor = (accepted: string) =>
    ask({ 'accept-encoding': accepted }).headers?.['Content-Encoding'];

  it.each([
    ['br, gzip', 'br'],
    ['gzip, br;q=0', 'gzip'],
    ['gzip;q=0, *', 'br'],
    ['*;q=0', undefined],
    ['', undefined],
  ])('is sent to Accept-Encoding %j as %s', (accepted, coding) => {
    expect(codingFor(accepted)).toBe(coding);
  });

  it('answers 304 to its own tag only, not to that of another coding', () => {
    const { ETag: plain = '' } = ask({}).headers ?? {};
    const { ETag: packed = '' } = ask({ 'accept-encoding': 'br' }).headers ?? {};
    expect(plain).not.toBe(packed);
    expect(ask({ 'if-none-match': `"x", W/${plain}` })).toMatchObject({ status: 304 });
    expect(ask({ 'if-none-match': '*' }).body).toBeUndefined();
    expect(ask({ 'if-none-match': packed })).toMatchObject({ status: 200 });
  });
});
