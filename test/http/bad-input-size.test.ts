import { afterAll, beforeAll, expect, it } from 'vitest';
import { JSON_TYPE, startTestContext, type TestContext } from './fixture/context.ts';
import { expectProblem, type Sent } from './fixture/raw-service.ts';

/** CONTRACT.md "Common rules": at most 20 errors, and no answer to a bad request above 16 KiB. */

const ERRORS_MAX = 20;
const ANSWER_MAX_BYTES = 16 * 1024;
const PLACE_MAX = 64;

let testContext: TestContext;

beforeAll(async () => {
  testContext = await startTestContext();
});

afterAll(() => testContext.service.stopAndAssertNoLeaks());

const signIn = (body: string, headers: Record<string, string> = {}) =>
  testContext.send('POST', '/api/sign-in', { headers: { ...JSON_TYPE, ...headers }, body });

/** Returns the places of errors. */
function placesIn({ body }: Sent): readonly string[] {
  return body.errors.map((error: { pointer?: string; parameter?: string }) => {
    return error.pointer ?? error.parameter ?? '';
  });
}

/** Builds so many unknown members, each with its own name. */
function membersOf(count: number, nameOf: (n: number) => string): string {
  const members = Array.from({ length: count }, (_, n) => [nameOf(n), 1]);
  return JSON.stringify(Object.fromEntries(members));
}

const WHOLE = '\u0001'.repeat(16_000 / 6);

const HUGE: readonly (readonly [string, () => Promise<Sent>])[] = [
  ['1,600 unknown members', () => signIn(membersOf(1600, (n) => `m${n}`))],
  ['20 names of 800 characters', () => signIn(membersOf(20, (n) => `${n}${'x'.repeat(790)}`))],
  [
    '20 names of control characters',
    () =>
      signIn(
        membersOf(20, (n) => `${n}${'\u0001'.repeat(120)}`),
        { 'accept-language': 'fr' },
      ),
  ],
  ['20 names of emoji', () => signIn(membersOf(20, (n) => `${n}${'\u{1f600}'.repeat(190)}`))],
  ['one name as long as the body', () => signIn(membersOf(1, () => WHOLE))],
  [
    '3,900 wrong roles',
    () =>
      testContext.send('POST', '/api/users', {
        token: testContext.globalAdmin.token,
        headers: JSON_TYPE,
        body: JSON.stringify({
          userName: 'a@contoso.example',
          displayName: 'A',
          roles: Array(3900).fill('x'),
        }),
      }),
  ],
  [
    '2,000 repeated names of a query',
    () =>
      testContext.send('GET', `/api/users?${'a&'.repeat(2000)}`, {
        token: testContext.globalAdmin.token,
      }),
  ],
  [
    'a long repeated name of a query',
    () => testContext.send('GET', `/api/password-policy?${`${'%01'.repeat(300)}&`.repeat(8)}`),
  ],
  [
    'many unknown names of a query',
    () =>
      testContext.send(
        'GET',
        `/api/password-policy?${Array.from({ length: 900 }, (_, n) => `a${n}`).join('&')}`,
      ),
  ],
];

// Such a body was answered with 116 KB, anonymously, and with 296 KB for an admin.
it.each(HUGE)('answers at most 20 errors and 16 KiB: %s', async (name, send) => {
  const answer = await send();
  expectProblem(answer, 422, 'validation', name);
  expect(Buffer.byteLength(answer.text)).toBeLessThanOrEqual(ANSWER_MAX_BYTES);
  const places = placesIn(answer);
  expect(places.length).toBeLessThanOrEqual(ERRORS_MAX);
  for (const place of places) expect(Array.from(place).length).toBeLessThanOrEqual(PLACE_MAX);
});

it('names each of 20 errors, and the first 20 of 21', async () => {
  const body = (count: number) =>
    JSON.stringify({
      userName: 'a@contoso.example',
      password: 'x',
      ...JSON.parse(membersOf(count, (n) => `m${n}`)),
    });
  for (const count of [20, 21]) {
    const places = placesIn(await signIn(body(count)));
    expect(places).toEqual(Array.from({ length: ERRORS_MAX }, (_, n) => `/m${n}`));
  }
});

it('shows a place of 64 characters whole and shortens a longer one', async () => {
  const right = { userName: 'a@contoso.example', password: 'x' };
  const placeOf = async (name: string) =>
    placesIn(await signIn(JSON.stringify({ ...right, [name]: 1 })));
  const name = '\u{1f600}'.repeat(PLACE_MAX - 1);
  expect(await placeOf(name)).toEqual([`/${name}`]);
  expect(await placeOf(`${name}x`)).toEqual([`/${name.slice(0, -2)}…`]);
});
