import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createUser } from '../../shared/operation/create-user.ts';
import { deleteUser } from '../../shared/operation/delete-user.ts';
import { resetPassword } from '../../shared/operation/reset-password.ts';
import { signOutUser } from '../../shared/operation/sign-out.ts';
import { unlockUser } from '../../shared/operation/unlock-user.ts';
import { updateUser } from '../../shared/operation/update-user.ts';
import {
  createOperations,
  nameOf,
  type Operations,
  outcomeText,
  type SignedInUser,
} from '../fixture/operations.ts';

/** Each change of an admin's name replaces the one row of the tenant that all admins share. */

const RENAMES_AT_ONCE = 16;
const ROUNDS = 4;

let operations: Operations;
let boss: SignedInUser;
let vandal: SignedInUser;
beforeEach(async () => {
  operations = (await createOperations()).with({ pause: (ms) => pause(ms) });
  boss = await operations.readyAdmin();
  vandal = await operations.addReadyUser(boss, 'vandal@contoso.example', ['globalAdmin']);
});
afterEach(() => operations.stop());

/** One admin renames itself over and over, so many calls at a time, until it is stopped. */
function vandalize(): { stop(): Promise<number> } {
  let isOver = false;
  let renames = 0;
  const rename = async () => {
    while (!isOver) {
      const principal = await operations.sessionOf(vandal);
      const patch = { displayName: `Vandal ${renames}` };
      const request = { principal, userId: vandal.userId, patch };
      const call = updateUser(operations.dependencies, request, operations.context());
      if ((await outcomeText(call)) === 'active') renames += 1;
    }
  };
  const all = Promise.all(Array.from({ length: RENAMES_AT_ONCE }, rename));
  return {
    async stop() {
      isOver = true;
      await all;
      return renames;
    },
  };
}

it('lets no admin who sends 16 renames at once block the change of another', async () => {
  const { dependencies } = operations;
  const outcomes: string[] = [];
  const { stop } = vandalize();
  for (let round = 0; round < ROUNDS; round += 1) {
    const principal = await operations.sessionOf(boss);
    const note = async (name: string, call: Promise<unknown>) =>
      outcomes.push(`${name}: ${await outcomeText(call)}`);
    const userName = nameOf(`admin-${round}@contoso.example`);
    const profile = {
      displayName: 'Admin',
      email: undefined,
      secondEmail: undefined,
      locale: undefined,
    };
    const wanted = { userName, ...profile, roles: ['userManagementAdmin'] as const };
    await note('create', createUser(dependencies, { principal, wanted }, operations.context()));
    const user = await dependencies.accounts.findUser(userName);
    const request = { principal, userId: user?.value.userId };
    const patch = { status: 'disabled' } as const;
    const context = operations.context();
    await note('disable', updateUser(dependencies, { ...request, patch }, context));
    const again = { status: 'active' } as const;
    await note('enable', updateUser(dependencies, { ...request, patch: again }, context));
    await note('reset', resetPassword(dependencies, request, context));
    await note('unlock', unlockUser(dependencies, request, context));
    await note('sign out', signOutUser(dependencies, request, context));
    await note('delete', deleteUser(dependencies, request, context));
  }
  const renames = await stop();
  expect(renames).toBeGreaterThan(ROUNDS);
  expect(outcomes.filter((outcome) => outcome.includes('conflict'))).toEqual([]);
  expect(outcomes).toHaveLength(7 * ROUNDS);
});
