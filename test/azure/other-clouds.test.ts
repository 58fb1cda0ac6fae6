import type { TokenCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import { describe, expect, it } from 'vitest';
import { createTableStores } from '../../shared/azure/table/table-store.ts';

/** Checks which tokens the clients request if hosts and sign-in are another cloud's. */

const CLOUDS = [
  {
    cloud: 'the public cloud',
    tables: 'https://a.table.core.windows.net/',
    vault: 'https://a.vault.azure.net',
    resource: 'https://vault.azure.net',
    authority: 'https://login.microsoftonline.com/tenant',
  },
  {
    cloud: 'Azure Government',
    tables: 'https://a.table.core.usgovcloudapi.net/',
    vault: 'https://a.vault.usgovcloudapi.net',
    resource: 'https://vault.usgovcloudapi.net',
    authority: 'https://login.microsoftonline.us/tenant',
  },
  {
    cloud: 'Azure in China',
    tables: 'https://a.table.core.chinacloudapi.cn/',
    vault: 'https://a.vault.azure.cn',
    resource: 'https://vault.azure.cn',
    authority: 'https://login.chinacloudapi.cn/tenant',
  },
] as const;

/** Notes what it is asked for, and gives no token, so that nothing is sent. */
function askedCredential() {
  const asked: string[] = [];
  const credential: TokenCredential = {
    getToken(scopes) {
      asked.push(...[scopes].flat());
      throw new Error('no token here');
    },
  };
  return { asked, credential };
}

describe.each(CLOUDS)('in $cloud', ({ tables, vault, resource, authority }) => {
  it('requests the storage token by the name that every cloud shares', async () => {
    const { asked, credential } = askedCredential();
    const stores = createTableStores({ endpoint: tables, credential });
    await expect(stores.ping()).rejects.toMatchObject({ part: 'tables' });
    expect(new Set(asked)).toEqual(new Set(['https://storage.azure.com/.default']));
  });

  it('requests the vault token for the resource that the vault names', async () => {
    const { asked, credential } = askedCredential();
    const client = challengedClient({ vault, authority, resource, credential });
    await expect(client.getSecret('password-pepper')).rejects.toThrow('no token here');
    expect(asked).toEqual([`${resource}/.default`]);
  });

  it('requests no token if the vault names the resource of another host', async () => {
    const { asked, credential } = askedCredential();
    const foreign = 'https://vault.example';
    const client = challengedClient({ vault, authority, resource: foreign, credential });
    await expect(client.getSecret('password-pepper')).rejects.toThrow('does not match');
    expect(asked).toEqual([]);
  });
});

/** A client, as key-vault.ts makes it, of a vault that answers with a challenge alone. */
function challengedClient(options: {
  readonly vault: string;
  readonly authority: string;
  readonly resource: string;
  readonly credential: TokenCredential;
}): SecretClient {
  const challenge = `Bearer authorization="${options.authority}", resource="${options.resource}"`;
  return new SecretClient(options.vault, options.credential, {
    disableChallengeResourceVerification: false,
    retryOptions: { maxRetries: 0 },
    httpClient: {
      async sendRequest(request) {
        const { headers } = request;
        headers.set('www-authenticate', challenge);
        return { request, status: 401, headers };
      },
    },
  });
}
