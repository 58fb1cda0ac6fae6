import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { UserId } from '../../shared/credential/name.ts';
import { Refusal } from '../../shared/credential/refusal.ts';
import type { OfferedTerms } from '../../shared/credential/reset.ts';
import type { User } from '../../shared/credential/user.ts';
import { createKeyedDigest } from '../../shared/crypto/secret/keyed-digest.ts';
import type { Principal } from '../../shared/operation/authenticate.ts';
import { createUser } from '../../shared/operation/create-user.ts';
import { deleteUser } from '../../shared/operation/delete-user.ts';
import { KEY_LIFE_MS } from '../../shared/operation/one-call.ts';
import { resetPassword } from '../../shared/operation/reset-password.ts';
import { updateUser } from '../../shared/operation/update-user.ts';
import { FixedPeppers } from '../fixture/fixed-peppers.ts';
import {
  createOperations,
  nameOf,
  type Operations,
  outcomeText,
  type SignedInUser,
} from '../fixture/operations.ts';
import { override, withPlaces } from '../fixture/override.ts';

/** CONTRACT.md "`Idempotency-Key`": what is done once, for which caller, and for how long. */

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

interface ResetOptions {
  readonly on?: Operations;
  readonly by?: SignedInUser;
  readonly principal?: Principal;
  readonly key?: string;
  readonly target?: UserId;
  readonly terms?: OfferedTerms;
  readonly ifMatch?: readonly string[];
}

async function reset(options: ResetOptions = {}) {
  const { on = operations, by = admin, key = `key-${made}`, terms = {}, ifMatch } = options;
  const { target: userId = user.userId } = options;
  const principal = options.principal ?? (await operations.sessionOf(by));
  const once = { key, body: JSON.stringify(terms) };
  const request = { principal, userId, once, terms, ifMatch };
  return resetPassword(on.dependencies, request, on.context());
}

const show = async ({ userId, displayName }: User) => ({ userId, displayName });

async function create(name = `new-${made}`, { on = operations, key = `key-${made}` } = {}) {
  const userName = nameOf(`${name}@contoso.example`);
  const absent = { email: undefined, secondEmail: undefined, locale: undefined };
  const wanted = { userName, displayName: name, roles: ['salesAgent'] as const, ...absent };
  const principal = await operations.sessionOf(admin);
  const once = { key, body: JSON.stringify({ userName }), show };
  return createUser(on.dependencies, { principal, wanted, once }, on.context());
}

/** Returns the refusal of a call. */
async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  const fault = await call.then(
    () => undefined,
    (error) => error,
  );
  if (!(fault instanceof Refusal)) throw fault ?? new Error('it was not refused');
  return fault;
}

const USED = {
  code: 'validation',
  extra: { errors: [{ parameter: 'Idempotency-Key', problem: 'idempotencyKeyUsed' }] },
};

describe('a reset with a key', () => {
  it('is done once: the same call again answers its receipt and issues nothing', async () => {
    const first = await reset({ terms: { ticket: 'INC-1' } });
    const before = await operations.user(user.userName);
    operations.pass(KEY_LIFE_MS - 1);
    const again = await refusalOf(reset({ terms: { ticket: 'INC-1' } }));
    expect(again.code).toBe('already-done');
    expect(decodeJwt(again.extra.receipt ?? '')).toEqual(decodeJwt(first.receipt));
    expect(JSON.stringify(again.extra)).not.toContain(first.temporaryPassword.canonical);
    expect(await operations.user(user.userName)).toEqual(before);
  });

  it('takes no place in the hash queue when it is repeated', async () => {
    await reset();
    let places = 0;
    const hasher = withPlaces(operations.dependencies.hasher, () => {
      places += 1;
      return {};
    });
    expect(await outcomeText(reset({ on: operations.with({ hasher }) }))).toBe('already-done');
    expect(places).toBe(0);
  });

  it('is another call with another body, target or name, and refused as that', async () => {
    const { temporaryPassword } = await reset();
    const other = await operations.addUser(admin, `other-${made}@contoso.example`);
    const calls = [
      reset({ terms: { ticket: 'INC-2' } }),
      reset({ target: other.userId }),
      create(),
    ];
    expect(await Promise.all(calls.map(refusalOf))).toMatchObject([USED, USED, USED]);
    expect(await operations.attempt(other.userName, other.temporaryPassword)).toBe(
      'passwordChangeRequired',
    );
    expect(await operations.attempt(user.userName, temporaryPassword.canonical)).toBe(
      'passwordChangeRequired',
    );
  });

  it('shares its key with no other caller', async () => {
    const roles = ['globalAdmin'] as const;
    const other = await operations.addReadyUser(admin, `admin-${made}@contoso.example`, roles);
    await reset();
    const { receipt } = await reset({ by: other });
    expect(decodeJwt(receipt).actor).toEqual({ userId: other.userId });
    const again = await refusalOf(reset());
    expect(decodeJwt(again.extra.receipt ?? '').actor).toEqual({ userId: admin.userId });
  });

  it('leaves its key free when it is refused', async () => {
    expect(await outcomeText(reset({ ifMatch: ['"0"'] }))).toBe('precondition-failed');
    expect(await outcomeText(reset({ target: admin.userId }))).toBe('self-reset-forbidden');
    expect(await outcomeText(reset({ terms: { ticket: 'INC-1' } }))).toBe('done');
  });

  it('frees its key after 24 h, by its own time and without a sweep', async () => {
    await reset();
    operations.pass(KEY_LIFE_MS - 1);
    expect(await outcomeText(reset())).toBe('already-done');
    operations.pass(1);
    // Also for another body: what was done is forgotten.
    expect(await outcomeText(reset({ terms: { ticket: 'INC-1' } }))).toBe('done');
    expect(await outcomeText(reset())).toBe('validation');
    expect(await outcomeText(reset({ terms: { ticket: 'INC-1' } }))).toBe('already-done');
  });

  it('is looked at after the role, and before the target and all else', async () => {
    const roles = ['globalAdmin'] as const;
    const other = await operations.addReadyUser(admin, `admin-${made}@contoso.example`, roles);
    const principal = await operations.sessionOf(other);
    await reset({ principal });
    expect(await outcomeText(reset({ principal, ifMatch: ['"0"'] }))).toBe('already-done');
    const asAdmin = { principal: await operations.sessionOf(admin), userId: user.userId };
    await deleteUser(operations.dependencies, asAdmin, operations.context());
    expect(await outcomeText(reset({ principal }))).toBe('already-done');
    const patch = { roles: ['salesAgent'] as const };
    const demote = { ...asAdmin, userId: other.userId, patch };
    await updateUser(operations.dependencies, demote, operations.context());
    expect(await outcomeText(reset({ principal }))).toBe('forbidden');
    await operations.reset(admin, other.userId);
    expect(await outcomeText(reset({ principal }))).toBe('invalid-token');
  });

  it('is compared under the pepper of its time, and is an outage without it', async () => {
    const peppers = new FixedPeppers();
    const on = operations.with({ callDigests: createKeyedDigest(peppers, 'call') });
    await reset({ on });
    peppers.add('pepper-2');
    expect(await outcomeText(reset({ on }))).toBe('already-done');
    peppers.versions.shift();
    expect(await outcomeText(reset({ on }))).toBe('unavailable');
  });
});

describe('the creation of a user with a key', () => {
  it('answers the user as it is now when it is repeated', async () => {
    const { user: created } = await create();
    const principal = await operations.sessionOf(admin);
    const patch = { displayName: 'Renamed' };
    const request = { principal, userId: created.userId, patch };
    await updateUser(operations.dependencies, request, operations.context());
    const again = await refusalOf(create());
    expect(again.code).toBe('already-done');
    expect(again.extra.user).toEqual({ userId: created.userId, displayName: 'Renamed' });
    expect(await refusalOf(create(`more-${made}`))).toMatchObject(USED);
    expect(await outcomeText(create(`new-${made}`, { key: 'another' }))).toBe('user-name-taken');
  });

  it('does not come back when it was deleted: there is no user to answer', async () => {
    const { user: created } = await create();
    const request = { principal: await operations.sessionOf(admin), userId: created.userId };
    await deleteUser(operations.dependencies, request, operations.context());
    const again = await refusalOf(create());
    expect(again).toMatchObject({ code: 'already-done', extra: { user: undefined } });
    // Nor is a later user of the name taken for it, even if the name was read before the deletion.
    await create(`new-${made}`, { key: `another-${made}` });
    const { userName } = created;
    const findUserName = async () => ({ userName, isDeleted: false });
    const { accounts } = operations.dependencies;
    const on = operations.with({ accounts: override(accounts, { findUserName }) });
    for (const one of [operations, on]) {
      const { extra } = await refusalOf(create(`new-${made}`, { on: one }));
      expect(extra.user).toBeUndefined();
    }
  });
});

describe('calls with one key at once', () => {
  it('are done once', async () => {
    const calls = await Promise.all(Array.from({ length: 6 }, () => outcomeText(reset())));
    expect(calls.toSorted()).toEqual([...Array(5).fill('already-done'), 'done']);
    const key = `creation-${made}`;
    const created = Array.from({ length: 6 }, () =>
      outcomeText(create(`at-once-${made}`, { key })),
    );
    const outcomes = await Promise.all(created);
    expect(outcomes.toSorted()).toEqual([...Array(5).fill('already-done'), 'done']);
  });

  it('for two users reset one of them', async () => {
    const other = await operations.addReadyUser(admin, `other-${made}@contoso.example`);
    const calls = [reset(), reset({ target: other.userId })].map(outcomeText);
    expect((await Promise.all(calls)).toSorted()).toEqual(['done', 'validation']);
  });
});
