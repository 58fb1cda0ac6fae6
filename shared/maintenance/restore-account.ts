import type { UserId } from '../credential/name.ts';
import type { User } from '../credential/user.ts';
import { isConsistent } from '../operation/account.ts';
import { composeChange } from '../operation/account-change.ts';
import { systemAuthority } from '../operation/authority.ts';
import type {
  ArchivedAccount,
  ArchiveSeal,
  NewestEvent,
  RestoreInProgress,
  StoreArchive,
} from '../port/archive.ts';
import type { Clock, RandomBytes } from '../port/clock.ts';
import type { ExpiryIndex } from '../port/expiry.ts';
import type { AccountStore, CredentialSecret } from '../port/store.ts';
import type { SecretVersion } from '../port/vault.ts';
import { expiryEntryOf } from './reindex.ts';

export interface RestoreDependencies {
  readonly archive: StoreArchive;
  readonly seal: ArchiveSeal;
  readonly accounts: Pick<AccountStore, 'findAdmins'>;
  readonly expiries: Pick<ExpiryIndex, 'add'>;
  readonly peppers: { all(): Promise<readonly SecretVersion[]> };
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
}

export interface AccountRestore {
  readonly mark: RestoreInProgress;
  /** The time when the archive was begun. */
  readonly startedAtMs: number;
  /** The newest event of each user in the store, before any user is written. */
  readonly newestEvents: ReadonlyMap<UserId, NewestEvent>;
}

type Hashes = Pick<CredentialSecret, 'permanent' | 'temporary' | 'history'>;

/**
 * The moment from which a restore counts its session epochs in seconds; 32 bits of them end in
 * 2088.
 */
const EPOCH_ZERO_MS = Date.UTC(2020, 0, 1);

/**
 * Returns a session epoch that no token of this user can have, whenever it was issued. A token is
 * valid for one pair of credential version and session epoch, both of which rise by one at a time,
 * and a restore sets the versions back: tokens from after the backup carry numbers that would occur
 * again. So the epoch jumps beyond every one that was used:
 * - above those that the store held before it was cleared (`epochFloor`), an earlier restore's too;
 * - if the store was lost, to the time in seconds: to be beyond it, sessions of one user must have
 *   ended more than once a second ever since 2020, or since the restore before.
 */
export function nextEpoch(
  user: User,
  { mark, startedAtMs }: Pick<AccountRestore, 'mark' | 'startedAtMs'>,
  nowMs: number,
): number {
  // A slow clock of the operator's machine must not lead back behind the times in the archive.
  const latestMs = Math.max(nowMs, startedAtMs, user.lastEventAtMs);
  const seconds = Math.floor((latestMs - EPOCH_ZERO_MS) / 1000);
  return Math.max(user.sessionEpoch, mark.epochFloor, seconds) + 1;
}

/** Drops the credential if its hashes are not of the user's moment: they may be older ones. */
function reconcile({ user, credential }: ArchivedAccount): {
  readonly user: User;
  readonly hashes: Hashes;
} {
  if (credential !== undefined && isConsistent(user, credential)) {
    return { user, hashes: credential };
  }
  const none = { permanent: undefined, temporary: undefined, history: [] };
  // Kept, so that the history still refuses them; another user's are not.
  const hashes =
    credential?.userId === user.userId ? { ...credential, temporary: undefined } : none;
  return { user: { ...user, credential: { kind: 'none' } }, hashes };
}

/**
 * Writes one user of an archive, with an event that says that the sessions ended; a repetition
 * writes the same event again. Events of the archive were read later than its users, so the newest
 * may be ahead of the user's row: numbers continue after it.
 * @returns the user as it is in the store now
 */
export async function restoreAccount(
  { archive, accounts, expiries, clock, randomBytes }: RestoreDependencies,
  account: ArchivedAccount,
  restored: AccountRestore,
): Promise<User> {
  const newest = restored.newestEvents.get(account.user.userId);
  const { restoreId } = restored.mark;
  const isAgain = newest?.requestId === restoreId;
  const lastSequence = (newest?.sequence ?? 0) - (isAgain ? 1 : 0);
  const { user, hashes } = reconcile(account);
  const planned = composeChange(
    { accounts, clock: isAgain ? { now: () => newest.atMs } : clock, randomBytes, lanes: [] },
    {
      before: undefined,
      after: {
        ...user,
        sessionEpoch: nextEpoch(user, restored, clock.now()),
        eventSequence: Math.max(user.eventSequence, lastSequence),
        lastEventAtMs: Math.max(user.lastEventAtMs, newest?.atMs ?? 0),
      },
      events: [
        {
          type: 'sessions.ended',
          details: { restoredFrom: new Date(restored.startedAtMs).toISOString() },
        },
      ],
      authority: systemAuthority('operator'),
      requestId: restoreId,
    },
    undefined,
  );
  const { after, events, operationId } = planned;
  // The index was read after the users and may lack one's entry; the same entry again does no harm.
  const entry = expiryEntryOf(after);
  if (entry !== undefined) await expiries.add(entry);
  await archive.putAccount({ user: after, hashes, events, operationId });
  return after;
}
