import fc, { type Arbitrary } from 'fast-check';
import { type Body, bodyOf, KNOWN, PEOPLE, rarely } from './fuzz-body.ts';
import { crowd, type JsonSchema, oddText, type Resolve, valuesOf } from './fuzz-value.ts';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: JsonSchema;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema: JsonSchema }>> };
  readonly security: readonly object[];
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

/** One request. What stands in angle brackets is known only once the people of a round are. */
export interface FuzzRequest {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body | undefined;
  /** Sent without its length. */
  readonly isChunked: boolean;
}

/** Each of these can end the sessions that the rest of the round would need. */
const ENDING = new Set([
  'deleteUser',
  'resetPassword',
  'signOutEverywhere',
  'signOutUser',
  'updateUser',
]);

/** The server reads 16 KiB of request line and headers together. */
const ESCAPED_MAX_LENGTH = 1_000;
/** The rest of a request line's 8 KiB beside path and method. */
const QUERY_MAX_LENGTH = 6_000;
const escaped = (text: string) =>
  encodeURIComponent(text.toWellFormed()).slice(0, ESCAPED_MAX_LENGTH);
/** The people whose sessions may end without much harm; the owner has none. */
const CALM = ['<owner>', '<owner>', '<novice>', '<novice>', '<agent>'];

const oddSegment = fc.oneof(
  fc.constantFrom('<foreigner>', '0'.repeat(26), 'Z'.repeat(26)),
  oddText.map(escaped),
  fc.constantFrom('.', '..', '%2e%2e', '%2F', '%', '%zz', '%ff', 'a;b=c'),
);

/** Returns targets of a path: those whose sessions may end without much harm are in front. */
function segmentOf(name: string, operation: Operation, codes: readonly string[]) {
  if (name === 'code')
    return fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...codes) }, oddSegment);
  const anybody = PEOPLE.map((person) => `<${person}>`);
  const calm = ENDING.has(operation.operationId) ? CALM : anybody;
  return fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...calm) },
    { weight: 1, arbitrary: fc.constantFrom(...anybody) },
    { weight: 4, arbitrary: oddSegment },
  );
}

function pathOf(template: string, operation: Operation, codes: readonly string[]) {
  const [, name] = /\{(\w+)\}/.exec(template) ?? [];
  const filled =
    name === undefined
      ? fc.constant(template)
      : segmentOf(name, operation, codes).map((text) => {
          return template.replace(`{${name}}`, () => text);
        });
  const odd = filled.chain((path) =>
    fc.constantFrom(`${path}/`, path.toUpperCase(), `/${path}`, `${path}/x`, `${path}%00`),
  );
  return fc.oneof(
    { weight: 16, arbitrary: filled },
    { weight: 1, arbitrary: odd },
    { weight: 1, arbitrary: oddText.map((text) => `/${escaped(text)}`) },
  );
}

function queryOf(parameters: readonly Parameter[], resolve: Resolve): Arbitrary<string> {
  const described = parameters
    .filter((parameter) => parameter.in === 'query')
    .map(({ name, schema }) =>
      fc
        .oneof({ weight: 3, arbitrary: valuesOf(schema, resolve, KNOWN) }, oddText)
        .map((value) => [name, `${value}`] as const),
    );
  const unknown = fc.tuple(
    fc.constantFrom('', 'limit', 'Limit', 'after', '__proto__', 'access_token', 'x[]'),
    oddText,
  );
  const some =
    described.length > 0
      ? fc.subarray(described).chain((all) => fc.tuple(...all))
      : fc.constant([]);
  const crowded = crowd.map((names) => names.flatMap((name) => [[name, ''] as const, [name, '']]));
  const extras = fc.oneof(
    { weight: 24, arbitrary: fc.constant([]) },
    { weight: 3, arbitrary: fc.tuple(unknown) },
    { weight: 1, arbitrary: crowded },
  );
  return fc.tuple(some, extras).map(([known, extra]) =>
    [...known, ...extra]
      .map((pair) => pair.map(escaped).join('='))
      .join('&')
      .slice(0, QUERY_MAX_LENGTH),
  );
}

const MEDIA_TYPES = [
  'application/merge-patch+json',
  'application/json; charset=utf-8',
  'application/json; charset=utf-16',
  'APPLICATION/JSON',
  'application/json-seq',
  'text/plain',
  'multipart/form-data; boundary=x',
  ';;;',
];
/** Visible ASCII and Latin-1: what the line of a header can hold at all. */
const headerText = fc.stringMatching(/^[\x21-\x7e\xa0-\xff]{1,60}$/);

const authorization = fc.oneof(
  { weight: 10, arbitrary: fc.constant('Bearer <globalAdmin>') },
  { weight: 4, arbitrary: fc.constant('Bearer <userAdmin>') },
  { weight: 3, arbitrary: fc.constantFrom('Bearer <agent>', 'Bearer <novice>') },
  { weight: 1, arbitrary: fc.constantFrom(undefined, 'Bearer', 'bearer  <agent>', 'Basic YTpi') },
  { weight: 1, arbitrary: headerText.map((text) => `Bearer ${text}`) },
);

/** Sign-out-everywhere, and a change, are about their caller. */
const lesser = fc.constantFrom<string | undefined>('Bearer <agent>', 'Bearer <novice>');

function headersOf(operation: Operation): Arbitrary<Record<string, string>> {
  const isOpen = operation.security.length === 0;
  const isOwn = ['changePassword', 'signOutEverywhere'].includes(operation.operationId);
  const closed = isOwn ? fc.oneof({ weight: 9, arbitrary: lesser }, authorization) : authorization;
  const described = Object.keys(operation.requestBody?.content ?? {});
  const types = described.length > 0 ? described : ['application/json'];
  return fc
    .record({
      authorization: isOpen ? rarely(authorization) : closed,
      'content-type': fc.oneof(
        { weight: 20, arbitrary: fc.constantFrom<string | undefined>(...types) },
        { weight: 1, arbitrary: fc.constantFrom<string | undefined>(undefined, ...MEDIA_TYPES) },
        { weight: 1, arbitrary: headerText },
      ),
      'if-match': rarely(
        fc.oneof(fc.constantFrom('*', '""', 'W/"x"', '"a", "b"', ','), headerText),
      ),
      'accept-language': rarely(
        fc.oneof(
          fc.constantFrom('fr', 'fr-CA;q=0.9,en', '*;q=0', 'q=1;;,', 'x'.repeat(5_000)),
          headerText,
        ),
        2,
      ),
      origin: rarely(
        fc.oneof(fc.constantFrom('https://portal.example', 'null', 'https://x'), headerText),
        3,
      ),
      'access-control-request-method': rarely(fc.constantFrom('POST', 'DELETE', 'x')),
      'x-forwarded-for': rarely(fc.oneof(fc.constantFrom('::1', '1.2.3.4:5, ,', ','), headerText)),
      'x-http-method-override': rarely(fc.constant('DELETE'), 20),
      cookie: rarely(headerText, 20),
    })
    .map((all) =>
      Object.fromEntries(
        Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
      ),
    );
}

/** TRACE and the like end at the host (functions/fallback.ts). */
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/** The method of each operation, by its id. */
export function operationsOf(document: OpenApi): ReadonlyMap<string, string> {
  const all = Object.values(document.paths).flatMap((operations) => Object.entries(operations));
  return new Map(all.map(([method, { operationId }]) => [operationId, method.toUpperCase()]));
}

interface Place {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}

function requestOf({ path, method, operation }: Place, resolve: Resolve, codes: readonly string[]) {
  const ownMethod = fc.constant(method.toUpperCase());
  const [described] = Object.values(operation.requestBody?.content ?? {});
  return fc.record<FuzzRequest>({
    operationId: fc.constant(operation.operationId),
    method: fc.oneof({ weight: 20, arbitrary: ownMethod }, fc.constantFrom(...METHODS)),
    path: pathOf(path, operation, codes),
    query: queryOf(operation.parameters ?? [], resolve),
    headers: headersOf(operation),
    body: bodyOf(operation.operationId, described?.schema, resolve),
    isChunked: fc.oneof({ weight: 20, arbitrary: fc.constant(false) }, fc.boolean()),
  });
}

/** Requests to every operation of the document, good ones and bad ones. */
export function requestsOf(document: OpenApi): Arbitrary<FuzzRequest> {
  const resolve: Resolve = (schema) => {
    const name = schema.$ref?.split('/').at(-1);
    return name === undefined ? schema : (document.components.schemas[name] ?? {});
  };
  const { code } = document.components.schemas.Problem?.properties ?? {};
  const codes = (code?.enum ?? []) as readonly string[];
  const all = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => {
      const { operationId } = operation;
      // Most resets are refused, so that more of them are sent.
      const weight = ENDING.has(operationId) && operationId !== 'resetPassword' ? 3 : 6;
      return { weight, arbitrary: requestOf({ path, method, operation }, resolve, codes) };
    }),
  );
  return fc.oneof(...all);
}
