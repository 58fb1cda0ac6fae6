import type { TokenCredential } from '@azure/identity';
import { ManagedIdentityApplication } from '@azure/msal-node';

/** The suffix that makes a scope of a resource, which is what the platform's endpoint takes. */
const SCOPE = /\/\.default$/;

/**
 * Creates the managed identity of the app, from the library below `@azure/identity`, which would
 * load every other way to sign in too.
 * @param clientId of a user-assigned identity; undefined: the system-assigned one
 */
export function createManagedIdentity(clientId: string | undefined): TokenCredential {
  const application = new ManagedIdentityApplication(
    clientId === undefined
      ? undefined
      : { managedIdentityIdParams: { userAssignedClientId: clientId } },
  );
  return {
    async getToken(scopes) {
      const [scope = ''] = [scopes].flat();
      try {
        const answer = await application.acquireToken({ resource: scope.replace(SCOPE, '') });
        const { accessToken: token, expiresOn, refreshOn } = answer;
        if (expiresOn === null) throw new Error('a token without an end');
        return {
          token,
          expiresOnTimestamp: expiresOn.getTime(),
          ...(refreshOn && { refreshAfterTimestamp: refreshOn.getTime() }),
        };
      } catch {
        // The library's errors hold the answer of the endpoint.
        throw Object.assign(new Error('no token'), { name: 'AuthenticationError' });
      }
    },
  };
}
