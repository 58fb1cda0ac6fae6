import { seriesTag } from '../credential/lockout.ts';
import { Refusal } from '../credential/refusal.ts';
import type { User } from '../credential/user.ts';
import type { AttemptRecord, Stored, StoredUser } from '../port/store.ts';
import { type DesiredChange, planChange } from './account-change.ts';
import { deviceKey, signInKey } from './attempt-series.ts';
import { Caller } from './authority.ts';
import type { Dependencies, RequestContext } from './dependency.ts';
import { isLocking } from './lock.ts';
import { requireAllowed, type TargetRequest, targetReader } from './target.ts';

type UnlockDependencies = Pick<
  Dependencies,
  'accounts' | 'attempts' | 'clock' | 'randomBytes' | 'pause' | 'lanes'
>;

/** Reads the counts against a user by strangers and on devices. */
async function readSeries(
  { attempts }: Pick<UnlockDependencies, 'attempts'>,
  { userName, userId }: User,
): Promise<{
  readonly strangers: Stored<AttemptRecord> | undefined;
  readonly devices: Stored<AttemptRecord> | undefined;
}> {
  const [strangers, devices] = await Promise.all([
    attempts.find(signInKey(userName)),
    attempts.find(deviceKey(userId)),
  ]);
  return { strangers, devices };
}

/**
 * Drafts the unlock.
 * @throws {Refusal} `reset-required`
 * @throws {Unavailable}
 */
export async function draftUnlock(
  dependencies: Pick<UnlockDependencies, 'attempts' | 'clock'>,
  before: StoredUser,
): Promise<Pick<DesiredChange, 'before' | 'after' | 'events'>> {
  const user = before.value;
  const { strangers, devices } = await readSeries(dependencies, user);
  const nowMs = dependencies.clock.now();
  const isCounted = strangers !== undefined && isLocking(strangers.value, user, nowMs);
  if (user.isLocked || isCounted) throw new Refusal('reset-required');
  const series = [strangers, devices].filter((found) => found !== undefined);
  const failures = strangers?.value.failures ?? 0;
  return {
    before,
    after: { ...user, waitsEnded: series.map(({ value }) => seriesTag(value)) },
    events: [{ type: 'credential.unlocked', details: { failures } }],
  };
}

/**
 * Ends the present waits of strangers and devices; the counts stay (NIST SP 800-63B-4 section
 * 3.2.2). The user's row says which waits: this one write is all, and sign-in reads it before it
 * refuses. No session ends.
 * @throws {Refusal} `not-found`, `forbidden`, `reset-required`, `conflict`
 * @throws {Unavailable}
 */
export async function unlockUser(
  dependencies: UnlockDependencies,
  request: TargetRequest,
  context: RequestContext,
): Promise<User> {
  const { accounts } = dependencies;
  const caller = new Caller(dependencies, request.principal);
  const readTarget = targetReader(accounts, caller, request);
  return caller.retry(async () => {
    const judged = await readTarget();
    const { authority, target } = judged;
    requireAllowed(judged, 'unlock');
    const planned = await planChange(dependencies, {
      ...(await draftUnlock(dependencies, target)),
      authority,
      requestId: context.requestId,
    });
    const outcome = await accounts.commit({ ...planned, credential: undefined });
    return outcome === 'conflict' ? outcome : planned.after;
  });
}
