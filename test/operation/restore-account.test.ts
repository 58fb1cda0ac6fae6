import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { User } from '../../shared/credential/user.ts';
import { type AccountRestore, nextEpoch } from '../../shared/maintenance/restore-account.ts';
import { expireTemporaryPasswords } from '../../shared/operation/expire-temporary-passwords.ts';
import { updateUser } from '../../shared/operation/update-user.ts';
import type { ArchivedAccount, ArchivedRow, StoreArchive } from '../../shared/port/archive.ts';
import { nameOf, sampleUser, userId } from '../contract/account-sample.ts';
import { archiveDependencies, backUpTo, restoreFrom } from '../fixture/archive.ts';
import { createOperations, type Operations, type SignedInUser } from '../fixture/operations.ts';
import { override } from '../fixture/override.ts';

/** One user of a backup: the epoch, the hashes that count, the event, the entry of the index. */

const MARK = { archiveId: 'a', restoreId: 'r', phase: 'writing', epochFloor: 0 } as const;
const DAY_MS = 24 * 60 * 60 * 1000;

describe('the session epoch of a restored user', () => {
  const SECOND_7_MS = Date.UTC(2020, 0, 1) + 7 * 1000;

  function epoch(changed: Partial<User>, restored: Partial<AccountRestore>, nowMs = SECOND_7_MS) {
    const user = sampleUser(nameOf('ana@a.example'), { lastEventAtMs: 0, ...changed });
    return nextEpoch(user, { mark: MARK, startedAtMs: 0, ...restored }, nowMs);
  }

  it('exceeds the time in seconds since 2020, even with a slow clock', () => {
    expect(epoch({}, {})).toBe(8);
    expect(epoch({}, {}, SECOND_7_MS + 999)).toBe(8);
    expect(epoch({}, {}, SECOND_7_MS + 1000)).toBe(9);
    expect(epoch({}, { startedAtMs: SECOND_7_MS + 3000 })).toBe(11);
    expect(epoch({ lastEventAtMs: SECOND_7_MS + 4000 }, { startedAtMs: SECOND_7_MS })).toBe(12);
  });

  it('exceeds the epoch of the backup and all epochs that the store had', () => {
    expect(epoch({ sessionEpoch: 70 }, {})).toBe(71);
    expect(epoch({ sessionEpoch: 70 }, { mark: { ...MARK, epochFloor: 80 } })).toBe(81);
  });
});

let operations: Operations;
let dependencies: ReturnType<typeof archiveDependencies>;
let admin: SignedInUser;
let ana: SignedInUser;

beforeEach(async () => {
  operations = await createOperations();
  dependencies = archiveDependencies(operations);
  admin = await operations.readyAdmin();
  ana = await operations.addReadyUser(admin, 'ana@contoso.example');
});
afterEach(() => operations.stop());

/** Restores what a backup says of the user, altered. */
async function restoreAltered(
  alter: (account: ArchivedAccount) => ArchivedAccount,
): Promise<Awaited<ReturnType<typeof restoreFrom>>> {
  const { parts } = await backUpTo(dependencies);
  const parseAccount: StoreArchive['parseAccount'] = (entry) => {
    const account = dependencies.archive.parseAccount(entry);
    return account?.user.userName === ana.userName ? alter(account) : account;
  };
  const archive = override(dependencies.archive, { parseAccount });
  return restoreFrom({ ...dependencies, archive }, parts, { replace: true });
}

const hashes = async () =>
  (await operations.dependencies.accounts.findCredential(ana.userName))?.value;

/** Returns whether a former password of the user is refused as a new one. */
async function setsAgain(password: string): Promise<boolean> {
  const temporary = await operations.reset(admin, ana.userId);
  const token = await operations.changeToken(ana.userName, temporary);
  return operations.changePassword(token, password).then(
    () => true,
    () => false,
  );
}

describe('hashes that do not match their user', () => {
  it('are not accepted at sign-in, and the history still rejects them', async () => {
    await operations.reset(admin, ana.userId);
    const { permanent } = (await hashes()) ?? {};
    const report = await restoreAltered(({ user, credential }) => ({
      user: { ...user, credentialVersion: user.credentialVersion + 1 },
      credential,
    }));
    expect(report.withoutPassword).toEqual([ana.userName]);
    expect((await operations.user(ana.userName)).credential).toEqual({ kind: 'none' });
    expect(await hashes()).toMatchObject({ permanent, temporary: undefined });
    expect(await setsAgain(ana.password)).toBe(false);
  });

  it('are dropped if they belong to another user or are missing', async () => {
    const none = { permanent: undefined, temporary: undefined, history: [] };
    for (const change of [{ userId: userId() }, undefined]) {
      const report = await restoreAltered(({ user, credential }) => ({
        user,
        credential: change && credential && { ...credential, ...change },
      }));
      expect(report.withoutPassword).toEqual([ana.userName]);
      expect(await hashes()).toMatchObject(none);
    }
    expect(await setsAgain(ana.password)).toBe(true);
  });
});

describe('the event of a restore', () => {
  async function newest() {
    const { tenant } = await operations.user(ana.userName);
    const page = { limit: 200, after: undefined };
    const { accounts } = operations.dependencies;
    const [event] = (await accounts.listEvents(tenant, ana.userId, page)).items;
    const ofTenant = (await accounts.listEvents(tenant, undefined, page)).items;
    const ended = ofTenant.filter(({ type }) => type === 'sessions.ended');
    return { event, ended: ended.length };
  }

  it('names the backup, and the operator as its actor', async () => {
    const { parts, summary } = await backUpTo(dependencies);
    operations.pass(5000);
    await restoreFrom(dependencies, parts, { replace: true });
    const { event } = await newest();
    const restoredFrom = new Date(summary.startedAtMs).toISOString();
    expect(event).toMatchObject({
      type: 'sessions.ended',
      actor: { system: 'operator' },
      details: { restoredFrom },
      atMs: operations.clock.nowMs,
    });
  });

  it('is written once, at its first time, though the restore is repeated', async () => {
    const { parts } = await backUpTo(dependencies);
    const removeMark = async () => {
      throw new Error('the process is gone');
    };
    const archive = override(dependencies.archive, { removeMark });
    const stopped = restoreFrom({ ...dependencies, archive }, parts, { replace: true });
    await expect(stopped).rejects.toThrow('the process is gone');
    const first = await newest();
    const { sessionEpoch, ...before } = await operations.user(ana.userName);
    operations.pass(5000);
    expect((await restoreFrom(dependencies, parts)).isResumed).toBe(true);
    const second = await newest();
    expect({ ...second.event, eventId: '' }).toEqual({ ...first.event, eventId: '' });
    expect([first.ended, second.ended]).toEqual([2, 2]);
    const after = await operations.user(ana.userName);
    expect(after).toEqual({ ...before, sessionEpoch: after.sessionEpoch });
    expect(after.sessionEpoch).toBeGreaterThan(sessionEpoch);
  });

  it('is numbered after the user’s events, even if none was restored', async () => {
    const { parts } = await backUpTo(dependencies);
    const { eventSequence } = await operations.user(ana.userName);
    const putRows: StoreArchive['putRows'] = async (table, rows) => {
      const others = rows.filter(({ rowKey }) => !rowKey.startsWith('event:'));
      if (others.length > 0) await dependencies.archive.putRows(table, others);
    };
    const archive = override(dependencies.archive, { putRows });
    await restoreFrom({ ...dependencies, archive }, parts, { replace: true });
    const { event, ended } = await newest();
    expect(event).toMatchObject({ type: 'sessions.ended', sequence: eventSequence + 1 });
    expect(ended).toBe(2);
  });

  it('is never earlier than the events before it, even with a slow clock', async () => {
    operations.pass(60_000);
    const principal = await operations.sessionOf(admin);
    const request = { principal, userId: ana.userId, patch: { displayName: 'Ana Nova' } };
    await updateUser(operations.dependencies, request, operations.context());
    const latestMs = operations.clock.nowMs;
    operations.pass(-30_000);
    // As if the event had come after its user was read.
    await restoreAltered(({ user, credential }) => ({
      user: { ...user, lastEventAtMs: latestMs - 60_000, eventSequence: user.eventSequence - 1 },
      credential,
    }));
    const { event } = await newest();
    expect(event).toMatchObject({ type: 'sessions.ended', atMs: latestMs });
    expect((await operations.user(ana.userName)).eventSequence).toBe(event?.sequence);
    expect((await operations.eventTypes(ana.userName)).slice(-2)).toEqual([
      'user.updated',
      'sessions.ended',
    ]);
  });
});

describe('the expiry index after a restore', () => {
  const entries = async () => {
    const found: string[] = [];
    const { expiries } = operations.dependencies;
    for await (const page of expiries.listOverdue(operations.clock.nowMs + 9 * DAY_MS)) {
      found.push(...page.map(({ userName }) => userName));
    }
    return found;
  };

  it('has an entry of a valid temporary password and none of an expired one', async () => {
    const ben = await operations.addUser(admin, 'ben@contoso.example');
    operations.pass(2 * DAY_MS);
    await expireTemporaryPasswords(operations.dependencies, operations.context());
    const zoe = await operations.addUser(admin, 'zoe@contoso.example');
    const { parts } = await backUpTo(dependencies);
    const rows: ArchivedRow[] = [];
    await operations.tables.archive.clear(() => {});
    const putRows: StoreArchive['putRows'] = async (table, some) => {
      // As if the index had been read before the password was issued.
      if (table === 'expiries') rows.push(...some);
      else await dependencies.archive.putRows(table, some);
    };
    const archive = override(dependencies.archive, { putRows });
    await restoreFrom({ ...dependencies, archive }, parts);
    expect((await operations.user(ben.userName)).credential.kind).toBe('expired');
    expect(rows.map(({ columns }) => columns.userName)).toContain(zoe.userName);
    expect(await entries()).toEqual([zoe.userName]);
  });
});
