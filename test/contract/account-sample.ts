import { expect } from 'vitest';
import { NO_ADDRESS_HISTORY } from '../../shared/credential/address.ts';
import type { AccountEvent } from '../../shared/credential/event.ts';
import {
  parseUserId,
  parseUserName,
  type Tenant,
  tenantOf,
  type UserId,
  type UserName,
} from '../../shared/credential/name.ts';
import type { User } from '../../shared/credential/user.ts';
import type { PasswordHash } from '../../shared/port/hasher.ts';
import type {
  AccountChange,
  AccountStore,
  Page,
  StoredUser,
  UserFilter,
} from '../../shared/port/store.ts';

/** The parts of an implementation; `stop` and `loseNextWriteAnswer` make trouble. */
export interface AccountStoreUnderTest {
  readonly accounts: AccountStore;
  /** The next write takes effect, its answer is lost, and after `meanwhile` it is sent again. */
  loseNextWriteAnswer(meanwhile?: () => Promise<unknown>): void;
  /** From now on the store does not answer; safe to call twice. */
  stop(): Promise<void>;
}

export const NOW_MS = Date.UTC(2026, 0, 31, 9, 59, 59, 999);

let made = 0;

/** Each a tenant of its own, so that tests do not see each other. */
export function newTenant(): Tenant {
  made += 1;
  return `t${made}.example` as Tenant;
}

export function userId(): UserId {
  made += 1;
  const id = parseUserId(String(made).padStart(26, '0'));
  if (id === undefined) throw new Error('not a user id');
  return id;
}

export function nameOf(text: string): UserName {
  const userName = parseUserName(text);
  if (userName === undefined) throw new Error(`not a user name: ${text}`);
  return userName;
}

export function newOperationId(): string {
  made += 1;
  return `operation-${made}`;
}

export function hashOf(text: string): PasswordHash {
  return { bcrypt: `$2b$12$${text}`, pepperVersion: `pepper-of-${text}` };
}

/** A user as an admin creates one, with a temporary password. */
export function sampleUser(userName: UserName, changed: Partial<User> = {}): User {
  return {
    userId: userId(),
    userName,
    tenant: tenantOf(userName),
    displayName: 'Ana Ünal “A” {x}',
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
    credential: {
      kind: 'temporary',
      issueId: 'issue-1',
      issuedAtMs: NOW_MS,
      expiresAtMs: NOW_MS + 86_400_000,
      issuedBy: undefined,
      changedAtMs: undefined,
    },
    profileVersion: 1,
    credentialVersion: 1,
    sessionEpoch: 0,
    isLocked: false,
    isFrozen: false,
    disownedResetBy: undefined,
    lastResetSequence: 0,
    attemptsClearedAtMs: NOW_MS,
    waitsEnded: [],
    partsAtMs: [],
    createdAtMs: NOW_MS,
    lastSignInAtMs: undefined,
    eventSequence: 1,
    lastEventAtMs: NOW_MS,
    ...changed,
  };
}

export function eventOf(user: User, changed: Partial<AccountEvent> = {}): AccountEvent {
  return {
    eventId: newOperationId(),
    type: 'user.updated',
    atMs: user.lastEventAtMs,
    actor: { system: 'bootstrap' },
    subject: { userId: user.userId },
    sequence: user.eventSequence,
    requestId: '6f0c2f0e-6f7e-4f0e-9f0e-0f0e0f0e0f0e',
    details: {},
    ...changed,
  };
}

/** The creation of a user, whose temporary password is `first`, with one event. */
export function creation(user: User, changed: Partial<AccountChange> = {}): AccountChange {
  return {
    before: undefined,
    after: user,
    isDelete: false,
    credential: { kind: 'issueTemporary', temporary: hashOf('first') },
    admins: undefined,
    authority: undefined,
    events: [eventOf(user, { type: 'user.created' })],
    notices: [],
    operationId: newOperationId(),
    ...changed,
  };
}

/** A change of the user as read, with the next event; `after` says what is different. */
export function update(
  before: StoredUser,
  after: Partial<User> = {},
  changed: Partial<AccountChange> = {},
): AccountChange {
  const next: User = {
    ...before.value,
    ...after,
    eventSequence: before.value.eventSequence + 1,
    lastEventAtMs: before.value.lastEventAtMs + 1,
  };
  return {
    before,
    after: next,
    isDelete: false,
    credential: undefined,
    admins: undefined,
    authority: undefined,
    events: [eventOf(next)],
    notices: [],
    operationId: newOperationId(),
    ...changed,
  };
}

export function deletion(before: StoredUser, changed: Partial<AccountChange> = {}) {
  const change = update(before, {}, { isDelete: true, ...changed });
  const events = change.events.map((event) => ({ ...event, type: 'user.deleted' as const }));
  return { ...change, events };
}

/** Creates the user and reads it. */
export async function created(accounts: AccountStore, user: User): Promise<StoredUser> {
  expect(await accounts.commit(creation(user))).toBe('committed');
  return found(accounts, user.userName);
}

export async function found(accounts: AccountStore, userName: UserName): Promise<StoredUser> {
  const stored = await accounts.findUser(userName);
  if (stored === undefined) throw new Error('the user should be there');
  return stored;
}

export async function eventsOf(
  accounts: AccountStore,
  tenant: Tenant,
  id?: UserId,
): Promise<readonly AccountEvent[]> {
  const page = await accounts.listEvents(tenant, id, { limit: 200, after: undefined });
  expect(page.next).toBeUndefined();
  return page.items;
}

/** Every page from the first to the one without `next`. */
export async function pagesOf<Item>(
  read: (after: string | undefined) => Promise<Page<Item>>,
): Promise<readonly Page<Item>[]> {
  const pages: Page<Item>[] = [];
  let after: string | undefined;
  do {
    const page = await read(after);
    pages.push(page);
    after = page.next;
    expect(pages.length).toBeLessThan(100);
  } while (after !== undefined);
  return pages;
}

/** All that a change could have touched, to show that nothing did. */
export async function everythingOf(accounts: AccountStore, user: User) {
  return {
    user: await accounts.findUser(user.userName),
    id: await accounts.findUserName(user.tenant, user.userId),
    credential: await accounts.findCredential(user.userName),
    admins: await accounts.findAdmins(user.tenant),
    userEvents: await eventsOf(accounts, user.tenant, user.userId),
    tenantEvents: await eventsOf(accounts, user.tenant),
  };
}

export function filter(changed: Partial<UserFilter> = {}): UserFilter {
  return { nowMs: NOW_MS, ...changed };
}
