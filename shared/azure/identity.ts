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

/** Errors of `@azure/identity`, by name: a class of another copy of the library is not ours. */
const SIGN_IN_FAULTS: Readonly<Record<string, string>> = {
  AggregateAuthenticationError: 'nobody is signed in to Azure here; az login does it',
  ChainedTokenCredentialError: 'nobody is signed in to Azure here; az login does it',
  CredentialUnavailableError: 'nobody is signed in to Azure here; az login does it',
  AuthenticationRequiredError: 'nobody is signed in to Azure here; az login does it',
  AuthenticationError: 'Azure refuses the sign-in of this identity',
};

/** @returns the error in words if Azure did not let us in, otherwise undefined */
export function describeSignInFault(error: unknown): string | undefined {
  const { name } = (error ?? {}) as { readonly name?: unknown };
  if (typeof name !== 'string' || !Object.hasOwn(SIGN_IN_FAULTS, name)) return undefined;
  return `${SIGN_IN_FAULTS[name]} (${name})`;
}
