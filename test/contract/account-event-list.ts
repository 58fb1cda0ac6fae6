import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AccountEvent, EVENT_TYPES, type EventType } from '../../shared/credential/event.ts';
import type { UserId } from '../../shared/credential/name.ts';
import type { User } from '../../shared/credential/user.ts';
import type { AccountStore, EventFilter } from '../../shared/port/store.ts';
import { subjectId } from '../fixture/subject.ts';
import {
  type AccountStoreUnderTest,
  creation,
  eventOf,
  nameOf,
  newTenant,
  pagesOf,
  sampleUser,
  userId,
} from './account-sample.ts';

/** Part of {@link describeAccountStore}: lists of events, their order, filters and pages. */
export function describeEventLists(
  name: string,
  start: () => Promise<AccountStoreUnderTest>,
): void {
  describe(`${name}: lists of events`, () => {
    let store: AccountStoreUnderTest;
    beforeAll(async () => {
      store = await start();
    });
    afterAll(() => store.stop());
    describeOrder(() => store.accounts);
    describe('with filters', () => describeFilters(() => store.accounts));
  });
}

function describeOrder(accounts: () => AccountStore): void {
  it('lists events of a user and of a tenant by pages, newest first', async () => {
    const tenant = newTenant();
    const made: AccountEvent[] = [];
    for (const [local, startMs] of [
      ['ana', 1000],
      ['bob', 1001],
    ] as const) {
      const user = sampleUser(nameOf(`${local}@${tenant}`));
      // Sequences 1–12, two in each millisecond: the later of the two is listed before the other.
      const events = Array.from({ length: 12 }, (_, index) =>
        eventOf(user, { sequence: index + 1, atMs: startMs + 10 * Math.floor(index / 2) }),
      );
      expect(await accounts().commit(creation(user, { events }))).toBe('committed');
      made.push(...events);
    }
    const newestFirst = made.toSorted((a, b) => b.atMs - a.atMs || b.sequence - a.sequence);
    const ana = made[0] && subjectId(made[0]);
    const list = (id?: User['userId']) =>
      pagesOf((after) => accounts().listEvents(tenant, id, { limit: 5, after }));
    expect((await list()).flatMap(({ items }) => items)).toEqual(newestFirst);
    expect((await list(ana)).flatMap(({ items }) => items)).toEqual(
      newestFirst.filter((event) => subjectId(event) === ana),
    );
  });

  it('keeps the order of sequences and times as they grow by a digit', async () => {
    const user = sampleUser(nameOf(`ana@${newTenant()}`));
    const times = [9, 10, 99, 100, 999_999_999_999, 1_000_000_000_000, 9_999_999_999_999];
    const events = times.map((atMs, index) => eventOf(user, { sequence: index + 8, atMs }));
    expect(await accounts().commit(creation(user, { events }))).toBe('committed');
    for (const id of [undefined, user.userId]) {
      const { items } = await accounts().listEvents(user.tenant, id, {
        limit: 50,
        after: undefined,
      });
      expect(items).toEqual(events.toReversed());
    }
  });
}

function describeFilters(accounts: () => AccountStore): void {
  const base = Date.UTC(2026, 0, 1);
  const TYPES = ['user.created', 'user.updated', 'user.disabled', 'user.enabled'] as const;
  let user: User;
  let actorId: UserId;
  let made: readonly AccountEvent[];

  beforeAll(async () => {
    user = sampleUser(nameOf(`ana@${newTenant()}`));
    actorId = userId();
    // Two in each second, by turns of four types; every third by the actor.
    made = Array.from({ length: 12 }, (_, index) =>
      eventOf(user, {
        sequence: index + 1,
        atMs: base + 1000 * Math.floor(index / 2),
        type: TYPES[index % 4] ?? 'user.created',
        actor: index % 3 === 0 ? { userId: actorId } : { system: 'operator' },
      }),
    );
    expect(await accounts().commit(creation(user, { events: made }))).toBe('committed');
  });

  const passing = (passes: (event: AccountEvent) => boolean) => made.filter(passes).toReversed();

  /** The tenant's list and the user's are alike, in any pages. */
  async function expectListed(filter: EventFilter, expected: readonly AccountEvent[]) {
    for (const id of [undefined, user.userId]) {
      for (const limit of [1, 5, 200]) {
        const pages = await pagesOf((after) =>
          accounts().listEvents(user.tenant, id, { limit, after }, filter),
        );
        expect(
          pages.flatMap(({ items }) => items),
          JSON.stringify(filter),
        ).toEqual(expected);
      }
    }
  }

  it('narrow by time: from counts, to does not', async () => {
    for (const [fromMs, toMs] of [
      [base + 1000, base + 3000],
      [base + 1001, base + 3001],
      [base, base + 1],
      [undefined, base + 5000],
      [base + 5000, undefined],
      [-62_167_219_200_000, 253_402_351_199_999],
    ] as const) {
      const isIn = ({ atMs }: AccountEvent) => atMs >= (fromMs ?? 0) && atMs < (toMs ?? Infinity);
      await expectListed({ fromMs, toMs }, passing(isIn));
    }
    for (const [fromMs, toMs] of [
      [base, base],
      [base + 1, base],
      [base, 0],
      [base, -1],
    ]) {
      await expectListed({ fromMs, toMs }, []);
    }
  });

  it('narrow by types, few and nearly all, and by actor', async () => {
    const few: readonly EventType[] = ['user.updated', 'user.enabled'];
    await expectListed(
      { types: few },
      passing(({ type }) => few.includes(type)),
    );
    await expectListed({ types: ['password.reset'] }, []);
    await expectListed(
      { types: EVENT_TYPES },
      passing(() => true),
    );
    const most = EVENT_TYPES.filter((type) => type !== 'user.disabled');
    await expectListed(
      { types: most },
      passing(({ type }) => type !== 'user.disabled'),
    );
    const isTheirs = ({ actor }: AccountEvent) => 'userId' in actor && actor.userId === actorId;
    await expectListed({ actorId }, passing(isTheirs));
    await expectListed({ actorId: userId() }, []);
    await expectListed(
      { actorId, types: few, fromMs: base + 1, toMs: base + 9000 },
      passing((event) => isTheirs(event) && few.includes(event.type) && event.atMs > base),
    );
  });
}
