import { createServer, type Server } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createKeyVault } from '../../shared/azure/vault/key-vault.ts';
import { Unavailable } from '../../shared/port/unavailable.ts';
import type { Vault } from '../../shared/port/vault.ts';
import {
  credential,
  type FaultyVault,
  type ScriptedAnswer,
  startFaultyVault,
  TOKEN,
} from './faulty-vault.ts';

const SECRET = 'a secret that nobody may see';
const none = new Map();
let faulty: FaultyVault;
let vault: Vault;

const open = (url: string, timeoutMs = 5_000) =>
  createKeyVault({ url, credential, timeoutMs, disableChallengeResourceVerification: true });

beforeAll(async () => {
  faulty = await startFaultyVault();
});
afterAll(() => faulty.close());
beforeEach(() => {
  faulty.requests.length = 0;
  vault = open(faulty.url);
});

async function faultOf(asked: Promise<unknown>): Promise<Unavailable> {
  const fault = await asked.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(fault instanceof Unavailable)) throw new Error('it should have been Unavailable');
  expect(fault.part).toBe('vault');
  const everything = inspect(fault, { depth: 10, showHidden: true });
  for (const hidden of [SECRET, TOKEN, 'api-version', 'https://']) {
    expect(everything).not.toContain(hidden);
  }
  return fault;
}

const list = (attributes: object = { enabled: true, created: 1 }) => ({
  status: 200,
  body: JSON.stringify({ value: [{ id: 'https://v.invalid/secrets/pepper/v1', attributes }] }),
});
const secret = (value: string) => ({
  status: 200,
  body: JSON.stringify({
    value,
    id: 'https://v.invalid/secrets/pepper/v1',
    attributes: { enabled: true, created: 1 },
  }),
});
const isList = (path: string) => path.startsWith('/secrets/pepper/versions');

describe('the key vault client throws Unavailable, without secret, token or address', () => {
  it.each([
    ['a refusal', 403, 'Listing the versions of pepper: 403'],
    ['a defect', 500, 'Listing the versions of pepper: 500'],
    [
      'a missing secret',
      404,
      'of pepper: the vault that KEY_VAULT_URL names has no such secret; is it the right vault?',
    ],
  ])('for %s of the list', async (_, status, message) => {
    faulty.answer = () => ({
      status,
      body: JSON.stringify({ error: { code: 'Forbidden', message: SECRET } }),
    });
    const fault = await faultOf(vault.listSecretVersions('pepper', none));
    expect(fault.message).toContain(message);
  });

  it.each<[string, string, ScriptedAnswer]>([
    [
      'a defect',
      '500',
      { status: 500, body: `{"error":{"code":"Internal","message":"${SECRET}"}}` },
    ],
    ['broken JSON', '', { status: 200, body: `{"value":"${SECRET}` }],
  ])('for %s instead of a value', async (_, message, answer) => {
    faulty.answer = (path) => (isList(path) ? list() : answer);
    const fault = await faultOf(vault.listSecretVersions('pepper', none));
    expect(fault.message).toContain(`Reading pepper version v1: ${message}`);
  });

  it.each([
    ['no date', list({ enabled: true })],
    ['broken JSON', { status: 200, body: `[{"${SECRET}` }],
    ['another shape', { status: 200, body: JSON.stringify({ value: SECRET }) }],
  ])('for %s in the list', async (_, answer) => {
    faulty.answer = () => answer;
    await faultOf(vault.listSecretVersions('pepper', none));
  });

  it('for a vault that is not there', async () => {
    const gone = await startFaultyVault();
    await gone.close();
    await faultOf(open(gone.url).listSecretVersions('pepper', none));
  });

  it('for a credential that fails', async () => {
    const failing = { getToken: () => Promise.reject(new Error(`no token: ${SECRET}`)) };
    const refused = createKeyVault({
      url: faulty.url,
      credential: failing,
      disableChallengeResourceVerification: true,
    });
    await faultOf(refused.listSecretVersions('pepper', none));
  });

  it('for a vault that accepts the connection and does not answer', async () => {
    const silent: Server = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    await faultOf(open(`https://127.0.0.1:${port}`, 100).listSecretVersions('pepper', none));
    silent.close();
  });
});

describe('a secret version without a value', () => {
  it.each<[string, ScriptedAnswer]>([
    ['that is disabled meanwhile', { status: 403, body: '{"error":{"code":"Forbidden"}}' }],
    ['that is gone meanwhile', { status: 404, body: '{"error":{"code":"SecretNotFound"}}' }],
    ['that is empty', secret('')],
  ])('%s is returned empty, and the others keep their values', async (_, answer) => {
    const value = ['v1', 'v2'].map((version, index) => ({
      id: `https://v.invalid/secrets/pepper/${version}`,
      attributes: { enabled: true, created: index + 1 },
    }));
    faulty.answer = (path) => {
      if (isList(path)) return { status: 200, body: JSON.stringify({ value }) };
      return path.startsWith('/secrets/pepper/v1') ? secret('pepper') : answer;
    };
    expect(await vault.listSecretVersions('pepper', none)).toEqual([
      { version: 'v1', value: 'pepper', createdAtMs: 1000 },
      { version: 'v2', value: '', createdAtMs: 2000 },
    ]);
  });
});

describe('a temporary failure of the vault', () => {
  it('is retried once and no more', async () => {
    let failures = 1;
    faulty.answer = (path) => {
      failures -= 1;
      if (failures >= 0) return { status: 503, body: '{}' };
      return isList(path) ? list() : secret('pepper');
    };
    expect(await vault.listSecretVersions('pepper', none)).toEqual([
      { version: 'v1', value: 'pepper', createdAtMs: 1000 },
    ]);
    faulty.requests.length = 0;
    failures = 2;
    await faultOf(vault.listSecretVersions('pepper', none));
    expect(faulty.requests).toHaveLength(2);
  });
});

describe('the vault address', () => {
  it.each([
    'https://vault.example',
    'https://127.0.0.1.example',
    'https://localhost.example',
    'https://127.0.0.1@vault.example',
  ])('%s requires challenge verification', (url) => {
    expect(() => open(url)).toThrow(TypeError);
    expect(() => createKeyVault({ url, credential })).not.toThrow();
  });

  it.each(['https://127.0.0.1:1', 'https://[::1]:1', 'https://localhost:1'])(
    '%s may be used without challenge verification',
    (url) => {
      expect(() => open(url)).not.toThrow();
    },
  );

  it.each(['http://127.0.0.1:1', 'vault.example', ''])('%j is rejected', (url) => {
    expect(() => createKeyVault({ url, credential })).toThrow(TypeError);
  });

  it('gets no token from a client if the vault names another resource', async () => {
    faulty.answer = () => list();
    const strict = createKeyVault({ url: faulty.url, credential });
    await faultOf(strict.listSecretVersions('pepper', none));
    expect(faulty.requests).toEqual([]);
  });
});
