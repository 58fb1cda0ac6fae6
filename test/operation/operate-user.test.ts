import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { operateUser, resetUser, type UserAct } from '../../shared/maintenance/operate-user.ts';
import {
  createOperations,
  nameOf,
  type Operations,
  outcomeText,
  type SignedInUser,
} from '../fixture/operations.ts';
import { eventsOf } from './fixture/admin-context.ts';

/** Checks what an operator does to one user. */

let operations: Operations;
let admin: SignedInUser;
let user: SignedInUser;
let made = 0;
beforeAll(async () => {
  operations = await createOperations();
});
afterAll(() => operations.stop());
beforeEach(async () => {
  made += 1;
  admin = await operations.readyAdmin(`admin@tenant${made}.example`);
  user = await operations.addReadyUser(admin, `ana@tenant${made}.example`);
});

interface Options {
  readonly force?: boolean;
  readonly isDryRun?: boolean;
}

function operate(
  act: UserAct,
  userName: string,
  { force = false, isDryRun = false }: Options = {},
) {
  const request = { userName: nameOf(userName), force, isDryRun };
  return operateUser(operations.dependencies, act, request, operations.context());
}

function reset(userName: string, { force = false, isDryRun = false }: Options = {}) {
  const request = { userName: nameOf(userName), force, isDryRun };
  return resetUser(operations.dependencies, request, operations.context());
}

const isAlive = ({ token }: SignedInUser) =>
  operations.principal(token).then(
    () => true,
    () => false,
  );

describe('an operator', () => {
  it('disables a user, ends the sessions, and enables the user again', async () => {
    expect(await operate('disable', user.userName)).toMatchObject({ isChanged: true });
    expect(await isAlive(user)).toBe(false);
    expect(await operations.attempt(user.userName, user.password)).toBe('invalid-credentials');
    const again = await operate('disable', user.userName);
    expect(again).toMatchObject({ isChanged: false, user: { status: 'disabled' } });
    await operate('enable', user.userName);
    expect(await operations.attempt(user.userName, user.password)).toBe('signedIn');
    expect(await isAlive(user)).toBe(false);
    const [enabled, disabled] = await eventsOf(operations, user);
    for (const event of [enabled, disabled]) expect(event?.actor).toEqual({ system: 'operator' });
    expect([enabled?.type, disabled?.type]).toEqual(['user.enabled', 'user.disabled']);
  });

  it('deletes a user and keeps the events', async () => {
    await operate('delete', user.userName);
    expect(await operations.dependencies.accounts.findUser(user.userName)).toBeUndefined();
    const [deleted] = await eventsOf(operations, user);
    expect(deleted).toMatchObject({ type: 'user.deleted', actor: { system: 'operator' } });
  });

  it('resets a user and ends the old password and the sessions', async () => {
    const issued = await reset(user.userName);
    expect(await isAlive(user)).toBe(false);
    expect(await operations.attempt(user.userName, issued?.temporaryPassword.canonical ?? '')).toBe(
      'passwordChangeRequired',
    );
    expect(await operations.attempt(user.userName, user.password)).toBe('invalid-credentials');
    const [event] = await eventsOf(operations, user);
    expect(event).toMatchObject({ type: 'password.reset', actor: { system: 'operator' } });
  });

  it('ends the waits of a user and opens no lock', async () => {
    for (let tries = 0; tries < 5; tries += 1) await operations.attempt(user.userName, 'wrong');
    expect(await operations.attempt(user.userName, user.password)).toMatch(/^too-many-attempts/);
    await operate('unlock', user.userName);
    expect(await operations.attempt(user.userName, user.password)).toBe('signedIn');
    const before = await operations.dependencies.accounts.findUser(user.userName);
    if (before === undefined) throw new Error('the user is gone');
    const locked = { ...before, value: { ...before.value, isLocked: true } };
    const accounts = Object.assign(Object.create(operations.dependencies.accounts), {
      findUser: async () => locked,
    });
    const request = { userName: user.userName, force: true, isDryRun: false };
    const dependencies = { ...operations.dependencies, accounts };
    const refused = operateUser(dependencies, 'unlock', request, operations.context());
    expect(await outcomeText(refused)).toBe('reset-required');
  });

  it.each<UserAct | 'reset'>(['disable', 'delete', 'reset'])(
    'rejects the %s of a last global admin without force, in a dry run too',
    async (act) => {
      const run = (options: Options) =>
        act === 'reset' ? reset(admin.userName, options) : operate(act, admin.userName, options);
      const before = await operations.dependencies.accounts.findUser(admin.userName);
      expect(await outcomeText(run({ isDryRun: true }))).toBe('last-global-admin');
      expect(await outcomeText(run({}))).toBe('last-global-admin');
      expect(await outcomeText(run({ force: true, isDryRun: true }))).toBe('done');
      expect(await operations.dependencies.accounts.findUser(admin.userName)).toEqual(before);
      expect(await outcomeText(run({ force: true }))).toBe('done');
      expect(await isAlive(admin)).toBe(false);
    },
  );

  it('rejects a name that no user has', async () => {
    const nobody = `nobody@tenant${made}.example`;
    for (const act of ['unlock', 'enable', 'disable', 'delete'] as const) {
      expect(await outcomeText(operate(act, nobody))).toBe('not-found');
    }
    expect(await outcomeText(reset(nobody, { isDryRun: true }))).toBe('not-found');
    expect(await outcomeText(reset(nobody))).toBe('not-found');
  });
});
