import { afterEach, beforeEach, expect, it } from 'vitest';
import { deleteUser } from '../../shared/operation/delete-user.ts';
import type { CredentialSecret, Stored } from '../../shared/port/store.ts';
import { goodPassword } from '../fixture/good-password.ts';
import {
  createOperations,
  type Operations,
  outcomeText,
  type SignedInUser,
} from '../fixture/operations.ts';
import { override } from '../fixture/override.ts';

/** User and hashes are two rows. A write between the two reads must not mix two moments. */

let operations: Operations;
let admin: SignedInUser;
let ana: SignedInUser;

beforeEach(async () => {
  operations = await createOperations();
  admin = await operations.readyAdmin();
  ana = await operations.addReadyUser(admin, 'ana@contoso.example');
});
afterEach(() => operations.stop());

/** Each read of the hashes gives what was there before `between`; of the user, what is after. */
function torn(between: (read: number) => Promise<unknown>): Operations {
  const { accounts } = operations.dependencies;
  let reads = 0;
  let written: Promise<unknown> = Promise.resolve();
  let old: Promise<Stored<CredentialSecret> | undefined> = Promise.resolve(undefined);
  return operations.with({
    accounts: override(accounts, {
      async findUser(userName) {
        reads += 1;
        const read = reads;
        old = accounts.findCredential(userName);
        written = old.then(() => between(read));
        await written;
        return accounts.findUser(userName);
      },
      findCredential: () => old,
    }),
  });
}

it('never signs in with the old password if a reset came between the reads', async () => {
  let temporaryPassword = '';
  const instance = torn(async (read) => {
    if (read === 1) temporaryPassword = await operations.reset(admin, ana.userId);
  });
  expect(await instance.attempt(ana.userName, ana.password)).toBe('invalid-credentials');
  expect(await operations.attempt(ana.userName, temporaryPassword)).toBe('passwordChangeRequired');
});

it('signs in with the new password at the second read after a change', async () => {
  const instance = torn(async (read) => {
    if (read === 1) await operations.changePassword(ana.token, goodPassword(3), ana.password);
  });
  expect(await instance.attempt(ana.userName, goodPassword(3))).toBe('signedIn');
});

it('never opens a new user of the name to the old user’s password', async () => {
  const instance = torn(async (read) => {
    if (read > 1) return;
    const request = { principal: await operations.sessionOf(admin), userId: ana.userId };
    await deleteUser(operations.dependencies, request, operations.context());
    const heir = await operations.addUser(admin, ana.userName);
    await operations.chooseOwnPassword(heir.userName, heir.temporaryPassword, goodPassword(4));
  });
  const before = await operations.user(ana.userName);
  expect(await instance.attempt(ana.userName, ana.password)).toBe('invalid-credentials');
  const after = await operations.user(ana.userName);
  // Only the user id distinguishes the rows of the two.
  expect(after.credentialVersion).toBe(before.credentialVersion);
  expect(after.userId).not.toBe(before.userId);
  expect(await operations.attempt(ana.userName, goodPassword(4))).toBe('signedIn');
});

it('refuses for 1 s after three torn reads and refunds the attempt', async () => {
  const instance = torn(() => operations.reset(admin, ana.userId));
  expect(await instance.attempt(ana.userName, ana.password)).toBe('too-many-attempts 1');
  expect(await operations.counted(ana.userName)).toBeUndefined();
});

it('refuses a password change for 1 s, or ends it, if it reads torn rows', async () => {
  const session = await operations.sessionOf(ana);
  let password = ana.password;
  const instance = torn(async (read) => {
    const next = goodPassword(10 + read);
    const current = await operations.sessionOf(ana);
    await operations.changePassword(current, next, password);
    password = next;
  });
  const change = instance.changePassword(session, goodPassword(50), ana.password);
  expect(await outcomeText(change)).toBe('too-many-attempts 1');
  expect(await operations.attempt(ana.userName, password)).toBe('signedIn');
});
