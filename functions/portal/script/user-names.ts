import { Problem } from '../client/index.ts';
import type { Calling, Drawing, Localized, Timed } from './app.ts';
import { type NamedUser, shownName } from './name.ts';
import { fill } from './text.ts';

type UserNamesApp = Localized & Calling & Pick<Drawing, 'update'> & Pick<Timed, 'now'>;

interface Known {
  readonly name: string;
  readonly userName: string;
  readonly isDeleted: boolean;
}

type Entry = Known | 'asked' | 'deleted' | { readonly failedAtMs: number };

/** A lookup that failed is made again, but not with every drawing. */
const AGAIN_AFTER_MS = 10_000;
/** Fewer calls than one for each name, in all but the largest organisations. */
const LIST_LIMIT = 200;

/** The names behind user ids: events carry ids. */
export class UserNames {
  readonly #app: UserNamesApp;
  readonly #entries = new Map<string, Entry>();
  readonly #wanted = new Set<string>();
  #hasListed = false;

  constructor(app: UserNamesApp) {
    this.#app = app;
  }

  remember(user: NamedUser, isDeleted = false): void {
    const { userId, userName } = user;
    this.#entries.set(userId, { name: shownName(user), userName, isDeleted });
  }

  clear(): void {
    this.#entries.clear();
    this.#hasListed = false;
  }

  /** The name as far as it is known by now; the portal draws again when it is. */
  nameOf(userId: string): string {
    const { events } = this.#app.translator.text;
    const entry = this.#entries.get(userId);
    if (entry === 'deleted') return fill(events.deletedUser, { id: userId });
    const known = this.#known(userId);
    if (known === undefined) this.#want(userId, entry);
    if (known?.isDeleted) return fill(events.deletedNamed, { name: known.name });
    return known?.name ?? '…';
  }

  /** The name if it is known already. */
  knownNameOf(userId: string): string | undefined {
    return this.#known(userId)?.name;
  }

  /** The user name if it is known, and says more than the name. */
  userNameOf(userId: string): string | undefined {
    const known = this.#known(userId);
    return known?.userName === known?.name ? undefined : known?.userName;
  }

  #known(userId: string): Known | undefined {
    const entry = this.#entries.get(userId);
    return typeof entry === 'object' && 'name' in entry ? entry : undefined;
  }

  #want(userId: string, entry: Entry | undefined): void {
    if (entry === 'asked') return;
    const failedAtMs = typeof entry === 'object' && 'failedAtMs' in entry ? entry.failedAtMs : 0;
    if (this.#app.now() - failedAtMs < AGAIN_AFTER_MS) return;
    this.#entries.set(userId, 'asked');
    if (this.#wanted.size === 0) queueMicrotask(() => void this.#ask());
    this.#wanted.add(userId);
  }

  async #ask(): Promise<void> {
    const wanted = [...this.#wanted];
    this.#wanted.clear();
    if (wanted.length > 1 && !this.#hasListed) await this.#list();
    const left = wanted.filter((userId) => this.#known(userId) === undefined);
    await Promise.all(left.map((userId) => this.#askFor(userId)));
    this.#app.update();
  }

  async #list(): Promise<void> {
    try {
      const query = { limit: LIST_LIMIT };
      const { body } = await this.#app.api.call('GET /api/users', { query });
      for (const user of body.items) this.remember(user);
      this.#hasListed = true;
    } catch {
      // Each is asked for alone, and says what is wrong.
    }
  }

  async #askFor(userId: string): Promise<void> {
    try {
      const { body } = await this.#app.api.call('GET /api/users/{userId}', {
        path: { userId },
      });
      this.remember(body);
    } catch (fault) {
      const isGone = fault instanceof Problem && fault.code === 'not-found';
      this.#entries.set(userId, isGone ? 'deleted' : { failedAtMs: this.#app.now() });
    }
  }
}
