import type { Tenant } from '../credential/name.ts';
import { Refusal } from '../credential/refusal.ts';
import { CREDENTIAL_STATES, type CredentialState, credentialState } from '../credential/state.ts';
import type { CountedUser, UserCounts } from '../port/summary.ts';
import type { Principal } from './authenticate.ts';
import type { Dependencies } from './dependency.ts';

/** CONTRACT.md `GET /api/users/summary`: at most 20 × 1,000 users are read. */
const QUERIES_MAX = 20;
const USERS_PER_QUERY = 1000;
/** The users of a tenant are read at most once a minute. */
const KEPT_MS = 60_000;
/** A count must have ended before another instance may begin one. */
const COUNT_TIME_MS = 20_000;
const DAY_MS = 86_400_000;
/**
 * The tries of a caller that waits for the first count of a tenant, which another call makes: 10 s.
 */
const WAITS_MAX = 40;
const WAIT_MS = 250;
const RETRY_AFTER_SECONDS = 5;

type CountDependencies = Pick<Dependencies, 'accounts' | 'clock' | 'pause' | 'summaries'>;

/** The counts of the users that were met. */
class Tally {
  total = 0;
  disabled = 0;
  frozen = 0;
  expiringWithinADay = 0;
  readonly states: Record<CredentialState, number>;
  readonly #nowMs: number;

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
    const none = CREDENTIAL_STATES.map((state) => [state, 0] as const);
    this.states = Object.fromEntries(none) as Record<CredentialState, number>;
  }

  meet(user: CountedUser): void {
    const state = credentialState(user, this.#nowMs);
    this.total += 1;
    this.states[state] += 1;
    if (user.status === 'disabled') this.disabled += 1;
    if (user.isFrozen) this.frozen += 1;
    const { credential } = user;
    const isNear = 'expiresAtMs' in credential && credential.expiresAtMs < this.#nowMs + DAY_MS;
    if (state === 'temporary' && isNear) this.expiringWithinADay += 1;
  }
}

async function count(
  { accounts, clock, summaries }: CountDependencies,
  tenant: Tenant,
  asOfMs: number,
): Promise<UserCounts> {
  const admins = (await accounts.findAdmins(tenant))?.value ?? [];
  const tally = new Tally(asOfMs);
  let after: string | undefined;
  let queries = 0;
  do {
    const page = { limit: USERS_PER_QUERY, after };
    const { items, next } = await summaries.listCountedUsers(tenant, page);
    for (const user of items) tally.meet(user);
    queries += 1;
    after = next;
  } while (after !== undefined && queries < QUERIES_MAX && clock.now() - asOfMs < COUNT_TIME_MS);
  const { total, disabled, frozen, states, expiringWithinADay } = tally;
  return {
    ...{ total, disabled, frozen, states, expiringWithinADay },
    globalAdminsWhoCount: admins.filter((admin) => admin.isGlobal && admin.isEffective).length,
    asOfMs,
    isComplete: after === undefined,
  };
}

/**
 * Returns the counts of the caller's tenant, a minute old at most when nothing failed. Whichever
 * call finds them older claims the row and counts; until it has ended, other calls get the counts
 * of before. So a tenant costs at most 20 queries a minute, however many instances there are.
 * @throws {Refusal} `overloaded`: the first count of this tenant has not ended
 * @throws {Unavailable}
 */
export async function countUsers(
  dependencies: CountDependencies,
  { principal }: { readonly principal: Principal },
): Promise<UserCounts> {
  const { clock, pause, summaries } = dependencies;
  const { tenant } = principal.user.value;
  for (let waits = 0; waits < WAITS_MAX; waits += 1) {
    const kept = await summaries.find(tenant);
    const nowMs = clock.now();
    const counts = kept?.value.counts;
    // A claim of the future was made by a clock that was wrong.
    const isClaimed = kept !== undefined && Math.abs(nowMs - kept.value.claimedAtMs) < KEPT_MS;
    if (isClaimed && counts !== undefined) return counts;
    if (!isClaimed) {
      const claim = { claimedAtMs: nowMs, counts };
      const etag = await summaries.keep(tenant, kept?.etag, claim);
      if (etag !== undefined) {
        const counted = await count(dependencies, tenant, nowMs);
        await summaries.keep(tenant, etag, { claimedAtMs: nowMs, counts: counted });
        return counted;
      }
    } else {
      await pause(WAIT_MS);
    }
  }
  throw new Refusal('overloaded', { retryAfterSeconds: RETRY_AFTER_SECONDS });
}
