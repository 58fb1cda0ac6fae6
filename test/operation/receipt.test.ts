import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OfferedTerms } from '../../shared/credential/reset.ts';
import { createFirstAdmins } from '../../shared/maintenance/create-first-admin.ts';
import { resetUser } from '../../shared/maintenance/operate-user.ts';
import { planResets, resetUsers } from '../../shared/maintenance/reset-users.ts';
import { resetPassword } from '../../shared/operation/reset-password.ts';
import { createFixedReceipts } from '../fixture/fixed-receipts.ts';
import {
  createOperations,
  nameOf,
  type Operations,
  outcomeText,
  type SignedInUser,
} from '../fixture/operations.ts';
import { withPlaces } from '../fixture/override.ts';
import { eventsOf, losing } from './fixture/admin-context.ts';

/** Checks that each reset answers a receipt, that it says what the event says, and its outages. */

let operations: Operations;
let admin: SignedInUser;
let user: SignedInUser;
let made = 0;

beforeAll(async () => {
  operations = await createOperations();
  admin = await operations.readyAdmin();
});
afterAll(() => operations.stop());

beforeEach(async () => {
  made += 1;
  user = await operations.addReadyUser(admin, `user-${made}@contoso.example`);
});

async function reset(on = operations, terms: OfferedTerms = {}) {
  const principal = await operations.sessionOf(admin);
  const request = { principal, userId: user.userId, terms };
  return resetPassword(on.dependencies, request, on.context());
}

/** Returns the claims of the receipt by the event that was written. */
async function claimsOfEvent(target: Pick<SignedInUser, 'userName' | 'userId'> = user) {
  const events = await eventsOf(operations, target);
  const event = events.find(({ type }) => type === 'password.reset');
  if (event === undefined) throw new Error('no reset is recorded');
  const { clearedLock: _, expiresInSeconds, ...terms } = event.details;
  const iat = Math.floor(event.atMs / 1000);
  return {
    ...{ iss: 'https://portal.example', aud: 'https://portal.example/receipts' },
    ...{ jti: event.eventId, iat, tenant: 'contoso.example', user: target.userId },
    ...{ actor: event.actor, password_expires_at: iat + Number(expiresInSeconds), ...terms },
  };
}

/** Instances whose vault and hasher are watched. The vault is down from the hash on. */
function watched() {
  const { vault, ...receipts } = createFixedReceipts(operations.clock);
  const spent = { places: 0, hashes: 0 };
  const hasher = withPlaces(operations.dependencies.hasher, (place) => {
    spent.places += 1;
    return {
      hash: (password) => {
        spent.hashes += 1;
        vault.isDown = true;
        return place.hash(password);
      },
    };
  });
  return { on: operations.with({ receipts, hasher }), vault, spent };
}

describe('the receipt of a reset', () => {
  it('says what its event says', async () => {
    const { receipt } = await reset();
    expect(decodeJwt(receipt)).toEqual(await claimsOfEvent());
    const verification = { kind: 'callBack', reference: 'known number' } as const;
    const full = await reset(operations, { reason: 'lost', ticket: 'INC-7', verification });
    const claims = decodeJwt(full.receipt);
    expect(claims).toEqual(await claimsOfEvent());
    expect(claims).toMatchObject({ reason: 'lost', verification: { isProven: false } });
    expect(JSON.stringify(claims)).not.toContain(full.temporaryPassword.canonical);
  });

  it('is of the event that was written, after a lost try', async () => {
    const { receipt } = await reset(losing(operations, 1));
    expect(decodeJwt(receipt).jti).toBe((await claimsOfEvent()).jti);
  });

  it('has its key before the hash: an outage after it changes nothing', async () => {
    const { on, vault, spent } = watched();
    const { receipt } = await reset(on);
    expect(vault.isDown).toBe(true);
    expect(spent).toEqual({ places: 1, hashes: 1 });
    expect(decodeJwt(receipt)).toEqual(await claimsOfEvent());
  });

  it('without a key is an outage, and nothing is spent or changed', async () => {
    const { on, vault, spent } = watched();
    vault.isDown = true;
    const before = await operations.user(user.userName);
    expect(await outcomeText(reset(on))).toBe('unavailable');
    expect(spent).toEqual({ places: 0, hashes: 0 });
    expect(await operations.user(user.userName)).toEqual(before);
    expect(await operations.attempt(user.userName, user.password)).toBe('signedIn');
  });

  it('costs a refused reset and a new user no call to the vault', async () => {
    const { on, vault } = watched();
    const principal = await operations.sessionOf(admin);
    const own = { principal, userId: admin.userId };
    const refused = resetPassword(on.dependencies, own, on.context());
    expect(await outcomeText(refused)).toBe('self-reset-forbidden');
    await on.addUser(admin, `new-${made}@contoso.example`);
    expect(vault.calls).toBe(0);
  });
});

describe('the receipt of an operator’s reset', () => {
  it('names the operator, one by one and for many', async () => {
    const request = { userName: user.userName, force: false, isDryRun: false };
    const one = await resetUser(operations.dependencies, request, operations.context());
    expect(decodeJwt(one?.receipt ?? '')).toEqual(await claimsOfEvent());
    expect(decodeJwt(one?.receipt ?? '').actor).toEqual({ system: 'operator' });

    const scope = { userNames: [user.userName] };
    const { resets } = await planResets(operations.dependencies, scope);
    const run = { runId: 'run', startedAtMs: operations.clock.now(), resets, isResumed: false };
    const many = await resetUsers(operations.dependencies, run, operations.context(), () => {});
    const [result] = many.results;
    expect(decodeJwt(result?.receipt ?? '')).toEqual(await claimsOfEvent());
  });

  it('is given for a recovered admin, and not for a new one', async () => {
    const userNames = [user.userName];
    const recover = { userNames, recover: true };
    const context = operations.context();
    const [admins] = await createFirstAdmins(operations.dependencies, recover, context);
    expect(decodeJwt(admins?.receipt ?? '')).toEqual(await claimsOfEvent());
    expect(decodeJwt(admins?.receipt ?? '').actor).toEqual({ system: 'bootstrap' });
    const fresh = { userNames: [nameOf(`fresh@tenant-${made}.example`)], recover: false };
    const [created] = await createFirstAdmins(operations.dependencies, fresh, context);
    expect(created).toHaveProperty('receipt', undefined);
  });
});
