import type { RegisteredFunction } from './function-app.ts';

/** A route's segment: text that must be there, one segment of any text, or all that is left. */
type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'parameter'; readonly name: string }
  | { readonly kind: 'rest'; readonly name: string };

export interface Route {
  readonly target: RegisteredFunction;
  /** The route in lower case, with the prefix, without slashes at the ends. */
  readonly template: string;
  readonly segments: readonly Segment[];
  /** The methods in upper case; undefined for every method. */
  readonly methods: ReadonlySet<string> | undefined;
}

export interface RouteMatch {
  readonly target: RegisteredFunction;
  /** The parameters, decoded except for `%2F` and for text that cannot be decoded. */
  readonly params: Readonly<Record<string, string>>;
}

/** The beginnings of paths that the real host keeps for itself. */
const RESERVED = /^(?:admin|runtime)/i;

/**
 * Parses the HTTP routes of an app, in the order in which they are tried: by function name, not
 * the more specific one first.
 * @throws an Error that names the function whose route the real host, or this one, refuses
 */
export function parseRoutes(functions: readonly RegisteredFunction[], prefix: string): Route[] {
  const routes = functions
    .toSorted((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1))
    .flatMap((target) => {
      const binding = Object.values(target.bindings).find((each) => each.type === 'httpTrigger');
      if (binding === undefined) return [];
      return [parseRoute(target, binding.route ?? target.name, binding.methods, prefix)];
    });
  for (const [index, route] of routes.entries()) {
    const twin = routes.slice(0, index).find((other) => isSameRoute(route, other));
    if (twin !== undefined) {
      const names = `${twin.target.name} and ${route.target.name}`;
      throw new Error(`The functions ${names} share a method of the route "${route.template}".`);
    }
  }
  return routes;
}

function parseRoute(
  target: RegisteredFunction,
  route: string,
  methods: readonly string[] | undefined,
  prefix: string,
): Route {
  const own = trimSlashes(route);
  const path = trimSlashes(`${trimSlashes(prefix)}/${own}`);
  if (RESERVED.test(own) || RESERVED.test(path)) {
    throw new Error(`The route "${route}" of the function ${target.name} is reserved by the host.`);
  }
  const texts = path === '' ? [] : path.split('/');
  return {
    target,
    template: path.toLowerCase(),
    segments: texts.map((text, index) => parseSegment(text, index === texts.length - 1, target)),
    methods:
      methods === undefined || methods.length === 0
        ? undefined
        : new Set(methods.map((method) => method.toUpperCase())),
  };
}

function parseSegment(text: string, isLast: boolean, target: RegisteredFunction): Segment {
  if (!/[{}*?]/.test(text)) return { kind: 'literal', text: text.toLowerCase() };
  const [, star, name] = /^\{(\*?)([A-Za-z_]\w*)\}$/.exec(text) ?? [];
  if (name !== undefined && star === '') return { kind: 'parameter', name };
  if (name !== undefined && isLast) return { kind: 'rest', name };
  // Constraints, optional and mixed segments exist on the real host; nothing here needs them.
  throw new Error(`The local host cannot read "${text}" in the route of ${target.name}.`);
}

function isSameRoute(a: Route, b: Route): boolean {
  if (a.template !== b.template) return false;
  if (a.methods === undefined || b.methods === undefined) return true;
  const others = b.methods;
  return [...a.methods].some((method) => others.has(method));
}

/** Finds the first route that fits path and method; `pathname` is encoded, as in the URL. */
export function findRoute(
  routes: readonly Route[],
  method: string,
  pathname: string,
): RouteMatch | undefined {
  const path = pathname.replace(/^\//, '').replace(/\/$/, '');
  const texts = path === '' ? [] : path.split('/').map(decodeSegment);
  for (const { target, segments, methods } of routes) {
    if (methods !== undefined && !methods.has(method)) continue;
    const params = matchSegments(segments, texts);
    if (params !== undefined) return { target, params };
  }
  return undefined;
}

function matchSegments(
  segments: readonly Segment[],
  texts: readonly string[],
): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    if (segment.kind === 'rest') {
      params[segment.name] = texts.slice(index).join('/');
      return params;
    }
    const text = texts[index];
    if (text === undefined || text === '') return undefined;
    if (segment.kind === 'parameter') params[segment.name] = text;
    else if (segment.text !== text.toLowerCase()) return undefined;
  }
  return segments.length === texts.length ? params : undefined;
}

/** Decodes a segment. `%2F` stays, for it would become a separator; an invalid escape stays. */
function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment.replace(/%(2f)/gi, '%25$1'));
  } catch {
    return segment;
  }
}

function trimSlashes(path: string): string {
  return path.replace(/^\/+|\/+$/g, '');
}
