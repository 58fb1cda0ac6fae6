import type { User } from '../client/index.ts';

/** The rows of a list that was left, to resume it. */
export interface Kept<Item> {
  /** Names the list, by all that it is narrowed by. */
  readonly key: string;
  readonly items: readonly Item[];
  readonly next: string | undefined;
}

/** Older rows are read anew: too much may have happened. */
const KEPT_FOR_MS = 600_000;

export interface Place {
  readonly address: string;
  readonly kept: Kept<User>;
  readonly scrollY: number;
  /** The address of the link that had the focus. */
  readonly focusedHref: string | undefined;
  readonly atMs: number;
}

/** The list of users as it was left: its rows, its scrolling and the opened user. */
export class ListPlace {
  #place: Place | undefined;

  keep(place: Place): void {
    this.#place = place;
  }

  /** @returns undefined if another list was left there, or too long ago */
  find(address: string, nowMs: number): Place | undefined {
    const place = this.#place;
    const isSame = place?.address === address && nowMs - place.atMs < KEPT_FOR_MS;
    return isSame ? place : undefined;
  }

  /** Returns the user after this one in the list that was left, for one task after the other. */
  next(userId: string): User | undefined {
    const items = this.#place?.kept.items ?? [];
    const index = items.findIndex((item) => item.userId === userId);
    return index < 0 ? undefined : items[index + 1];
  }

  /** Takes over what a user is now, so that the row does not say what was before. */
  note(user: User): void {
    this.#change((items) => items.map((item) => (item.userId === user.userId ? user : item)));
  }

  remove(userId: string): void {
    this.#change((items) => items.filter((item) => item.userId !== userId));
  }

  clear(): void {
    this.#place = undefined;
  }

  #change(change: (items: readonly User[]) => readonly User[]): void {
    if (this.#place === undefined) return;
    const { kept } = this.#place;
    this.#place = { ...this.#place, kept: { ...kept, items: change(kept.items) } };
  }
}
