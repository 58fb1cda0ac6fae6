import { readFile, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import tls from 'node:tls';
import { ManagedIdentityCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedVault, startEmbeddedVault } from '../../infra/local/store/embedded-vault.ts';
import { trust } from '../fixture/certificate.ts';
import { removeTemporaryDirectories, temporaryDirectory } from './fixture/package.ts';

let vault: EmbeddedVault;
let client: SecretClient;

beforeAll(async () => {
  vault = await startEmbeddedVault({ directory: undefined });
  // As in the local start: nothing of the app sees the authority.
  trust(vault.ca);
  process.env.IDENTITY_ENDPOINT = vault.identityEndpoint;
  process.env.IDENTITY_HEADER = vault.identityHeader;
  client = new SecretClient(vault.url, new ManagedIdentityCredential(), {
    disableChallengeResourceVerification: true,
    retryOptions: { maxRetries: 0 },
  });
});

afterAll(async () => {
  await vault?.close();
  await removeTemporaryDirectories();
});

async function versionsOf(name: string) {
  const found = [];
  for await (const each of client.listPropertiesOfSecretVersions(name)) found.push(each);
  return found;
}

/** A request of our own, past the client, to this vault or another. */
function send(
  path: string,
  options: { method?: string; token?: string; body?: string; to?: EmbeddedVault } = {},
) {
  const { method = 'GET', token, body, to = vault } = options;
  const { port } = new URL(to.url);
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return new Promise<{ status: number; challenge: string | undefined; json: unknown }>(
    (resolve, reject) => {
      const target = { hostname: '127.0.0.1', port, path, method, headers, ca: to.ca };
      const outgoing = request(target, (incoming) => {
        let text = '';
        incoming.on('data', (chunk) => {
          text += chunk;
        });
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            challenge: incoming.headers['www-authenticate'],
            json: JSON.parse(text),
          }),
        );
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    },
  );
}

async function askIdentity(query: string, header: string | undefined, of = vault) {
  const headers = header === undefined ? {} : { 'x-identity-header': header };
  const answer = await fetch(`${of.identityEndpoint}?${query}`, { headers });
  return { status: answer.status, json: (await answer.json()) as Record<string, string> };
}

async function token(of = vault): Promise<string> {
  const query = `resource=${of.url}&api-version=2019-08-01`;
  const { json } = await askIdentity(query, of.identityHeader, of);
  return json.access_token ?? '';
}

describe('the embedded vault with the real client and managed identity', () => {
  it('sets and gets secrets, the newest version or a named one', async () => {
    const first = await client.setSecret('Pepper', 'one');
    const second = await client.setSecret('pepper', 'two');
    expect((await client.getSecret('pepper')).value).toBe('two');
    const { version = '' } = first.properties;
    expect((await client.getSecret('pepper', { version })).value).toBe('one');
    expect(second.properties.version).not.toBe(version);
    expect(version).toMatch(/^[0-9a-f]{32}$/);
  });

  it('hides a disabled version and returns it once it is enabled', async () => {
    const { properties } = await client.setSecret('disabled', 'x');
    const version = properties.version ?? '';
    await client.updateSecretProperties('disabled', version, { enabled: false });
    const refused = { statusCode: 403, code: 'Forbidden' };
    await expect(client.getSecret('disabled')).rejects.toMatchObject(refused);
    await expect(client.getSecret('disabled', { version })).rejects.toMatchObject(refused);
    expect((await versionsOf('disabled')).map((each) => each.enabled)).toEqual([false]);
    await client.updateSecretProperties('disabled', version, { enabled: true });
    expect((await client.getSecret('disabled')).value).toBe('x');
  });

  it('lists versions over several pages, with injected times', async () => {
    for (let index = 0; index < 26; index += 1) {
      await vault.setSecret('many', String(index), { createdAtMs: (index + 1) * 1000 + 999 });
    }
    const found = await versionsOf('many');
    expect(found).toHaveLength(26);
    const seconds = found.map((each) => (each.createdOn?.getTime() ?? 0) / 1000);
    expect(seconds.toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 26 }, (_, index) => index + 1),
    );
    // The real vault promises no order, and neither does this one.
    expect(seconds).not.toEqual(seconds.toSorted((a, b) => a - b));
  });

  it('answers 404 in the form of Key Vault for a missing secret', async () => {
    const absent = { statusCode: 404, code: 'SecretNotFound' };
    await expect(client.getSecret('none')).rejects.toMatchObject(absent);
    await expect(versionsOf('none')).rejects.toMatchObject(absent);
    await vault.setSecret('some', 'x');
    const version = '0'.repeat(32);
    await expect(client.getSecret('some', { version })).rejects.toMatchObject(absent);
    await expect(
      client.updateSecretProperties('some', version, { enabled: false }),
    ).rejects.toMatchObject(absent);
  });

  it('uses the given clock', async () => {
    let nowMs = 5_000;
    const other = await startEmbeddedVault({ directory: undefined, now: () => nowMs });
    const { version } = await other.setSecret('a', 'x');
    nowMs = 9_000;
    const { json } = await send(`/secrets/a/${version}?api-version=7.6`, {
      to: other,
      method: 'PATCH',
      token: await token(other),
      body: '{"attributes":{"enabled":false}}',
    });
    expect(json).toMatchObject({ attributes: { created: 5, updated: 9, enabled: false } });
    await other.close();
  });

  it('has the authority that its process trusts already, as Node lists it', async () => {
    const other = await startEmbeddedVault({ directory: undefined });
    expect(tls.getCACertificates('default')).toContain(other.ca);
    await other.close();
  });

  it('is trusted only by clients with its own authority', async () => {
    const other = await startEmbeddedVault({ directory: undefined });
    const [foreignAuthority = ''] = tls.rootCertificates;
    const failed = send('/', { to: { ...other, ca: foreignAuthority } });
    // This process trusts its authority already, and so sends it along.
    await expect(failed).rejects.toMatchObject({ code: 'SELF_SIGNED_CERT_IN_CHAIN' });
    const foreign = send('/secrets/a?api-version=7.6', { to: other, token: await token() });
    expect((await foreign).status).toBe(401);
    await other.close();
  });
});

describe('the protocol of the embedded vault', () => {
  it('challenges a caller without a token or with a wrong one', async () => {
    const path = '/secrets/nothing?api-version=7.6';
    for (const wrong of [undefined, '', 'x', (await token()).toLowerCase()]) {
      const { status, challenge, json } = await send(path, {
        ...(wrong === undefined ? {} : { token: wrong }),
      });
      expect(status).toBe(401);
      expect(challenge).toBe(`Bearer authorization="${vault.url}/tenant", resource="${vault.url}"`);
      expect(json).toMatchObject({ error: { code: 'Unauthorized' } });
    }
    expect((await send(path, { token: await token() })).status).toBe(404);
  });

  it('requires api-version and a valid name, value and page size', async () => {
    await vault.setSecret('a', 'x');
    const good = { token: await token() };
    const statusOf = async (path: string, options = {}) =>
      (await send(path, { ...good, ...options })).status;
    const query = '?api-version=7.6';
    const put = (body: string) => statusOf(`/secrets/a${query}`, { method: 'PUT', body });
    expect(await statusOf('/secrets/a')).toBe(400);
    expect(await statusOf(`/secrets/a_b${query}`)).toBe(400);
    expect(await statusOf(`/keys/a${query}`)).toBe(404);
    expect(await statusOf(`/secrets/a${query}`, { method: 'DELETE' })).toBe(405);
    expect(await put('{')).toBe(400);
    expect(await put('{"value":1}')).toBe(400);
    expect(await put(JSON.stringify({ value: 'x'.repeat(25 * 1024 + 1) }))).toBe(400);
    expect(await put(JSON.stringify({ value: 'x'.repeat(25 * 1024) }))).toBe(200);
    expect(await put(JSON.stringify({ value: 'x'.repeat(1024 * 1024) }))).toBe(400);
    for (const [size, status] of [
      ['0', 400],
      ['1', 200],
      ['25', 200],
      ['26', 400],
      ['x', 400],
    ]) {
      expect(await statusOf(`/secrets/a/versions${query}&maxresults=${size}`)).toBe(status);
    }
  });

  it('issues tokens only for the right header, vault and version', async () => {
    const good = `resource=${vault.url}&api-version=2019-08-01`;
    const header = vault.identityHeader;
    const { status, json } = await askIdentity(good, header);
    expect(status).toBe(200);
    expect(json).toMatchObject({ resource: vault.url, token_type: 'Bearer' });
    expect(Number(json.expires_on) * 1000).toBeGreaterThan(Date.now());
    expect((await askIdentity(good, undefined)).status).toBe(403);
    expect((await askIdentity(good, `${header}x`)).status).toBe(403);
    expect((await askIdentity(`resource=${vault.url}`, header)).status).toBe(400);
    expect((await askIdentity('resource=x&api-version=2019-08-01', header)).status).toBe(400);
  });
});

describe('the embedded vault in a directory', () => {
  it('keeps secrets and versions between starts, for the owner alone', async () => {
    const directory = await temporaryDirectory();
    const first = await startEmbeddedVault({ directory });
    const { version } = await first.setSecret('a', 'one');
    await Promise.all(Array.from({ length: 5 }, (_, index) => first.setSecret('b', `${index}`)));
    await first.close();
    expect((await stat(join(directory, 'vault.json'))).mode & 0o777).toBe(0o600);
    const second = await startEmbeddedVault({ directory });
    const { json } = await send(`/secrets/a/${version}?api-version=7.6`, {
      to: second,
      token: await token(second),
    });
    expect(json).toMatchObject({ value: 'one' });
    expect(second.versionsOf('b').map(({ value }) => value)).toEqual(['0', '1', '2', '3', '4']);
    await second.close();
  });

  it('does not start on a damaged file, which may hold the only pepper', async () => {
    const directory = await temporaryDirectory();
    const file = join(directory, 'vault.json');
    await writeFile(file, '[["a"');
    await expect(startEmbeddedVault({ directory })).rejects.toThrow('only copy');
    expect(await readFile(file, 'utf8')).toBe('[["a"');
  });
});
