import { describe, expect, it } from 'vitest';
import { parseUserKey } from '../../shared/azure/table/account-key.ts';
import { parseUserRow, userRow } from '../../shared/azure/table/account-row.ts';
import { changeActions, proofKey } from '../../shared/azure/table/account-transaction.ts';
import { adminsRow, parseAdminsRow } from '../../shared/azure/table/admins-row.ts';
import {
  credentialRow,
  parseCredentialParameters,
} from '../../shared/azure/table/credential-row.ts';
import type { Row } from '../../shared/azure/table/row.ts';
import { judgeFault, toUnavailable } from '../../shared/azure/table/table-fault.ts';
import { Unavailable } from '../../shared/port/unavailable.ts';
import { creation, hashOf, nameOf, sampleUser } from '../contract/account-sample.ts';

/** Checks that rows which the service did not write are neither trusted nor quoted. */

const user = sampleUser(nameOf('ana#1@contoso.example'));
const asRead = (row: object): Row => ({ ...row, etag: 'W/"1"' });

describe('the key of a user', () => {
  it('returns the name of a user key, and no name for a key of another kind', () => {
    expect(parseUserKey('user:ana$1@contoso.example')).toBe(user.userName);
    expect(parseUserKey('id:ana$1@contoso.example')).toBeUndefined();
  });

  it('returns no name if its spelling is not canonical', () => {
    expect(parseUserKey('user:Ana$1@contoso.example')).toBeUndefined();
    expect(parseUserKey('user:ana')).toBeUndefined();
  });
});

describe('a user row', () => {
  const row = asRead(userRow(user, 'operation', {}));

  it('reads a user row as it was written', () => {
    expect(parseUserRow(row)).toEqual({ value: user, etag: 'W/"1"' });
  });

  it.each(['"ana"@mail.example', 'ana@localhost', 'a@x.eu,b@x.eu', 'ána@mail.example', ''])(
    'reads no email from the address %j, which 1.0 accepted',
    (email) => {
      expect(parseUserRow({ ...row, email }).value).toEqual({ ...user, email: undefined });
    },
  );

  it('of 1.0 has an address that is in force since the user was created', () => {
    const { addressTerms, hadAddress, ...old } = { ...row, email: 'ana@mail.example' } as Row;
    expect(addressTerms).toBeUndefined();
    expect(hadAddress).toBe(false);
    expect(parseUserRow(old).value.addressHistory).toEqual({
      terms: [{ address: 'ana@mail.example', sinceMs: user.createdAtMs, isFirst: true }],
      hadAny: true,
    });
    expect(parseUserRow({ ...old, email: undefined }).value.addressHistory.hadAny).toBe(false);
  });

  it('keeps an address as it was typed', () => {
    const email = 'Ana.Silva+tag@Mail.Example';
    expect(parseUserRow({ ...row, email }).value.email).toBe(email);
  });

  it.each([
    ['in the partition of another tenant', 'partitionKey', 'fabrikam.example'],
    ['that is a tombstone', 'status', 'deleted'],
  ])('throws Unavailable for a user row %s', (_, column, value) => {
    const parse = () => parseUserRow({ ...row, [column]: value });
    expect(parse).toThrow(Unavailable);
    expect(parse).toThrow(`a row (user) does not parse: ${column}`);
  });
});

describe('the row of a tenant’s admins', () => {
  const { tenant, userId, userName } = user;
  const admin = {
    userId,
    userName,
    displayName: 'Ana',
    isGlobal: true,
    isEffective: false,
    isLocked: false,
  };
  const row = asRead(adminsRow(tenant, [admin], 'operation'));
  const column = `admin_${userId}`;
  const stored = JSON.parse(String(row[column]));

  it('reads the admins as they were written', () => {
    expect(parseAdminsRow(row).value).toEqual([admin]);
  });

  it('reads an admin of 1.0 as not locked', () => {
    const entry = JSON.stringify({ ...stored, isLocked: undefined });
    const { value } = parseAdminsRow({ ...row, [column]: entry });
    expect(value).toEqual([admin]);
  });

  it.each([
    ['a name that is a number', { ...stored, userName: 7 }],
    ['a name that is none', { ...stored, userName: 'ana' }],
    ['no display name', { ...stored, displayName: undefined }],
    ['a right that is a text', { ...stored, isGlobal: 'true' }],
    ['no word on whether it counts', { ...stored, counts: undefined }],
    ['a lock that is a text', { ...stored, isLocked: 'true' }],
    ['a list for an admin', [stored]],
  ])('throws Unavailable for an entry with %s, which makes no admin', (_, entry) => {
    const parse = () => parseAdminsRow({ ...row, [column]: JSON.stringify(entry) });
    expect(parse).toThrow(Unavailable);
    expect(parse).toThrow('a row (admins) does not parse: admin_');
  });
});

describe('the parameters of stored hashes', () => {
  const hashes = { permanent: hashOf('now'), temporary: undefined, history: [hashOf('before')] };
  const row = asRead(credentialRow(user, hashes));

  it('contain cost and pepper version, and no hash', () => {
    const parameters = parseCredentialParameters(row);
    expect(parameters.permanent).toEqual({ pepperVersion: 'pepper-of-now', cost: 12 });
    expect(parameters.history).toEqual([{ pepperVersion: 'pepper-of-before', cost: 12 }]);
    expect(JSON.stringify(parameters)).not.toContain('$2b$');
  });

  it.each([
    ['permanentBcrypt', '$2a$12$foreign'],
    ['permanentBcrypt', '$2b$1$foreign'],
    ['history', '["$2b$12$foreign"]'],
    ['history', '[null]'],
  ])('throw Unavailable, without the value, if %s is %s', (column, value) => {
    const parse = () => parseCredentialParameters({ ...row, [column]: value });
    expect(parse).toThrow(Unavailable);
    expect(parse).toThrow(`a row (credential) does not parse: ${column}`);
  });
});

describe('the transaction of a creation', () => {
  const rowOf = (change: Parameters<typeof changeActions>[0]) =>
    changeActions(change, undefined).find(
      ([, row]) => row.rowKey === 'credential:ana$1@contoso.example',
    )?.[1];

  it('writes its one hash in the slot of its kind', () => {
    const issue = rowOf(creation(user));
    expect(issue).toMatchObject({ temporaryBcrypt: hashOf('first').bcrypt, history: '[]' });
    expect(issue?.permanentBcrypt).toBeUndefined();
  });

  it('writes a credential row without a hash for a user without a credential', () => {
    const none = rowOf(creation(user, { credential: undefined }));
    expect(none).toMatchObject({ userId: user.userId, history: '[]' });
    expect(none?.permanentBcrypt).toBeUndefined();
    expect(none?.temporaryBcrypt).toBeUndefined();
  });

  it('is proven by its event, or by the user if it has none', () => {
    expect(proofKey(creation(user))).toMatch(/^event:user:/);
    expect(proofKey(creation(user, { events: [] }))).toBe('user:ana$1@contoso.example');
    const id = `id:${user.userId}`;
    expect(proofKey(creation(user, { events: [], isDelete: true }))).toBe(id);
  });
});

describe('an unknown error', () => {
  it.each([['a text with a secret'], [undefined], [{ statusCode: 404, code: 'ResourceNotFound' }]])(
    'is an outage, never an absence, and is not quoted: %j',
    (thrown) => {
      expect(judgeFault(thrown)).toBe('unavailable');
      expect(toUnavailable(thrown).message).toBe('Table Storage does not answer: unknown');
    },
  );
});
