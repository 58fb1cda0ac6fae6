import { describe, expect, it } from 'vitest';
import type { AccountEvent } from '../../shared/credential/event.ts';
import type { UserId } from '../../shared/credential/name.ts';
import { Refusal } from '../../shared/credential/refusal.ts';
import {
  isProcessedBy,
  listTenantUsers,
  RUN_PARALLEL,
  type RunProgress,
  runBatch,
} from '../../shared/maintenance/batch.ts';
import type { AccountStore, Page, PageRequest } from '../../shared/port/store.ts';
import { Unavailable } from '../../shared/port/unavailable.ts';
import { eventOf, nameOf, sampleUser } from '../contract/account-sample.ts';

/** Checks the base of every command over many users: the walk, the lists, the proof of work. */

const HOUR_MS = 3_600_000;
const ITEMS = Array.from({ length: 45 }, (_, index) => ({
  userName: nameOf(`user-${index}@contoso.example`),
}));
type Item = (typeof ITEMS)[number];

async function walk(items: readonly Item[], work: (item: Item) => Promise<string>) {
  const told: RunProgress[] = [];
  const warned: unknown[] = [];
  const log = {
    info: () => {},
    warn: (...line: readonly unknown[]) => void warned.push(line),
    error: () => {},
  };
  const context = { requestId: 'the-run', log };
  const outcome = await runBatch(items, context, work, (progress) => told.push(progress));
  return { ...outcome, told, warned };
}

describe('runBatch', () => {
  it('processes every user, a limited number at once, and reports progress', async () => {
    let running = 0;
    let most = 0;
    const { results, failures, left, told } = await walk(ITEMS, async ({ userName }) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise(setImmediate);
      running -= 1;
      return userName;
    });
    expect(results.toSorted()).toEqual(ITEMS.map(({ userName }) => userName).toSorted());
    expect({ failures, left, most }).toEqual({ failures: [], left: 0, most: RUN_PARALLEL });
    expect(told).toEqual(
      ITEMS.map((_, index) => ({ handled: index + 1, failed: 0, total: ITEMS.length })),
    );
  });

  it('continues after a failure, names its code, and logs it without its text', async () => {
    const faults = [
      new Refusal('overloaded'),
      new Unavailable('tables', 'the secret text'),
      new TypeError('the secret text'),
      'the secret text',
    ];
    const items = ITEMS.slice(0, 6);
    const { results, failures, told, warned } = await walk(items, async ({ userName }) => {
      const fault = faults[items.findIndex((item) => item.userName === userName)];
      if (fault !== undefined) throw fault;
      return userName;
    });
    expect(results).toEqual(items.slice(4).map(({ userName }) => userName));
    const codes = ['overloaded', 'dependency-unavailable', 'internal-error', 'internal-error'];
    expect(failures.toSorted((one, other) => (one.userName < other.userName ? -1 : 1))).toEqual(
      codes.map((code, index) => ({ userName: items[index]?.userName, code })),
    );
    expect(told.at(-1)).toEqual({ handled: 6, failed: 4, total: 6 });
    const errors = ['Refusal', 'Unavailable', 'TypeError', 'unknown'];
    expect(warned).toEqual(
      codes.map((code, index) => [
        'a user failed',
        { requestId: 'the-run', code, error: errors[index] },
      ]),
    );
  });

  it('stops after 32 failures in a row, those under way aside', async () => {
    const { results, failures, left } = await walk(ITEMS, async () => {
      throw new Unavailable('tables', 'down');
    });
    expect(results).toEqual([]);
    expect(failures.length).toBeGreaterThanOrEqual(32);
    expect(failures.length).toBeLessThan(32 + RUN_PARALLEL);
    expect(left).toBe(ITEMS.length - failures.length);
  });

  it('continues as long as one of them succeeds now and then', async () => {
    const many = [...ITEMS, ...ITEMS, ...ITEMS];
    let tries = 0;
    const { results, failures, left } = await walk(many, async ({ userName }) => {
      tries += 1;
      if (tries % 20 === 0) return userName;
      throw new Unavailable('tables', 'down');
    });
    expect(results).toHaveLength(6);
    expect({ failures: failures.length, left }).toEqual({ failures: many.length - 6, left: 0 });
  });
});

describe('listTenantUsers', () => {
  it('reads page after page to the end, also one without users', async () => {
    const users = ITEMS.slice(0, 3).map(({ userName }) => sampleUser(userName));
    const pages: Record<string, Page<(typeof users)[number]>> = {
      first: { items: users.slice(0, 2), next: 'second' },
      second: { items: [], next: 'third' },
      third: { items: users.slice(2), next: undefined },
    };
    const asked: PageRequest[] = [];
    const listUsers: AccountStore['listUsers'] = async (tenant, filter, page) => {
      expect(tenant).toBe('contoso.example');
      const { role, status, userNamePrefix, credentialState } = filter;
      expect([role, status, userNamePrefix, credentialState]).toEqual(Array(4).fill(undefined));
      asked.push(page);
      return pages[page.after ?? 'first'] as Page<(typeof users)[number]>;
    };
    const listed: unknown[] = [];
    for await (const page of listTenantUsers({ listUsers }, users[0]?.tenant as never)) {
      listed.push(...page);
    }
    expect(listed).toEqual(users);
    const after = [undefined, 'second', 'third'];
    expect(asked).toEqual(after.map((one) => ({ limit: 200, after: one })));
  });
});

describe('isProcessedBy', () => {
  const user = sampleUser(nameOf('ana@contoso.example'), { lastEventAtMs: 10 * HOUR_MS });
  const RUN = { runId: 'this-run', startedAtMs: 10 * HOUR_MS };

  function event(requestId: string, type: AccountEvent['type'], atMs = user.lastEventAtMs) {
    return eventOf(user, { requestId, type, atMs });
  }

  /** Asked over these pages; how many of them were read comes too. */
  async function ask(pages: readonly (readonly AccountEvent[])[], changed: Partial<typeof user>) {
    const asked: PageRequest[] = [];
    const listEvents: AccountStore['listEvents'] = async (
      tenant,
      userId: UserId | undefined,
      page,
    ) => {
      expect([tenant, userId]).toEqual([user.tenant, user.userId]);
      asked.push(page);
      const next = asked.length < pages.length ? `page ${asked.length}` : undefined;
      return { items: pages[asked.length - 1] ?? [], next };
    };
    const subject = { ...user, ...changed };
    const isDone = await isProcessedBy(RUN, { listEvents }, subject, 'password.reset');
    expect(asked).toEqual(
      asked.map((_, index) => ({ limit: 200, after: index === 0 ? undefined : `page ${index}` })),
    );
    return [isDone, asked.length];
  }

  it('requires the event of this run and of this kind', async () => {
    const own = event('this-run', 'password.reset');
    const others = [event('another', 'password.reset'), event('this-run', 'sessions.ended')];
    expect(await ask([[own]], {})).toEqual([true, 1]);
    expect(await ask([[...others, own]], {})).toEqual([true, 1]);
    expect(await ask([others], {})).toEqual([false, 1]);
    expect(await ask([[]], {})).toEqual([false, 1]);
  });

  it('looks behind later events, and not at those older than the run', async () => {
    const own = event('this-run', 'password.reset');
    const later = [event('another', 'user.updated')];
    const bound = [event('another', 'user.updated', 9 * HOUR_MS)];
    const older = [event('another', 'user.updated', 9 * HOUR_MS - 1)];
    expect(await ask([later, later, [own]], {})).toEqual([true, 3]);
    // A page may be empty, though there is a next one.
    expect(await ask([[], [own]], {})).toEqual([true, 2]);
    // Clocks of two machines differ by an hour at most.
    expect(await ask([[...later, ...later, ...bound], [own]], {})).toEqual([true, 2]);
    expect(await ask([[...later, ...later, ...older], [own]], {})).toEqual([false, 1]);
    expect(await ask([later, later, later], {})).toEqual([false, 3]);
  });

  it('reads no events of a user without any since the run began', async () => {
    const own = [event('this-run', 'password.reset')];
    expect(await ask([own], { lastEventAtMs: 9 * HOUR_MS - 1 })).toEqual([false, 0]);
    expect(await ask([own], { lastEventAtMs: 9 * HOUR_MS })).toEqual([true, 1]);
  });
});
