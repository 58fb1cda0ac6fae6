import { endpoints } from './endpoint/index.ts';
import { type AnyEndpoint, methodsOf } from './endpoint.ts';

/**
 * Splits a path. The host matches without regard to case and to a slash at the end; so does this.
 */
function segmentsOf(path: string): readonly string[] {
  return path.toLowerCase().replace(/\/$/, '').split('/');
}

function isAt(endpoint: AnyEndpoint, path: string): boolean {
  const given = segmentsOf(path);
  const wanted = segmentsOf(`/${endpoint.route}`);
  return (
    given.length === wanted.length &&
    wanted.every((segment, index) =>
      segment.startsWith('{') ? given[index] !== '' : segment === given[index],
    )
  );
}

/** Lists the methods that a path answers to; none for an unknown path. */
export function methodsAt(path: string): readonly string[] {
  if (path === '/') return methodsOf({ method: 'GET' });
  const found = endpoints.filter((endpoint) => isAt(endpoint, path));
  // `users/summary` also fits `users/{userId}`, but no user has that id.
  const literal = found.filter(({ route }) => !route.includes('{'));
  return (literal.length > 0 ? literal : found).flatMap(methodsOf);
}
