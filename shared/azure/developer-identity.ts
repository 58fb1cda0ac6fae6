import { DefaultAzureCredential } from '@azure/identity';

/** Creates the identity of a developer's own sign-in, outside of Azure. */
export const createDeveloperIdentity = () => new DefaultAzureCredential();
