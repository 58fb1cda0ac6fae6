import { SecretClient } from '@azure/keyvault-secrets';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type EmbeddedVault, startEmbeddedVault } from '../../infra/local/store/embedded-vault.ts';
import { createCredential, type TokenCredential } from '../../shared/azure/identity.ts';
import { createKeyVault } from '../../shared/azure/vault/key-vault.ts';
import { createSecretCache } from '../../shared/crypto/secret/secret-cache.ts';
import { Unavailable } from '../../shared/port/unavailable.ts';
import { SECRET_VERSION_LIMIT, type Vault } from '../../shared/port/vault.ts';
import { trust } from '../fixture/certificate.ts';

const DAY_MS = 86_400_000;
const startMs = Date.UTC(2026, 0, 1);

let embedded: EmbeddedVault;
let identity: TokenCredential;
let vault: Vault;
let client: SecretClient;

/** The cloud's own path: the platform's identity endpoint, then the vault's challenge. */
beforeAll(async () => {
  embedded = await startEmbeddedVault({ directory: undefined });
  trust(embedded.ca);
  vi.stubEnv('IDENTITY_ENDPOINT', embedded.identityEndpoint);
  vi.stubEnv('IDENTITY_HEADER', embedded.identityHeader);
  identity = createCredential({ hasManagedIdentity: true });
  const options = { disableChallengeResourceVerification: true };
  vault = createKeyVault({ url: embedded.url, credential: identity, ...options });
  client = new SecretClient(embedded.url, identity, options);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await embedded.close();
});

const none = new Map();

describe('createKeyVault, by managed identity against the embedded vault', () => {
  it('lists enabled versions with values, oldest first, whatever their order', async () => {
    const days = [3, 1, 2, 0];
    for (const day of days) {
      await embedded.setSecret('ordered', `value ${day}`, { createdAtMs: startMs + day * DAY_MS });
    }
    const versions = await vault.listSecretVersions('ordered', none);
    expect(versions.map(({ value }) => value)).toEqual([
      'value 0',
      'value 1',
      'value 2',
      'value 3',
    ]);
    expect(versions.map(({ createdAtMs }) => createdAtMs)).toEqual(
      [0, 1, 2, 3].map((day) => startMs + day * DAY_MS),
    );
  });

  it('sorts versions of one second the same way on every instance', async () => {
    for (let count = 0; count < 4; count += 1) {
      await embedded.setSecret('same-second', `value ${count}`, { createdAtMs: startMs });
    }
    const versions = await vault.listSecretVersions('same-second', none);
    const ids = versions.map(({ version }) => version);
    expect(ids).toEqual([...ids].sort());
  });

  it('omits a disabled version and lists it again once it is enabled', async () => {
    const first = await embedded.setSecret('toggled', 'first', { createdAtMs: startMs });
    await embedded.setSecret('toggled', 'second', { createdAtMs: startMs + DAY_MS });
    const values = async () =>
      (await vault.listSecretVersions('toggled', none)).map(({ value }) => value);
    await client.updateSecretProperties('toggled', first.version, { enabled: false });
    expect(await values()).toEqual(['second']);
    await client.updateSecretProperties('toggled', first.version, { enabled: true });
    expect(await values()).toEqual(['first', 'second']);
  });

  it('does not read values again that the caller has', async () => {
    const { version } = await embedded.setSecret('kept', 'first', { createdAtMs: startMs });
    await embedded.setSecret('kept', 'second', { createdAtMs: startMs + DAY_MS });
    const own = { version, value: 'as the caller has it', createdAtMs: startMs };
    const [kept, read] = await vault.listSecretVersions('kept', new Map([[version, own]]));
    expect(kept).toBe(own);
    expect(read?.value).toBe('second');
  });

  it('follows the pages up to the limit of versions', async () => {
    for (let count = 0; count < SECRET_VERSION_LIMIT; count += 1) {
      await embedded.setSecret('many', `value ${count}`, { createdAtMs: startMs + count * 1000 });
    }
    const versions = await vault.listSecretVersions('many', none);
    expect(versions.map(({ value }) => value)).toEqual(
      Array.from({ length: SECRET_VERSION_LIMIT }, (_, count) => `value ${count}`),
    );
    await embedded.setSecret('many', 'one too many');
    await expect(vault.listSecretVersions('many', none)).rejects.toThrow(
      'Listing the versions of many: more than 100 are enabled.',
    );
  });

  it('throws Unavailable with the name of a missing secret', async () => {
    const asked = vault.listSecretVersions('missing', none);
    await expect(asked).rejects.toThrow(Unavailable);
    await expect(asked).rejects.toThrow(
      'Listing the versions of missing: the vault that KEY_VAULT_URL names has no such secret; ' +
        'is it the right vault?',
    );
  });

  // Last, because it ends the vault: the identity library has one endpoint in a process.
  it('fills the secret cache, which continues after the vault has stopped', async () => {
    await embedded.setSecret('password-pepper', 'first', { createdAtMs: startMs });
    let nowMs = startMs + DAY_MS;
    const ring = createSecretCache({
      vault: createKeyVault({
        url: embedded.url,
        credential: createCredential({ hasManagedIdentity: true, clientId: 'user-assigned' }),
        disableChallengeResourceVerification: true,
      }),
      name: 'password-pepper',
      clock: { now: () => nowMs },
    });
    const first = await ring.newest();
    expect(first.value).toBe('first');
    const second = await embedded.setSecret('password-pepper', 'second', { createdAtMs: nowMs });
    expect(await ring.find(second.version)).toMatchObject({ value: 'second' });
    expect((await ring.newest()).value).toBe('first');
    await embedded.close();
    nowMs += DAY_MS;
    expect((await ring.newest()).value).toBe('second');
    expect(await ring.find(first.version)).toBe(first);
    await expect(ring.find('unknown')).rejects.toThrow(Unavailable);
  });
});
