import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signOutEverywhere } from '../../shared/operation/sign-out.ts';
import { allRows, archiveDependencies, backUpTo, restoreFrom } from '../fixture/archive.ts';
import { goodPassword } from '../fixture/good-password.ts';
import {
  createOperations,
  type Operations,
  outcomeText,
  type SignedInUser,
} from '../fixture/operations.ts';

/** All rows out, sealed, and back in; and what a restore may change. */

const DAY_MS = 24 * 60 * 60 * 1000;

let operations: Operations;
let admin: SignedInUser;
let ana: SignedInUser;
let dependencies: ReturnType<typeof archiveDependencies>;

beforeEach(async () => {
  operations = await createOperations({ accessTokenTtlSeconds: 86_400 });
  dependencies = archiveDependencies(operations);
  admin = await operations.readyAdmin();
  ana = await operations.addReadyUser(admin, 'ana@contoso.example');
});
afterEach(() => operations.stop());

const wipe = () => operations.tables.archive.clear(() => {});

/** Removes what a restore changes in a user's row on purpose. */
function withoutSessions(rows: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(
    Object.entries(rows).map(([key, columns]) => {
      const { sessionEpoch, eventSequence, lastEventAtMs, operationId, authorityStamp, ...rest } =
        columns as Record<string, unknown>;
      return [key, rest];
    }),
  );
}

describe('restoring a backup', () => {
  it('restores every row with its types and adds one event to each user', async () => {
    await operations.addUser(admin, 'ben@contoso.example', ['userManagementAdmin', 'salesAgent']);
    await operations.readyAdmin('admin@fabrikam.example');
    await operations.attempt(ana.userName, 'a wrong password');
    const before = await allRows(operations);
    const { parts, summary } = await backUpTo(dependencies);
    const { accounts, attempts, expiries } = summary.rows;
    expect(accounts + attempts + expiries).toBe(Object.keys(before).length);
    expect(attempts).toBeGreaterThan(0);
    expect(expiries).toBeGreaterThan(0);

    await wipe();
    expect(await allRows(operations)).toEqual({});
    const report = await restoreFrom(dependencies, parts);
    const nothing = { withoutPassword: [], damaged: [], missingPepperVersions: [] };
    expect(report).toMatchObject({ users: 4, ...nothing });
    expect(report).toMatchObject({ ...summary, isResumed: false });
    const after = await allRows(operations);
    const added = Object.keys(after).filter((key) => !(key in before));
    expect(added).toHaveLength(2 * 4);
    const kept = Object.fromEntries(Object.entries(after).filter(([key]) => key in before));
    expect(withoutSessions(kept)).toEqual(withoutSessions(before));
    expect((await operations.eventTypes(ana.userName)).at(-1)).toBe('sessions.ended');
    expect(await operations.tables.archive.findMark()).toBeUndefined();
  });

  it('restores neither authority rows nor the stamps that name them', async () => {
    const stamped = await operations.sessionOf(admin);
    expect(stamped.user.authorityStamp).toBeDefined();
    const { parts } = await backUpTo(dependencies);
    await wipe();
    await restoreFrom(dependencies, parts);
    const restored = await operations.sessionOf(admin);
    expect(restored.user.authorityStamp).toBeUndefined();
    const keys = [...(await operations.tables.rows('accounts')).keys()];
    expect(keys.filter((key) => key.includes(' authority:'))).toEqual([]);
    // Calls and revocations after it work as before.
    expect(await outcomeText(operations.reset(admin, ana.userId))).toBe('done');
    const again = await operations.sessionOf(admin);
    const signOut = signOutEverywhere(operations.dependencies, again, operations.context());
    expect(await outcomeText(signOut)).toBe('done');
  });

  it('makes the passwords and temporary passwords of the backup valid again', async () => {
    const ben = await operations.addUser(admin, 'ben@contoso.example');
    const { parts } = await backUpTo(dependencies);
    await operations.changePassword(ana.token, goodPassword(9), ana.password);
    await operations.reset(admin, ben.userId);
    operations.pass(1000);
    await restoreFrom(dependencies, parts, { replace: true });
    expect(await operations.attempt(ana.userName, goodPassword(9))).toBe('invalid-credentials');
    expect(await operations.attempt(ana.userName, ana.password)).toBe('signedIn');
    expect(await operations.attempt(ben.userName, ben.temporaryPassword)).toBe(
      'passwordChangeRequired',
    );
    operations.pass(DAY_MS);
    expect(await operations.attempt(ben.userName, ben.temporaryPassword)).toBe(
      'temporary-password-expired',
    );
  });

  it('lets changes, resets and the sweep write events after the restore event', async () => {
    const { parts } = await backUpTo(dependencies);
    await wipe();
    await restoreFrom(dependencies, parts);
    const { access } = (await operations.signIn(ana.userName, ana.password)) as never as {
      access: { token: string };
    };
    await operations.changePassword(access.token, goodPassword(11), ana.password);
    const temporary = await operations.reset(admin, ana.userId);
    await operations.chooseOwnPassword(ana.userName, temporary, goodPassword(12));
    expect((await operations.eventTypes(ana.userName)).slice(-5)).toEqual([
      'sessions.ended',
      'password.changed',
      'password.reset',
      'temporary-password.used',
      'password.changed',
    ]);
  });
});

describe('sessions after a restore', () => {
  const isDead = async (token: string) =>
    operations.principal(token).then(
      () => false,
      () => true,
    );

  it('ends those issued before the backup and after it, though epochs repeat', async () => {
    const { parts } = await backUpTo(dependencies);
    // The time that is lost, and then the same again: tokens of every step are kept.
    const live = async (offset: number): Promise<readonly string[]> => {
      const tokens: string[] = [];
      let { password } = ana;
      for (let step = 1; step <= 3; step += 1) {
        await signOutEverywhere(
          operations.dependencies,
          await operations.sessionOf(ana),
          operations.context(),
        );
        const { access } = await operations.changePassword(
          await operations.sessionOf(ana),
          goodPassword(offset + step),
          password,
        );
        password = goodPassword(offset + step);
        tokens.push(access.token);
      }
      return tokens;
    };
    const lost = await live(10);
    const versions = (await operations.user(ana.userName)).credentialVersion;
    await wipe();
    await restoreFrom(dependencies, parts);
    for (const token of [ana.token, ...lost]) expect(await isDead(token)).toBe(true);
    const again = await live(20);
    expect((await operations.user(ana.userName)).credentialVersion).toBe(versions);
    for (const token of [ana.token, ...lost]) expect(await isDead(token)).toBe(true);
    expect(await isDead(again.at(-1) ?? '')).toBe(false);
  });

  it('ends those of an earlier restore, even in one second with a slow clock', async () => {
    const { parts } = await backUpTo(dependencies);
    await restoreFrom(dependencies, parts, { replace: true });
    const first = await operations.signIn(ana.userName, ana.password);
    if (first.status !== 'signedIn') throw new Error('not signed in');
    expect(await isDead(first.access.token)).toBe(false);
    operations.pass(-1000);
    await restoreFrom(dependencies, parts, { replace: true });
    operations.pass(1000);
    expect(await isDead(first.access.token)).toBe(true);
    const second = await operations.signIn(ana.userName, ana.password);
    if (second.status !== 'signedIn') throw new Error('not signed in');
    expect(await isDead(second.access.token)).toBe(false);
  });
});
