import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runHere } from './fixture/in-process.ts';
import { type Finished, runLocal } from './fixture/local-process.ts';
import { Operated } from './fixture/operated.ts';

let operated: Operated;
beforeAll(async () => {
  operated = await Operated.start();
}, 120_000);
afterAll(() => operated.stop());

/** The tables behind it, of which one takes no write: 403, as Azure answers a role of a reader. */
async function startReadOnly(origin: string, table: string) {
  const server = createServer(async (request, response) => {
    const { method = '', url = '' } = request;
    if (method !== 'GET' && new RegExp(`/${table}\\b`).test(url)) {
      response.writeHead(403, { 'content-type': 'application/json' });
      response.end('{"odata.error":{"code":"AuthorizationPermissionMismatch"}}');
      return;
    }
    const body = method === 'GET' ? undefined : await buffer(request);
    const { host: _, connection: __, ...headers } = request.headers;
    const init = { method, headers: headers as Record<string, string>, ...(body && { body }) };
    const answer = await fetch(`${origin}${url}`, init);
    const { 'content-encoding': ___, ...kept } = Object.fromEntries(answer.headers);
    response.writeHead(answer.status, kept);
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, stop: () => server.close() };
}

interface Check {
  readonly name: string;
  readonly isWell: boolean;
  readonly message: string;
}

function diagnose(settings: Record<string, string> = {}) {
  const all = { ...operated.parts.settings, ...settings };
  return diagnosisOf(runHere('doctor', ['--json'], all));
}

async function diagnosisOf(finished: Promise<Finished>) {
  const { code, stdout } = await finished;
  const { isWell, checks } = JSON.parse(stdout);
  const wrong = (checks as Check[]).filter((check) => !check.isWell);
  return { code, isWell, checks, wrong };
}

describe('the doctor', () => {
  it('finds a complete service well and leaves no row behind', async () => {
    const { code, isWell, checks } = await diagnose();
    expect({ code, isWell }).toEqual({ code: 0, isWell: true });
    const names = checks.map(({ name }: Check) => name);
    const secrets = ['password-pepper', 'token-signing-key', 'receipt-signing-key'];
    expect(names).toEqual(['settings', ...secrets, 'tables', 'clock', 'store', 'mail']);
    const overdue = [];
    const { expiries } = operated.parts.stores;
    for await (const page of expiries.listOverdue(Date.now() + 2 * 86_400_000))
      overdue.push(...page);
    expect(overdue.map(({ userName }) => userName)).toEqual(['admin@contoso.example']);
  });

  it.each(['accounts', 'attempts', 'expiries'])(
    'finds that its role may not write the table %s',
    async (table) => {
      const { TABLES_CONNECTION_STRING: whole = '' } = operated.parts.settings;
      const [, origin = ''] = /TableEndpoint=(http:\/\/[^/;]+)/.exec(whole) ?? [];
      const reader = await startReadOnly(origin, table);
      const connection = whole.replace(origin, reader.origin);
      const { code, wrong } = await diagnose({ TABLES_CONNECTION_STRING: connection });
      reader.stop();
      expect({ code, names: wrong.map(({ name }) => name) }).toEqual({
        code: 1,
        names: ['tables'],
      });
      expect(wrong[0]?.message).toMatch(/403/);
    },
  );

  it('names a secret version that the service ignores', async () => {
    const version = await operated.parts.add('password-pepper', 'a typo', 4);
    const { code, wrong } = await diagnose();
    await operated.parts.enable('password-pepper', version, false);
    expect(code).toBe(1);
    expect(wrong).toHaveLength(1);
    expect(wrong[0]).toMatchObject({ name: 'password-pepper' });
    expect(wrong[0]?.message).toContain(version);
  });

  it('finds an unfinished restore', async () => {
    const { archive } = operated.parts.stores;
    const mark = { archiveId: 'a', restoreId: 'b', phase: 'writing', epochFloor: 0 } as const;
    await archive.setMark(mark);
    const { code, wrong } = await diagnose();
    await archive.removeMark();
    expect(code).toBe(1);
    expect(wrong.map(({ name }) => name)).toEqual(['store']);
  });

  it('names tables and vault that do not answer, each in one sentence', async () => {
    const nowhere =
      'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=eA==;' +
      'TableEndpoint=http://127.0.0.1:1/a;';
    const { code, wrong } = await diagnose({
      TABLES_CONNECTION_STRING: nowhere,
      KEY_VAULT_URL: 'https://127.0.0.1:1',
    });
    expect(code).toBe(1);
    const names = wrong.map(({ name }) => name);
    const secrets = ['password-pepper', 'token-signing-key', 'receipt-signing-key'];
    expect(names).toEqual([...secrets, 'tables', 'clock', 'store']);
    for (const { message } of wrong) expect(message).not.toContain('unexpected');
  });

  it('finds a clock that is off', async () => {
    // A process of its own has a clock of its own.
    const local = runLocal('doctor', ['--json'], {
      ...operated.parts.settings,
      TABLES_ENDPOINT: '',
      NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(
        'const now = Date.now; Date.now = () => now() + 60000;',
      )}`,
    });
    const { code, wrong } = await diagnosisOf(local.finished);
    expect(code).toBe(1);
    expect(wrong).toHaveLength(1);
    expect(wrong[0]?.message).toMatch(/^This clock is \d\d s ahead of the table service's/);
  });
});
