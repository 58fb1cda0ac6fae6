import type { User } from '../../../client/index.ts';
import type { ReadPage } from '../../paged.ts';

/** 1,000 users: more expire within a day only after a mass reset, which has a file of its own. */
const PAGES_MAX = 5;

function expiryOf({ credential }: User): string {
  return credential.expiresAt ?? '';
}

/**
 * Returns a reader that reads several pages and puts what expires soonest first. The service orders
 * by user name; instants of one form sort as text.
 */
export function soonestFirst(read: ReadPage<User>): ReadPage<User> {
  return async (after) => {
    let items: readonly User[] = [];
    let next = after;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const answer = await read(next);
      items = [...items, ...answer.items];
      next = answer.next;
      if (next === undefined) break;
    }
    const sorted = items.toSorted((one, other) => (expiryOf(one) < expiryOf(other) ? -1 : 1));
    return next === undefined ? { items: sorted } : { items: sorted, next };
  };
}
