import type { TokenCredential } from '@azure/identity';

export type { TokenCredential };

export interface CredentialOptions {
  /** The platform's identity endpoint is there: use the managed identity and nothing else. */
  readonly hasManagedIdentity: boolean;
  /** Of a user-assigned identity; the system-assigned one otherwise. */
  readonly clientId?: string | undefined;
}

async function load({ hasManagedIdentity, clientId }: CredentialOptions): Promise<TokenCredential> {
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity');
  if (!hasManagedIdentity) return new DefaultAzureCredential();
  return clientId === undefined
    ? new ManagedIdentityCredential()
    : new ManagedIdentityCredential({ clientId });
}

/**
 * Who we are to Azure: the managed identity in the cloud, the developer's own sign-in elsewhere.
 * The library is large and loads with the first token, so that a cold start does not wait for it.
 */
export function createCredential(options: CredentialOptions): TokenCredential {
  let loading: Promise<TokenCredential> | undefined;
  return {
    async getToken(scopes, tokenOptions) {
      loading ??= load(options);
      return (await loading).getToken(scopes, tokenOptions);
    },
  };
}
