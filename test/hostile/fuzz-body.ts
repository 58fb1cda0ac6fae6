import fc, { type Arbitrary } from 'fast-check';
import { bend, crowd, type JsonSchema, type Resolve, spell, valuesOf } from './fuzz-value.ts';

export type Body = string | Uint8Array;

/** The people of a round; `<name>` in a path is the id, in a header or a body the token. */
export const PEOPLE = ['globalAdmin', 'userAdmin', 'agent', 'novice', 'owner'] as const;
export type PersonName = (typeof PEOPLE)[number];
const TENANT = 'contoso.example';
/** No answer, log line or row may ever show it. */
export const SECRET_MARK = 'velvet fuzz kettle marmot';

export const nameOf = (person: PersonName) => `fuzz-${person.toLowerCase()}@${TENANT}`;
export const passwordOf = (person: PersonName) => `${SECRET_MARK} ${person}`;

const PASSWORDS = [
  ...PEOPLE.map(passwordOf),
  `${SECRET_MARK} wrong`,
  `${SECRET_MARK} e\u0301\u00e9`,
  'password password',
];
const NEW_PASSWORDS = [1, 2, 3].map((n) => `${SECRET_MARK} ${n}`);
/** Values that no schema states, by the name of their member. */
export const KNOWN: Readonly<Record<string, readonly unknown[]>> = {
  userName: [...PEOPLE.map(nameOf), `nobody@${TENANT}`, 'admin@fabrikam.example'],
  password: PASSWORDS,
  currentPassword: PASSWORDS,
  newPassword: [...PASSWORDS, ...NEW_PASSWORDS],
};

const TERMS = { reason: 'Lost phone', ticket: 'INC-1042', verification: { kind: 'inPerson' } };

/**
 * Bodies whose members fit each other and the people of a round. Members that are chosen one by one
 * would make an operation succeed by luck alone.
 */
const FITTING: Readonly<Record<string, Arbitrary<object>>> = {
  signIn: fc
    .constantFrom<PersonName>('globalAdmin', 'userAdmin', 'agent')
    .map((person) => ({ userName: nameOf(person), password: passwordOf(person) })),
  // The novice, who has a change token, sends no current password.
  changePassword: fc
    .tuple(
      fc.constantFrom({}, { currentPassword: passwordOf('agent') }),
      fc.constantFrom(...NEW_PASSWORDS),
    )
    .map(([current, newPassword]) => ({ ...current, newPassword })),
  createUser: fc.stringMatching(/^new-[a-z0-9]{8}$/).map((name) => ({
    userName: `${name}@${TENANT}`,
    displayName: name,
    roles: ['salesAgent'],
  })),
  updateUser: fc.constantFrom<object>({ displayName: 'Renamed' }, { email: 'new@mail.example' }),
  // The second meets every rule that a request may have set, except a split delivery.
  resetPassword: fc.constantFrom<object>({}, TERMS, { ...TERMS, delivery: 'split' }),
  freeze: fc.constant({ token: '<owner>' }),
};

export function rarely<Value>(
  arbitrary: Arbitrary<Value>,
  weight = 6,
): Arbitrary<Value | undefined> {
  return fc.oneof({ weight, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

/** The bodies that a caller can send whatever the schema says. */
const anyBody: Arbitrary<Body | undefined> = fc.oneof(
  fc.constant(undefined),
  fc.json(),
  fc.constantFrom('{}', '[]', 'null', '"x"', '{', '{"a":1}{', '\ufeff{}', '{"a":1,"a":2}'),
  fc.uint8Array({ minLength: 1, maxLength: 64 }),
  fc.constantFrom(16 * 1024 - 10, 16 * 1024 - 9, 100 * 1024).map((n) => `{"a":"${'x'.repeat(n)}"}`),
  crowd.map((names) => spell(names.map((name) => [name, 1]))),
  fc.integer({ min: 15, max: 3_900 }).map((count) => `{"roles":[${'0,'.repeat(count)}0]}`),
  fc.constantFrom(100, 5_000).map((depth) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`),
);

/** Returns bodies of an operation, good ones and bad ones. */
export function bodyOf(
  operationId: string,
  schema: JsonSchema | undefined,
  resolve: Resolve,
): Arbitrary<Body | undefined> {
  if (schema === undefined) return rarely(anyBody, 20);
  const fitting = FITTING[operationId];
  const chosen = valuesOf(schema, resolve, KNOWN);
  const value = fitting === undefined ? chosen : fc.oneof(chosen, fitting);
  return fc.oneof(
    { weight: 6, arbitrary: value.map((good) => JSON.stringify(good)) },
    { weight: 4, arbitrary: value.chain(bend) },
    { weight: 2, arbitrary: anyBody },
  );
}
