import { judgeCalls } from '../credential/lockout.ts';
import { Refusal } from '../credential/refusal.ts';
import {
  digestedText,
  generateSupportCode,
  groupSupportCode,
  liveSupportCode,
  parseSupportCode,
  SUPPORT_CODE_TTL_SECONDS,
  SUPPORT_CODES_PER_HOUR,
} from '../credential/support-code.ts';
import type { User } from '../credential/user.ts';
import type { StoredUser } from '../port/store.ts';
import { planChange } from './account-change.ts';
import { AttemptRefused, COUNT_RETRY_AFTER_SECONDS, emptyRecord } from './attempt.ts';
import { supportCodeKey } from './attempt-series.ts';
import type { Principal } from './authenticate.ts';
import { requireOwnAuthority } from './authority.ts';
import { bestEffort } from './best-effort.ts';
import type { ChangeDependencies, Dependencies, RequestContext } from './dependency.ts';
import { retryOnConflict } from './retry.ts';

export interface IssuedSupportCode {
  /** The code as it is shown. */
  readonly code: string;
  readonly expiresInSeconds: number;
}

/**
 * Issues a code that proves a live session to a help desk; it replaces the one before. The user's
 * row has its keyed hash and the moments of the last ones, so that no race issues more.
 * @throws {Refusal} `invalid-token`, `too-many-attempts`, `conflict`
 * @throws {Unavailable} it may have been issued
 */
export async function issueSupportCode(
  dependencies: ChangeDependencies & Pick<Dependencies, 'supportCodes'>,
  principal: Principal,
  context: RequestContext,
): Promise<IssuedSupportCode> {
  const { accounts, clock, randomBytes, supportCodes } = dependencies;
  const canonical = generateSupportCode(randomBytes);
  const digest = await supportCodes.make(digestedText(principal.user.value.userId, canonical));
  let before: StoredUser | undefined = principal.user;
  return retryOnConflict(dependencies, async () => {
    if (before === undefined) throw new Refusal('invalid-token');
    const authority = requireOwnAuthority(dependencies, principal, before);
    const user = before.value;
    const { credentialVersion, sessionEpoch } = user;
    const nowMs = clock.now();
    const judged = judgeCalls(user.supportCodesAtMs, nowMs, SUPPORT_CODES_PER_HOUR);
    if (judged.verdict === 'wait') throw new AttemptRefused(judged.retryAfterSeconds);
    const expiresAtMs = nowMs + SUPPORT_CODE_TTL_SECONDS * 1000;
    const supportCode = { digest, expiresAtMs, credentialVersion, sessionEpoch };
    const planned = await planChange(dependencies, {
      before,
      after: { ...user, supportCode, supportCodesAtMs: judged.callsAtMs },
      events: [{ type: 'support-code.issued' }],
      authority,
      requestId: context.requestId,
    });
    const outcome = await accounts.commit({ ...planned, credential: undefined });
    if (outcome === 'conflict') {
      before = await accounts.findUser(user.userName);
      return outcome;
    }
    return { code: groupSupportCode(canonical), expiresInSeconds: SUPPORT_CODE_TTL_SECONDS };
  });
}

type ProofDependencies = Pick<Dependencies, 'attempts' | 'clock' | 'supportCodes'>;

/** The tries to count; more callers than these at once are guesses. */
const COUNT_TRIES = 10;

/**
 * Counts a try before its comparison, in a row that no new code clears.
 * @returns the moment under which it is counted
 * @throws {AttemptRefused} five in an hour were wrong, or are being compared
 */
async function countTry({ attempts, clock }: ProofDependencies, user: User): Promise<number> {
  const key = supportCodeKey(user.userId);
  for (let tries = 0; tries < COUNT_TRIES; tries += 1) {
    const found = await attempts.find(key);
    const nowMs = clock.now();
    const record = found?.value ?? emptyRecord(nowMs, '');
    const judged = judgeCalls(record.policyCallsAtMs, nowMs, SUPPORT_CODES_PER_HOUR);
    if (judged.verdict === 'wait') throw new AttemptRefused(judged.retryAfterSeconds);
    const next = { ...record, lastFailureAtMs: nowMs, policyCallsAtMs: judged.callsAtMs };
    const written =
      found === undefined
        ? await attempts.insert(key, next)
        : await attempts.replace(key, found.etag, next);
    if (written !== undefined) return nowMs;
  }
  throw new AttemptRefused(COUNT_RETRY_AFTER_SECONDS);
}

/** Takes back a try that was right, or that could not be compared. */
async function uncountTry({ attempts }: ProofDependencies, user: User, atMs: number) {
  const key = supportCodeKey(user.userId);
  for (let tries = 0; tries < COUNT_TRIES; tries += 1) {
    const found = await attempts.find(key);
    if (found === undefined) return;
    const calls = found.value.policyCallsAtMs;
    const index = calls.indexOf(atMs);
    if (index < 0) return;
    const next = { ...found.value, policyCallsAtMs: calls.toSpliced(index, 1) };
    if ((await attempts.replace(key, found.etag, next)) !== undefined) return;
  }
}

/**
 * The proof of one call's support code. The call is counted once, before the first comparison; each
 * judgement of the call compares anew with the user's row.
 */
export class SupportCodeProof {
  readonly #dependencies: ProofDependencies;
  readonly #context: RequestContext;
  readonly #code: string | undefined;
  #isCounted = false;

  /** @param typed the code as the admin typed it */
  constructor(dependencies: ProofDependencies, context: RequestContext, typed: string) {
    this.#dependencies = dependencies;
    this.#context = context;
    this.#code = parseSupportCode(typed);
  }

  /**
   * Requires that the code is the user's and still good. It is spent by the write that takes it off
   * the row.
   * @throws {Refusal} `verification-failed`, `too-many-attempts`
   * @throws {Unavailable}
   */
  async require(user: User): Promise<void> {
    if (this.#isCounted) return this.#requireMatch(user);
    const atMs = await countTry(this.#dependencies, user);
    this.#isCounted = true;
    try {
      await this.#requireMatch(user);
    } catch (fault) {
      if (!(fault instanceof Refusal)) await this.#uncount(user, atMs);
      throw fault;
    }
    await this.#uncount(user, atMs);
  }

  #uncount(user: User, atMs: number): Promise<void> {
    const uncounted = uncountTry(this.#dependencies, user, atMs);
    return bestEffort(this.#context, 'give-back-attempt', uncounted);
  }

  async #requireMatch(user: User): Promise<void> {
    const { clock, supportCodes } = this.#dependencies;
    const live = liveSupportCode(user, clock.now());
    const code = this.#code;
    const isRight =
      live !== undefined &&
      code !== undefined &&
      (await supportCodes.matches(digestedText(user.userId, code), live.digest));
    if (!isRight) throw new Refusal('verification-failed');
  }
}
