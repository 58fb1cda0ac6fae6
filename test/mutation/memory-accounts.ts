import type { AccountEvent } from '../../shared/credential/event.ts';
import type { Tenant, UserId, UserName } from '../../shared/credential/name.ts';
import { credentialState } from '../../shared/credential/state.ts';
import type { Admin, User } from '../../shared/credential/user.ts';
import type {
  AccountChange,
  AccountStore,
  CredentialParameters,
  CredentialSecret,
  Page,
  PageRequest,
  PasswordHash,
  Stored,
  UserFilter,
} from '../../shared/port.ts';
import type { MemoryLine } from './memory-tables.ts';

/** Texts in the order of their code units, as the table service has it. */
function inOrder(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** One page; `after` is how many items came before it. */
function pageOf<Item>(items: readonly Item[], { limit, after }: PageRequest): Page<Item> {
  const start = Number(after ?? 0);
  const end = start + limit;
  return { items: items.slice(start, end), next: end < items.length ? String(end) : undefined };
}

function parametersOf({ bcrypt, pepperVersion, wrapping }: PasswordHash) {
  const scheme = wrapping?.split('$')[1];
  const wraps = scheme === '2b' ? 'bcrypt' : scheme;
  const cost = Number(bcrypt.split('$')[2]);
  return { pepperVersion, cost, ...(wraps !== undefined && { wraps }) };
}

/** What an AccountStore does, in memory: the contract suites hold it against the real one. */
export class MemoryAccounts implements AccountStore {
  readonly #line: MemoryLine;
  readonly #users = new Map<UserName, Stored<User>>();
  readonly #ids = new Map<UserId, { tenant: Tenant; userName: UserName; isDeleted: boolean }>();
  readonly #credentials = new Map<UserName, Stored<CredentialSecret>>();
  readonly #admins = new Map<Tenant, Stored<readonly Admin[]>>();
  readonly #events: { readonly tenant: Tenant; readonly event: AccountEvent }[] = [];

  constructor(line: MemoryLine) {
    this.#line = line;
  }

  async findUser(userName: UserName) {
    await this.#line.call('GET accounts');
    return this.#users.get(userName);
  }

  async findUserName(tenant: Tenant, userId: UserId) {
    await this.#line.call('GET accounts');
    const found = this.#ids.get(userId);
    if (found?.tenant !== tenant) return undefined;
    return { userName: found.userName, isDeleted: found.isDeleted };
  }

  async findCredential(userName: UserName) {
    await this.#line.call('GET accounts');
    return this.#credentials.get(userName);
  }

  async findAdmins(tenant: Tenant) {
    await this.#line.call('GET accounts');
    return this.#admins.get(tenant);
  }

  async listRecentAdmins(tenant: Tenant) {
    return (await this.findAdmins(tenant))?.value ?? [];
  }

  async listUsers(tenant: Tenant, filter: UserFilter, page: PageRequest): Promise<Page<User>> {
    await this.#line.call('GET accounts');
    const { userNamePrefix = '', role, status, nowMs } = filter;
    const users = [...this.#users.values()]
      .map(({ value }) => value)
      .filter((user) => user.tenant === tenant && user.userName.startsWith(userNamePrefix))
      .filter((user) => role === undefined || user.roles.includes(role))
      .filter((user) => status === undefined || user.status === status)
      .filter(
        (user) =>
          (filter.credentialState ?? credentialState(user, nowMs)) === credentialState(user, nowMs),
      )
      .sort((one, other) => inOrder(one.userName, other.userName));
    return pageOf(users, page);
  }

  async listEvents(tenant: Tenant, userId: UserId | undefined, page: PageRequest) {
    await this.#line.call('GET accounts');
    const events = this.#events
      .filter((one) => one.tenant === tenant)
      .map(({ event }) => event)
      .filter(({ subject }) => userId === undefined || subject.userId === userId)
      .toReversed()
      .sort((one, other) => other.atMs - one.atMs);
    return pageOf(events, page);
  }

  async commit(change: AccountChange): Promise<'committed' | 'conflict'> {
    await this.#line.call('POST $batch');
    if (!this.#holds(change)) return 'conflict';
    const { before, after, isDelete, credential, admins, events } = change;
    const { userName, userId, tenant } = after;
    const renewed = { value: after, etag: this.#line.newEtag() };
    if (isDelete) this.#users.delete(userName);
    else this.#users.set(userName, renewed);
    if (before === undefined || isDelete) {
      this.#ids.set(userId, { tenant, userName, isDeleted: isDelete });
      this.#credentials.delete(userName);
    }
    if (credential !== undefined && !isDelete) {
      const { permanent, history = [] } = this.#credentials.get(userName)?.value ?? {};
      const { credentialVersion } = after;
      const value: CredentialSecret =
        credential.kind === 'issueTemporary'
          ? { userId, credentialVersion, permanent, temporary: credential.temporary, history }
          : {
              ...{ userId, credentialVersion, temporary: undefined },
              ...{ permanent: credential.permanent, history: credential.history },
            };
      this.#credentials.set(userName, { value, etag: this.#line.newEtag() });
    }
    if (admins !== undefined) {
      const value = admins.list.toSorted((one, other) => inOrder(one.userName, other.userName));
      this.#admins.set(tenant, { value, etag: this.#line.newEtag() });
    }
    this.#events.push(...events.map((event) => ({ tenant, event })));
    return 'committed';
  }

  /** Whether every row that the change is conditional on is as it was read. */
  #holds({ before, after, credential, admins }: AccountChange): boolean {
    if (this.#users.get(after.userName)?.etag !== before?.etag) return false;
    if (admins !== undefined && this.#admins.get(after.tenant)?.etag !== admins.etag) return false;
    if (credential === undefined || credential.kind === 'issueTemporary') return true;
    // A mutant may call it anything.
    if (credential.kind !== 'setPermanent') throw new Error('no such kind of write');
    // Who is created has no row yet.
    return before === undefined || this.#credentials.get(after.userName)?.etag === credential.etag;
  }

  async noteSignIn({ value, etag }: Stored<User>, atMs: number): Promise<void> {
    await this.#line.call('PATCH accounts');
    if (this.#users.get(value.userName)?.etag !== etag) return;
    const noted = { ...value, lastSignInAtMs: atMs };
    this.#users.set(value.userName, { value: noted, etag: this.#line.newEtag() });
  }

  async replacePermanentHash(
    userName: UserName,
    credential: Stored<CredentialSecret>,
    permanent: PasswordHash,
  ): Promise<'replaced' | 'conflict'> {
    await this.#line.call('PATCH accounts');
    if (this.#credentials.get(userName)?.etag !== credential.etag) return 'conflict';
    const value = { ...credential.value, permanent };
    this.#credentials.set(userName, { value, etag: this.#line.newEtag() });
    return 'replaced';
  }

  async *listAllUsers(): AsyncIterable<readonly Stored<User>[]> {
    await this.#line.call('GET accounts');
    const users = [...this.#users.values()].sort((one, other) =>
      inOrder(one.value.tenant, other.value.tenant),
    );
    for (const user of users) yield [user];
  }

  async *listCredentialParameters(): AsyncIterable<readonly CredentialParameters[]> {
    await this.#line.call('GET accounts');
    const page = [...this.#credentials].flatMap(([userName, { value }]) => {
      const tenant = this.#users.get(userName)?.value.tenant;
      if (tenant === undefined) return [];
      const { permanent, temporary, history } = value;
      return {
        tenant,
        permanent: permanent && parametersOf(permanent),
        temporary: temporary && parametersOf(temporary),
        history: history.map(parametersOf),
      };
    });
    if (page.length > 0) yield page;
  }

  /** Every row with its tag. */
  dump(): ReadonlyMap<string, string> {
    const maps = { user: this.#users, credential: this.#credentials, admins: this.#admins };
    const rows = Object.entries(maps).flatMap(([kind, map]) =>
      [...map].map(([key, row]) => [`${kind} ${key}`, JSON.stringify(row)] as const),
    );
    const events = this.#events.map(
      ({ event }) => [`event ${event.eventId}`, JSON.stringify(event)] as const,
    );
    return new Map([...rows, ...events]);
  }
}
