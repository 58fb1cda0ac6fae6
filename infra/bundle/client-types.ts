/**
 * Writes the types of the client from the OpenAPI document:
 * `node infra/bundle/client-types.ts`. The document is made from the schemas that validate, so
 * no shape is written twice; a test holds the file to what this makes.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endpoints } from '../../shared/http/endpoint/index.ts';
import { openApiDocument } from '../../shared/http/openapi.ts';

/** The part of JSON Schema that the document uses. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
}

interface Operation {
  readonly summary: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema: Schema }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { schema?: Schema }>> }>
  >;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const CLIENT = fileURLToPath(new URL('../../functions/portal/client', import.meta.url));
const HEAD = '/** Made by infra/bundle/client-types.ts from the OpenAPI document: do not edit. */';
const NOTHING = 'Readonly<Record<string, never>>';
const JSON_TYPE = 'application/json';
const PRIMITIVES: Readonly<Record<string, string>> = {
  integer: 'number',
  number: 'number',
  string: 'string',
  boolean: 'boolean',
  null: 'null',
};

const quoted = (value: unknown) => `'${value}'`;
const keyOf = (name: string) => (/^[A-Za-z_]\w*$/.test(name) ? name : quoted(name));

function objectType({ properties, required = [], additionalProperties }: Schema): string {
  if (properties === undefined) {
    const isTyped = typeof additionalProperties === 'object';
    const value = isTyped ? typeOf(additionalProperties) : 'unknown';
    return `Readonly<Record<string, ${value}>>`;
  }
  const members = Object.entries(properties).map(([name, schema]) => {
    const mark = required.includes(name) ? '' : '?';
    return `readonly ${keyOf(name)}${mark}: ${typeOf(schema)};`;
  });
  return members.length === 0 ? NOTHING : `{ ${members.join(' ')} }`;
}

function typeOf(schema: Schema): string {
  const { $ref, type, enum: values, anyOf, oneOf, items } = schema;
  if ($ref !== undefined) return $ref.slice($ref.lastIndexOf('/') + 1);
  if (schema.const !== undefined) {
    return typeof schema.const === 'string' ? quoted(schema.const) : `${schema.const}`;
  }
  if (values !== undefined) return values.map(quoted).join(' | ');
  const union = anyOf ?? oneOf;
  if (union !== undefined) return [...new Set(union.map(typeOf))].join(' | ');
  if (Array.isArray(type)) return type.map((each) => typeOf({ ...schema, type: each })).join(' | ');
  if (type === 'array') return `readonly (${items === undefined ? 'unknown' : typeOf(items)})[]`;
  if (type === 'object') return objectType(schema);
  return PRIMITIVES[`${type}`] ?? 'unknown';
}

function operationType(operation: Operation): string {
  const query = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
  const members = query.map(({ name, schema }) => `readonly ${keyOf(name)}?: ${typeOf(schema)};`);
  const body = operation.requestBody?.content[JSON_TYPE]?.schema;
  const answers = Object.entries(operation.responses)
    .filter(([status]) => status.startsWith('2'))
    .map(([, answer]) => answer.content?.[JSON_TYPE]?.schema)
    .map((schema) => (schema === undefined ? 'undefined' : typeOf(schema)));
  const answer = answers.length === 0 ? 'undefined' : [...new Set(answers)].join(' | ');
  return [
    `query: ${members.length === 0 ? NOTHING : `{ ${members.join(' ')} }`};`,
    `body: ${body === undefined ? 'undefined' : typeOf(body)};`,
    `answer: ${answer};`,
  ].join(' ');
}

/** Returns the generated files of `functions/portal/client/`, before they are formatted. */
export function clientTypes(): ReadonlyMap<string, string> {
  const settings = { publicOrigin: 'https://portal.example', version: '0.0.0' };
  const { paths, components } = openApiDocument(settings, endpoints) as unknown as Document;
  // By name: the order of the document is that in which its modules were loaded.
  const schemas = Object.entries(components.schemas)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, schema]) => `export type ${name} = ${typeOf(schema)};`);
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) =>
        `'${method.toUpperCase()} ${path}': { ${operationType(operation)} };`,
    ),
  );
  const used = Object.keys(components.schemas)
    .filter((name) => operations.some((text) => new RegExp(`\\b${name}\\b`).test(text)))
    .toSorted((one, other) => one.localeCompare(other, 'en'));
  return new Map([
    ['schemas.ts', [HEAD, ...schemas, ''].join('\n\n')],
    [
      'operations.ts',
      [
        HEAD,
        `import type { ${used.join(', ')} } from './schemas.ts';`,
        '/** Every call by method and path: its query, its body and its answer. */',
        `export interface Operations { ${operations.join('\n')} }`,
        '',
      ].join('\n\n'),
    ],
  ]);
}

if (import.meta.main) {
  for (const [name, source] of clientTypes()) writeFileSync(join(CLIENT, name), source);
}
