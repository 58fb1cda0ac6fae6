import { afterAll, beforeAll, expect, it } from 'vitest';
import { tenantOf } from '../../shared/credential/name.ts';
import type { ResetTerms } from '../../shared/credential/reset.ts';
import { createFirstAdmins } from '../../shared/maintenance/create-first-admin.ts';
import { resetUser } from '../../shared/maintenance/operate-user.ts';
import { planResets, resetUsers } from '../../shared/maintenance/reset-users.ts';
import { createOperations, type Operations, type SignedInUser } from '../fixture/operations.ts';
import { eventsOf } from './fixture/admin-context.ts';

/** The terms of an operator's resets, which show the whole password in any tenant. */

const TERMS: ResetTerms = { reason: 'Incident', ticket: 'INC-7', delivery: 'shown' };

let operations: Operations;
let admin: SignedInUser;

beforeAll(async () => {
  operations = await createOperations();
  admin = await operations.readyAdmin();
});
afterAll(() => operations.stop());

/** Returns the actor of the admin's last reset, whose event and record have the same terms. */
async function lastReset() {
  const reset = (await eventsOf(operations, admin)).find(({ type }) => type === 'password.reset');
  const { accounts } = operations.dependencies;
  const record = await accounts.findReset(
    tenantOf(admin.userName),
    admin.userId,
    reset?.sequence ?? 0,
  );
  expect(reset?.details).toMatchObject({ ...TERMS });
  expect(record).toMatchObject({ eventId: reset?.eventId, terms: TERMS, outcome: 'open' });
  return reset?.actor;
}

it('are in the event and the record of each kind of reset, with its actor', async () => {
  const { dependencies } = operations;
  const { userName } = admin;
  const one = { userName, force: true, isDryRun: false, terms: TERMS };
  await resetUser(dependencies, one, operations.context());
  expect(await lastReset()).toEqual({ system: 'operator' });

  const { resets } = await planResets(dependencies, { tenant: tenantOf(userName) });
  const runId = 'a5f0a8a4-1a0b-4d0e-8a55-7a3d8e1d9f10';
  const run = { runId, startedAtMs: operations.clock.nowMs, resets, terms: TERMS };
  await resetUsers(dependencies, { ...run, isResumed: false }, operations.context(), () => {});
  expect(await lastReset()).toEqual({ system: 'operator' });

  const recovery = { userNames: [userName], recover: true, terms: TERMS };
  await createFirstAdmins(dependencies, recovery, operations.context());
  expect(await lastReset()).toEqual({ system: 'bootstrap' });
});
