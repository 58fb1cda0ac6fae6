import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UserName } from '../../shared/credential/name.ts';
import {
  type PlannedReset,
  planResets,
  type ResetScope,
  resetUsers,
} from '../../shared/maintenance/reset-users.ts';
import { deleteUser } from '../../shared/operation/delete-user.ts';
import { type UserPatch, updateUser } from '../../shared/operation/update-user.ts';
import type { AccountStore } from '../../shared/port/store.ts';
import { Unavailable } from '../../shared/port/unavailable.ts';
import {
  createOperations,
  nameOf,
  type Operations,
  type SignedInUser,
} from '../fixture/operations.ts';
import { down, override } from '../fixture/override.ts';

/** Checks a mass reset: its users, what is left of the old passwords, and crashes at any point. */

let operations: Operations;
let made = 0;
beforeAll(async () => {
  operations = await createOperations();
});
afterAll(() => operations.stop());

/** A tenant of its own, its admin, and two users with passwords of their own. */
async function tenant() {
  made += 1;
  const domain = `tenant${made}.example`;
  const admin = await operations.readyAdmin(`zoe@${domain}`);
  const ana = await operations.addReadyUser(admin, `ana@${domain}`);
  const ben = await operations.addReadyUser(admin, `ben@${domain}`, ['userManagementAdmin']);
  return { scope: { tenant: (await operations.user(admin.userName)).tenant }, admin, ana, ben };
}

async function plan(scope: ResetScope) {
  return planResets(operations.dependencies, scope);
}

function newRun(resets: readonly PlannedReset[]) {
  return { runId: randomUUID(), startedAtMs: operations.clock.nowMs, resets, isResumed: false };
}

type Run = ReturnType<typeof newRun>;

function apply(run: Run, on: Operations = operations) {
  return resetUsers(on.dependencies, run, on.context(), () => {});
}

async function apart(change: Partial<AccountStore>): Promise<Operations> {
  return operations.with({ accounts: override(operations.dependencies.accounts, change) });
}

const passwordOf = ({ resets }: Pick<Run, 'resets'>, userName: UserName) =>
  resets.find((reset) => reset.userName === userName)?.canonical ?? '';

/** The planned password signs in, the old one and the session do not. */
async function expectReset(run: Run, user: SignedInUser): Promise<void> {
  expect(await operations.attempt(user.userName, user.password)).toBe('invalid-credentials');
  await expect(operations.principal(user.token)).rejects.toMatchObject({ code: 'invalid-token' });
  const planned = passwordOf(run, user.userName);
  expect(await operations.attempt(user.userName, planned)).toBe('passwordChangeRequired');
}

async function resetsBy({ runId }: Run, userName: UserName) {
  const { tenant: own, userId } = await operations.user(userName);
  const page = { limit: 200, after: undefined };
  const { items } = await operations.dependencies.accounts.listEvents(own, userId, page);
  return items.filter(({ type, requestId }) => type === 'password.reset' && requestId === runId);
}

async function update(admin: SignedInUser, user: SignedInUser, patch: UserPatch): Promise<void> {
  const principal = await operations.sessionOf(admin);
  const request = { principal, userId: user.userId, patch };
  await updateUser(operations.dependencies, request, operations.context());
}

describe('the reset plan', () => {
  it('lists the active users of the tenant, admins first, and writes nothing', async () => {
    const { scope, admin, ana, ben } = await tenant();
    const gone = await operations.addReadyUser(admin, `abe@${scope.tenant}`);
    await update(admin, gone, { status: 'disabled' });
    const before = operations.tables.transport.sent.length;
    const { resets, disabled, unknown } = await plan(scope);
    expect(resets.map(({ userName }) => userName)).toEqual(
      [admin, ben, ana].map(({ userName }) => userName),
    );
    expect({ disabled, unknown }).toEqual({ disabled: 1, unknown: [] });
    const methods = operations.tables.transport.sent.slice(before).map(({ method }) => method);
    expect(new Set(methods)).toEqual(new Set(['GET']));
  });

  it('lists each given user once, disabled ones too, and reports unknown names', async () => {
    const { scope, admin, ana, ben } = await tenant();
    await update(admin, ana, { status: 'disabled' });
    const nobody = nameOf(`nobody@${scope.tenant}`);
    const userNames = [ana.userName, nobody, ben.userName, ana.userName];
    const { resets, disabled, unknown } = await plan({ userNames });
    expect(resets.map(({ userName }) => userName)).toEqual([ben.userName, ana.userName]);
    expect({ disabled, unknown }).toEqual({ disabled: 0, unknown: [nobody] });
  });
});

describe('applying the reset plan', () => {
  it('resets every user, the last global admin too, as the operator', async () => {
    const { scope, admin, ana, ben } = await tenant();
    const foreign = await tenant();
    const run = newRun((await plan(scope)).resets);
    const { results, failures, left } = await apply(run);
    expect({ failures, left }).toEqual({ failures: [], left: 0 });
    const expiresAtMs = operations.clock.nowMs + operations.dependencies.temporaryPasswordTtlMs;
    expect(results).toHaveLength(3);
    for (const result of results) expect(result).toMatchObject({ outcome: 'reset', expiresAtMs });
    for (const user of [admin, ana, ben]) {
      await expectReset(run, user);
      const [event] = await resetsBy(run, user.userName);
      expect(event).toMatchObject({
        actor: { system: 'operator' },
        details: { clearedLock: false, delivery: 'shown' },
      });
    }
    expect(await operations.attempt(foreign.ana.userName, foreign.ana.password)).toBe('signedIn');
  });

  it('resets many admins of one tenant without conflicts', async () => {
    const { scope, admin } = await tenant();
    for (let index = 0; index < 20; index += 1) {
      await operations.addReadyUser(admin, `admin${index}@${scope.tenant}`, ['globalAdmin']);
    }
    const run = newRun((await plan(scope)).resets);
    const { results, failures } = await apply(run);
    expect(failures).toEqual([]);
    expect(results).toHaveLength(23);
  });

  it('skips deleted users and leaves alone new users of the same name', async () => {
    const { scope, admin, ana, ben } = await tenant();
    const run = newRun((await plan(scope)).resets);
    const principal = await operations.sessionOf(admin);
    for (const { userId } of [ana, ben]) {
      await deleteUser(operations.dependencies, { principal, userId }, operations.context());
    }
    const another = await operations.addUser(admin, ana.userName);
    const { results } = await apply(run);
    const outcomes = results.map(({ userName, outcome }) => `${userName} ${outcome}`);
    expect(outcomes.toSorted()).toEqual([
      `${ana.userName} gone`,
      `${ben.userName} gone`,
      `${admin.userName} reset`,
    ]);
    const kept = await operations.attempt(another.userName, another.temporaryPassword);
    expect(kept).toBe('passwordChangeRequired');
  });

  it('retries with the same password if another write comes between', async () => {
    const { scope, admin, ana } = await tenant();
    const run = newRun((await plan(scope)).resets);
    let isFirst = true;
    // The admin who comes between is reset by this run too, and must come first.
    const updated = Promise.withResolvers<void>();
    const { accounts } = operations.dependencies;
    const commit: AccountStore['commit'] = async (change) => {
      if (isFirst && change.after.userId === ana.userId) {
        isFirst = false;
        await update(admin, ana, { displayName: 'Ana Silva' });
        updated.resolve();
      } else if (change.after.userId === admin.userId) await updated.promise;
      return accounts.commit(change);
    };
    const { failures } = await apply(run, await apart({ commit }));
    expect(failures).toEqual([]);
    await expectReset(run, ana);
    expect((await operations.user(ana.userName)).displayName).toBe('Ana Silva');
  });

  it('stops when nothing works and names the users it tried', async () => {
    const userNames: UserName[] = [];
    const { scope, admin } = await tenant();
    for (let index = 0; index < 45; index += 1) {
      userNames.push((await operations.addUser(admin, `u${index}@${scope.tenant}`)).userName);
    }
    const run = newRun((await plan({ userNames })).resets);
    const heard: number[] = [];
    const broken = await apart({ commit: down() });
    const outcome = await resetUsers(broken.dependencies, run, broken.context(), (progress) =>
      heard.push(progress.handled),
    );
    expect(outcome.results).toEqual([]);
    const tried = outcome.failures.length;
    expect(tried).toBeGreaterThanOrEqual(32);
    expect(outcome.left).toBe(45 - tried);
    expect(outcome.left).toBeGreaterThan(0);
    expect(outcome.failures[0]?.code).toBe('dependency-unavailable');
    expect(heard).toEqual(Array.from({ length: tried }, (_, index) => index + 1));
  });
});

describe('an interrupted reset run', () => {
  /** Ends at the n-th write, before or after it took effect. */
  async function interrupted(run: Run, writes: number, isWritten: boolean) {
    let count = 0;
    const { accounts } = operations.dependencies;
    const commit: AccountStore['commit'] = async (change) => {
      count += 1;
      if (count < writes) return accounts.commit(change);
      if (count === writes && isWritten) await accounts.commit(change);
      throw new Unavailable('tables', 'the process is gone');
    };
    await apply(run, await apart({ commit }));
  }

  it.each([
    [1, false],
    [1, true],
    [2, false],
    [2, true],
    [3, true],
  ])('resumes after write %i (written: %s)', async (writes, isWritten) => {
    const { scope, admin, ana, ben } = await tenant();
    const run = newRun((await plan(scope)).resets);
    await interrupted(run, writes, isWritten);
    const { results, failures } = await apply({ ...run, isResumed: true });
    expect(failures).toEqual([]);
    const before = results.filter(({ outcome }) => outcome === 'resetBefore');
    expect(before).toHaveLength(isWritten ? writes : writes - 1);
    for (const user of [admin, ana, ben]) {
      expect(await resetsBy(run, user.userName)).toHaveLength(1);
      await expectReset(run, user);
    }
  });

  it('does not reset a user again who chose a password in between', async () => {
    const { scope, ana } = await tenant();
    const run = newRun((await plan(scope)).resets);
    await apply(run);
    operations.pass(60_000);
    const settled = await operations.chooseOwnPassword(ana.userName, passwordOf(run, ana.userName));
    const { results } = await apply({ ...run, isResumed: true });
    expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['resetBefore']));
    expect(await operations.attempt(ana.userName, settled.password)).toBe('signedIn');
  });

  it('is not mistaken for another run or for a reset by an admin', async () => {
    const { scope, ana } = await tenant();
    const { resets } = await plan(scope);
    await apply(newRun(resets));
    const again = newRun((await plan(scope)).resets);
    const { results } = await apply({ ...again, isResumed: true });
    expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['reset']));
    const planned = passwordOf(again, ana.userName);
    expect(await operations.attempt(ana.userName, planned)).toBe('passwordChangeRequired');
  });

  it('finds its own event behind a page of later ones', async () => {
    const { scope, ana } = await tenant();
    const run = newRun((await plan(scope)).resets);
    await apply(run);
    const { accounts } = operations.dependencies;
    const pages: number[] = [];
    // Pages of one, so that three events of the user need three.
    const listEvents: AccountStore['listEvents'] = async (own, userId, page) => {
      const read = await accounts.listEvents(own, userId, { ...page, limit: 1 });
      if (userId === ana.userId) pages.push(read.items.length);
      return read;
    };
    await operations.chooseOwnPassword(ana.userName, passwordOf(run, ana.userName));
    const { results } = await apply({ ...run, isResumed: true }, await apart({ listEvents }));
    expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['resetBefore']));
    // The change and the use of the temporary password came after.
    expect(pages).toHaveLength(3);
  });
});
