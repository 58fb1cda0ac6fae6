import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tenant } from '../../shared/credential/name.ts';
import { ADMINS_PER_TENANT } from '../../shared/credential/rank.ts';
import { ROLES } from '../../shared/credential/role.ts';
import type { Admin, Credential } from '../../shared/credential/user.ts';
import { describeAuthority } from './account-authority.ts';
import { describeDoneCalls } from './account-done-call.ts';
import { describeEventLists } from './account-event-list.ts';
import { describeAccountLists } from './account-list.ts';
import { describePasswords } from './account-password.ts';
import { describeAccountRaces } from './account-race.ts';
import { describeResetRecords } from './account-reset.ts';
import {
  type AccountStoreUnderTest,
  created,
  creation,
  deletion,
  eventOf,
  eventsOf,
  everythingOf,
  found,
  hashOf,
  NOW_MS,
  nameOf,
  newTenant,
  sampleUser,
  update,
  userId,
} from './account-sample.ts';

const TEMPORARY = {
  issueId: 'issue-7',
  issuedAtMs: NOW_MS,
  expiresAtMs: NOW_MS + 1,
  issuedBy: userId(),
  changedAtMs: NOW_MS - 1,
} as const;

const CREDENTIALS: readonly Credential[] = [
  { kind: 'none' },
  { kind: 'temporary', ...TEMPORARY },
  { kind: 'temporary', ...TEMPORARY, issuedBy: undefined, changedAtMs: undefined },
  { kind: 'expired', ...TEMPORARY },
  { kind: 'permanent', changedAtMs: NOW_MS },
];

/** Every character that the local part of a name can have, at its start, middle and end. */
const ODD_LOCAL_PARTS = [
  "o'neil",
  "'''",
  '!a',
  '#',
  '#a',
  'a#',
  '^~_',
  '~',
  'a~',
  "a'b!c#d^e~f_g-h",
];

/** Texts that transports of rows are known to stumble over. */
const ODD_TEXTS = [
  'a\u2028b\u2029c\u0085d\ufeff',
  '$& $1 {{}} }{ \\ \\n " %0A %7D',
  'HTTP/1.1 412 x --changeset_1 --batch_1 DELETE http://x/y',
  '𝒜e\u0301 \u202e',
  "' or status eq 'x",
  'null',
  '',
];

/** Describes every AccountStore. @param start an empty store */
export function describeAccountStore(
  name: string,
  start: () => Promise<AccountStoreUnderTest>,
): void {
  describe(`${name}: accounts, one at a time`, () => {
    let store: AccountStoreUnderTest;
    beforeAll(async () => {
      store = await start();
    });
    afterAll(() => store.stop());
    describeReads(() => store);
    describePasswords(() => store.accounts);
    describeDeletion(() => store);
    describeAdmins(() => store);
  });
  describeAccountLists(name, start);
  describeEventLists(name, start);
  describeResetRecords(name, start);
  describeDoneCalls(name, start);
  describeAccountRaces(name, start);
  describeAuthority(name, start);
}

function describeReads(store: () => AccountStoreUnderTest): void {
  it('returns undefined for a missing user, credential or id', async () => {
    const { accounts } = store();
    const tenant = newTenant();
    const userName = nameOf(`nobody@${tenant}`);
    expect(await accounts.findUser(userName)).toBeUndefined();
    expect(await accounts.findCredential(userName)).toBeUndefined();
    expect(await accounts.findUserName(tenant, userId())).toBeUndefined();
    expect(await accounts.findAdmins(tenant)).toBeUndefined();
  });

  it.each(CREDENTIALS)('returns a user with a credential unchanged: %j', async (credential) => {
    const { accounts } = store();
    const user = sampleUser(nameOf(`ana@${newTenant()}`), { credential });
    expect((await created(accounts, user)).value).toEqual(user);
    expect(await accounts.findUserName(user.tenant, user.userId)).toEqual({
      userName: user.userName,
      isDeleted: false,
    });
  });

  it('returns optional members, roles and large numbers, and removes them', async () => {
    const { accounts } = store();
    const user = sampleUser(nameOf(`ana@${newTenant()}`), {
      email: "o'neil+x@mail.example",
      locale: 'fr-CA',
      roles: ROLES,
      status: 'disabled',
      isLocked: true,
      displayName: '𝒜'.repeat(120),
      lastSignInAtMs: Date.UTC(9999, 11, 31),
      credentialVersion: 2 ** 31 - 1,
      sessionEpoch: 3,
    });
    const before = await created(accounts, user);
    expect(before.value).toEqual(user);
    const after = {
      email: undefined,
      secondEmail: undefined,
      locale: undefined,
      lastSignInAtMs: undefined,
    };
    expect(await accounts.commit(update(before, { ...after, roles: ['helpdeskAgent'] }))).toBe(
      'committed',
    );
    const stored = await found(accounts, user.userName);
    expect(stored.value).toMatchObject({ ...after, roles: ['helpdeskAgent'] });
    expect(stored.etag).not.toBe(before.etag);
  });

  it.each(ODD_TEXTS)('keeps a display name unchanged: %j', async (displayName) => {
    const { accounts } = store();
    const user = sampleUser(nameOf(`ana@${newTenant()}`), { displayName });
    const admin = { userId: user.userId, userName: user.userName, displayName };
    const list = [{ ...admin, isGlobal: true, isEffective: false, isLocked: false }];
    const change = creation(user, { admins: { etag: undefined, list } });
    expect(await accounts.commit(change)).toBe('committed');
    expect((await found(accounts, user.userName)).value).toEqual(user);
    expect((await accounts.findAdmins(user.tenant))?.value).toEqual(list);
  });

  it.each(ODD_LOCAL_PARTS)('reads, changes, deletes and creates again %s', async (local) => {
    const { accounts } = store();
    const user = sampleUser(nameOf(`${local}@x-1.${newTenant()}`));
    const before = await created(accounts, user);
    expect(before.value).toEqual(user);
    expect((await accounts.findCredential(user.userName))?.value.userId).toBe(user.userId);
    const credential = { kind: 'issueTemporary', temporary: hashOf('second') } as const;
    const second = update(before, { credentialVersion: 2 }, { credential });
    expect(await accounts.commit(second)).toBe('committed');
    const third = await found(accounts, user.userName);
    expect(third.value.credentialVersion).toBe(2);
    expect(await accounts.commit(deletion(third))).toBe('committed');
    expect(await accounts.findUser(user.userName)).toBeUndefined();
    const successor = sampleUser(user.userName);
    expect((await created(accounts, successor)).value).toEqual(successor);
  });

  it('records only the sign-in time, and only on the row that was read', async () => {
    const { accounts } = store();
    const before = await created(accounts, sampleUser(nameOf(`ana@${newTenant()}`)));
    await accounts.recordSignIn(before, NOW_MS + 5);
    const noted = await found(accounts, before.value.userName);
    expect(noted.value).toEqual({ ...before.value, lastSignInAtMs: NOW_MS + 5 });
    await accounts.recordSignIn(before, NOW_MS + 6);
    expect(await found(accounts, before.value.userName)).toEqual(noted);
    expect(await accounts.commit(deletion(noted))).toBe('committed');
    await accounts.recordSignIn(noted, NOW_MS + 7);
    expect(await accounts.findUser(before.value.userName)).toBeUndefined();
  });

  it('notes mailed parts only on the row that was read, and takes them back', async () => {
    const { accounts } = store();
    const before = await created(accounts, sampleUser(nameOf(`ana@${newTenant()}`)));
    expect(await accounts.noteParts(before, [NOW_MS, NOW_MS + 1])).toBe('noted');
    const noted = await found(accounts, before.value.userName);
    expect(noted.value).toEqual({ ...before.value, partsAtMs: [NOW_MS, NOW_MS + 1] });
    expect(await accounts.noteParts(before, [])).toBe('conflict');
    expect(await accounts.noteParts(noted, [])).toBe('noted');
    expect((await found(accounts, before.value.userName)).value).toEqual(before.value);
  });
}

function describeDeletion(store: () => AccountStoreUnderTest): void {
  it('deletes user and hashes, keeps id and events, and frees the name', async () => {
    const { accounts } = store();
    const user = sampleUser(nameOf(`ana@${newTenant()}`));
    const stored = await created(accounts, user);
    expect(await accounts.commit(deletion(stored))).toBe('committed');
    expect(await accounts.findUser(user.userName)).toBeUndefined();
    expect(await accounts.findCredential(user.userName)).toBeUndefined();
    const kept = { userName: user.userName, isDeleted: true };
    expect(await accounts.findUserName(user.tenant, user.userId)).toEqual(kept);
    const types = (await eventsOf(accounts, user.tenant, user.userId)).map(({ type }) => type);
    expect(types).toEqual(['user.deleted', 'user.created']);

    const successor = sampleUser(user.userName);
    expect((await created(accounts, successor)).value).toEqual(successor);
    expect(await accounts.findUserName(user.tenant, user.userId)).toEqual(kept);
    expect(await eventsOf(accounts, user.tenant, user.userId)).toHaveLength(2);
  });

  it('lists the names of deleted users by tenant, also if reused', async () => {
    const { accounts } = store();
    const [tenant, other] = [newTenant(), newTenant()];
    const listed = async (of: Tenant) => {
      const names = [];
      for await (const page of accounts.listDeletedUserNames(of)) names.push(...page);
      return names.sort();
    };
    expect(await listed(tenant)).toEqual([]);
    const names = ['ana', "o'neil#1", 'zoe'].map((name) => nameOf(`${name}@${tenant}`));
    for (const name of [...names, nameOf(`bob@${other}`)]) {
      const stored = await created(accounts, sampleUser(name));
      if (!name.startsWith('zoe')) await accounts.commit(deletion(stored));
    }
    await created(accounts, sampleUser(nameOf(`ana@${tenant}`)));
    expect(await listed(tenant)).toEqual(names.slice(0, 2));
    expect(await listed(other)).toEqual([`bob@${other}`]);
  });

  it('rejects changing or deleting a user who was deleted or replaced', async () => {
    const { accounts } = store();
    const stored = await created(accounts, sampleUser(nameOf(`ana@${newTenant()}`)));
    expect(await accounts.commit(deletion(stored))).toBe('committed');
    expect(await accounts.commit(update(stored))).toBe('conflict');
    expect(await accounts.commit(deletion(stored))).toBe('conflict');
    const successor = sampleUser(stored.value.userName);
    await created(accounts, successor);
    const before = await everythingOf(accounts, successor);
    expect(await accounts.commit(update(stored))).toBe('conflict');
    expect(await accounts.commit(deletion(stored))).toBe('conflict');
    expect(await everythingOf(accounts, successor)).toEqual(before);
  });
}

function describeAdmins(store: () => AccountStoreUnderTest): void {
  it('stores the maximum of admins with the longest names, sorted by name', async () => {
    const { accounts } = store();
    const tenant = newTenant();
    const domain = `${'d'.repeat(60)}.${tenant}`;
    const list = Array.from({ length: ADMINS_PER_TENANT }, (_, index): Admin => {
      const local = String(index).padStart(64, "'");
      const userName = nameOf(`${local}@${domain}`);
      const displayName = '"'.repeat(60) + '𝒜'.repeat(60);
      const isEven = index % 2 === 0;
      return {
        userId: userId(),
        userName,
        displayName,
        isGlobal: isEven,
        isEffective: !isEven,
        isLocked: false,
      };
    });
    const user = sampleUser(nameOf(`ana@${tenant}`));
    const admins = { etag: undefined, list: list.toReversed() };
    expect(await accounts.commit(creation(user, { admins }))).toBe('committed');
    const stored = await accounts.findAdmins(tenant);
    expect(stored?.value).toEqual(list);
    expect(await accounts.listRecentAdmins(tenant)).toEqual(list);

    const before = await found(accounts, user.userName);
    const emptied = update(before, {}, { admins: { etag: stored?.etag, list: [] } });
    expect(await accounts.commit(emptied)).toBe('committed');
    expect((await accounts.findAdmins(tenant))?.value).toEqual([]);
    expect(await accounts.listRecentAdmins(tenant)).toEqual([]);
  });

  it('writes all events of a change with their details, or none', async () => {
    const { accounts } = store();
    const user = sampleUser(nameOf(`ana@${newTenant()}`));
    const details = { text: "it's {“odd”}", count: -1.5, isIt: true, list: ['a', 'b'] };
    const events = [
      eventOf(user, { details, actor: { userId: userId() } }),
      eventOf(user, { sequence: 2, type: 'password.reset' }),
    ];
    expect(await accounts.commit(creation(user, { events }))).toBe('committed');
    expect(await eventsOf(accounts, user.tenant, user.userId)).toEqual(events.toReversed());
    expect(await eventsOf(accounts, user.tenant)).toEqual(events.toReversed());
  });
}
