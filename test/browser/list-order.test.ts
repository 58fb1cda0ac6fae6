import { describe, expect, it } from 'vitest';
import type { User } from '../../functions/portal/client/index.ts';
import { ListPlace } from '../../functions/portal/script/list-place.ts';
import type { ReadPage } from '../../functions/portal/script/paged.ts';
import { soonestFirst } from '../../functions/portal/script/screen/users/expiry-order.ts';

const user = (userId: string, expiresAt?: string) =>
  ({ userId, credential: { state: 'temporary', expiresAt } }) as User;
const idsOf = (items: readonly User[]) => items.map(({ userId }) => userId).join('');

/** Pages of two, with the number of the page as their cursor. */
function pagesOf(items: readonly User[]): ReadPage<User> {
  return async (after = '0') => {
    const from = Number(after);
    const isLast = from + 2 >= items.length;
    return { items: items.slice(from, from + 2), ...(isLast ? {} : { next: `${from + 2}` }) };
  };
}

describe('the queue of passwords that expire', () => {
  it('shows what expires soonest first, across the pages of the service', async () => {
    const items = [
      user('b', '2026-11-29T12:00:00.000Z'),
      user('d', '2026-11-30T03:00:00.000Z'),
      user('a', '2026-11-29T03:59:59.999Z'),
      user('c', '2026-11-29T12:00:00.001Z'),
      user('e', '2026-11-30T03:00:00.001Z'),
    ];
    const page = await soonestFirst(pagesOf(items))(undefined);
    expect(idsOf(page.items)).toBe('abcde');
    expect(page.next).toBeUndefined();
  });

  it('reads five pages at once and leaves the others to the reader', async () => {
    const items = Array.from('abcdefghijklm', (id) => user(id, '2026-11-29T12:00:00.000Z'));
    const page = await soonestFirst(pagesOf(items))(undefined);
    expect(idsOf(page.items)).toBe('abcdefghij');
    expect(page.next).toBe('10');
  });
});

describe('the list that was left', () => {
  it('names the user after one of its users, and none after the last', () => {
    const place = new ListPlace();
    const kept = { key: '', items: [user('a'), user('b')], next: undefined };
    place.keep({ address: '#/users', kept, scrollY: 0, focusedHref: undefined, atMs: 0 });
    expect(place.next('a')?.userId).toBe('b');
    expect(place.next('b')).toBeUndefined();
    expect(place.next('x')).toBeUndefined();
  });
});
