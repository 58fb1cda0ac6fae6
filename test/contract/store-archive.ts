import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ArchivedRow, ArchiveEntry, StoreArchive } from '../../shared/port/archive.ts';
import type { AccountStore } from '../../shared/port/store.ts';
import { Unavailable } from '../../shared/port/unavailable.ts';
import { recordOf } from './account-reset.ts';
import {
  created,
  creation,
  eventOf,
  found,
  hashOf,
  nameOf,
  newOperationId,
  sampleUser,
} from './account-sample.ts';

export interface StoreArchiveUnderTest {
  readonly archive: StoreArchive;
  readonly accounts: AccountStore;
  /** The next write takes effect, its answer is lost, and it is sent again. */
  loseNextWriteAnswer(): void;
  /** From now on the store does not answer; safe to call twice. */
  stop(): Promise<void>;
}

const MARK = { archiveId: 'a', restoreId: 'r', phase: 'clearing', epochFloor: 7 } as const;
/** Values of every type of a table, as an archive has them. */
const COLUMNS = {
  text: 'é\u2028"',
  empty: '',
  yes: true,
  no: false,
  small: -2147483648,
  large: { type: 'Int64', value: '9007199254740993' },
  guid: { type: 'Guid', value: 'c9da6455-213d-42c9-9a79-3e9149a57833' },
  fraction: { type: 'Double', value: '0.1' },
};

export async function entriesOf(archive: StoreArchive): Promise<readonly ArchiveEntry[]> {
  const all: ArchiveEntry[] = [];
  for await (const page of archive.listEntries()) all.push(...page);
  return all;
}

function rowOf(rowKey: string, columns: ArchivedRow['columns'] = { text: 'a' }): ArchivedRow {
  return { partitionKey: 'p', rowKey, columns };
}

/** Describes every StoreArchive. @param start an empty store */
export function describeStoreArchive(
  name: string,
  start: () => Promise<StoreArchiveUnderTest>,
): void {
  describe(`${name}: archive`, () => {
    let store: StoreArchiveUnderTest;
    beforeEach(async () => {
      store = await start();
    });
    afterEach(() => store.stop());
    describeRows(() => store);
    describeWholeStore(() => store);
  });
}

function describeRows(store: () => StoreArchiveUnderTest): void {
  it('lists users first, each with its hashes, then all other rows', async () => {
    const { archive, accounts } = store();
    await archive.putRows('attempts', [rowOf('x')]);
    await created(accounts, sampleUser(nameOf('ana@b.example')));
    await created(accounts, sampleUser(nameOf('ben@a.example')));
    const entries = await entriesOf(archive);
    const parsed = entries.map((entry) => archive.parseAccount(entry));
    expect(parsed.slice(0, 2).map((one) => one?.user.userName)).toEqual([
      'ben@a.example',
      'ana@b.example',
    ]);
    for (const one of parsed.slice(0, 2)) {
      expect(one?.credential).toMatchObject({ temporary: hashOf('first') });
      expect(one?.credential?.userId).toBe(one?.user.userId);
    }
    // An id and two rows of an event for each, and the row of another table.
    expect(parsed.slice(2)).toEqual(Array.from({ length: 7 }, () => undefined));
    expect(entries.at(-1)).toEqual({ table: 'attempts', rows: [rowOf('x')] });
  });

  it('rejects a user row that does not parse', async () => {
    const { archive, accounts } = store();
    await created(accounts, sampleUser(nameOf('ana@a.example')));
    const [entry] = await entriesOf(archive);
    const rows = entry?.rows.map((row) => ({ ...row, columns: {} })) ?? [];
    expect(() => archive.parseAccount({ table: 'accounts', rows })).toThrow(Unavailable);
  });

  it('replaces rows and keeps columns of every type', async () => {
    const { archive } = store();
    await archive.putRows('expiries', [rowOf('x', { gone: 'a' }), rowOf('y')]);
    await archive.putRows('expiries', [rowOf('x', COLUMNS)]);
    expect(await entriesOf(archive)).toEqual([
      { table: 'expiries', rows: [rowOf('x', COLUMNS)] },
      { table: 'expiries', rows: [rowOf('y')] },
    ]);
  });

  it('reads each event of a tenant once from its entries', async () => {
    const { archive, accounts } = store();
    const { value: user } = await created(accounts, sampleUser(nameOf('ana@a.example')));
    const page = { limit: 10, after: undefined };
    const { items } = await accounts.listEvents(user.tenant, undefined, page);
    const parsed = (await entriesOf(archive)).map((entry) => archive.parseTenantEvent(entry));
    const found = parsed.filter((one) => one !== undefined);
    expect(found).toEqual(items.map((event) => ({ tenant: user.tenant, event })));
    expect(found).toHaveLength(1);
  });

  it('has resets, and removes every row of one tenant, none of a neighbour or another table', async () => {
    const { archive, accounts } = store();
    await archive.putRows('attempts', [{ ...rowOf('x'), partitionKey: 'b.example' }]);
    await created(accounts, sampleUser(nameOf('ana@a.example')));
    await created(accounts, sampleUser(nameOf('ana@b.example.org')));
    const before = await entriesOf(archive);
    const user = sampleUser(nameOf('ana@b.example'));
    const made = recordOf(user, 1);
    expect(await accounts.commit(creation(user, { resets: { made } }))).toBe('committed');
    const keys = (await entriesOf(archive)).flatMap(({ rows }) => rows.map(({ rowKey }) => rowKey));
    expect(keys.filter((key) => key.startsWith(`reset:${user.userId}:`))).toHaveLength(1);
    let removed = 0;
    await archive.clearTenant(user.tenant, (rows) => {
      removed += rows;
    });
    // Five of the user, four words and a reset.
    expect(removed).toBe(5 + 4 + 1);
    expect(await entriesOf(archive)).toEqual(before);
    await archive.clearTenant(user.tenant, () => expect.fail('there is nothing to remove'));
  });

  it('writes 100 rows of one partition at once, and rejects rows of two', async () => {
    const { archive } = store();
    const rows = Array.from({ length: 100 }, (_, index) => rowOf(`x${index}`));
    await archive.putRows('attempts', rows);
    expect(await entriesOf(archive)).toHaveLength(100);
    const two = [rowOf('y'), { ...rowOf('z'), partitionKey: 'q' }];
    await expect(archive.putRows('attempts', two)).rejects.toBeInstanceOf(Unavailable);
    expect(await entriesOf(archive)).toHaveLength(100);
  });

  it('writes an account and the admins of a tenant, repeatedly', async () => {
    const { archive, accounts } = store();
    const user = sampleUser(nameOf('ana@a.example'));
    await created(accounts, user);
    const after = { ...user, sessionEpoch: 9, eventSequence: 2 };
    const hashes = { permanent: hashOf('own'), temporary: undefined, history: [hashOf('old')] };
    const account = { user: after, hashes, events: [eventOf(after)], operationId: 'op' };
    const { userId, userName, displayName } = user;
    const admins = [
      { userId, userName, displayName, isGlobal: true, isEffective: false, isLocked: false },
    ];
    for (let times = 0; times < 2; times += 1) {
      await archive.putAccount(account);
      await archive.putAdmins(user.tenant, admins, 'op');
    }
    expect((await found(accounts, userName)).value).toEqual(after);
    expect((await accounts.findCredential(userName))?.value).toMatchObject(hashes);
    expect((await accounts.findUserName(user.tenant, userId))?.userName).toBe(userName);
    expect((await accounts.findAdmins(user.tenant))?.value).toEqual(admins);
    const page = { limit: 10, after: undefined };
    const events = await accounts.listEvents(user.tenant, userId, page);
    expect(events.items.map(({ sequence }) => sequence)).toEqual([2, 1]);
  });

  it('lists the newest event of each user that has any', async () => {
    const { archive, accounts } = store();
    const [ana, ben] = [sampleUser(nameOf('ana@b.example')), sampleUser(nameOf('ben@a.example'))];
    for (const user of [ana, ben]) await created(accounts, user);
    const later = { ...ana, eventSequence: 2, lastEventAtMs: ana.lastEventAtMs + 5 };
    const hashes = { permanent: undefined, temporary: undefined, history: [] };
    const events = [eventOf(later)];
    await archive.putAccount({ user: later, hashes, events, operationId: 'op' });
    const newest = new Map<string, number>();
    for await (const page of archive.listNewestEvents()) {
      for (const event of page) newest.set(event.userId, event.sequence);
    }
    expect(newest).toEqual(
      new Map([
        [ana.userId, 2],
        [ben.userId, ben.eventSequence],
      ]),
    );
  });

  it('adds rows that follow from users under conditions only', async () => {
    const { archive, accounts } = store();
    const user = sampleUser(nameOf('ana@a.example'));
    const { tenant, userId, userName, displayName } = user;
    expect(await archive.addUserName(user, 'one')).toBe(true);
    expect(await archive.addUserName(user, 'two')).toBe(false);
    expect((await accounts.findUserName(tenant, userId))?.userName).toBe(userName);
    const admins = [
      { userId, userName, displayName, isGlobal: true, isEffective: false, isLocked: false },
    ];
    const before = (await accounts.findAdmins(tenant))?.etag;
    expect(await archive.replaceAdmins(tenant, before, admins, 'one')).toBe('committed');
    expect(await archive.replaceAdmins(tenant, before, [], 'two')).toBe('conflict');
    const row = await accounts.findAdmins(tenant);
    expect(row?.value).toEqual(admins);
    expect(await archive.replaceAdmins(tenant, row?.etag, [], 'three')).toBe('committed');
    expect(await archive.replaceAdmins(tenant, row?.etag, admins, 'four')).toBe('conflict');
  });

  it('removes a stamp of authority under the tag of the user, and keeps the rest', async () => {
    const { accounts, archive } = store();
    const { userName } = sampleUser(nameOf('stamped@b.example'));
    const caller = await created(accounts, sampleUser(userName, { roles: ['globalAdmin'] }));
    expect(await archive.hasAuthority(caller)).toBe(false);
    const authority = { caller, newStamp: newOperationId() };
    const other = sampleUser(nameOf('other@b.example'));
    expect(await accounts.commit(creation(other, { authority }))).toBe('committed');
    const stamped = await found(accounts, userName);
    expect(await archive.hasAuthority(stamped)).toBe(true);
    expect(await archive.hasAuthority({ ...stamped, authorityStamp: 'another' })).toBe(false);
    expect(await archive.dropAuthority(caller, 'one')).toBe('conflict');
    expect(await archive.dropAuthority(stamped, 'two')).toBe('committed');
    const left = await found(accounts, userName);
    expect(left).toEqual({ ...stamped, etag: left.etag, authorityStamp: undefined });
  });
}

function describeWholeStore(store: () => StoreArchiveUnderTest): void {
  it('removes every row of every table except the mark of a restore', async () => {
    const { archive, accounts } = store();
    expect(await archive.isEmpty()).toBe(true);
    await archive.setMark({ ...MARK, epochFloor: 0, phase: 'writing' });
    await archive.setMark(MARK);
    expect(await archive.isEmpty()).toBe(true);
    expect(await entriesOf(archive)).toEqual([]);
    await created(accounts, sampleUser(nameOf('ana@a.example')));
    await archive.putRows('attempts', [rowOf('x'), rowOf('y')]);
    expect(await archive.isEmpty()).toBe(false);
    let removed = 0;
    await archive.clear((rows) => {
      removed += rows;
    });
    expect(removed).toBe(5 + 4 + 2);
    expect(await entriesOf(archive)).toEqual([]);
    expect(await archive.isEmpty()).toBe(true);
    expect(await archive.findMark()).toEqual(MARK);
    await archive.removeMark();
    expect(await archive.findMark()).toBeUndefined();
  });

  it('returns the greatest session epoch of all tenants, and 0 if empty', async () => {
    const { archive, accounts } = store();
    expect(await archive.greatestSessionEpoch()).toBe(0);
    await created(accounts, sampleUser(nameOf('a@a.example'), { sessionEpoch: 9 }));
    await created(accounts, sampleUser(nameOf('b@b.example'), { sessionEpoch: 4 }));
    expect(await archive.greatestSessionEpoch()).toBe(9);
  });

  it('clears the store though the answer of a removal was lost', async () => {
    const { archive, accounts, loseNextWriteAnswer } = store();
    await created(accounts, sampleUser(nameOf('a@a.example')));
    loseNextWriteAnswer();
    await archive.clear(() => {});
    expect(await archive.isEmpty()).toBe(true);
  });

  it('throws Unavailable in an outage of the archive', async () => {
    const { archive, stop } = store();
    await stop();
    await expect(archive.isEmpty()).rejects.toBeInstanceOf(Unavailable);
    await expect(archive.findMark()).rejects.toBeInstanceOf(Unavailable);
    await expect(entriesOf(archive)).rejects.toBeInstanceOf(Unavailable);
    await expect(archive.greatestSessionEpoch()).rejects.toBeInstanceOf(Unavailable);
    await expect(archive.listNewestEvents()[Symbol.asyncIterator]().next()).rejects.toBeInstanceOf(
      Unavailable,
    );
  });
}
