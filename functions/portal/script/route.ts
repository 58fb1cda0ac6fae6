/** Screens have addresses in the hash, so that one page serves all and none reaches a log. */
export type Route =
  | { readonly screen: 'home' }
  | { readonly screen: 'users'; readonly query: URLSearchParams }
  | { readonly screen: 'addUser' }
  | { readonly screen: 'user'; readonly userId: string }
  | { readonly screen: 'temporaryPassword'; readonly userId: string }
  | { readonly screen: 'activity'; readonly query: URLSearchParams }
  | { readonly screen: 'profile'; readonly part: 'top' | 'password' }
  | { readonly screen: 'freeze' }
  | { readonly screen: 'organisation' }
  | { readonly screen: 'notFound' };

export const address = {
  home: '#/',
  users: '#/users',
  addUser: '#/users/new',
  user: (userId: string) => `#/users/${userId}`,
  temporaryPassword: (userId: string) => `#/users/${userId}/temporary-password`,
  activity: '#/activity',
  organisation: '#/organisation',
  freeze: '#/freeze',
  profile: '#/profile',
  profilePassword: '#/profile/password',
} as const;

/** The characters of the contract's user ids, so that a hash never becomes another path. */
const USER_ID = /^[0-9A-Za-z_-]{1,64}$/;

function usersRoute(parts: readonly string[], query: URLSearchParams): Route {
  const [userId = '', page] = parts;
  if (parts.length === 0) return { screen: 'users', query };
  if (parts.length === 1 && userId === 'new') return { screen: 'addUser' };
  if (!USER_ID.test(userId)) return { screen: 'notFound' };
  if (parts.length === 1) return { screen: 'user', userId };
  if (parts.length === 2 && page === 'temporary-password') {
    return { screen: 'temporaryPassword', userId };
  }
  return { screen: 'notFound' };
}

/**
 * Reads the token of a freeze link.
 * @returns undefined if the hash is another address
 */
export function parseFreezeLink(hash: string): string | undefined {
  return /^#freeze=(.+)$/.exec(hash)?.[1];
}

/** Reads `location.hash`. */
export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?');
  const [first, ...rest] = path.split('/').filter((part) => part !== '');
  if (first === undefined) return { screen: 'home' };
  const query = new URLSearchParams(search);
  if (first === 'users') return usersRoute(rest, query);
  if (first === 'activity' && rest.length === 0) return { screen: 'activity', query };
  if (first === 'freeze' && rest.length === 0) return { screen: 'freeze' };
  if (first === 'organisation' && rest.length === 0) return { screen: 'organisation' };
  if (first === 'profile' && rest.length === 0) return { screen: 'profile', part: 'top' };
  if (first === 'profile' && rest.length === 1 && rest[0] === 'password') {
    return { screen: 'profile', part: 'password' };
  }
  return { screen: 'notFound' };
}

/** Open to admins only; the service says so too. */
export function isForAdmins({ screen }: Route): boolean {
  return !['home', 'profile', 'freeze', 'notFound'].includes(screen);
}

/** One screen shows all addresses with the same key. */
export function routeKey(route: Route): string {
  if (route.screen === 'profile') return 'profile';
  if ('userId' in route) return `${route.screen} ${route.userId}`;
  return route.screen;
}
