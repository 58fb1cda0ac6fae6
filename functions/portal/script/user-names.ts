import { Problem } from './api.ts';
import type { Calling, Drawing, Localized } from './app.ts';
import type { User } from './contract.ts';
import { shownName } from './name.ts';

type UserNamesApp = Localized & Calling & Pick<Drawing, 'update'>;

type Entry = { readonly name: string } | 'asked' | 'deleted';

/** The names behind user ids, asked for once each: events carry ids only. */
export class UserNames {
  readonly #app: UserNamesApp;
  readonly #entries = new Map<string, Entry>();

  constructor(app: UserNamesApp) {
    this.#app = app;
  }

  remember(user: Pick<User, 'userId' | 'displayName' | 'userName'>): void {
    this.#entries.set(user.userId, { name: shownName(user) });
  }

  clear(): void {
    this.#entries.clear();
  }

  /** The name as far as it is known by now; the portal draws again when it is. */
  nameOf(userId: string): string {
    const entry = this.#entries.get(userId);
    if (entry === undefined) void this.#ask(userId);
    if (entry === 'deleted') return this.#app.translator.text.events.deletedUser;
    return typeof entry === 'object' ? entry.name : '…';
  }

  /** The name if it is known already. */
  knownNameOf(userId: string): string | undefined {
    const entry = this.#entries.get(userId);
    return typeof entry === 'object' ? entry.name : undefined;
  }

  async #ask(userId: string): Promise<void> {
    this.#entries.set(userId, 'asked');
    try {
      const { body } = await this.#app.api.call<User>('GET', `/api/users/${userId}`);
      this.remember(body);
    } catch (fault) {
      if (fault instanceof Problem && fault.code === 'not-found') {
        this.#entries.set(userId, 'deleted');
      }
    }
    this.#app.update();
  }
}
