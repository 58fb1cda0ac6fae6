import type { ListApp } from './app.ts';
import type { Page } from './contract.ts';
import { FormState } from './form-state.ts';

/** A page may hold no items and still have a next one; more in a row are left to the person. */
const EMPTY_PAGES_MAX = 10;

/** A list that comes in pages; what was shown stays while more is fetched. */
export class Paged<Item> {
  readonly #app: ListApp;
  readonly formState: FormState;
  /** Raised with each new list: a late page of the one before is dropped. */
  #generation = 0;
  #items: readonly Item[] | undefined;
  #next: string | undefined;
  #path = '';

  constructor(app: ListApp) {
    this.#app = app;
    this.formState = new FormState(app, { isChange: false });
  }

  /** Undefined until the first page is there. */
  get items(): readonly Item[] | undefined {
    return this.#items;
  }

  get hasMore(): boolean {
    return this.#next !== undefined;
  }

  /** Starts over; `path` may have a query. */
  async load(path: string): Promise<void> {
    this.#path = path;
    this.#generation += 1;
    // One that is under way sees that the list is another now, and starts over itself.
    await this.formState.run(() => this.#fetch([]));
  }

  async loadMore(): Promise<void> {
    await this.formState.run(() => this.#fetch(this.#items ?? []));
  }

  async #fetch(shown: readonly Item[]): Promise<void> {
    let before = shown;
    for (;;) {
      const generation = this.#generation;
      const { items, next } = await this.#collect(before);
      if (generation === this.#generation) {
        this.#items = items;
        this.#next = next;
        return;
      }
      before = [];
    }
  }

  async #collect(before: readonly Item[]) {
    let items = before;
    let next = before.length > 0 ? this.#next : undefined;
    for (let page = 0; page < EMPTY_PAGES_MAX; page += 1) {
      const { body } = await this.#app.api.call<Page<Item>>('GET', this.#pathAfter(next));
      items = [...items, ...body.items];
      next = body.next;
      if (items.length > before.length || next === undefined) break;
    }
    return { items, next };
  }

  #pathAfter(after: string | undefined): string {
    if (after === undefined) return this.#path;
    const joint = this.#path.includes('?') ? '&' : '?';
    return `${this.#path}${joint}after=${encodeURIComponent(after)}`;
  }
}
