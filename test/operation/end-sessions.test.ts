import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { User } from '../../shared/credential/user.ts';
import {
  endSessions,
  listScope,
  type SessionScope,
} from '../../shared/maintenance/end-sessions.ts';
import type { AccountStore } from '../../shared/port/store.ts';
import { sampleUser, userId } from '../contract/account-sample.ts';
import {
  createOperations,
  nameOf,
  type Operations,
  type SignedInUser,
} from '../fixture/operations.ts';
import { down, override } from '../fixture/override.ts';

/** Ending the sessions of a user, of a tenant and of all, once and again. */

let operations: Operations;
beforeAll(async () => {
  operations = await createOperations();
});
afterAll(() => operations.stop());

let made = 0;

async function tenant() {
  made += 1;
  const admin = await operations.readyAdmin(`admin@tenant${made}.example`);
  const ana = await operations.addReadyUser(admin, `ana@tenant${made}.example`);
  return { scope: { tenant: (await operations.user(admin.userName)).tenant }, admin, ana };
}

function end(
  scope: SessionScope,
  options: { on?: Operations; runId?: string; isResumed?: boolean } = {},
) {
  const { on = operations, runId = randomUUID(), isResumed = false } = options;
  const run = { runId, startedAtMs: operations.clock.nowMs, isResumed, scope };
  return endSessions(on.dependencies, run, on.context(), () => {});
}

const isAlive = ({ token }: SignedInUser) =>
  operations.principal(token).then(
    () => true,
    () => false,
  );

const endings = async ({ userName }: SignedInUser) =>
  (await operations.eventTypes(userName)).filter((type) => type === 'sessions.ended').length;

describe('endSessions', () => {
  it('ends the sessions of one user and of no other', async () => {
    const { admin, ana } = await tenant();
    expect(await end({ userName: ana.userName })).toMatchObject({ ended: 1, failures: [] });
    expect([await isAlive(ana), await isAlive(admin)]).toEqual([false, true]);
    expect(await operations.attempt(ana.userName, ana.password)).toBe('signedIn');
  });

  it('ends the sessions of one tenant and of no other', async () => {
    const [one, other] = [await tenant(), await tenant()];
    expect(await end(one.scope)).toMatchObject({ ended: 2, gone: 0, left: 0 });
    const users = [one.admin, one.ana, other.admin, other.ana];
    expect(await Promise.all(users.map(isAlive))).toEqual([false, false, true, true]);
    const page = { limit: 1, after: undefined };
    const { items } = await operations.dependencies.accounts.listEvents(
      one.scope.tenant,
      one.ana.userId,
      page,
    );
    expect(items[0]).toMatchObject({ type: 'sessions.ended', actor: { system: 'operator' } });
  });

  it('ends all sessions of every tenant', async () => {
    const all = [await tenant(), await tenant()].flatMap(({ admin, ana }) => [admin, ana]);
    const { ended, failures } = await end('all');
    expect(ended).toBeGreaterThanOrEqual(4);
    expect(failures).toEqual([]);
    expect(new Set(await Promise.all(all.map(isAlive)))).toEqual(new Set([false]));
  });

  it('ends nothing for a name that no user has', async () => {
    const { ana } = await tenant();
    const nobody = { userName: ana.userName.replace('ana', 'nobody') as typeof ana.userName };
    expect(await end(nobody)).toMatchObject({ ended: 0, gone: 0, failures: [] });
  });

  it('resumes an interrupted run and writes no second event', async () => {
    const { scope, admin, ana } = await tenant();
    const runId = randomUUID();
    const { accounts } = operations.dependencies;
    const commit: AccountStore['commit'] = (change) =>
      change.after.userId === ana.userId ? down()() : accounts.commit(change);
    const on = operations.with({ accounts: override(accounts, { commit }) });
    const first = await end(scope, { on, runId });
    expect(first).toMatchObject({ ended: 1, failures: [{ userName: ana.userName }] });
    const second = await end(scope, { runId, isResumed: true });
    expect(second).toMatchObject({ ended: 1, endedBefore: 1, failures: [] });
    expect([await endings(admin), await endings(ana)]).toEqual([1, 1]);
  });

  it('retries a user if another write comes between', async () => {
    const { ana } = await tenant();
    const { accounts } = operations.dependencies;
    let isFirst = true;
    const commit: AccountStore['commit'] = async (change) => {
      if (isFirst) {
        isFirst = false;
        await end({ userName: ana.userName });
      }
      return accounts.commit(change);
    };
    const on = operations.with({ accounts: override(accounts, { commit }) });
    expect(await end({ userName: ana.userName }, { on })).toMatchObject({ ended: 1 });
    expect(await endings(ana)).toBe(2);
  });

  it('skips a user who was deleted after the list was read', async () => {
    const { scope, ana } = await tenant();
    const { accounts } = operations.dependencies;
    const findUser: AccountStore['findUser'] = async (userName) =>
      userName === ana.userName ? undefined : accounts.findUser(userName);
    const on = operations.with({ accounts: override(accounts, { findUser }) });
    expect(await end(scope, { on })).toMatchObject({ ended: 1, gone: 1, failures: [] });
  });
});

describe('the totals of endSessions', () => {
  /** Pages of a tenant that lists these users, of any tenant. */
  function listing(pages: readonly (readonly User[])[]): Partial<AccountStore> {
    const listUsers: AccountStore['listUsers'] = async (_tenant, _filter, { after = '0' }) => {
      const next = Number(after) + 1;
      return {
        items: pages[Number(after)] ?? [],
        next: next < pages.length ? String(next) : undefined,
      };
    };
    return { listUsers };
  }

  it('sum up all pages, in the report and in the progress', async () => {
    const { scope, admin, ana } = await tenant();
    const users = await Promise.all([admin, ana].map(({ userName }) => operations.user(userName)));
    const { accounts } = operations.dependencies;
    const pages = listing([users.slice(0, 1), [], users.slice(1)]);
    const on = operations.with({ accounts: override(accounts, pages) });
    const told: number[] = [];
    const run = { runId: randomUUID(), startedAtMs: 0, isResumed: false, scope };
    const sum = await endSessions(on.dependencies, run, on.context(), (handled) =>
      told.push(handled),
    );
    expect(sum).toEqual({ ended: 2, endedBefore: 0, gone: 0, failures: [], left: 0 });
    expect(told).toEqual([1, 2]);
  });

  it('count the users left when the run stops at a page of failures only', async () => {
    const { scope } = await tenant();
    const users = Array.from({ length: 50 }, (_, index) =>
      sampleUser(nameOf(`u${index}@${scope.tenant}`)),
    );
    const asked: string[] = [];
    const findUser: AccountStore['findUser'] = async (userName) => {
      asked.push(userName);
      return down()();
    };
    const { accounts } = operations.dependencies;
    const change = { ...listing([users, users]), findUser };
    const on = operations.with({ accounts: override(accounts, change) });
    const { ended, failures, left } = await end(scope, { on });
    expect(ended).toBe(0);
    expect(left).toBeGreaterThan(0);
    expect(failures.length + left).toBe(users.length);
    expect(failures.map(({ code }) => code)).toEqual(failures.map(() => 'dependency-unavailable'));
    expect(asked).toHaveLength(failures.length);
  });

  it('count a user as gone if another user has the name, whose sessions stay', async () => {
    const { scope, ana } = await tenant();
    const { accounts } = operations.dependencies;
    const pages = listing([[{ ...(await operations.user(ana.userName)), userId: userId() }]]);
    const on = operations.with({ accounts: override(accounts, pages) });
    expect(await end(scope, { on })).toMatchObject({ ended: 0, gone: 1 });
    expect(await isAlive(ana)).toBe(true);
  });

  it('count every user again in a run that is not resumed', async () => {
    const { ana } = await tenant();
    const runId = randomUUID();
    for (let times = 1; times <= 2; times += 1) {
      const sum = await end({ userName: ana.userName }, { runId });
      expect(sum).toMatchObject({ ended: 1, endedBefore: 0 });
      expect(await endings(ana)).toBe(times);
    }
    const { tenant: own, userId: id } = await operations.user(ana.userName);
    const page = { limit: 1, after: undefined };
    const { items } = await operations.dependencies.accounts.listEvents(own, id, page);
    expect(items[0]?.requestId).toBe(runId);
  });
});

describe('listScope', () => {
  it('only reads', async () => {
    const { scope } = await tenant();
    const sent = operations.tables.transport.sent.length;
    let users = 0;
    for await (const page of listScope(operations.dependencies.accounts, scope)) {
      users += page.length;
    }
    expect(users).toBe(2);
    const methods = operations.tables.transport.sent.slice(sent).map(({ method }) => method);
    expect(new Set(methods)).toEqual(new Set(['GET']));
  });
});
