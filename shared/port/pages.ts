import type { Page } from './store.ts';

/** Lists all pages of a list, without the empty ones. */
export async function* pages<Item>(
  list: (after: string | undefined) => Promise<Page<Item>>,
): AsyncGenerator<readonly Item[], void> {
  let after: string | undefined;
  do {
    const { items, next } = await list(after);
    if (items.length > 0) yield items;
    after = next;
  } while (after !== undefined);
}
