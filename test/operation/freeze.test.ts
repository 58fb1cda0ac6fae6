import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventType } from '../../shared/credential/event.ts';
import { signInKey } from '../../shared/operation/attempt-series.ts';
import { deleteUser } from '../../shared/operation/delete-user.ts';
import { expireTemporaryPasswords } from '../../shared/operation/expire-temporary-passwords.ts';
import { freeze } from '../../shared/operation/freeze.ts';
import { FREEZE_TOKEN_TTL_MS } from '../../shared/operation/freeze-token.ts';
import { signOutUser } from '../../shared/operation/sign-out.ts';
import { updateUser } from '../../shared/operation/update-user.ts';
import { goodPassword } from '../fixture/good-password.ts';
import {
  createOperations,
  type Operations,
  outcomeText,
  type SignedInUser,
} from '../fixture/operations.ts';
import { override } from '../fixture/override.ts';
import { eventsOf } from './fixture/admin-context.ts';
import { freezeOn, freezeTokenOf } from './fixture/freeze-link.ts';

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

describe('a freeze', () => {
  it('ends every token and accepts no password, and may be repeated', async () => {
    const before = await operations.user(ana.userName);
    const token = await tokenOf(ana, 'password.changed');
    expect(await act(token)).toBe('frozen');
    const after = await operations.user(ana.userName);
    expect(after).toMatchObject({ isFrozen: true, sessionEpoch: before.sessionEpoch + 1 });
    expect(await outcomeText(operations.principal(ana.token))).toBe('invalid-token');
    expect(await operations.attempt(ana.userName, ana.password)).toBe('invalid-credentials');
    const withDevice = operations.attempt(ana.userName, ana.password, ana.deviceToken);
    expect(await withDevice).toBe('invalid-credentials');
    expect(await act(token)).toBe('frozen');
    const [event, ...others] = await eventsOf(operations, ana);
    expect(event).toMatchObject({
      type: 'credential.frozen',
      actor: { system: 'notice' },
      details: { notice: 'password.changed' },
    });
    expect(others.map(({ type }) => type)).not.toContain('credential.frozen');
  });

  it('expires a temporary password at once, and shows nothing to the one who has it', async () => {
    const temporary = await operations.reset(admin, ana.userId);
    const change = await operations.changeToken(ana.userName, temporary);
    operations.pass(1000);
    expect(await freezeBy(ana, 'password.reset')).toBe('frozen');
    const { credential } = await operations.user(ana.userName);
    const nowMs = operations.clock.now();
    expect(credential).toMatchObject({ kind: 'expired', expiresAtMs: nowMs });
    expect(await outcomeText(operations.principal(change))).toBe('invalid-token');
    expect(await operations.attempt(ana.userName, temporary)).toBe('invalid-credentials');
    const [frozen, expired] = await eventsOf(operations, ana);
    expect(frozen).toMatchObject({
      type: 'credential.frozen',
      details: { notice: 'password.reset', disownedResetBy: admin.userId },
    });
    expect(expired).toMatchObject({
      type: 'temporary-password.expired',
      actor: { system: 'notice' },
      details: { expiresAt: new Date(nowMs).toISOString() },
      requestId: frozen?.requestId,
    });
    operations.pass(2 * 86_400_000);
    await expireTemporaryPasswords(operations.dependencies, operations.context());
    expect(await operations.user(ana.userName)).toMatchObject({ isFrozen: true });
    expect(await eventsOf(operations, ana)).toHaveLength(6);
  });

  it('still works after the password of a reset was used', async () => {
    const temporary = await operations.reset(admin, ana.userId);
    const token = await tokenOf(ana, 'password.reset');
    const thief = await operations.chooseOwnPassword(ana.userName, temporary, goodPassword(7));
    expect(await act(token)).toBe('frozen');
    expect(await outcomeText(operations.principal(thief.token))).toBe('invalid-token');
    expect(await operations.attempt(ana.userName, goodPassword(7))).toBe('invalid-credentials');
  });

  it('costs a sign-in what any other wrong one costs', async () => {
    const hashes: number[] = [];
    for (const isFrozen of [false, true]) {
      if (isFrozen) await freezeBy(ana, 'password.changed');
      let verified = 0;
      const { hasher } = operations.dependencies;
      const counting = operations.with({
        hasher: override(hasher, {
          acquire: async (...parts) => {
            const slot = await hasher.acquire(...parts);
            return override(slot, {
              verify: (...one) => {
                verified += 1;
                return slot.verify(...one);
              },
            });
          },
        }),
      });
      const password = isFrozen ? ana.password : 'wrong horse battery staple';
      expect(await counting.attempt(ana.userName, password)).toBe('invalid-credentials');
      hashes.push(verified);
      await operations.dependencies.attempts.remove(signInKey(ana.userName), '*');
    }
    expect(hashes).toEqual([1, 1]);
  });

  it('stays while an admin enables, edits and signs out, and while time passes', async () => {
    await freezeBy(ana, 'password.changed');
    const { dependencies } = operations;
    const asAdmin = async () => ({
      principal: await operations.sessionOf(admin),
      userId: ana.userId,
    });
    const patches = [
      { status: 'disabled' },
      { status: 'active' },
      { displayName: 'Ana B' },
    ] as const;
    for (const patch of patches) {
      await updateUser(dependencies, { ...(await asAdmin()), patch }, operations.context());
    }
    await operations.unlock(admin, ana.userId);
    await signOutUser(dependencies, await asAdmin(), operations.context());
    operations.pass(FREEZE_TOKEN_TTL_MS);
    expect(await operations.user(ana.userName)).toMatchObject({ isFrozen: true });
    expect(await operations.attempt(ana.userName, ana.password)).toBe('invalid-credentials');
  });

  it('is ended by a reset, and the link before it with that', async () => {
    const token = await tokenOf(ana, 'password.changed');
    await act(token);
    const temporary = await operations.reset(admin, ana.userId);
    expect(await operations.user(ana.userName)).toMatchObject({
      isFrozen: false,
      disownedResetBy: undefined,
    });
    expect(await act(token)).toBe('lapsed');
    expect(await operations.attempt(ana.userName, temporary)).toBe('passwordChangeRequired');
  });

  it('is a notice to the user and to every global admin', async () => {
    const notices: unknown[] = [];
    const { accounts } = operations.dependencies;
    const telling = operations.with({
      lanes: ['mail'],
      accounts: override(accounts, {
        commit: (change) => {
          notices.push(...change.notices.map(({ event }) => event.type));
          return accounts.commit({ ...change, notices: [] });
        },
      }),
    });
    await act(await tokenOf(ana, 'password.changed'), telling);
    expect(notices).toEqual(['credential.frozen']);
  });
});

describe('a freeze token', () => {
  it('expires after 7 days to the millisecond, without a call to the store', async () => {
    const token = await tokenOf(ana, 'password.changed');
    const unread = operations.with({ accounts: {} as never });
    operations.pass(FREEZE_TOKEN_TTL_MS);
    expect(await act(token, unread)).toBe('lapsed');
    operations.pass(-1);
    expect(await act(token)).toBe('frozen');
  });

  it('of a deleted user has expired, also when the name was given again', async () => {
    const token = await tokenOf(ana, 'password.changed');
    const principal = await operations.sessionOf(admin);
    await deleteUser(
      operations.dependencies,
      { principal, userId: ana.userId },
      operations.context(),
    );
    expect(await act(token)).toBe('lapsed');
    await operations.addReadyUser(admin, 'ana@contoso.example');
    expect(await act(token)).toBe('lapsed');
  });

  it.each(['', 'nonsense', 'a.b.c.d.e', '\0', 'é'.repeat(2048)])(
    'that is not ours (%j) is verification-failed and costs no call to the store',
    async (token) => {
      const unread = operations.with({ accounts: {} as never });
      const call = freeze(unread.dependencies, token, operations.context());
      expect(await outcomeText(call)).toBe('verification-failed');
    },
  );

  it('does not open as another token, nor another token as it', async () => {
    const token = await tokenOf(ana, 'password.changed');
    const { devices, cursors, tokens } = operations.dependencies;
    for (const seal of [devices, cursors]) {
      expect(await seal.open(token, ana.userName)).toBeUndefined();
      expect(await seal.open(token, 'freeze')).toBeUndefined();
    }
    expect(await tokens.verify(token, operations.clock.now())).toBeUndefined();
    for (const other of [ana.token, ana.deviceToken]) {
      expect(await outcomeText(act(other))).toBe('verification-failed');
    }
  });
});
