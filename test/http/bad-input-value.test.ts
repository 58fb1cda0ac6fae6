import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endpoints } from '../../shared/http/endpoint/index.ts';
import {
  JSON_TYPE,
  lookAtAll,
  type Passing,
  passing,
  startTestContext,
  type TestContext,
  withBody,
} from './fixture/context.ts';
import { expectProblem, expectValidation } from './fixture/raw-service.ts';

/** Every member of every body, with values on both sides of each rule. */

let testContext: TestContext;
let before: unknown;

beforeAll(async () => {
  testContext = await startTestContext();
  before = await lookAtAll(testContext);
});

afterAll(() => testContext.service.stopAndAssertNoLeaks());

const label = (length: number) => 'x'.repeat(length);
/** A user name of this length, whose local part is as long as one may be. */
const longName = (length: number) =>
  `${label(64)}@${label(63)}.${label(63)}.${label(length - 64 - 1 - 63 - 1 - 63 - 1)}`;

const NO_STRING = [null, 0, true, [], {}, ['ana@contoso.example']];
const NO_USER_NAME = [
  ...NO_STRING,
  '',
  '@',
  'ana',
  '@contoso.example',
  'ana@',
  'ana@contoso',
  'ana@.example',
  'ana@contoso.',
  'ana@contoso..example',
  'ana@-contoso.example',
  'ana@contoso-.example',
  'ana@con_toso.example',
  `ana@${label(64)}.example`,
  'ana@b@contoso.example',
  '.ana@contoso.example',
  'ana.@contoso.example',
  'a..na@contoso.example',
  'ana+x@contoso.example',
  'a na@contoso.example',
  ' ana@contoso.example',
  'ana@contoso.example\n',
  'ana/../x@contoso.example',
  "ana' or 1 eq 1@contoso.example",
  'ána@contoso.example',
  'a\u0301na@contoso.example',
  'ana@contös.example',
  '\u202eana@contoso.example',
  'ana@contoso.example\u200f',
  'аna@contoso.example', // Cyrillic
  '\u212aana@contoso.example', // the sign of Kelvin, a k in lower case
  '\u{1f600}@contoso.example',
  `${label(65)}@contoso.example`,
  longName(255),
];
const NO_DISPLAY_NAME = [
  ...NO_STRING,
  '',
  label(121),
  '\u{1f600}'.repeat(121),
  'a\nb',
  'a\tb',
  '\u007f',
  '\u0085',
  '\u001b[31m',
];
const NO_EMAIL = [
  ...NO_STRING.slice(1),
  '',
  'ana',
  '@mail.example',
  'ana@',
  'a b@mail.example',
  'ana@mail.example ',
  'ana@ma\u0007il.example',
  'a@b@c',
  'ana@localhost',
  '.ana@mail.example',
  'ana.@mail.example',
  'a..na@mail.example',
  '"ana"@mail.example',
  'ana(home)@mail.example',
  'ana@mail.example,ben@mail.example',
  'Ana<ana@mail.example>',
  'ana;@mail.example',
  'ana@[192.0.2.1]',
  'ana@-mail.example',
  'ana@mail..example',
  'ána@mail.example',
  'ana\u202e@mail.example',
  `${label(250)}@x.eu`,
];
const NO_LOCALE = [
  ...NO_STRING.slice(1),
  '',
  'e',
  'english language',
  'en_US',
  'en-',
  'fr-CA-fr-CA',
  '\u202een',
  '../fr',
  `en-x-${'abcdefgh-'.repeat(9)}abcdefgh`,
];
const NO_ROLES: readonly (readonly [value: unknown, pointer: string])[] = [
  ...[null, 0, true, {}, 'globalAdmin', []].map((value) => [value, '/roles'] as const),
  [['salesAgent', 'salesAgent'], '/roles'],
  [['SalesAgent'], '/roles/0'],
  [['salesAgent', 'owner'], '/roles/1'],
  [[['salesAgent']], '/roles/0'],
  [[null], '/roles/0'],
  [['__proto__'], '/roles/0'],
  [['constructor'], '/roles/0'],
];

/** Invalid values by endpoint and member, each with the place that the answer names. */
type Wrong = readonly (readonly [value: unknown, pointer: string])[];
const at = (pointer: string, values: readonly unknown[]): Wrong =>
  values.map((value) => [value, pointer]);

const WRONG: Readonly<Record<string, Readonly<Record<string, Wrong>>>> = {
  signIn: {
    userName: at('/userName', NO_USER_NAME),
    password: at('/password', [...NO_STRING, '']),
  },
  changePassword: {
    newPassword: at('/newPassword', NO_STRING),
    currentPassword: at('/currentPassword', [...NO_STRING, '']),
  },
  createUser: {
    userName: at('/userName', [
      ...NO_USER_NAME,
      'ana@fabrikam.example',
      'ana@sub.contoso.example',
      'ana@contoso.example.org',
    ]),
    displayName: at('/displayName', NO_DISPLAY_NAME),
    email: at('/email', [null, ...NO_EMAIL]),
    secondEmail: at('/secondEmail', [null, ...NO_EMAIL]),
    locale: at('/locale', [null, ...NO_LOCALE]),
    roles: NO_ROLES,
  },
  resetPassword: {
    reason: at('/reason', [...NO_STRING, '', ' ', 'a\nb', label(201), '\u{1f600}'.repeat(201)]),
    ticket: at('/ticket', [...NO_STRING, '', ' ', 'INC 7', 'INC-é', label(65)]),
    verification: [
      ...at('/verification', [null, 0, true, [], 'callBack']),
      [{}, '/verification/kind'],
      [{ kind: 'birthDate' }, '/verification/kind'],
      [{ kind: 'supportCode' }, '/verification/code'],
      [{ kind: 'supportCode', code: ' ' }, '/verification/code'],
      [{ kind: 'callBack', code: '7KQ2-M9XD' }, '/verification/code'],
      [{ kind: 'callBack', reference: label(201) }, '/verification/reference'],
    ],
    delivery: at('/delivery', [...NO_STRING, '', 'Split', 'mailed']),
    expiresInSeconds: at('/expiresInSeconds', [null, true, [], {}, '60', 59, 0, -60, 60.5, 86_401]),
  },
  freeze: {
    token: at('/token', [...NO_STRING, 'x'.repeat(2049)]),
  },
  updateTenant: {
    settings: at('/settings', [null, 0, true, [], 'x']),
  },
  updateUser: {
    displayName: at('/displayName', NO_DISPLAY_NAME),
    email: at('/email', NO_EMAIL),
    secondEmail: at('/secondEmail', NO_EMAIL),
    locale: at('/locale', NO_LOCALE),
    roles: NO_ROLES,
    status: at('/status', [null, 0, true, [], {}, '', 'Active', 'deleted', 'active ']),
  },
};

/** Returns the request for an existing user, so that a value that passed would show. */
function target(name: string): Passing {
  const endpoint = endpoints.find((each) => each.name === name);
  if (endpoint === undefined) throw new Error(`no endpoint ${name}`);
  const right = passing(testContext, endpoint);
  if (name !== 'updateUser') return right;
  return { ...right, path: `/api/users/${testContext.agent.userId}` };
}

const methodOf = (name: string) => (name.startsWith('update') ? 'PATCH' : 'POST');

function sendBody(name: string, body: object) {
  const { path, token } = target(name);
  const text = JSON.stringify(body);
  return testContext.send(methodOf(name), path, { token, headers: JSON_TYPE, body: text });
}

it('has wrong values for every described body', () => {
  expect(Object.keys(WRONG).toSorted()).toEqual(withBody.map(({ name }) => name).toSorted());
});

const members = Object.entries(WRONG).flatMap(([name, each]) =>
  Object.entries(each).map(([member, values]) => [name, member, values] as const),
);

it.each(members)('rejects in %s what cannot be a %s', async (name, member, values) => {
  for (const [value, pointer] of values) {
    const answer = await sendBody(name, { ...target(name).body, [member]: value });
    expectValidation(answer, [pointer], `${member}: ${JSON.stringify(value)}`);
  }
});

const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  signIn: ['userName', 'password'],
  changePassword: ['newPassword', 'currentPassword'],
  createUser: ['userName', 'displayName', 'roles'],
};

describe.each(Object.entries(REQUIRED))('%s', (name, required) => {
  it('requires each required member by its name', async () => {
    for (const member of required) {
      const { [member]: _, ...others } = target(name).body as Record<string, unknown>;
      const answer = await sendBody(name, others);
      expectValidation(answer, [`/${member}`]);
      expect(answer.body.errors[0].detail).toMatch(/required/);
    }
  });

  it('reports all errors at once', async () => {
    const wrong = { unknown: 1, [required[0] ?? '']: 1 };
    const answer = await sendBody(name, { ...target(name).body, ...wrong });
    expectValidation(answer, ['/unknown', `/${required[0]}`]);
  });
});

it('accepts an empty patch and changes nothing', async () => {
  const answer = await sendBody('updateUser', {});
  expect(answer.status).toBe(200);
});

it('never repeats a rejected value in an answer', async () => {
  const value = '<script>alert("ana")</script>';
  for (const [name, member] of members) {
    const answer = await sendBody(name, { ...target(name).body, [member]: { other: value } });
    expectProblem(answer, 422, 'validation', name);
    expect(answer.text).not.toContain('alert');
  }
});

it('changes nothing by any rejected value', async () => {
  expect(await lookAtAll(testContext)).toEqual(before);
});

describe('the accepted side of each rule', () => {
  it('accepts user names of 254 characters, and those of Entra', async () => {
    const names = [longName(254), "a'.-_!#^~9@contoso.example", 'A@Contoso.EXAMPLE'];
    for (const userName of names) {
      const answer = await sendBody('signIn', { userName, password: 'x' });
      expectProblem(answer, 401, 'invalid-credentials', userName);
    }
  });

  it('accepts any well-formed text as a password to verify', async () => {
    const passwords = ['\u202e\u200f', '\u{1f600}', 'e\u0301', '\ufeff', 'x'.repeat(15_000)];
    for (const password of passwords) {
      const answer = await sendBody('signIn', { ...target('signIn').body, password });
      expectProblem(answer, 401, 'invalid-credentials');
    }
  });

  it('judges an empty or too long new password by the policy', async () => {
    for (const [newPassword, code] of [
      ['', 'too-short'],
      ['\u{1f600}\u{1f607}'.repeat(129), 'too-long'],
    ]) {
      const answer = await sendBody('changePassword', {
        ...target('changePassword').body,
        newPassword,
      });
      expectProblem(answer, 422, 'password-rejected');
      expect(answer.body.reasons).toContainEqual(expect.objectContaining({ code }));
    }
  });

  it.each([
    ['displayName', '\u{1f600}'.repeat(120)],
    ['displayName', 'e\u0301 \u202eRTL\u202c \u2028 " \\ </script> \u{10ffff}'],
    ['displayName', '__proto__'],
    ['email', `${'a'.repeat(249)}@x.eu`],
    ['email', "O'Neil.{x}/y#z@Mail-1.Example"],
    ['email', 'ana+tag@mail.example'],
    ['locale', 'fr-CA'],
    ['locale', 'zh-Hant-TW'],
    ['status', 'disabled'],
    ['status', 'active'],
    ['roles', ['salesAgent', 'helpdeskAgent']],
  ])('accepts the %s %j and returns it', async (member, value) => {
    const { agent, globalAdmin } = testContext;
    const answer = await sendBody('updateUser', { [member]: value });
    expect(answer.status).toBe(200);
    expect(answer.body[member]).toEqual(value);
    const { token } = globalAdmin;
    const read = await testContext.send('GET', `/api/users/${agent.userId}`, { token });
    expect(read.body).toEqual(answer.body);
  });

  it('clears email and locale with null', async () => {
    const answer = await sendBody('updateUser', { email: null, locale: null });
    expect(answer.body).not.toHaveProperty('email');
    expect(answer.body).not.toHaveProperty('locale');
  });
});
