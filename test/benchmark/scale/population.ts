/**
 * Tables with many users, as the product's own row writers make the rows, put into the file from
 * which Azurite starts: through its door 300,000 rows would take longer than all measurements.
 */
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TableEntity } from '@azure/data-tables';
import { startEmbeddedTables } from '../../../infra/local/store/embedded-tables.ts';
import { idRow, userRow } from '../../../shared/azure/table/account-row.ts';
import { credentialRow } from '../../../shared/azure/table/credential-row.ts';
import { eventRows } from '../../../shared/azure/table/event-row.ts';
import { announcementRow } from '../../../shared/azure/table/outbox-row.ts';
import { attemptRow } from '../../../shared/azure/table/table-attempt-store.ts';
import { expiryRow } from '../../../shared/azure/table/table-expiry-index.ts';
import { createTableStores, type TABLE_NAMES } from '../../../shared/azure/table/table-store.ts';
import { wordRows } from '../../../shared/azure/table/word-row.ts';
import { NO_ADDRESS_HISTORY } from '../../../shared/credential/address.ts';
import { newUserId } from '../../../shared/credential/crockford.ts';
import type { AccountEvent } from '../../../shared/credential/event.ts';
import { parseUserName, tenantOf, type UserId } from '../../../shared/credential/name.ts';
import { indexedWords } from '../../../shared/credential/search-word.ts';
import type { Credential, User } from '../../../shared/credential/user.ts';
import { emptyRecord } from '../../../shared/operation/attempt.ts';
import { deviceKey, sessionScope } from '../../../shared/operation/attempt-series.ts';
import type { PasswordHash } from '../../../shared/port/hasher.ts';

export const USERS_PER_TENANT = 100;
/** Returns the tenant of a user by index, where there are many. */
export const nthTenant = (index: number) =>
  `tenant-${Math.floor(index / USERS_PER_TENANT)}.example`;

const DAY_MS = 24 * 3_600_000;
/** A placeholder: no user signs in here, so that one hash does for all. */
const HASH: PasswordHash = {
  bcrypt: `$2b$12$${'A'.repeat(53)}`,
  pepperVersion: 'pepper-1',
};

export interface Citizen {
  readonly tenant: string;
  /** The expiry of a temporary password; undefined if the user has a permanent one. */
  readonly expiresAtMs: number | undefined;
  /** The rows to look up: words and an event. */
  readonly foundBy?: { readonly displayName: string };
  /** True adds to these every other row of a user: hashes, the id, and the event of the user. */
  readonly isWhole?: true;
  /** The lane on which a notice about the user waits until a moment. */
  readonly waiting?: { readonly lane: string; readonly dueAtMs: number };
  /** The failures that are counted on the user's devices. */
  readonly deviceFailures?: number;
}

type Rows = Readonly<Record<keyof typeof TABLE_NAMES, TableEntity[]>>;

/** The event of a user's creation, a millisecond before that of the user before. */
function creationOf(user: User, index: number, nowMs: number): AccountEvent {
  return {
    eventId: user.userId,
    type: 'user.created',
    atMs: nowMs - index,
    actor: { userId: '0'.repeat(26) as UserId },
    subject: { userId: user.userId },
    sequence: 1,
    requestId: 'seed',
    details: {},
  };
}

function addWaiting(rows: Rows, user: User, { waiting }: Citizen, nowMs: number): void {
  if (waiting === undefined) return;
  const { tenant, userId } = user;
  const queue = { tenant, lane: waiting.lane, subject: userId };
  const times = { announcedAtMs: nowMs, dueAtMs: waiting.dueAtMs };
  rows.announcements.push(announcementRow({ id: userId, queue, sequence: 1, ...times }));
}

function addDevice(rows: Rows, user: User, { deviceFailures }: Citizen, nowMs: number): void {
  if (deviceFailures === undefined) return;
  const record = { ...emptyRecord(nowMs, sessionScope(user)), failures: deviceFailures };
  rows.attempts.push(attemptRow(deviceKey(user.userId), record, 'seed'));
}

function addUser(rows: Rows, index: number, citizen: Citizen, nowMs: number): void {
  const { tenant, expiresAtMs, foundBy, isWhole } = citizen;
  const userName = parseUserName(`user-${String(index).padStart(6, '0')}@${tenant}`);
  if (userName === undefined) throw new Error('no user name');
  const userId = newUserId((size) => randomBytes(size));
  const issueId = newUserId((size) => randomBytes(size));
  const createdAtMs = nowMs - DAY_MS;
  const credential: Credential =
    expiresAtMs === undefined
      ? { kind: 'permanent', changedAtMs: createdAtMs }
      : {
          kind: 'temporary',
          issueId,
          issuedAtMs: expiresAtMs - DAY_MS,
          expiresAtMs,
          issuedBy: undefined,
          changedAtMs: undefined,
        };
  const user: User = {
    userId,
    userName,
    tenant: tenantOf(userName),
    displayName: foundBy?.displayName ?? `User ${index}`,
    email: undefined,
    secondEmail: undefined,
    addressHistory: NO_ADDRESS_HISTORY,
    locale: undefined,
    roles: ['salesAgent'],
    adminUntilMs: undefined,
    usedByIssuer: undefined,
    supportCode: undefined,
    supportCodesAtMs: [],
    status: 'active',
    credential,
    profileVersion: 1,
    credentialVersion: 1,
    sessionEpoch: 0,
    isLocked: false,
    isFrozen: false,
    disownedResetBy: undefined,
    lastResetSequence: 0,
    attemptsClearedAtMs: createdAtMs,
    waitsEnded: [],
    partsAtMs: [],
    createdAtMs,
    lastSignInAtMs: undefined,
    eventSequence: 1,
    lastEventAtMs: createdAtMs,
  };
  addWaiting(rows, user, citizen, nowMs);
  addDevice(rows, user, citizen, nowMs);
  if (foundBy !== undefined) {
    const words = indexedWords(user);
    const events = eventRows(user.tenant, creationOf(user, index, nowMs), 'seed');
    rows.accounts.push(userRow(user, 'seed', { words }), ...wordRows(user));
    rows.accounts.push(...(isWhole ? events : events.slice(1)));
    if (!isWhole) return;
  }
  const permanent = expiresAtMs === undefined ? HASH : undefined;
  const temporary = expiresAtMs === undefined ? undefined : HASH;
  if (foundBy === undefined) rows.accounts.push(userRow(user, 'seed', {}));
  rows.accounts.push(
    idRow(user, 'seed', false),
    credentialRow(user, { permanent, temporary, history: [] }),
  );
  if (expiresAtMs === undefined) return;
  rows.expiries.push(expiryRow({ userId, userName, issueId, expiresAtMs, credentialVersion: 1 }));
}

/** A row as Azurite keeps it. */
function documentText({ partitionKey, rowKey, ...columns }: TableEntity, id: number): string {
  const timestamp = '2026-01-01T00:00:00.0000000Z';
  const properties: Record<string, unknown> = { PartitionKey: partitionKey, RowKey: rowKey };
  for (const [name, value] of Object.entries(columns)) {
    if (value === undefined) continue;
    properties[name] = typeof value === 'bigint' ? `${value}` : value;
    if (typeof value === 'bigint') properties[`${name}@odata.type`] = 'Edm.Int64';
  }
  properties.Timestamp = timestamp;
  properties['Timestamp@odata.type'] = 'Edm.DateTime';
  return JSON.stringify({
    PartitionKey: partitionKey,
    RowKey: rowKey,
    properties,
    lastModifiedTime: timestamp,
    eTag: `W/"datetime'${encodeURIComponent(timestamp)}'"`,
    meta: { revision: 0, created: 0, version: 0 },
    $loki: id,
  });
}

interface TablesFile {
  readonly collections: {
    name: string;
    data: unknown;
    maxId: number;
    binaryIndices: Record<string, { values: readonly number[] }>;
  }[];
}

/** Azurite's index of a column: where each row stands, in the order of their keys. */
function placesInOrder(keys: readonly (string | undefined)[]): readonly number[] {
  return keys
    .map((key = '', place) => ({ key, place }))
    .sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0))
    .map(({ place }) => place);
}

/** Empty tables, as Azurite itself writes them. */
async function emptyTables(directory: string): Promise<TablesFile> {
  const server = await startEmbeddedTables({ directory });
  const { accounts, attempts, expiries, outbox } = createTableStores(server);
  const userName = parseUserName('nobody@contoso.example');
  if (userName === undefined) throw new Error('no user name');
  await accounts.findUser(userName);
  await attempts.find('00'.repeat(32));
  for await (const _page of expiries.listOverdue(0)) throw new Error('not empty');
  for await (const _page of outbox.listDue('none', 0, false)) throw new Error('not empty');
  await server.close();
  return JSON.parse(await readFile(join(directory, 'tables.json'), 'utf8'));
}

/** Writes `tables.json` into the directory. */
export async function writePopulation(
  directory: string,
  citizens: Iterable<Citizen>,
  nowMs: number,
): Promise<void> {
  const file = await emptyTables(directory);
  const rows: Rows = { accounts: [], attempts: [], expiries: [], announcements: [] };
  let index = 0;
  for (const citizen of citizens) {
    addUser(rows, index, citizen, nowMs);
    index += 1;
  }
  const texts: Record<string, string> = {};
  for (const collection of file.collections) {
    const [, table = ''] = collection.name.split('$');
    const own = rows[table as keyof Rows] ?? [];
    if (own.length === 0) continue;
    const mark = `"rows of ${collection.name}"`;
    texts[mark] = own.map((row, place) => documentText(row, place + 1)).join(',');
    collection.data = [JSON.parse(mark)];
    collection.maxId = own.length;
    const { PartitionKey, RowKey } = collection.binaryIndices;
    if (PartitionKey === undefined || RowKey === undefined) throw new Error('another Azurite');
    PartitionKey.values = placesInOrder(own.map(({ partitionKey }) => partitionKey));
    RowKey.values = placesInOrder(own.map(({ rowKey }) => rowKey));
  }
  let text = JSON.stringify(file);
  for (const [mark, documents] of Object.entries(texts)) text = text.replace(mark, () => documents);
  await writeFile(join(directory, 'tables.json'), text);
}
