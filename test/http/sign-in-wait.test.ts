import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goodPassword } from '../fixture/good-password.ts';
import {
  type CallAnswer,
  type Service,
  type SignedInAdmin,
  startService,
} from '../fixture/service.ts';
import { CHALLENGE, expectRefused, expectUnauthorized } from './fixture/refused.ts';

/**
 * CONTRACT.md "Attempts". The wait begins when an attempt is counted, so a
 * refusal is provoked by attempts side by side: whichever is counted first, the next one waits.
 */

const WRONG = 'not the right one';
const FREE = 2;

let service: Service;
let admin: SignedInAdmin;

beforeAll(async () => {
  service = await startService({ env: { SIGN_IN_FREE_ATTEMPTS: `${FREE}` } });
  admin = await service.readyAdmin();
});
afterAll(() => service.stopAndAssertNoLeaks());

/** The outcomes of parallel wrong guesses, sorted: `401`, or `429` and its Retry-After. */
async function guess(times: number, userName: string): Promise<readonly string[]> {
  const answers = await Promise.all(
    Array.from({ length: times }, () => service.signIn(userName, WRONG)),
  );
  for (const answer of answers) expectGuessRefused(answer);
  return answers
    .map(({ status, headers }) => `${status} ${headers.get('retry-after') ?? ''}`.trim())
    .sort();
}

function expectGuessRefused(answer: CallAnswer): void {
  if (answer.status === 401) expectUnauthorized(answer, 'invalid-credentials', CHALLENGE);
  else expectRefused(answer, 429, 'too-many-attempts');
}

/**
 * One after the other up to the last free attempt, then a pair, and another when it may be. The
 * waits of every k are proven without waiting, in test/hostile/guessing.test.ts.
 */
async function seriesOf(userName: string): Promise<readonly (readonly string[])[]> {
  const series: (readonly string[])[] = [];
  for (let failures = 0; failures < FREE - 1; failures += 1) {
    series.push(await guess(1, userName));
  }
  series.push(await guess(2, userName));
  await service.passTime(1000);
  series.push(await guess(2, userName));
  return series;
}

describe('wrong guesses in a row', () => {
  it('wait 1, 2 … seconds after the free ones, whether or not the name exists', async () => {
    const user = await service.addReadyUser(admin.token, 'ana@contoso.example');
    const expected = [['401'], ['401', '429 1'], ['401', '429 2']];
    expect(await seriesOf('nobody@contoso.example')).toEqual(expected);
    expect(await seriesOf(user.userName)).toEqual(expected);

    // A refused attempt neither counts nor extends: two seconds later the right one is heard.
    const early = await service.signIn(user.userName, user.password);
    expectRefused(early, 429, 'too-many-attempts');
    expect(Number(early.headers.get('retry-after'))).toBeLessThanOrEqual(2);
    await service.passTime(2000);
    expect((await service.signIn(user.userName, user.password)).body.status).toBe('signedIn');

    // A success clears the count: the free ones are free again.
    for (let count = 1; count < FREE; count += 1) {
      expect(await guess(1, user.userName)).toEqual(['401']);
    }
    expect(await guess(2, user.userName)).toEqual(['401', '429 1']);
  }, 60_000);

  it('are verified up to the free ones of 40 in parallel', async () => {
    await service.addReadyUser(admin.token, 'burst@contoso.example');
    for (const userName of ['burst@contoso.example', 'no-burst@contoso.example']) {
      const startedAtMs = performance.now();
      const answers = await Promise.all(
        Array.from({ length: 40 }, () => service.signIn(userName, WRONG)),
      );
      const seconds = (performance.now() - startedAtMs) / 1000;
      const codes = answers.map(({ body }) => body.code as string);
      const verified = codes.filter((code) => code === 'invalid-credentials').length;
      expect(verified).toBeGreaterThanOrEqual(1);
      // On a slow machine the waits themselves (1 s, then 2 s …) may end within the burst.
      expect(verified).toBeLessThanOrEqual(FREE + Math.floor(Math.log2(seconds + 1)));
      const others = answers.filter(({ status }) => status !== 401);
      for (const { status, headers, body } of others) {
        // The queue is smaller than the burst; an attempt that finds it full is not counted at all.
        expect(`${status} ${body.code}`).toMatch(/^(?:429 too-many-attempts|503 overloaded)$/);
        expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      }
    }
  });

  it('are cleared by an unlock or reset of an admin, without a lock', async () => {
    const user = await service.addReadyUser(admin.token, 'eve@contoso.example');
    const { token } = admin;
    await guess(4, user.userName);
    const unlocked = await service.callChecked('POST', `/api/users/${user.userId}/unlock`, {
      token,
    });
    expect(unlocked.body.credential.state).toBe('permanent');
    expect((await service.signIn(user.userName, user.password)).status).toBe(200);

    await guess(4, user.userName);
    const path = `/api/users/${user.userId}/password-reset`;
    const { value } = (await service.callChecked('POST', path, { token })).body.temporaryPassword;
    expect((await service.signIn(user.userName, value)).status).toBe(200);
  });

  it('do not block a user who is created with the name later', async () => {
    await guess(4, 'later@contoso.example');
    const { temporaryPassword } = await service.addUser(admin.token, 'later@contoso.example');
    const answer = await service.signIn('later@contoso.example', temporaryPassword);
    expect(answer.body.status).toBe('passwordChangeRequired');
  });
});

describe('wrong passwords in a session and at sign-in', () => {
  it('do not block each other, and a completed change clears both', async () => {
    const user = await service.addReadyUser(admin.token, 'ben@contoso.example');
    const change = (currentPassword: string) =>
      service.callChecked('POST', '/api/me/password', {
        token: user.token,
        body: { currentPassword, newPassword: goodPassword(8) },
      });

    // Four seconds of waiting outside, then some inside.
    await guess(FREE + 1, user.userName);
    await service.passTime(1000);
    await guess(2, user.userName);
    const inside = await Promise.all(Array.from({ length: 6 }, () => change(WRONG)));
    for (const answer of inside) expectGuessRefused(answer);
    const statuses = inside.map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([401, 429]));

    const me = await service.callChecked('GET', '/api/me', { token: user.token });
    expect(me.status).toBe(200);
    await service.passTime(1000);
    const changed = await change(user.password);
    expect(changed.status).toBe(200);
    expect((await service.signIn(user.userName, goodPassword(8))).status).toBe(200);
  });

  it('do not keep their owner from signing in', async () => {
    const user = await service.addReadyUser(admin.token, 'cem@contoso.example');
    const body = { currentPassword: WRONG, newPassword: goodPassword(8) };
    const answers = await Promise.all(
      Array.from({ length: 4 }, () =>
        service.callChecked('POST', '/api/me/password', { token: user.token, body }),
      ),
    );
    expect(answers.map(({ status }) => status)).toContain(429);
    expect((await service.signIn(user.userName, user.password)).status).toBe(200);
  });
});
