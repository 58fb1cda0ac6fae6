import fc, { type Arbitrary } from 'fast-check';

/** JSON Schema as far as the document uses it. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly examples?: readonly string[];
}

export type Resolve = (schema: JsonSchema) => JsonSchema;

/** Texts that tend to break readers: each is well-formed JSON once it is escaped. */
const ODD_TEXTS = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '\udc00x',
  '\u202ereversed',
  '\ufeff',
  '\uffff',
  'e\u0301',
  '\u1e9b\u0323',
  '\u212a',
  'İı',
  'ﬃ',
  '👩‍👩‍👧‍👦',
  'a\u0300'.repeat(300),
  '\u2028\r\n',
  '__proto__',
  'constructor',
  '{{7*7}}#{7*7}',
  "' or 1 eq 1 or '",
  '<script>alert(1)</script>',
  '../../etc/passwd',
  '%00%2f%25',
  'null',
  '1e999',
] as const;

/** Lengths around the limits that the contract names. */
const EDGE_LENGTHS = [1, 2, 14, 15, 64, 65, 120, 121, 254, 255, 256, 257, 1024, 4096];

export const oddText: Arbitrary<string> = fc.oneof(
  fc.constantFrom(...ODD_TEXTS),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc
    .tuple(fc.constantFrom(...EDGE_LENGTHS), fc.constantFrom('a', 'é', '😀', '-', '0', '.'))
    .map(([length, symbol]) => symbol.repeat(length)),
);

const wrongNumber = fc.constantFrom(0, -1, 0.5, 201, 2 ** 53, -1e308, 1e308);

/** Any JSON at all. */
export const anyValue: Arbitrary<unknown> = fc.oneof(
  oddText,
  wrongNumber,
  fc.constantFrom(null, true, false),
  fc.constantFrom([], {}, [[]], [null], { a: {} }),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Names in a number that each fault in them would fill the answer, and some that do so alone. */
export const crowd: Arbitrary<readonly string[]> = fc.oneof(
  fc
    .integer({ min: 15, max: 1_500 })
    .map((count) => Array.from({ length: count }, (_, n) => `m${n}`)),
  fc
    .tuple(fc.constantFrom('a', '\u0001', '/', '\u{1f600}'), fc.constantFrom(63, 64, 120, 2_000))
    .map(([symbol, length]) => [symbol.repeat(length)]),
);

function textOf(schema: JsonSchema): Arbitrary<string> {
  const { minLength = 0, maxLength = 60, examples = [] } = schema;
  const length = { minLength, maxLength };
  const plain = fc.string({ unit: 'grapheme-ascii', ...length, size: 'medium' });
  const edges = fc
    .constantFrom(minLength, maxLength, maxLength + 1)
    .map((count) => 'x'.repeat(count));
  if (examples.length === 0) return fc.oneof(plain, edges);
  const example = fc.constantFrom(...examples);
  const varied = fc
    .tuple(fc.stringMatching(/^[a-z0-9]{1,12}$/), example)
    .map(([prefix, text]) => `${prefix}${text}`);
  return fc.oneof(
    { weight: 6, arbitrary: example },
    { weight: 6, arbitrary: varied },
    { weight: 1, arbitrary: plain },
    { weight: 1, arbitrary: edges },
  );
}

function listOf(schema: JsonSchema, valuesOf: (schema: JsonSchema) => Arbitrary<unknown>) {
  const { items = {}, minItems = 0, maxItems = 4 } = schema;
  return fc.uniqueArray(valuesOf(items), { minLength: minItems, maxLength: maxItems });
}

function objectOf(
  schema: JsonSchema,
  valuesOf: (schema: JsonSchema, name: string) => Arbitrary<unknown>,
) {
  const { properties = {}, required = [] } = schema;
  const members: Record<string, Arbitrary<unknown>> = Object.fromEntries(
    Object.entries(properties).map(([name, inner]) => [name, valuesOf(inner, name)]),
  );
  return fc.record(members, { requiredKeys: [...required], noNullPrototype: true });
}

/**
 * Values of a schema. `known` puts in values of members that no schema states, such as the name of
 * a user who exists.
 */
export function valuesOf(
  schema: JsonSchema,
  resolve: Resolve,
  known: Readonly<Record<string, readonly unknown[]>>,
): Arbitrary<unknown> {
  const inner = (next: JsonSchema, name = ''): Arbitrary<unknown> => {
    const made = valuesOf(next, resolve, known);
    const values = known[name];
    if (values === undefined) return made;
    return fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...values) }, made);
  };
  const { type, const: fixed, enum: commands, anyOf, minimum, maximum } = resolve(schema);
  if (fixed !== undefined) return fc.constant(fixed);
  if (commands !== undefined) return fc.constantFrom(...commands);
  if (anyOf !== undefined) return fc.oneof(...anyOf.map((each) => inner(each)));
  switch (type) {
    case 'string':
      return textOf(resolve(schema));
    case 'integer':
      return fc.integer({ min: minimum ?? 0, max: maximum ?? 1000 });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return listOf(resolve(schema), inner);
    case 'object':
      return objectOf(resolve(schema), inner);
    default:
      return anyValue;
  }
}

const memberName = fc.oneof(fc.constantFrom('__proto__', '', '/~', 'tenant', 'userId'), oddText);

/** JSON text of members that may be there twice, or be called `__proto__`. */
export function spell(members: readonly (readonly [string, unknown])[]): string {
  const spelt = members.map(
    ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value) ?? 'null'}`,
  );
  return `{${spelt.join(',')}}`;
}

/** A good value with one thing wrong: another value, one member less, one more, or one twice. */
export function bend(value: unknown): Arbitrary<string> {
  const members = Object.entries(value as object);
  const added = fc
    .tuple(memberName, anyValue)
    .map(([name, other]) => spell([...members, [name, other]]));
  if (members.length === 0) return added;
  const index = fc.nat(members.length - 1);
  return fc.oneof(
    {
      weight: 3,
      arbitrary: fc.tuple(index, anyValue).map(([at, other]) => {
        return spell(members.map(([name, kept], each) => [name, each === at ? other : kept]));
      }),
    },
    index.map((at) => spell(members.toSpliced(at, 1))),
    added,
    index.map((at) =>
      spell(members.flatMap((each, where) => (where === at ? [each, each] : [each]))),
    ),
  );
}
