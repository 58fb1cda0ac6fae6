import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventType } from '../../shared/credential/event.ts';
import { Refusal } from '../../shared/credential/refusal.ts';
import { createFirstAdmins } from '../../shared/maintenance/create-first-admin.ts';
import { operateUser, resetUser } from '../../shared/maintenance/operate-user.ts';
import { updateUser } from '../../shared/operation/update-user.ts';
import {
  createOperations,
  type Operations,
  outcomeText,
  type SignedInUser,
} from '../fixture/operations.ts';
import { eventsOf } from './fixture/admin-context.ts';
import { freezeOn, freezeTokenOf, losingTo } from './fixture/freeze-link.ts';

/** CONTRACT.md `POST /api/freeze`. */
let operations: Operations;
let admin: SignedInUser;
let ana: SignedInUser;

beforeEach(async () => {
  operations = await createOperations();
  admin = await operations.readyAdmin();
  ana = await operations.addReadyUser(admin, 'ana@contoso.example');
});

afterEach(() => operations.stop());

const tokenOf = ({ userName }: SignedInUser, type: EventType) =>
  freezeTokenOf(operations.dependencies, userName, type);

const act = (token: string, on = operations) => freezeOn(on, token);

/** Freezes a user by the link in the notice of this event. */
const freezeBy = async (user: SignedInUser, type: EventType) => act(await tokenOf(user, type));

async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  const fault: unknown = await call.then(
    () => undefined,
    (refusal: unknown) => refusal,
  );
  if (fault instanceof Refusal) return fault;
  throw fault;
}

describe('the admin whose reset was disowned', () => {
  let bob: SignedInUser;

  beforeEach(async () => {
    bob = await operations.addReadyUser(admin, 'bob@contoso.example', ['userManagementAdmin']);
    await operations.reset(bob, ana.userId);
    expect(await freezeBy(ana, 'password.reset')).toBe('frozen');
  });

  const refusedToBob = async () => (await refusalOf(operations.reset(bob, ana.userId))).code;

  it('may not make the next one, while another admin who counts may', async () => {
    const refusal = await refusalOf(operations.reset(bob, ana.userId));
    expect(refusal).toMatchObject({
      code: 'reset-requirements-unmet',
      extra: { requirements: ['another-admin'] },
    });
    expect(await operations.user(ana.userName)).toMatchObject({ isFrozen: true });
    await operations.reset(admin, ana.userId);
    expect(await operations.user(ana.userName)).toMatchObject({ isFrozen: false });
    await operations.reset(bob, ana.userId);
  });

  it('is named by the link of the reset alone, also where another froze the account', async () => {
    await operations.reset(admin, ana.userId);
    await operations.reset(bob, ana.userId);
    expect(await freezeBy(ana, 'password.changed')).toBe('frozen');
    expect(await operations.user(ana.userName)).toMatchObject({ disownedResetBy: undefined });
    expect(await freezeBy(ana, 'password.reset')).toBe('frozen');
    expect(await freezeBy(ana, 'password.changed')).toBe('frozen');
    expect(await refusedToBob()).toBe('reset-requirements-unmet');
    const types = (await eventsOf(operations, ana)).map(({ type }) => type);
    expect(types.filter((type) => type === 'credential.frozen')).toHaveLength(3);
  });

  it('is not let through because the other admins are locked', async () => {
    for (let turn = 0; turn < 80; turn += 1) {
      await operations.attempt(admin.userName, 'wrong horse battery staple');
      operations.pass(900_000);
    }
    expect(await operations.user(admin.userName)).toMatchObject({ isLocked: true });
    expect(await refusedToBob()).toBe('reset-requirements-unmet');
  });

  it('may make it where no other admin counts, and only as long as that is so', async () => {
    const asAdmin = { principal: await operations.sessionOf(admin), userId: bob.userId };
    const patch = { roles: ['globalAdmin'] } as const;
    await updateUser(operations.dependencies, { ...asAdmin, patch }, operations.context());
    const disable = async (status: 'disabled' | 'active') => {
      const principal = await operations.sessionOf(bob);
      const request = { principal, userId: admin.userId, patch: { status } };
      await updateUser(operations.dependencies, request, operations.context());
    };
    await disable('disabled');
    // Another admin counts again, between the judgement and the write.
    const late = losingTo(operations, () => disable('active'));
    expect((await refusalOf(late.reset(bob, ana.userId))).code).toBe('reset-requirements-unmet');
    await disable('disabled');
    await operations.reset(bob, ana.userId);
    expect(await operations.user(ana.userName)).toMatchObject({ isFrozen: false });
  });

  it('does not bind the operator', async () => {
    const request = { userName: ana.userName, force: false, isDryRun: false };
    await resetUser(operations.dependencies, request, operations.context());
    expect(await operations.user(ana.userName)).toMatchObject({ isFrozen: false });
  });
});

describe('a frozen admin', () => {
  let bob: SignedInUser;

  beforeEach(async () => {
    bob = await operations.addReadyUser(admin, 'bob@contoso.example', ['globalAdmin']);
  });

  it('no longer counts, and is not named as help', async () => {
    expect(await freezeBy(bob, 'password.changed')).toBe('frozen');
    const { tenant } = await operations.user(bob.userName);
    const listed = (await operations.dependencies.accounts.findAdmins(tenant))?.value;
    expect(listed?.find(({ userId }) => userId === bob.userId)).toMatchObject({
      isEffective: false,
    });
    const signedIn = await operations.signIn(admin.userName, admin.password);
    expect(signedIn).toMatchObject({ status: 'signedIn', admins: [] });
    const asAdmin = { principal: await operations.sessionOf(admin), userId: admin.userId };
    const patch = { roles: ['salesAgent'] } as const;
    const demotion = updateUser(
      operations.dependencies,
      { ...asAdmin, patch },
      operations.context(),
    );
    expect(await outcomeText(demotion)).toBe('last-global-admin');
  });

  it('is signed out and not frozen if it is the last to count', async () => {
    await freezeBy(bob, 'password.changed');
    const token = await tokenOf(admin, 'password.changed');
    expect(await act(token)).toBe('sessionsEnded');
    expect(await outcomeText(operations.principal(admin.token))).toBe('invalid-token');
    expect(await operations.user(admin.userName)).toMatchObject({ isFrozen: false });
    expect(await operations.attempt(admin.userName, admin.password)).toBe('signedIn');
    expect((await eventsOf(operations, admin))[0]).toMatchObject({
      type: 'sessions.ended',
      actor: { system: 'notice' },
    });
  });

  it('is one at most of two: freezes of all global admins at once leave one', async () => {
    const tokens = [
      await tokenOf(admin, 'password.changed'),
      await tokenOf(bob, 'password.changed'),
    ];
    const outcomes = await Promise.all(tokens.map((token) => act(token)));
    expect(outcomes.toSorted()).toEqual(['frozen', 'sessionsEnded']);
  });

  it('and the demotion of the other global admin: one of the two is refused', async () => {
    const token = await tokenOf(bob, 'password.changed');
    const demote = async () => {
      const principal = await operations.sessionOf(bob);
      const patch = { roles: ['salesAgent'] } as const;
      const request = { principal, userId: admin.userId, patch };
      await updateUser(operations.dependencies, request, operations.context());
    };
    // The demotion comes between the judgement and the write of the freeze.
    expect(await act(token, losingTo(operations, demote))).toBe('sessionsEnded');
    expect(await operations.user(bob.userName)).toMatchObject({ isFrozen: false });
  });

  it('can be recovered by the operator', async () => {
    await freezeBy(bob, 'password.changed');
    const request = { userNames: [bob.userName], recover: true };
    const [made] = await createFirstAdmins(operations.dependencies, request, operations.context());
    expect(made?.before).toMatchObject({ wasFrozen: true });
    expect(await operations.user(bob.userName)).toMatchObject({ isFrozen: false });
  });

  it('is no admin who can sign in, for a start with --admin', async () => {
    await freezeBy(bob, 'password.changed');
    const request = { userName: admin.userName, force: true, isDryRun: false };
    await operateUser(operations.dependencies, 'disable', request, operations.context());
    const start = { userNames: [bob.userName], recover: false };
    const made = await createFirstAdmins(operations.dependencies, start, operations.context());
    expect(made).toHaveLength(1);
  });
});
