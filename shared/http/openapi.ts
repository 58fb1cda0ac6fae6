import * as z from 'zod';
import type { RefusalCode } from '../credential/refusal.ts';
import type { AnyEndpoint, DescribedAnswer, Services } from './endpoint.ts';
import { IDEMPOTENCY_KEY } from './idempotency-key.ts';
import { type LateSchema, namedSchemas } from './late-schema.ts';
import { PROBLEM_STATUS } from './problem.ts';
import { EmptyBody } from './schema.ts';

type Json = Record<string, unknown>;

const DESCRIPTION = `Every error is a problem of RFC 9457, whose \`type\` leads to its explanation.
An unknown path answers 404 \`not-found\`; a known one with another method 405
\`method-not-allowed\`, with \`Allow\`. HEAD works wherever GET does, with the same headers and no
body. A body is sent with \`Content-Length\`: one without it is not read and answers 411
\`length-required\`.`;
const COMPONENT_PREFIX = '#/components/schemas/';

/**
 * Applies `meta.override`, by which a schema states a rule written in code, which JSON Schema
 * cannot show.
 */
function applyOverride({ jsonSchema }: { jsonSchema: Json }): void {
  const { override } = jsonSchema;
  if (override === undefined) return;
  for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
  Object.assign(jsonSchema, override);
}

const OPTIONS = { io: 'input', override: applyOverride } as const;

/** Returns the named schemas, each without the keywords that only a document of its own needs. */
function componentSchemas(): Json {
  const { schemas } = z.toJSONSchema(namedSchemas(), {
    ...OPTIONS,
    uri: (id) => `${COMPONENT_PREFIX}${id}`,
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _, $id: __, ...schema }]) => [id, schema]),
  );
}

function referTo(schema: LateSchema<z.ZodType>): Json {
  const id = namedSchemas().get(schema())?.id;
  if (id === undefined) throw new Error('a schema of the contract has no name');
  return { $ref: `${COMPONENT_PREFIX}${id}` };
}

function queryParameters(query: LateSchema<z.ZodType> | undefined): readonly Json[] {
  if (query === undefined) return [];
  const { properties = {} } = z.toJSONSchema(query(), OPTIONS);
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: false,
    schema,
  }));
}

function pathParameters(route: string): readonly Json[] {
  return [...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

const IF_MATCH = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description: 'The ETag of the version that the change is meant for, or `*`.',
  schema: { type: 'string' },
};

const IDEMPOTENCY_KEY_HEADER = {
  name: IDEMPOTENCY_KEY,
  in: 'header',
  required: false,
  description:
    'A key of your choice for this call, in quotes (RFC 9651): 1–64 visible ASCII characters. ' +
    'For 24 hours the same call with the same body is not done again.',
  schema: { type: 'string' },
  example: '"3f8a0c52"',
};

/** Lists the refusals that are possible for every call, by its access and its input. */
function impliedRefusals(endpoint: AnyEndpoint): readonly RefusalCode[] {
  const isAuthenticated = endpoint.access !== 'anonymous';
  return [
    ...(isAuthenticated ? (['invalid-token'] as const) : []),
    ...(/admin$/i.test(endpoint.access) ? (['forbidden'] as const) : []),
    ...(endpoint.method === 'GET' ? [] : (['length-required'] as const)),
    ...(endpoint.isConditional ? (['precondition-failed'] as const) : []),
    ...(endpoint.isIdempotent ? (['already-done'] as const) : []),
    'malformed-request',
    'body-too-large',
    'unsupported-media-type',
    'validation',
  ];
}

/** The headers of problems, by status; a 409 has one only when a retry may help. */
const PROBLEM_HEADERS: Readonly<Record<number, readonly string[]>> = {
  401: ['WWW-Authenticate'],
  409: ['Retry-After'],
  429: ['Retry-After'],
  503: ['Retry-After'],
};

function describeHeaders(names: readonly string[]): Json {
  if (names.length === 0) return {};
  const described = names.map((name) => [name, { schema: { type: 'string' } }]);
  return { headers: Object.fromEntries(described) };
}

function problemAnswers(endpoint: AnyEndpoint): Json {
  const codes = [...new Set([...impliedRefusals(endpoint), ...endpoint.refusals])];
  const byStatus = new Map<number, string[]>([
    [500, ['internal-error']],
    [503, ['dependency-unavailable']],
  ]);
  for (const code of codes) {
    const status = PROBLEM_STATUS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const content = {
    'application/problem+json': { schema: { $ref: `${COMPONENT_PREFIX}Problem` } },
  };
  return Object.fromEntries(
    [...byStatus].map(([status, list]) => [
      status,
      { description: list.join(', '), content, ...describeHeaders(PROBLEM_HEADERS[status] ?? []) },
    ]),
  );
}

function describedAnswer({ description, schema, mediaType, headers = [] }: DescribedAnswer): Json {
  const type = mediaType ?? 'application/json';
  const body = schema === undefined ? {} : referTo(schema);
  const hasContent = schema !== undefined || mediaType !== undefined;
  return {
    description,
    ...(hasContent && { content: { [type]: { schema: body } } }),
    ...describeHeaders(headers),
  };
}

function requestBody(endpoint: AnyEndpoint): Json | undefined {
  if (endpoint.method === 'GET') return undefined;
  const schema = referTo(endpoint.body ?? EmptyBody);
  const types = ['application/json', ...(endpoint.mediaTypes ?? [])];
  return {
    required: endpoint.body !== undefined && !endpoint.isBodyOptional,
    content: Object.fromEntries(types.map((type) => [type, { schema }])),
  };
}

function operation(endpoint: AnyEndpoint): Json {
  const parameters = [
    ...pathParameters(endpoint.route),
    ...queryParameters(endpoint.query),
    ...(endpoint.isConditional ? [IF_MATCH] : []),
    ...(endpoint.isIdempotent ? [IDEMPOTENCY_KEY_HEADER] : []),
  ];
  const body = requestBody(endpoint);
  const answers = Object.entries(endpoint.answers as Record<string, DescribedAnswer>);
  return {
    operationId: endpoint.name,
    summary: endpoint.summary,
    security: endpoint.access === 'anonymous' ? [] : [{ bearer: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: body }),
    responses: {
      ...problemAnswers(endpoint),
      ...Object.fromEntries(
        answers
          // A 503 is described with the problems.
          .filter(([status]) => Number(status) < 500)
          .map(([status, answer]) => [status, describedAnswer(answer)]),
      ),
    },
  };
}

/** Makes the OpenAPI 3.1 document from the schemas that validate requests and describe answers. */
export function openApiDocument(
  { publicOrigin, version }: Pick<Services, 'publicOrigin' | 'version'>,
  endpoints: readonly AnyEndpoint[],
): Json {
  const paths: Record<string, Json> = {};
  for (const endpoint of endpoints) {
    const path = `/${endpoint.route}`;
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation(endpoint) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'portal-credentials',
      version,
      summary: 'Admin password reset, self-service change and expiring temporary passwords.',
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: publicOrigin }],
    paths,
    components: {
      schemas: componentSchemas(),
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
}
