import type { UserName } from '../credential/name.ts';
import type { User } from '../credential/user.ts';
import type { AccountStore, CredentialSecret, Stored, StoredUser } from '../port/store.ts';
import { AttemptRefused } from './attempt.ts';

/** A user and the hashes, read at one moment. */
export interface Account {
  readonly user: StoredUser;
  readonly credential: Stored<CredentialSecret>;
}

/**
 * The number of tries. User and hashes are two rows: a write between the reads shows in their
 * versions.
 */
const CONSISTENT_READ_TRIES = 3;
const TORN_READ_RETRY_AFTER_SECONDS = 1;

export function isConsistent(user: User, credential: CredentialSecret): boolean {
  return (
    credential.userId === user.userId && credential.credentialVersion === user.credentialVersion
  );
}

/**
 * Reads both rows of one moment.
 * @returns undefined if no user has the name
 * @throws {AttemptRefused} other writes came between each time
 */
export async function readAccount(
  accounts: Pick<AccountStore, 'findUser' | 'findCredential'>,
  userName: UserName,
): Promise<Account | undefined> {
  for (let tries = 0; tries < CONSISTENT_READ_TRIES; tries += 1) {
    const [user, credential] = await Promise.all([
      accounts.findUser(userName),
      accounts.findCredential(userName),
    ]);
    if (user === undefined) return undefined;
    if (credential !== undefined && isConsistent(user.value, credential.value)) {
      return { user, credential };
    }
  }
  throw new AttemptRefused(TORN_READ_RETRY_AFTER_SECONDS);
}
