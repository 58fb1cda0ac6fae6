import type { Page } from '../client/index.ts';
import type { FormApp } from './app.ts';
import { FormState } from './form-state.ts';
import type { Kept } from './list-place.ts';

/** A page may hold no items and still have a next one; more in a row are left to the person. */
const EMPTY_PAGES_MAX = 10;

/** Reads the page after a cursor, or the first one. */
export type ReadPage<Item> = (after: string | undefined) => Promise<Page<Item>>;

/** A list that arrives in pages; the shown rows stay while more are fetched. */
export class Paged<Item> {
  readonly formState: FormState;
  #shown: Kept<Item> | undefined;
  #key = '';
  #read: ReadPage<Item> | undefined;

  constructor(app: FormApp) {
    this.formState = new FormState(app, { isChange: false });
  }

  /**
   * Returns the rows for the path that was asked for last, or those before them while they load.
   * @returns undefined until the first page is there, and after a failure that left other rows
   */
  get items(): readonly Item[] | undefined {
    const isAnswer = this.#shown?.key === this.#key || this.formState.isBusy;
    return isAnswer ? this.#shown?.items : undefined;
  }

  get hasMore(): boolean {
    return this.items !== undefined && this.#shown?.next !== undefined;
  }

  get kept(): Kept<Item> | undefined {
    return this.#shown?.key === this.#key ? this.#shown : undefined;
  }

  /** Starts over with the list that `key` names. */
  async load(key: string, read: ReadPage<Item>): Promise<void> {
    this.#key = key;
    this.#read = read;
    await this.formState.run(() => this.#fetch());
  }

  /** Shows again what was kept. */
  restore(kept: Kept<Item>, read: ReadPage<Item>): void {
    this.#key = kept.key;
    this.#read = read;
    this.#shown = kept;
  }

  /** Takes over what an item is by now. */
  change(change: (item: Item) => Item): void {
    if (this.#shown === undefined) return;
    this.#shown = { ...this.#shown, items: this.#shown.items.map(change) };
  }

  async loadMore(): Promise<void> {
    const before = this.kept;
    if (before !== undefined && !this.formState.isBusy) {
      await this.formState.run(() => this.#fetch(before));
    }
  }

  async #fetch(before?: Kept<Item>): Promise<void> {
    const key = this.#key;
    const read = this.#read;
    if (read === undefined) return;
    const shown = before?.items ?? [];
    let items = shown;
    let next = before?.next;
    for (let page = 0; page < EMPTY_PAGES_MAX; page += 1) {
      const answer = await read(next);
      items = [...items, ...answer.items];
      next = answer.next;
      if (items.length > shown.length || next === undefined) break;
    }
    // Otherwise another list was asked for meanwhile, and follows.
    if (key === this.#key) this.#shown = { key, items, next };
  }
}
