import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPasswordHasher } from '../../shared/crypto/password/password-hasher.ts';
import type { PasswordHash } from '../../shared/port/hasher.ts';
import { goodPassword } from '../fixture/good-password.ts';
import { createOperations, type Operations, type SignedInUser } from '../fixture/operations.ts';
import { down, override, withPlaces } from '../fixture/override.ts';

/** Checks that a hash moves to today's pepper and work factor, unseen, when its owner signs in. */

let operations: Operations;
let admin: SignedInUser;
let ana: SignedInUser;

beforeEach(async () => {
  operations = await createOperations();
  admin = await operations.readyAdmin();
  ana = await operations.addReadyUser(admin, 'ana@contoso.example');
});
afterEach(() => operations.stop());

async function storedHash(): Promise<PasswordHash> {
  const found = await operations.dependencies.accounts.findCredential(ana.userName);
  const permanent = found?.value.permanent;
  if (permanent === undefined) throw new Error('no password of the own');
  return permanent;
}

const costOf = ({ bcrypt }: PasswordHash) => Number(bcrypt.slice(4, 6));

it('rehashes for a raised work factor, without a visible change of the user', async () => {
  const [userBefore, hashBefore] = [await operations.user(ana.userName), await storedHash()];
  operations.pass(1000);
  const raised = operations.withWorkFactor(5);
  expect(await raised.attempt(ana.userName, ana.password)).toBe('signedIn');

  const hashAfter = await storedHash();
  expect([costOf(hashBefore), costOf(hashAfter)]).toEqual([4, 5]);
  expect(await operations.user(ana.userName)).toEqual({
    ...userBefore,
    lastSignInAtMs: operations.clock.now(),
  });
  expect((await operations.principal(ana.token)).user.value.userId).toBe(ana.userId);
  expect(await operations.eventTypes(ana.userName)).not.toContain('user.updated');
  expect(await raised.attempt(ana.userName, ana.password)).toBe('signedIn');
  expect(await storedHash()).toEqual(hashAfter);
});

it('never lowers the work factor', async () => {
  await operations.withWorkFactor(6).attempt(ana.userName, ana.password);
  const before = await storedHash();
  expect(costOf(before)).toBe(6);
  operations.peppers.add('pepper-2');
  expect(await operations.attempt(ana.userName, ana.password)).toBe('signedIn');
  expect(await storedHash()).toEqual(before);
});

it('rehashes with a new pepper, and verifies with the old one until then', async () => {
  expect((await storedHash()).pepperVersion).toBe('pepper-1');
  operations.peppers.add('pepper-2');
  expect(await operations.attempt(ana.userName, 'not the right one')).toBe('invalid-credentials');
  expect((await storedHash()).pepperVersion).toBe('pepper-1');
  expect(await operations.attempt(ana.userName, ana.password)).toBe('signedIn');
  expect((await storedHash()).pepperVersion).toBe('pepper-2');
  operations.peppers.versions.shift();
  expect(await operations.attempt(ana.userName, ana.password)).toBe('signedIn');
});

it('does not rehash with an older pepper while the newer is not settled', async () => {
  operations.peppers.add('pepper-2');
  await operations.attempt(ana.userName, ana.password);
  const before = await storedHash();
  const { queue, peppers } = operations;
  const newest = async () => peppers.versions[0] as (typeof peppers.versions)[number];
  const hasher = createPasswordHasher({
    queue,
    peppers: override(peppers, { newest }),
    workFactor: 4,
  });
  expect(await operations.with({ hasher }).attempt(ana.userName, ana.password)).toBe('signedIn');
  expect(await storedHash()).toEqual(before);
});

it('rehashes the password exactly as typed, in any normal form', async () => {
  const composed = 'café orbit lantern velvet'.normalize('NFC');
  await operations.changePassword(ana.token, composed, ana.password);
  const raised = operations.withWorkFactor(5);
  expect(await raised.attempt(ana.userName, composed.normalize('NFD'))).toBe('signedIn');
  expect(costOf(await storedHash())).toBe(5);
  expect(await operations.attempt(ana.userName, composed)).toBe('signedIn');
});

it('does not rehash a temporary password or the password before it', async () => {
  const before = await storedHash();
  const temporaryPassword = await operations.reset(admin, ana.userId);
  const found = await operations.dependencies.accounts.findCredential(ana.userName);
  const raised = operations.withWorkFactor(5);
  expect(await raised.attempt(ana.userName, temporaryPassword)).toBe('passwordChangeRequired');
  expect(await operations.dependencies.accounts.findCredential(ana.userName)).toEqual(found);
  expect(await storedHash()).toEqual(before);
});

it('loses to a concurrent change, and the sign-in succeeds', async () => {
  const { hasher } = operations.withWorkFactor(5).dependencies;
  const slow = operations.with({
    hasher: withPlaces(hasher, (slot) => ({
      async renew(password, hash) {
        await operations.changePassword(ana.token, goodPassword(5), ana.password);
        return slot.renew(password, hash);
      },
    })),
  });
  expect(await slow.attempt(ana.userName, ana.password)).toBe('signedIn');
  expect(costOf(await storedHash())).toBe(4);
  expect(await operations.attempt(ana.userName, goodPassword(5))).toBe('signedIn');
  expect(await operations.attempt(ana.userName, ana.password)).toBe('invalid-credentials');
});

it('succeeds as a sign-in if the store fails to save the new hash', async () => {
  const { accounts } = operations.dependencies;
  const instance = operations
    .withWorkFactor(5)
    .with({ accounts: override(accounts, { replacePermanentHash: down() }) });
  expect(await instance.attempt(ana.userName, ana.password)).toBe('signedIn');
  expect(operations.logged).toContain('best-effort step failed: rehash');
  expect(costOf(await storedHash())).toBe(4);
});

describe('a password change', () => {
  it('retries and wins if a rehash comes between', async () => {
    const { hasher } = operations.dependencies;
    const slow = operations.with({
      hasher: withPlaces(hasher, (slot) => ({
        async replace(password, earlier) {
          await operations.withWorkFactor(5).attempt(ana.userName, ana.password);
          return slot.replace(password, earlier);
        },
      })),
    });
    await slow.changePassword(ana.token, goodPassword(5), ana.password);
    expect(await operations.attempt(ana.userName, goodPassword(5))).toBe('signedIn');
    const found = await operations.dependencies.accounts.findCredential(ana.userName);
    expect(found?.value.history.map(costOf)).toEqual([5]);
  });
});
