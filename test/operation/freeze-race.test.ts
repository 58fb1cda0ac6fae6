import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventType } from '../../shared/credential/event.ts';
import { resetPassword } from '../../shared/operation/reset-password.ts';
import {
  createOperations,
  type Operations,
  outcomeText,
  type SignedInUser,
} from '../fixture/operations.ts';
import { override } from '../fixture/override.ts';
import { eventsOf, losing } from './fixture/admin-context.ts';
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

describe('a freeze and a reset at once', () => {
  it('end in one order: a reset that was first ends the link', async () => {
    const token = await tokenOf(ana, 'password.changed');
    const late = losingTo(operations, () => operations.reset(admin, ana.userId));
    expect(await act(token, late)).toBe('lapsed');
    expect(await operations.user(ana.userName)).toMatchObject({ isFrozen: false });
  });

  it('end in one order: a freeze that was first is ended by the reset', async () => {
    const token = await tokenOf(ana, 'password.changed');
    const late = losingTo(operations, () => act(token));
    const temporary = await late.reset(admin, ana.userId);
    expect(await operations.user(ana.userName)).toMatchObject({ isFrozen: false });
    expect(await operations.attempt(ana.userName, temporary)).toBe('passwordChangeRequired');
  });

  it('let no sign-in through that was under way', async () => {
    const token = await tokenOf(ana, 'password.changed');
    const { tokens } = operations.dependencies;
    const slow = operations.with({
      tokens: override(tokens, {
        issueAccess: async (user, nowMs) => {
          await act(token);
          return tokens.issueAccess(user, nowMs);
        },
      }),
    });
    const signedIn = await slow.signIn(ana.userName, ana.password);
    if (signedIn.status !== 'signedIn') throw new Error('not signed in');
    expect(await outcomeText(operations.principal(signedIn.access.token))).toBe('invalid-token');
  });

  it('let no change of a revoked caller through', async () => {
    const bob = await operations.addReadyUser(admin, 'bob@contoso.example', [
      'userManagementAdmin',
    ]);
    const token = await tokenOf(bob, 'password.changed');
    const principal = await operations.principal(bob.token);
    const late = losingTo(operations, () => act(token));
    const reset = resetPassword(
      late.dependencies,
      { principal, userId: ana.userId },
      operations.context(),
    );
    expect(await outcomeText(reset)).toBe('invalid-token');
  });

  it('tries again when another write came between', async () => {
    const token = await tokenOf(ana, 'password.changed');
    expect(await act(token, losing(operations, 3))).toBe('frozen');
    expect(await eventsOf(operations, ana)).toHaveLength(4);
  });
});
