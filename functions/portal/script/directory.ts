import { Problem } from './api.ts';
import type { User } from './contract.ts';
import type { Portal } from './portal.ts';

type Entry = { readonly name: string } | 'asked' | 'deleted';

/** The names behind user ids, asked for once each: events carry ids only. */
export class Directory {
  readonly #portal: Portal;
  readonly #entries = new Map<string, Entry>();

  constructor(portal: Portal) {
    this.#portal = portal;
  }

  note({ userId, displayName }: Pick<User, 'userId' | 'displayName'>): void {
    this.#entries.set(userId, { name: displayName });
  }

  clear(): void {
    this.#entries.clear();
  }

  /** The name as far as it is known by now; the portal draws again when it is. */
  nameOf(userId: string): string {
    const entry = this.#entries.get(userId);
    if (entry === undefined) void this.#ask(userId);
    if (entry === 'deleted') return this.#portal.wording.text.events.deletedUser;
    return typeof entry === 'object' ? entry.name : '…';
  }

  async #ask(userId: string): Promise<void> {
    this.#entries.set(userId, 'asked');
    try {
      const { body } = await this.#portal.api.call<User>('GET', `/api/users/${userId}`);
      this.note(body);
    } catch (fault) {
      if (fault instanceof Problem && fault.code === 'not-found') {
        this.#entries.set(userId, 'deleted');
      }
    }
    this.#portal.update();
  }
}
