import type { TokenCredential } from '@azure/identity';
import { createManagedIdentity } from './managed-identity.ts';

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

/**
 * Opens the identity. The code of a developer's is a bundle of its own, which the app in Azure
 * never loads.
 */
async function load({ hasManagedIdentity, clientId }: CredentialOptions): Promise<TokenCredential> {
  if (hasManagedIdentity) return createManagedIdentity(clientId);
  const base = import.meta.url;
  const file = base.endsWith('.ts') ? './developer-identity.ts' : './developer-identity.cjs';
  const module: typeof import('./developer-identity.ts') = await import(new URL(file, base).href);
  return module.createDeveloperIdentity();
}

/**
 * Creates the app's identity in Azure: the managed identity in the cloud, the developer's own
 * sign-in elsewhere. It is opened with the first token.
 */
export function createCredential(options: CredentialOptions): TokenCredential {
  let loading: Promise<TokenCredential> | undefined;
  return {
    async getToken(scopes, tokenOptions) {
      loading ??= load(options).catch((fault: unknown) => {
        // The next call loads it again.
        loading = undefined;
        throw fault;
      });
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
