import { judgePolicyCalls } from '../credential/lockout.ts';
import type { User } from '../credential/user.ts';
import type { AttemptRecord, Stored } from '../port/store.ts';
import {
  type AttemptDependencies,
  AttemptRefused,
  COUNT_RETRY_AFTER_SECONDS,
  type CountedAttempt,
  cleared,
  emptyRecord,
} from './attempt.ts';
import { sessionKey, sessionScope } from './attempt-series.ts';

/**
 * The tries to count. Each lost write is another call's success, and 20 of these close the window;
 * with as many tries and some for attempts in between, no call is refused because others were
 * counted at the same time. (With four, ten calls at once were too many.)
 */
const COUNT_TRIES = 30;

/**
 * Counts a call that reached the policy. In the same write a proven current password clears its
 * count: proving it is a success even when the new password is refused.
 * @throws {AttemptRefused} the 21st call in 15 minutes
 */
export async function countPolicyCall(
  { attempts, clock }: Pick<AttemptDependencies, 'attempts' | 'clock'>,
  user: User,
  proven: CountedAttempt | undefined,
): Promise<void> {
  const key = sessionKey(user.userId);
  let found: Stored<AttemptRecord> | undefined = proven?.stored;
  for (let tries = 0; tries < COUNT_TRIES; tries += 1) {
    const nowMs = clock.now();
    const record = found?.value ?? emptyRecord(nowMs, sessionScope(user));
    const judged = judgePolicyCalls(record.policyCallsAtMs, nowMs);
    if (judged.verdict === 'wait' && proven === undefined) {
      throw new AttemptRefused(judged.retryAfterSeconds);
    }
    const next: AttemptRecord = {
      ...(proven === undefined ? record : cleared(record, proven.id, nowMs)),
      // A row is forgotten by this time; the calls in it must outlive their own window.
      lastFailureAtMs: nowMs,
      policyCallsAtMs: judged.verdict === 'allowed' ? judged.callsAtMs : record.policyCallsAtMs,
    };
    const isWritten =
      found === undefined
        ? (await attempts.insert(key, next)) !== undefined
        : (await attempts.replace(key, found.etag, next)) !== undefined;
    if (isWritten) {
      if (judged.verdict === 'wait') throw new AttemptRefused(judged.retryAfterSeconds);
      return;
    }
    found = await attempts.find(key);
  }
  throw new AttemptRefused(COUNT_RETRY_AFTER_SECONDS);
}
