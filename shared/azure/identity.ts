import type { TokenCredential } from '@azure/identity';

export type { TokenCredential };

export interface CredentialOptions {
  /**
   * True if the platform's identity endpoint is there: the managed identity is used and nothing
   * else.
   */
  readonly hasManagedIdentity: boolean;
  /** The id of a user-assigned identity; the system-assigned one otherwise. */
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
 * Creates the app's identity in Azure: the managed identity in the cloud, the developer's own
 * sign-in elsewhere. The library is large and loads with the first token, so that a cold start does
 * not wait for it.
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

/** The errors of `@azure/identity`, by name: another copy of the library has classes of its own. */
const SIGN_IN_FAULTS: Readonly<Record<string, string>> = {
  AggregateAuthenticationError: 'nobody is signed in to Azure here; az login does it',
  ChainedTokenCredentialError: 'nobody is signed in to Azure here; az login does it',
  CredentialUnavailableError: 'nobody is signed in to Azure here; az login does it',
  AuthenticationRequiredError: 'nobody is signed in to Azure here; az login does it',
  AuthenticationError: 'Azure refuses the sign-in of this identity',
};

/** @returns the error in words if Azure refused the sign-in, otherwise undefined */
export function describeSignInFault(error: unknown): string | undefined {
  const { name } = (error ?? {}) as { readonly name?: unknown };
  if (typeof name !== 'string' || !Object.hasOwn(SIGN_IN_FAULTS, name)) return undefined;
  return `${SIGN_IN_FAULTS[name]} (${name})`;
}
