import { afterAll, beforeAll, expect, it } from 'vitest';
import { goodPassword } from '../fixture/good-password.ts';
import { createOperations, type Operations, outcomeText } from '../fixture/operations.ts';

/** Checks the way out when a pepper is lost for good, as in infra/RUNBOOK.md. */

let operations: Operations;
beforeAll(async () => {
  operations = await createOperations();
});
afterAll(() => operations.stop());

it('lets every user in again by a reset, without history, if the pepper is lost', async () => {
  const admin = await operations.readyAdmin();
  const ana = await operations.addReadyUser(admin, 'ana@contoso.example');
  operations.peppers.versions.splice(0);
  operations.peppers.add('pepper-2');
  expect(await operations.attempt(ana.userName, ana.password)).toBe('unavailable');

  const temporaryPassword = await operations.reset(admin, ana.userId);
  const change = async (on: Operations) => {
    const token = await on.changeToken(ana.userName, temporaryPassword);
    return outcomeText(on.changePassword(token, goodPassword(3)));
  };
  // An earlier password cannot be compared.
  expect(await change(operations)).toBe('unavailable');
  const policy = { ...operations.dependencies.policy, history: 0 };
  expect(await change(operations.with({ policy }))).toBe('signedIn');
  expect(await operations.attempt(ana.userName, goodPassword(3))).toBe('signedIn');

  // Nothing needs the lost version any more, so the history can come back.
  const again = await operations.sessionOf(ana);
  const changed = operations.changePassword(again, goodPassword(4), goodPassword(3));
  expect(await outcomeText(changed)).toBe('signedIn');
});
