import type { AccountEvent, EventType } from '../credential/event.ts';
import type { Tenant, UserId } from '../credential/name.ts';
import type { User } from '../credential/user.ts';
import { pages } from '../port/pages.ts';
import type { AccountStore } from '../port/store.ts';
import { listTenantUsers } from './batch.ts';

export interface EventQuery {
  readonly tenant: Tenant;
  /** The user; undefined: every user of the tenant. */
  readonly userId: UserId | undefined;
  /** The types; undefined: every type. */
  readonly types: ReadonlySet<EventType> | undefined;
  /** The first moment that counts, and the first one after it that does not. */
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** The events of one user that must exist, and are missing. */
export interface EventGap {
  readonly tenant: Tenant;
  readonly userId: UserId;
  /** The numbers of the first and the last missing one. */
  readonly first: number;
  readonly last: number;
}

const EVENTS_PER_PAGE = 200;

type EventAccounts = Pick<AccountStore, 'listEvents' | 'listUsers'>;

/**
 * The numbers of the events: those of a user count from 1 without a hole, so a missing one shows.
 * Holds two numbers a user, and no user.
 */
class Numbering {
  readonly gaps: EventGap[] = [];
  readonly #query: EventQuery;
  /** The number that the next older event of each user must have. */
  readonly #expected = new Map<UserId, number>();
  /** The last number of each user who exists, as it was before any event was read. */
  readonly #last = new Map<UserId, number>();

  constructor(query: EventQuery) {
    this.#query = query;
  }

  /** Expects the last event of a user. */
  expect({ userId, eventSequence, lastEventAtMs }: User): void {
    this.#last.set(userId, eventSequence);
    if (lastEventAtMs >= this.#query.sinceMs) this.#expected.set(userId, eventSequence);
  }

  /** Notes the number of an event of a user; those of the tenant are not checked. */
  meet({ subject, sequence }: AccountEvent): void {
    if (!('userId' in subject)) return;
    const { userId } = subject;
    const expected = this.#expected.get(userId) ?? sequence;
    if (sequence < expected) this.#note(userId, sequence + 1, expected);
    this.#expected.set(userId, sequence - 1);
  }

  /** @param isAll the first event of each user was read too */
  end(isAll: boolean): void {
    for (const [userId, expected] of this.#expected) {
      const isUnmet = expected === this.#last.get(userId);
      if (expected > 0 && (isAll || isUnmet)) this.#note(userId, isAll ? 1 : expected, expected);
    }
  }

  #note(userId: UserId, first: number, last: number): void {
    this.gaps.push({ tenant: this.#query.tenant, userId, first, last });
  }
}

/**
 * Reads events newest first, in pages; events that are written during the read may be left out.
 * @returns the events that are missing from the store, by the numbers of the others; a user whose
 * events are all gone is noticed only while the user exists
 * @throws {Unavailable}
 */
export async function* readEvents(
  accounts: EventAccounts,
  query: EventQuery,
): AsyncGenerator<readonly AccountEvent[], readonly EventGap[]> {
  const { tenant, userId, types, sinceMs, untilMs } = query;
  const numbering = new Numbering(query);
  for await (const users of listTenantUsers(accounts, tenant)) {
    for (const user of users) if ((userId ?? user.userId) === user.userId) numbering.expect(user);
  }
  let isBefore = false;
  const list = (after: string | undefined) =>
    accounts.listEvents(tenant, userId, { limit: EVENTS_PER_PAGE, after });
  for await (const events of pages(list)) {
    const counted = events.filter(({ atMs }) => atMs >= sinceMs);
    for (const event of counted) numbering.meet(event);
    yield counted.filter(({ atMs, type }) => atMs < untilMs && (types?.has(type) ?? true));
    isBefore = counted.length < events.length;
    if (isBefore) break;
  }
  numbering.end(!isBefore);
  return numbering.gaps;
}
