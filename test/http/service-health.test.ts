import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type EmbeddedTables,
  startEmbeddedTables,
} from '../../infra/local/store/embedded-tables.ts';
import { type EmbeddedVault, startEmbeddedVault } from '../../infra/local/store/embedded-vault.ts';
import { createReadiness, FINDING_KEPT_MS } from '../../shared/http/readiness.ts';
import { DATA_ROOT } from '../fixture/data-root.ts';
import { goodPassword } from '../fixture/good-password.ts';
import { type Service, type SignedInAdmin, startService } from '../fixture/service.ts';
import { JSON_TYPE } from './fixture/context.ts';
import { type FaultyTables, type Line, startFaultyTables, startLine } from './fixture/outage.ts';
import { expectProblem, rawCaller, type Send, type Sent } from './fixture/raw-service.ts';

/** Checks the answers while the store or the vault does not answer, and after that. */

const PACKAGE: { version: string } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
);

/** A part that does not answer may take as long. */
const NEXT_FINDING = { timeout: 20_000, interval: 250 };

function signIn(send: Send, userName: string, password: string): Promise<Sent> {
  const body = JSON.stringify({ userName, password });
  return send('POST', '/api/sign-in', { headers: JSON_TYPE, body });
}

function expectUnavailable(answer: Sent): void {
  expectProblem(answer, 503, 'dependency-unavailable');
  expect(answer.headers['retry-after']).toMatch(/^[1-9]\d*$/);
}

/** Waits until the readiness check has this finding. */
async function awaitFinding(service: Service, send: Send, parts: readonly string[]): Promise<void> {
  await service.passTime(FINDING_KEPT_MS);
  const find = async () => {
    const { body } = await send('GET', '/api/health/ready');
    return body.parts ?? [];
  };
  await expect.poll(find, NEXT_FINDING).toEqual(parts);
  const answer = await send('GET', '/api/health/ready');
  if (parts.length === 0) {
    expect(answer).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(answer.body.version).toBe(PACKAGE.version);
    const { info } = (await send('GET', '/openapi.json')).body;
    expect(info.version).toBe(PACKAGE.version);
    expect(answer.headers['cache-control']).toBe('no-store');
  } else {
    expectUnavailable(answer);
    for (const part of parts) expect(answer.body.detail).toContain(part);
  }
  expect((await send('GET', '/api/health/live')).status).toBe(200);
}

describe('the service without its tables', () => {
  let real: EmbeddedTables;
  let tables: FaultyTables;
  let service: Service;
  let send: Send;
  let admin: SignedInAdmin;

  beforeAll(async () => {
    real = await startEmbeddedTables({ directory: undefined });
    tables = await startFaultyTables(real.connectionString);
    const { connectionString } = tables;
    service = await startService({ env: { TABLES_CONNECTION_STRING: connectionString } });
    admin = await service.readyAdmin();
    send = await rawCaller(service.origin);
  });

  afterAll(async () => {
    await service.end('SIGTERM');
    expect(service.log).not.toContain(admin.password);
    rmSync(service.directory, { recursive: true });
    await tables.close();
    await real.close();
  });

  const userPath = () => `/api/users/${admin.userId}`;
  const rename = (displayName: string) =>
    send('PATCH', userPath(), {
      token: admin.token,
      headers: JSON_TYPE,
      body: JSON.stringify({ displayName }),
    });

  it('is ready while all parts answer', () => awaitFinding(service, send, []));

  it.each(['cut', 'broken', 'hanging'] as const)(
    'answers dependency-unavailable while they are %s',
    async (mode) => {
      tables.mode = mode;
      const { token } = admin;
      const answers = await Promise.all([
        signIn(send, admin.userName, admin.password),
        signIn(send, admin.userName, 'wrong'),
        signIn(send, 'nobody@contoso.example', 'x'),
        send('GET', '/api/me', { token }),
        send('GET', '/api/users', { token }),
        send('GET', '/api/users/00000000000000000000000000', { token }),
        send('POST', `${userPath()}/sign-out`, { token }),
        rename('Nobody'),
      ]);
      for (const answer of answers) expectUnavailable(answer);
    },
  );

  // The client gave a query up after the same 5 s.
  it('returns a short page of a slow query, never an outage', async () => {
    const { token } = admin;
    const follow = async (path: string) => {
      tables.mode = 'slow';
      const first = await send('GET', path, { token });
      expect(first).toMatchObject({ status: 200, body: { items: [] } });
      return send('GET', `${path}?after=${encodeURIComponent(first.body.next)}`, { token });
    };
    const [users, events] = await Promise.all([follow('/api/users'), follow('/api/events')]);
    tables.mode = 'open';
    expect(users.body.items).toHaveLength(1);
    expect(events.body.items.length).toBeGreaterThan(0);
  });

  it('still rejects an invalid token and serves what needs no table', async () => {
    expectProblem(await send('GET', '/api/me', { token: 'x' }), 401, 'invalid-token');
    for (const path of ['/api/password-policy', '/openapi.json', '/.well-known/jwks.json']) {
      expect((await send('GET', path)).status).toBe(200);
    }
  });

  it('is not ready and names the tables', async () => {
    tables.mode = 'cut';
    await awaitFinding(service, send, ['tables']);
    expect(service.log).toContain('"part":"tables"');
  });

  it('is ready again with the tables; nothing was counted or changed', async () => {
    tables.mode = 'open';
    await awaitFinding(service, send, []);
    const answer = await signIn(send, admin.userName, admin.password);
    expect(answer.body.status).toBe('signedIn');
    const read = await send('GET', userPath(), { token: admin.token });
    expect(read.body.displayName).toBe('admin');
  });

  it('answers conflict if every write loses to others', async () => {
    tables.mode = 'contended';
    const answer = await rename('Loser');
    expectProblem(answer, 409, 'conflict');
    expect(answer.headers['retry-after']).toMatch(/^[1-9]\d*$/);
    tables.mode = 'open';
    expect((await rename('Winner')).status).toBe(200);
  });
});

describe('the service without its vault', () => {
  let vault: EmbeddedVault;
  let line: Line;
  let directory: string;
  let authority: string;
  let service: Service;
  let send: Send;
  const userName = 'admin@contoso.example';

  const start = () =>
    startService({
      directory,
      env: {
        KEY_VAULT_URL: `https://127.0.0.1:${line.port}`,
        IDENTITY_ENDPOINT: vault.identityEndpoint,
        IDENTITY_HEADER: vault.identityHeader,
        NODE_EXTRA_CA_CERTS: join(authority, 'vault-ca.pem'),
      },
    });

  beforeAll(async () => {
    directory = mkdtempSync(join(DATA_ROOT, 'portal-credentials-'));
    // A data directory takes no files of others.
    authority = mkdtempSync(join(DATA_ROOT, 'portal-credentials-'));
    vault = await startEmbeddedVault({ directory: undefined });
    writeFileSync(join(authority, 'vault-ca.pem'), vault.ca);
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    await vault.setSecret('password-pepper', 'a pepper of the test, and of no other use');
    await vault.setSecret('token-signing-key', JSON.stringify(await exportJWK(privateKey)));
    line = await startLine(Number(new URL(vault.url).port));
    service = await start();
    await service.readyAdmin();
    await service.end('SIGTERM');
    // This one has never seen the vault.
    line.isOpen = false;
    service = await start();
    send = await rawCaller(service.origin);
  });

  afterAll(async () => {
    await service.end('SIGTERM');
    for (const each of [directory, authority]) rmSync(each, { recursive: true });
    await line.close();
    await vault.close();
  });

  it('starts, is not ready, and names the vault', () => awaitFinding(service, send, ['vault']));

  it('answers no sign-in, and takes no password for wrong', async () => {
    // More often than the free attempts, none of which is counted.
    for (const password of ['x', 'x', 'x', 'x', 'x', 'x', goodPassword(1)]) {
      expectUnavailable(await signIn(send, userName, password));
    }
    const token = 'eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6IngifQ.e30.AAAA';
    expectUnavailable(await send('GET', '/api/me', { token }));
    expectUnavailable(await send('GET', '/.well-known/jwks.json'));
  });

  it('is ready once the vault answers', async () => {
    line.isOpen = true;
    await awaitFinding(service, send, []);
    expect((await signIn(send, userName, goodPassword(1))).body.status).toBe('signedIn');
  });

  it('names the vault when it fails again, and works from its copies', async () => {
    line.isOpen = false;
    await awaitFinding(service, send, ['vault']);
    expect((await signIn(send, userName, goodPassword(1))).body.status).toBe('signedIn');
    expect((await send('GET', '/.well-known/jwks.json')).status).toBe(200);
  });
});

describe('a readiness finding', () => {
  function readiness(down: Set<string>) {
    const clock = { nowMs: 1_000_000 };
    let asked = 0;
    const probe = (part: string) => async () => {
      asked += 1;
      if (down.has(part)) throw new Error('down');
    };
    const probes = { tables: probe('tables'), vault: probe('vault') };
    const find = createReadiness({ now: () => clock.nowMs }, probes);
    return { clock, find, asked: () => asked };
  }

  it('names all failed parts in a fixed order', async () => {
    const { find } = readiness(new Set(['vault', 'tables']));
    expect(await find()).toEqual(['tables', 'vault']);
  });

  it('is cached for 5 s, good or bad, to the millisecond', async () => {
    const down = new Set<string>();
    const { clock, find, asked } = readiness(down);
    expect(await find()).toEqual([]);
    down.add('vault');
    clock.nowMs += 4999;
    expect(await find()).toEqual([]);
    expect(asked()).toBe(2);
    clock.nowMs += 1;
    expect(await find()).toEqual(['vault']);
    down.clear();
    clock.nowMs += 4999;
    expect(await find()).toEqual(['vault']);
    clock.nowMs += 1;
    expect(await find()).toEqual([]);
    expect(asked()).toBe(6);
  });

  it('is shared by parallel callers', async () => {
    const { find, asked } = readiness(new Set());
    await Promise.all(Array.from({ length: 16 }, () => find()));
    expect(asked()).toBe(2);
  });
});
