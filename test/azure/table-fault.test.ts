import { AzureNamedKeyCredential, RestError, TableClient } from '@azure/data-tables';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTableStores } from '../../shared/azure/table/table-store.ts';
import type { AccountStore } from '../../shared/port/store.ts';
import { Unavailable } from '../../shared/port/unavailable.ts';
import {
  created,
  creation,
  filter,
  found,
  hashOf,
  NOW_MS,
  nameOf,
  newTenant,
  sampleUser,
  update,
} from '../contract/account-sample.ts';
import { type Answer, startTables, type TestTables } from '../fixture/tables.ts';

const PAGE = { limit: 10, after: undefined };

let tables: TestTables;
let accounts: AccountStore;
beforeEach(async () => {
  tables = await startTables();
  accounts = tables.accounts;
});
afterEach(() => tables.stop());

function rawClient(table: string): TableClient {
  const options = { allowInsecureConnection: true };
  return TableClient.fromConnectionString(tables.connectionString, table, options);
}

/** An answer of the service's, or of something between us and it. */
function answerWith(status: number, code?: string) {
  return (answer: Answer): Answer => {
    const error = { 'odata.error': { code, message: { value: 'http://secret.example/?sig=x' } } };
    const bodyAsText = code === undefined ? '<html>not found</html>' : JSON.stringify(error);
    answer.headers.set('content-type', code === undefined ? 'text/html' : 'application/json');
    return { ...answer, status, bodyAsText };
  };
}

describe('a fault of Table Storage', () => {
  // Goal: an outage never looks like "no such user", whatever it looks like itself.
  it.each([
    [500, 'InternalError'],
    [503, 'ServerBusy'],
    [408, 'RequestTimeout'],
    [429, 'TooManyRequests'],
    [403, 'AuthorizationPermissionMismatch'],
    [400, 'InvalidInput'],
    [404, undefined],
    [404, 'SomethingElse'],
    [409, 'TableBeingDeleted'],
    [200, undefined],
  ])('is Unavailable for %i %s, by status and code alone', async (status, code) => {
    const stored = await created(accounts, sampleUser(nameOf(`ana@${newTenant()}`)));
    const { userName, tenant } = stored.value;
    tables.transport.onAnswer = answerWith(status, code);
    const calls = [
      accounts.findUser(userName),
      accounts.listUsers(tenant, filter(), PAGE),
      accounts.commit(update(stored)),
    ];
    for (const outcome of await Promise.allSettled(calls)) {
      const reason = outcome.status === 'rejected' ? outcome.reason : undefined;
      expect(reason).toBeInstanceOf(Unavailable);
      const word = status === 200 ? '' : `${status}${code === undefined ? '' : ` ${code}`}`;
      expect(reason.message).toContain(word);
      expect(reason.message).not.toMatch(/secret|http|127\.0\.0\.1|html/);
      expect(reason.cause).toBeUndefined();
    }
  });

  it.each([
    ['a broken connection', new RestError('http://x/?sig=1', { code: 'ECONNRESET' }), 'ECONNRESET'],
    ['a time-out', Object.assign(new Error('x'), { name: 'AbortError' }), 'AbortError'],
    ['no identity', Object.assign(new Error('x'), { name: 'AuthenticationError' }), 'Authentic'],
  ])('is Unavailable for %s', async (_, error, word) => {
    await accounts.findAdmins(newTenant());
    tables.transport.onAnswer = () => {
      throw error;
    };
    const outcome = accounts.findAdmins(newTenant());
    await expect(outcome).rejects.toBeInstanceOf(Unavailable);
    await expect(outcome).rejects.toThrow(word);
    await expect(tables.ping()).rejects.toThrow(word);
  });

  it('never blocks for ever: every request has a time limit', async () => {
    const stored = await created(accounts, sampleUser(nameOf(`ana@${newTenant()}`)));
    await accounts.recordSignIn(stored, NOW_MS);
    await accounts.listUsers(stored.value.tenant, filter(), PAGE);
    expect(tables.transport.sent.filter(({ isBounded }) => !isBounded)).toEqual([]);
  });

  // Goal: what the client takes for a success is one only when every part of it succeeded.
  it('is a transaction whose answer lacks or fails a part', async () => {
    const stored = await created(accounts, sampleUser(nameOf(`ana@${newTenant()}`)));
    const alter = (change: (body: string) => string) => {
      tables.transport.onAnswer = (answer, { url }) =>
        url.pathname.endsWith('$batch')
          ? { ...answer, bodyAsText: change(answer.bodyAsText ?? '') }
          : answer;
    };
    alter(() => '');
    await expect(accounts.commit(update(stored))).rejects.toBeInstanceOf(Unavailable);
    alter((body) => body.replace('HTTP/1.1 204', 'HTTP/1.1 500'));
    const again = update(await found(accounts, stored.value.userName));
    await expect(accounts.commit(again)).rejects.toThrow('500');
  });
});

describe('a missing table', () => {
  it('is created at first use, also by parallel calls', async () => {
    const tenant = newTenant();
    const user = sampleUser(nameOf(`ana@${tenant}`));
    const outcomes = await Promise.all([
      accounts.findUser(user.userName),
      accounts.listUsers(tenant, filter(), PAGE),
      tables.attempts.remove('0'.repeat(64), '*'),
      tables.ping(),
    ]);
    expect(outcomes).toEqual([undefined, { items: [], next: undefined }, true, undefined]);
    await rawClient('accounts').deleteTable();
    const [first] = await Promise.all([
      accounts.commit(creation(user)),
      accounts.commit(creation(sampleUser(nameOf(`bob@${tenant}`)))),
    ]);
    expect(first).toBe('committed');
    expect((await found(accounts, user.userName)).value).toEqual(user);
  });

  it.each([
    [403, 'AuthorizationFailure'],
    [409, 'TableBeingDeleted'],
    [409, 'Other'],
    [404, 'ResourceNotFound'],
  ])('is Unavailable if creating it fails with %i %s', async (status, code) => {
    tables.transport.onAnswer = (answer, { url }) =>
      url.pathname.endsWith('/Tables') ? answerWith(status, code)(answer) : answer;
    const record = {
      failures: 1,
      startedAtMs: 1,
      lastFailureAtMs: 1,
      isLockNoted: false,
      underWay: [],
      networks: [],
    };
    const calls = [
      accounts.findUser(nameOf(`ana@${newTenant()}`)),
      tables.attempts.insert('0'.repeat(64), { ...record, scope: '', policyCallsAtMs: [] }),
    ];
    for (const outcome of await Promise.allSettled(calls)) {
      const message = expect.stringContaining(`${status} ${code}`);
      expect(outcome).toMatchObject({ reason: { name: 'Unavailable', message } });
    }
  });
});

describe('the address of Table Storage', () => {
  const credential = { getToken: async () => null };
  it.each(['http://contoso.table.core.windows.net', 'ftp://127.0.0.1', 'http://127.0.0.1.example'])(
    'must not be %s',
    (endpoint) => {
      expect(() => createTableStores({ endpoint, credential })).toThrow(/https/);
    },
  );

  it.each(['https://contoso.table.core.windows.net', 'http://127.0.0.1:1/x', 'http://localhost:1'])(
    'may be %s',
    (endpoint) => {
      expect(() => createTableStores({ endpoint, credential })).not.toThrow();
    },
  );

  it('is judged in a connection string too', () => {
    const { key } = new AzureNamedKeyCredential('name', 'a2V5');
    const connect = (rest: string) => () =>
      createTableStores({ connectionString: `AccountName=name;AccountKey=${key};${rest}` });
    expect(connect('DefaultEndpointsProtocol=http;EndpointSuffix=core.windows.net')).toThrow();
    expect(connect('DefaultEndpointsProtocol=https;EndpointSuffix=core.windows.net')).not.toThrow();
    expect(() =>
      createTableStores({ connectionString: 'UseDevelopmentStorage=true' }),
    ).not.toThrow();
  });
});

describe('a malformed row', () => {
  const user = () => sampleUser(nameOf(`ana@${newTenant()}`));

  it.each([
    ['status', 'asleep'],
    ['userId', 'ana'],
    ['credentialKind', 'blank'],
    ['expiresAtMs', 12],
    ['expiresAtMs', 'soon'],
    ['profileVersion', -1],
    ['profileVersion', 1.5],
    ['isLocked', 'yes'],
    ['role_salesAgent', false],
    ['displayName', 7],
  ])('of a user whose %s is %j is a fault, not an absence', async (column, value) => {
    const { userName, tenant } = (await created(accounts, user())).value;
    const key = { partitionKey: tenant, rowKey: `user:${userName}` };
    await rawClient('accounts').updateEntity({ ...key, [column]: value });
    const outcome = accounts.findUser(userName);
    await expect(outcome).rejects.toBeInstanceOf(Unavailable);
    await expect(outcome).rejects.toThrow(/^a row \(user\) does not parse: [a-zA-Z_]+$/);
  });

  it.each([
    ['credential:', 'history', '[{"bcrypt":1}]'],
    ['credential:', 'history', '{}'],
    ['credential:', 'temporaryPepperVersion', 7],
    ['id:', 'isDeleted', 'no'],
    ['event:user:', 'details', '{"a":{"b":{}}}'],
    ['event:user:', 'details', '['],
    ['event:user:', 'type', 'user.sneezed'],
    ['tenant', 'admin_x', '{}'],
  ])('with key %s whose %s is %j is a fault, not an absence', async (prefix, column, value) => {
    const after = user();
    await accounts.commit(creation(after, { admins: { etag: undefined, list: [] } }));
    const raw = rawClient('accounts');
    for await (const { partitionKey = '', rowKey = '' } of raw.listEntities()) {
      if (!rowKey.startsWith(prefix)) continue;
      await raw.updateEntity({ partitionKey, rowKey, [column]: value });
    }
    const outcomes = await Promise.allSettled([
      accounts.findCredential(after.userName),
      accounts.findUserName(after.tenant, after.userId),
      accounts.listEvents(after.tenant, after.userId, PAGE),
      accounts.findAdmins(after.tenant),
    ]);
    const reasons = outcomes.flatMap((it) => (it.status === 'rejected' ? [it.reason] : []));
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toBeInstanceOf(Unavailable);
    expect(reasons[0].message).not.toContain(hashOf('first').bcrypt);
  });
});
