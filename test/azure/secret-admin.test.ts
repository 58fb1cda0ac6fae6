import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { SecretClient } from '@azure/keyvault-secrets';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type EmbeddedVault, startEmbeddedVault } from '../../infra/local/store/embedded-vault.ts';
import { createCredential } from '../../shared/azure/identity.ts';
import { createSecretAdmin, PLACE_HOLDER_TYPE } from '../../shared/azure/vault/secret-admin.ts';
import { addSecretVersion } from '../../shared/crypto/secret/secret-rotation.ts';
import { Unavailable } from '../../shared/port/unavailable.ts';
import { trust } from '../fixture/certificate.ts';
import { credential, type FaultyVault, startFaultyVault, TOKEN } from './faulty-vault.ts';

/** Checks what an operator does in the vault, with the client and credential of the cloud. */

let embedded: EmbeddedVault;
let faulty: FaultyVault;
beforeAll(async () => {
  embedded = await startEmbeddedVault({ directory: undefined });
  faulty = await startFaultyVault();
  trust(embedded.ca);
  vi.stubEnv('IDENTITY_ENDPOINT', embedded.identityEndpoint);
  vi.stubEnv('IDENTITY_HEADER', embedded.identityHeader);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([embedded.close(), faulty.close()]);
});

const LOCAL = { disableChallengeResourceVerification: true };

function keeperOf() {
  const identity = createCredential({ hasManagedIdentity: true });
  return createSecretAdmin({ url: embedded.url, credential: identity, ...LOCAL });
}

describe('createSecretAdmin against the embedded vault', () => {
  it('creates a missing secret, then adds versions, oldest first', async () => {
    const keeper = keeperOf();
    expect(await keeper.listVersions('made')).toEqual([]);
    const first = await keeper.addVersion('made', 'a value');
    expect(first).toEqual({
      version: expect.stringMatching(/^[0-9a-f]{32}$/),
      createdAtMs: expect.any(Number),
      isEnabled: true,
    });
    await embedded.setSecret('made', 'older', { createdAtMs: first.createdAtMs - 60_000 });
    const versions = await keeper.listVersions('made');
    expect(versions).toHaveLength(2);
    expect(versions[1]).toEqual(first);
    expect(embedded.versionsOf('made').map(({ value }) => value)).toEqual(['a value', 'older']);
  });

  it('does not list the placeholder version of a deployment', async () => {
    const template = readFileSync(new URL('../../infra/app/vault.bicep', import.meta.url), 'utf8');
    expect(template).toContain(`contentType: '${PLACE_HOLDER_TYPE}'`);
    const identity = createCredential({ hasManagedIdentity: true });
    const client = new SecretClient(embedded.url, identity, LOCAL);
    const options = { contentType: PLACE_HOLDER_TYPE, enabled: false };
    await client.setSecret('deployed', 'no secret', options);
    const keeper = keeperOf();
    expect(await keeper.listVersions('deployed')).toEqual([]);
    const first = await keeper.addVersion('deployed', 'a value');
    expect(await keeper.listVersions('deployed')).toEqual([first]);
  });

  it('disables a version and enables it again, and keeps its value', async () => {
    const keeper = keeperOf();
    const { version } = await keeper.addVersion('toggled', 'a value');
    const enabled = async () => (await keeper.listVersions('toggled')).map((one) => one.isEnabled);
    await keeper.setEnabled('toggled', version, false);
    expect(await enabled()).toEqual([false]);
    await keeper.setEnabled('toggled', version, true);
    expect(await enabled()).toEqual([true]);
    expect(embedded.versionsOf('toggled')[0]?.value).toBe('a value');
  });

  it('adds secrets that the app can read: a 256-bit pepper, a private P-256 key', async () => {
    const keeper = keeperOf();
    await addSecretVersion(keeper, 'pepper', (size) => randomBytes(size));
    await addSecretVersion(keeper, 'signing-key', (size) => randomBytes(size));
    expect(embedded.versionsOf('password-pepper')[0]?.value).toMatch(/^[\w-]{43}$/);
    const jwk = JSON.parse(embedded.versionsOf('token-signing-key')[0]?.value ?? '');
    expect(jwk).toMatchObject({ kty: 'EC', crv: 'P-256', d: expect.stringMatching(/^[\w-]{43}$/) });
  });
});

describe('a failure of createSecretAdmin', () => {
  const SECRET = 'a secret that nobody may see';

  it.each([
    [403, 'the vault refuses it; the role Key Vault Secrets Officer allows it.'],
    [409, 'there is a deleted secret of this name; recover or purge that one first.'],
    [500, '500'],
  ])('with status %i is explained without value, token or address', async (status, words) => {
    faulty.answer = () => ({
      status,
      body: JSON.stringify({ error: { code: 'Some', message: SECRET } }),
    });
    const keeper = createSecretAdmin({ url: faulty.url, credential, ...LOCAL });
    for (const call of [
      () => keeper.addVersion('pepper', SECRET),
      () => keeper.setEnabled('pepper', 'v1', false),
      () => keeper.listVersions('pepper'),
    ]) {
      const fault = await call().catch((error: unknown) => error);
      expect(fault).toBeInstanceOf(Unavailable);
      expect((fault as Unavailable).message).toContain(words);
      const everything = inspect(fault, { depth: 10, showHidden: true });
      for (const hidden of [SECRET, TOKEN, 'https://']) expect(everything).not.toContain(hidden);
    }
  });

  it('is thrown for an answer without an id', async () => {
    faulty.answer = () => ({
      status: 200,
      body: '{"value":[{"id":"https://v.invalid/secrets/p"}]}',
    });
    const keeper = createSecretAdmin({ url: faulty.url, credential, ...LOCAL });
    await expect(keeper.listVersions('p')).rejects.toThrow(Unavailable);
  });

  it('is thrown for a remote vault without https, before any request', () => {
    const url = 'http://vault.example';
    expect(() => createSecretAdmin({ url, credential })).toThrow(TypeError);
  });
});
