import { RestError, TableClient } from '@azure/data-tables';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTableStores } from '../../shared/azure/table/table-store.ts';
import type { AccountStore } from '../../shared/port/store.ts';
import {
  created,
  creation,
  deletion,
  filter,
  found,
  hashOf,
  NOW_MS,
  nameOf,
  newTenant,
  sampleUser,
  update,
} from '../contract/account-sample.ts';
import { startTables, type TestTables } from '../fixture/tables.ts';

let tables: TestTables;
let accounts: AccountStore;
beforeEach(async () => {
  tables = await startTables();
  accounts = tables.accounts;
  // The table is there from now on, so that calls can be counted.
  await tables.ping();
});
afterEach(() => tables.stop());

/** Every row of a table as it is kept: its key and the names of its columns. */
async function rowsOf(table: string): Promise<Record<string, string>> {
  const options = { allowInsecureConnection: true };
  const raw = TableClient.fromConnectionString(tables.connectionString, table, options);
  const rows: Record<string, string> = {};
  for await (const { partitionKey, rowKey, timestamp, etag, ...columns } of raw.listEntities()) {
    rows[`${partitionKey} ${rowKey}`] = Object.keys(columns).toSorted().join(' ');
  }
  return rows;
}

describe('the rows of table accounts', () => {
  it('match the layout and hold nothing else', async () => {
    const user = sampleUser(nameOf(`a#1@${newTenant()}`));
    const { tenant, userId } = user;
    const admin = { userId, userName: user.userName, displayName: 'Ana' };
    const list = [{ ...admin, isGlobal: true, isEffective: false, isLocked: false }];
    await accounts.commit(creation(user, { admins: { etag: undefined, list } }));
    const event =
      'actorSystem atMs details eventId operationId requestId sequence subjectUserId type';
    const inverted = (value: number) => String(999_999_999_999_999 - value).padStart(15, '0');
    expect(await rowsOf('accounts')).toEqual({
      [`${tenant} tenant`]: `admin_${userId} operationId`,
      [`${tenant} user:a$1@${tenant}`]:
        'attemptsClearedAtMs createdAtMs credentialKind credentialVersion displayName ' +
        'eventSequence expiresAtMs hadAddress isLocked issueId issuedAtMs lastEventAtMs ' +
        'operationId profileVersion role_salesAgent sessionEpoch status userId words',
      [`${tenant} credential:a$1@${tenant}`]:
        'credentialVersion history temporaryBcrypt temporaryPepperVersion userId',
      ...Object.fromEntries(
        ['1', 'a', 'ana', 'unal', 'x'].map((word) => [
          `${tenant} word:${word}.a$1@${tenant}`,
          'userId words',
        ]),
      ),
      [`${tenant} id:${userId}`]: 'isDeleted operationId userName',
      [`${tenant} event:user:${userId}:${inverted(1)}`]: event,
      [`${tenant} event:tenant:${inverted(NOW_MS)}:${userId}:${inverted(1)}`]: event,
    });

    await accounts.commit(deletion(await found(accounts, user.userName)));
    const rows = await rowsOf('accounts');
    expect(Object.keys(rows).filter((key) => !key.includes('event:'))).toEqual([
      `${tenant} id:${userId}`,
      `${tenant} tenant`,
    ]);
  });

  it('include one of authority until the caller’s rights change or it is deleted', async () => {
    const admin = await created(accounts, sampleUser(nameOf(`admin@${newTenant()}`)));
    const { tenant, userId, userName } = admin.value;
    const authorities = async () =>
      Object.entries(await rowsOf('accounts')).filter(([key]) => key.includes(' authority:'));
    const act = async (newStamp: string, local: string) => {
      const caller = await found(accounts, userName);
      const user = sampleUser(nameOf(`${local}@${tenant}`));
      const change = creation(user, { authority: { caller, newStamp } });
      expect(await accounts.commit(change)).toBe('committed');
    };
    await act('one', 'ana');
    expect(await authorities()).toEqual([[`${tenant} authority:${userId}:one`, '']]);
    await act('never used', 'ben');
    expect(await authorities()).toEqual([[`${tenant} authority:${userId}:one`, '']]);
    await accounts.commit(update(await found(accounts, userName), { sessionEpoch: 1 }));
    expect(await authorities()).toEqual([]);
    await act('two', 'cleo');
    expect(await authorities()).toEqual([[`${tenant} authority:${userId}:two`, '']]);
    await accounts.commit(deletion(await found(accounts, userName)));
    expect(await authorities()).toEqual([]);
  });

  it('take one call for a read, a page or a commit, three for a deletion', async () => {
    const user = sampleUser(nameOf(`ana@${newTenant()}`));
    const { userName, tenant, userId } = user;
    const page = { limit: 1, after: undefined };
    const { transport } = tables;
    const record = (work: () => Promise<unknown>) => transport.record(work);
    expect(await record(() => accounts.commit(creation(user)))).toEqual(['POST $batch']);
    expect(await record(() => accounts.findUser(userName))).toEqual(['GET accounts']);
    expect(await record(() => accounts.findUserName(tenant, userId))).toEqual(['GET accounts']);
    expect(await record(() => accounts.findCredential(userName))).toEqual(['GET accounts']);
    expect(await record(() => accounts.findAdmins(tenant))).toEqual(['GET accounts']);
    await created(accounts, sampleUser(nameOf(`bob@${tenant}`)));
    expect(await record(() => accounts.listUsers(tenant, filter(), page))).toEqual([
      'GET accounts',
    ]);
    expect(await record(() => accounts.listEvents(tenant, undefined, page))).toEqual([
      'GET accounts',
    ]);
    const before = await found(accounts, userName);
    expect(await record(() => accounts.commit(update(before)))).toEqual(['POST $batch']);
    const changed = await found(accounts, userName);
    expect(await record(() => accounts.commit(deletion(changed)))).toEqual([
      'POST $batch',
      'GET accounts',
      'DELETE accounts',
    ]);
  });

  it('include as many events of one change as a transaction holds, and no more', async () => {
    const user = sampleUser(nameOf(`ana@${newTenant()}`));
    const [event] = creation(user).events;
    if (event === undefined) throw new Error('a creation has an event');
    const eventsOf = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ ...event, sequence: index + 1 }));
    const admins = { etag: undefined, list: [] };
    const tooMany = accounts.commit(creation(user, { admins, events: eventsOf(47) }));
    await expect(tooMany).rejects.toThrow(RangeError);
    expect(await accounts.commit(creation(user, { admins, events: eventsOf(46) }))).toBe(
      'committed',
    );
  });

  // Goal: what the service may refuse in a filter (control characters) is not sent.
  it('are queried by names in printable ASCII', async () => {
    const page = { limit: 1, after: undefined };
    for (const userNamePrefix of ['', '~', 'a~~', '@', '_', 'z', '#']) {
      await accounts.listUsers(newTenant(), filter({ userNamePrefix }), page);
      const sent = tables.transport.sent.at(-1)?.url.searchParams.get('$filter');
      expect(sent).toMatch(/RowKey ge 'user:[!-~]*' and RowKey lt 'user[!-~]+' and /);
    }
  });

  it('prove a change whose answer was lost, even if another followed', async () => {
    const before = await created(accounts, sampleUser(nameOf(`ana@${newTenant()}`)));
    const { connectionString } = tables;
    const rival = createTableStores({ connectionString }).accounts;
    const { userName } = before.value;
    tables.transport.onAnswer = async () => {
      tables.transport.onAnswer = undefined;
      expect(await rival.commit(update(await found(rival, userName)))).toBe('committed');
      throw new RestError('socket hang up', { code: 'ECONNRESET' });
    };
    expect(await accounts.commit(update(before))).toBe('committed');
    const { eventSequence } = (await found(accounts, userName)).value;
    expect(eventSequence).toBe(before.value.eventSequence + 2);
  });

  it('are listed further after an empty page', async () => {
    const tenant = newTenant();
    for (const local of ['a', 'b', 'c']) {
      await created(accounts, sampleUser(nameOf(`${local}@${tenant}`)));
    }
    // The service may end a page at any row it looked at (after 5 s, at a server's boundary).
    tables.transport.onAnswer = (answer) => {
      tables.transport.onAnswer = undefined;
      return { ...answer, bodyAsText: '{"value":[]}' };
    };
    const first = await accounts.listUsers(tenant, filter(), { limit: 2, after: undefined });
    expect(first.items).toEqual([]);
    expect(first.next).toBeDefined();
    const second = await accounts.listUsers(tenant, filter(), { limit: 2, after: first.next });
    expect(second.items.map(({ userName }) => userName)).toEqual([`c@${tenant}`]);
    expect(second.next).toBeUndefined();
  });
});

describe('tombstones', () => {
  it('stay hidden and impersonal if tidying up fails, and are replaced', async () => {
    const user = sampleUser(nameOf(`o'neil#1@${newTenant()}`), { email: 'x@y.example' });
    const before = await created(accounts, user);
    tables.transport.onAnswer = (answer, { method }) =>
      method === 'GET' ? { ...answer, status: 403, bodyAsText: '' } : answer;
    expect(await accounts.commit(deletion(before))).toBe('committed');
    tables.transport.onAnswer = undefined;
    const key = `${user.tenant} user:o'neil$1@${user.tenant}`;
    expect((await rowsOf('accounts'))[key]).toBe('operationId status');
    expect(await accounts.findUser(user.userName)).toBeUndefined();
    for (const status of [undefined, 'active', 'disabled'] as const) {
      const page = { limit: 10, after: undefined };
      const listed = await accounts.listUsers(user.tenant, filter({ status }), page);
      expect(listed.items).toEqual([]);
    }
    for await (const page of accounts.listAllUsers()) {
      expect(page.map(({ value }) => value.userName)).not.toContain(user.userName);
    }
    expect(await accounts.commit(update(before))).toBe('conflict');
    expect(await accounts.commit(deletion(before))).toBe('conflict');

    const rivals = [sampleUser(user.userName), sampleUser(user.userName)];
    const outcomes = await Promise.all(rivals.map((rival) => accounts.commit(creation(rival))));
    expect(outcomes.toSorted()).toEqual(['committed', 'conflict']);
    const winner = rivals[outcomes.indexOf('committed')];
    expect((await found(accounts, user.userName)).value).toEqual(winner);
    expect((await accounts.findCredential(user.userName))?.value).toMatchObject({
      userId: winner?.userId,
      temporary: hashOf('first'),
    });
  });

  it('are replaced by a creation whose answer was lost', async () => {
    const before = await created(accounts, sampleUser(nameOf(`ana@${newTenant()}`)));
    tables.transport.onAnswer = (answer, { method }) =>
      method === 'GET' ? { ...answer, status: 403, bodyAsText: '' } : answer;
    await accounts.commit(deletion(before));
    let batches = 0;
    tables.transport.onAnswer = (answer, { method }) => {
      // The first finds the tombstone; the second replaces it, and its answer is lost.
      if (method === 'POST') batches += 1;
      if (method !== 'POST' || batches !== 2) return answer;
      throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET', name: 'RestError' });
    };
    const successor = sampleUser(before.value.userName);
    expect(await accounts.commit(creation(successor))).toBe('committed');
    expect(batches).toBe(3);
    expect((await found(accounts, successor.userName)).value).toEqual(successor);
  });

  it('are not removed once another user has the name', async () => {
    const before = await created(accounts, sampleUser(nameOf(`ana@${newTenant()}`)));
    const successor = sampleUser(before.value.userName);
    const { connectionString } = tables;
    const rival = createTableStores({ connectionString }).accounts;
    tables.transport.onAnswer = async (answer, { method }) => {
      if (method !== 'GET') return answer;
      // The tombstone was read for its tag; before it is removed, a creation comes between.
      tables.transport.onAnswer = undefined;
      expect(await rival.commit(creation(successor))).toBe('committed');
      return answer;
    };
    expect(await accounts.commit(deletion(before))).toBe('committed');
    expect((await found(accounts, successor.userName)).value).toEqual(successor);
  });
});

describe('the rows of the other tables', () => {
  it('from 1.0 are read without attempts under way and without networks', async () => {
    const key = `ac${'0'.repeat(62)}`;
    const options = { allowInsecureConnection: true };
    const raw = TableClient.fromConnectionString(tables.connectionString, 'attempts', options);
    const count = { failures: 100, isLockNoted: true, scope: '', policyCallsAtMs: '[]' };
    await tables.attempts.find(key);
    await raw.createTable();
    await raw.createEntity({
      partitionKey: 'ac',
      rowKey: key,
      operationId: 'x',
      startedAtMs: 1n,
      lastFailureAtMs: 2n,
      ...count,
    });
    expect((await tables.attempts.find(key))?.value).toEqual({
      ...count,
      policyCallsAtMs: [],
      startedAtMs: 1,
      lastFailureAtMs: 2,
      underWay: [],
      networks: [],
    });
    await raw.deleteEntity('ac', key);
  });

  it('are spread over partitions and hold nothing else', async () => {
    const key = `ab${'0'.repeat(62)}`;
    const record = {
      failures: 1,
      startedAtMs: 1,
      lastFailureAtMs: 1,
      isLockNoted: false,
      underWay: [],
      networks: [],
    };
    await tables.attempts.insert(key, { ...record, scope: '', policyCallsAtMs: [] });
    expect(await rowsOf('attempts')).toEqual({
      [`ab ${key}`]:
        'failures isLockNoted lastFailureAtMs networks operationId policyCallsAtMs scope ' +
        'startedAtMs underWay',
    });
    const { userId, userName } = sampleUser(nameOf(`ana@${newTenant()}`));
    const atMs = Date.UTC(2026, 0, 31, 9, 59, 59, 999);
    for (let index = 0; index < 200; index += 1) {
      const entry = { userId, userName, expiresAtMs: atMs, credentialVersion: 1 };
      await tables.expiries.add({ ...entry, issueId: `issue-${index}` });
    }
    const rows = Object.entries(await rowsOf('expiries'));
    expect(new Set(rows.map(([, columns]) => columns))).toEqual(
      new Set(['credentialVersion expiresAtMs userId userName']),
    );
    const partitions = new Set(rows.map(([row]) => row.split(' ')[0]));
    const shards = [...'0123456789abcdef'].map((shard) => `2026-01-31T09-${shard}`);
    expect([...partitions].toSorted()).toEqual(shards);
  });

  it('are not removed if they fail again during the sweep', async () => {
    const key = `ab${'0'.repeat(62)}`;
    const times = { startedAtMs: 1, lastFailureAtMs: 1, policyCallsAtMs: [] };
    const record = {
      failures: 1,
      isLockNoted: false,
      scope: '',
      underWay: [],
      networks: [],
      ...times,
    };
    const stored = await tables.attempts.insert(key, record);
    const rival = createTableStores({ connectionString: tables.connectionString }).attempts;
    tables.transport.onAnswer = async (answer) => {
      tables.transport.onAnswer = undefined;
      const again = { ...record, failures: 2, lastFailureAtMs: NOW_MS };
      expect(await rival.replace(key, stored?.etag ?? '', again)).toBeDefined();
      return answer;
    };
    const partitions = { firstPartition: 0, lastPartition: 255 };
    const request = { ...partitions, beforeMs: 1, lockedFailures: 100, limit: 10 };
    expect(await tables.attempts.removeForgotten(request)).toBe(0);
    expect((await tables.attempts.find(key))?.value.failures).toBe(2);
  });

  it('take one call for each page of overdue entries', async () => {
    const overdue = async () => {
      for await (const page of tables.expiries.listOverdue(NOW_MS)) expect(page).toBeDefined();
    };
    await overdue();
    expect(await tables.transport.record(overdue)).toEqual(['GET expiries']);
  });
});
