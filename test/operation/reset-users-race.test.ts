import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UserName } from '../../shared/credential/name.ts';
import { planResets, type ResetScope, resetUsers } from '../../shared/maintenance/reset-users.ts';
import { deleteUser } from '../../shared/operation/delete-user.ts';
import type { AccountStore } from '../../shared/port/store.ts';
import { createOperations, type Operations } from '../fixture/operations.ts';
import { override } from '../fixture/override.ts';

/** A mass reset while others write. */

let operations: Operations;
let made = 0;
beforeAll(async () => {
  operations = await createOperations();
});
afterAll(() => operations.stop());

async function tenant() {
  made += 1;
  const domain = `tenant${made}.example`;
  const admin = await operations.readyAdmin(`zoe@${domain}`);
  const ana = await operations.addReadyUser(admin, `ana@${domain}`);
  const ben = await operations.addReadyUser(admin, `ben@${domain}`);
  return { scope: { tenant: (await operations.user(admin.userName)).tenant }, admin, ana, ben };
}

/** The resets of this scope, with what a commit does instead. */
async function reset(scope: ResetScope, commit: AccountStore['commit']) {
  const { resets } = await planResets(operations.dependencies, scope);
  const { accounts } = operations.dependencies;
  const on = operations.with({ accounts: override(accounts, { commit }) });
  const startedAtMs = operations.clock.nowMs;
  const run = { runId: randomUUID(), startedAtMs, resets, isResumed: false };
  return resetUsers(on.dependencies, run, on.context(), () => {});
}

describe('concurrent writes during reset-users', () => {
  it('skip a user deleted before the write, and the next user of that name', async () => {
    const { admin, ana, ben } = await tenant();
    // Not the admin, whose sessions would be over before it can delete a user.
    const scope = { userNames: [ana.userName, ben.userName] };
    const { accounts } = operations.dependencies;
    const begun = new Set<UserName>();
    let another: Awaited<ReturnType<Operations['addUser']>> | undefined;
    const commit: AccountStore['commit'] = async (change) => {
      const user = [ana, ben].find(({ userId }) => userId === change.after.userId);
      if (user !== undefined && !begun.has(user.userName)) {
        begun.add(user.userName);
        const principal = await operations.sessionOf(admin);
        const request = { principal, userId: user.userId };
        await deleteUser(operations.dependencies, request, operations.context());
        if (user === ana) another = await operations.addUser(admin, ana.userName);
      }
      return accounts.commit(change);
    };
    const { results, failures } = await reset(scope, commit);
    expect(failures).toEqual([]);
    const gone = results.filter(({ outcome }) => outcome === 'gone');
    expect(gone.map(({ userName }) => userName).toSorted()).toEqual([ana.userName, ben.userName]);
    const { userName, temporaryPassword } = another ?? { userName: '', temporaryPassword: '' };
    expect(await operations.attempt(userName as UserName, temporaryPassword)).toBe(
      'passwordChangeRequired',
    );
  });

  it('fail a user with conflict if every try is lost, and not as gone', async () => {
    const { scope, ana } = await tenant();
    const { accounts } = operations.dependencies;
    const commit: AccountStore['commit'] = async (change) =>
      change.after.userId === ana.userId ? 'conflict' : accounts.commit(change);
    const { results, failures } = await reset(scope, commit);
    expect(failures).toEqual([{ userName: ana.userName, code: 'conflict' }]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['reset', 'reset']);
  });

  it('let users who are not admins be reset in parallel', async () => {
    const { ana, ben } = await tenant();
    const userNames = [ana.userName, ben.userName];
    const { accounts } = operations.dependencies;
    let begun = 0;
    const both = Promise.withResolvers<void>();
    // Neither is written before the other could be.
    const commit: AccountStore['commit'] = async (change) => {
      begun += 1;
      if (begun === 2) both.resolve();
      await both.promise;
      return accounts.commit(change);
    };
    const { results, failures } = await reset({ userNames }, commit);
    expect({ done: results.length, failures }).toEqual({ done: 2, failures: [] });
  });
});
