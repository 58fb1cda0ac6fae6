import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CONFLICT_TRIES } from '../../shared/operation/retry.ts';
import { updateUser } from '../../shared/operation/update-user.ts';
import { goodPassword } from '../fixture/good-password.ts';
import {
  createOperations,
  type Operations,
  outcomeText,
  type SignedInUser,
} from '../fixture/operations.ts';
import { down, override, withPlaces } from '../fixture/override.ts';

/** Checks a change of password when another write comes between its reads and its write. */

let operations: Operations;
let admin: SignedInUser;
let ana: SignedInUser;

beforeEach(async () => {
  operations = await createOperations();
  admin = await operations.readyAdmin();
  ana = await operations.addReadyUser(admin, 'ana@contoso.example');
});
afterEach(() => operations.stop());

/** Ana's change to password 3; `meanwhile` happens while the new password is hashed. */
function changeDuring(meanwhile: () => Promise<unknown>): Promise<string> {
  const { hasher } = operations.dependencies;
  const slow = operations.with({
    hasher: withPlaces(hasher, (place) => ({
      async replace(password, earlier) {
        await meanwhile();
        return place.replace(password, earlier);
      },
    })),
  });
  return outcomeText(slow.changePassword(ana.token, goodPassword(3), ana.password));
}

async function patch(changed: { status?: 'disabled'; roles?: readonly ['billingAdmin'] }) {
  const principal = await operations.sessionOf(admin);
  const request = { principal, userId: ana.userId, patch: changed };
  return updateUser(operations.dependencies, request, operations.context());
}

describe('a password change that races another write', () => {
  it('keeps a concurrent role change and sets the new password', async () => {
    expect(await changeDuring(() => patch({ roles: ['billingAdmin'] }))).toBe('signedIn');
    expect((await operations.user(ana.userName)).roles).toEqual(['billingAdmin']);
    expect(await operations.attempt(ana.userName, goodPassword(3))).toBe('signedIn');
  });

  it('fails with invalid-token if the user is disabled in between', async () => {
    expect(await changeDuring(() => patch({ status: 'disabled' }))).toBe('invalid-token');
    expect(await operations.eventTypes(ana.userName)).toEqual([
      'user.created',
      'temporary-password.used',
      'password.changed',
      'user.disabled',
    ]);
  });

  it('fails if a reset comes between, and the temporary password signs in', async () => {
    let temporaryPassword = '';
    const outcome = await changeDuring(async () => {
      temporaryPassword = await operations.reset(admin, ana.userId);
    });
    expect(outcome).toBe('invalid-token');
    expect(await operations.attempt(ana.userName, goodPassword(3))).toBe('invalid-credentials');
    expect(await operations.attempt(ana.userName, temporaryPassword)).toBe(
      'passwordChangeRequired',
    );
  });

  it('fails with invalid-token if another change was written first', async () => {
    const outcome = await changeDuring(() =>
      operations.changePassword(ana.token, goodPassword(4), ana.password),
    );
    expect(outcome).toBe('invalid-token');
    expect(await operations.attempt(ana.userName, goodPassword(3))).toBe('invalid-credentials');
    expect(await operations.attempt(ana.userName, goodPassword(4))).toBe('signedIn');
  });
});

it('lets one of 16 changes with one change token win, and its password signs in', async () => {
  const ben = await operations.addUser(admin, 'ben@contoso.example');
  const token = await operations.changeToken(ben.userName, ben.temporaryPassword);
  const passwords = Array.from({ length: 16 }, (_, index) => goodPassword(200 + index));
  const outcomes = await Promise.all(
    passwords.map((password) => outcomeText(operations.changePassword(token, password))),
  );
  const winners = passwords.filter((_, index) => outcomes[index] === 'signedIn');
  expect(winners).toHaveLength(1);
  const losers = outcomes.filter((outcome) => outcome !== 'signedIn');
  // They are less than 20 calls: some got too-many-attempts because they were parallel.
  expect(losers).toEqual(Array.from({ length: 15 }, () => 'invalid-token'));
  expect(await operations.attempt(ben.userName, winners[0] ?? '')).toBe('signedIn');
  const types = await operations.eventTypes(ben.userName);
  expect(types).toEqual(['user.created', 'temporary-password.used', 'password.changed']);
});

describe('the write of a password change', () => {
  it('answers conflict and changes nothing after losing every try', async () => {
    const { accounts } = operations.dependencies;
    let tries = 0;
    const instance = operations.with({
      accounts: override(accounts, {
        async commit() {
          tries += 1;
          return 'conflict';
        },
      }),
    });
    const change = instance.changePassword(ana.token, goodPassword(3), ana.password);
    expect(await outcomeText(change)).toBe('conflict 1');
    expect(tries).toBe(CONFLICT_TRIES);
    const again = operations.changePassword(ana.token, goodPassword(3), ana.password);
    expect(await outcomeText(again)).toBe('signedIn');
  });

  it('can be repeated with the same token if the outage prevented it', async () => {
    const { accounts } = operations.dependencies;
    const instance = operations.with({ accounts: override(accounts, { commit: down() }) });
    const change = instance.changePassword(ana.token, goodPassword(3), ana.password);
    expect(await outcomeText(change)).toBe('unavailable');
    const again = operations.changePassword(ana.token, goodPassword(3), ana.password);
    expect(await outcomeText(again)).toBe('signedIn');
  });

  it('sets the new password and revokes the token if only its answer was lost', async () => {
    const { accounts } = operations.dependencies;
    const instance = operations.with({
      accounts: override(accounts, {
        async commit(change) {
          await accounts.commit(change);
          return down()();
        },
      }),
    });
    const change = instance.changePassword(ana.token, goodPassword(3), ana.password);
    expect(await outcomeText(change)).toBe('unavailable');
    const again = operations.changePassword(ana.token, goodPassword(3), ana.password);
    expect(await outcomeText(again)).toBe('invalid-token');
    expect(await operations.attempt(ana.userName, goodPassword(3))).toBe('signedIn');
  });
});
