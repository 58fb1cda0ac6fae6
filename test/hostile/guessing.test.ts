import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { signInKey } from '../../shared/operation/attempt-series.ts';
import { goodPassword } from '../fixture/good-password.ts';
import { nameOf } from '../fixture/operations.ts';
import type { SignedInAdmin } from '../fixture/service.ts';
import { type OpenedService, startOpenedService } from '../http/fixture/opened-service.ts';
import { isLong } from './fixture/replay.ts';
import { type Answered, Client } from './overload-client.ts';

/** Guessing against the built service, by real sockets and in real time. */

// Real hashes and sockets on a machine that may be busy; nothing here judges time.
vi.setConfig({ testTimeout: 120_000 });

const WRONG = 'not the right one';
const FREE = 5;
/** In both forms guessing-count.test.ts has 200 at once, in this process. */
const GUESSES = isLong ? 200 : 80;
const LOCK_AT = 80;
const HOUR_MS = 60 * 60 * 1000;

let opened: OpenedService;
let admin: SignedInAdmin;
const clients: Client[] = [];

beforeAll(async () => {
  opened = await startOpenedService({ env: { SIGN_IN_FREE_ATTEMPTS: `${FREE}` } });
  admin = await opened.service.readyAdmin();
});
afterAll(async () => {
  for (const client of clients) client.close();
  await opened.stop();
});

function clientAt(address: string): Client {
  const client = new Client(opened.service.origin, address);
  clients.push(client);
  return client;
}

async function failuresOf(userName: string): Promise<number> {
  const found = await opened.stores.attempts.find(signInKey(nameOf(userName)));
  return found?.value.failures ?? 0;
}

const addUser = (userName: string) => opened.service.addReadyUser(admin.token, userName);
const pathOf = (userId: string) => `/api/users/${userId}`;
const call = (method: string, path: string) =>
  opened.service.callChecked(method, path, { token: admin.token });

describe(`${GUESSES} wrong guesses at once, from eight networks`, () => {
  it('are verified up to the free attempts, whether or not the name exists', async () => {
    await addUser('burst@contoso.example');
    const networks = Array.from({ length: 8 }, (_, index) => clientAt(`127.0.${index + 10}.1`));
    for (const userName of ['burst@contoso.example', 'no-burst@contoso.example']) {
      const startedAtMs = performance.now();
      const answers = await Promise.all(
        Array.from({ length: GUESSES }, (_, index) =>
          (networks[index % 8] as Client).signIn(userName, WRONG),
        ),
      );
      const seconds = (performance.now() - startedAtMs) / 1000;
      const codes = answers.map(({ body }) => body.code as string);
      const verified = codes.filter((code) => code === 'invalid-credentials').length;
      expect(verified).toBeGreaterThanOrEqual(1);
      // On a slow machine the waits themselves (1 s, then 2 s …) may end within the burst.
      const most = FREE + Math.floor(Math.log2(seconds + 1));
      expect(verified).toBeLessThanOrEqual(most);
      const failures = await failuresOf(userName);
      expect(failures).toBeGreaterThanOrEqual(verified);
      expect(failures).toBeLessThanOrEqual(most);
      for (const { status, headers, body } of answers.filter((each) => each.status !== 401)) {
        expect(`${status} ${body.code}`).toMatch(/^(?:429 too-many-attempts|503 overloaded)$/);
        expect(headers['retry-after']).toMatch(/^[1-9]\d*$/);
      }
    }
  });
});

describe('the wait after k failures', () => {
  it('is that of the contract for every k, and the same for unknown names', async () => {
    const { userName } = await addUser('waits@contoso.example');
    const client = clientAt('127.0.20.1');
    const failures = [5, 6, 7, 10, 14, 15, 16, 50, 79];
    const expected = failures.map((k) => Math.min(2 ** (k - FREE), 900));
    for (const name of [userName, 'no-waits@contoso.example']) {
      const waits: number[] = [];
      for (const k of failures) {
        await opened.recordFailures(name, k);
        const { status, headers } = await client.signIn(name, WRONG);
        expect(status).toBe(429);
        waits.push(Number(headers['retry-after']));
        expect(await failuresOf(name)).toBe(k);
      }
      for (const [index, wait] of waits.entries()) {
        // A second or two may have gone since the failure was recorded.
        const full = expected[index] as number;
        expect(wait).toBeLessThanOrEqual(full);
        expect(wait).toBeGreaterThanOrEqual(Math.min(full, Math.max(1, full - 5)));
      }
      await opened.recordFailures(name, FREE - 1);
      expect((await client.signIn(name, WRONG)).status).toBe(401);
    }
  });
});

describe('the 80th failure in a row', () => {
  const types = async (userId: string): Promise<readonly string[]> => {
    const { body } = await call('GET', `${pathOf(userId)}/events`);
    return body.items.map(({ type }: { type: string }) => type).reverse();
  };

  it('locks the credential, shows it to the admin, and only a reset ends it', async () => {
    const { userId, userName, password } = await addUser('locked@contoso.example');
    await opened.lock(userName);
    const refused = await opened.service.signIn(userName, password);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('900');
    const seen = await call('GET', pathOf(userId));
    expect(seen.body).toMatchObject({
      credential: { state: 'locked' },
      attempts: { failures: LOCK_AT },
    });
    expect((await call('POST', `${pathOf(userId)}/unlock`)).body.code).toBe('reset-required');
    const { body } = await call('POST', `${pathOf(userId)}/password-reset`);
    expect((await call('GET', pathOf(userId))).body.attempts).toBeUndefined();
    const { value } = body.temporaryPassword;
    expect((await opened.service.signIn(userName, value)).status).toBe(200);
    await opened.service.chooseOwnPassword(userName, value, goodPassword(8));
    expect((await opened.service.signIn(userName, goodPassword(8))).status).toBe(200);
    expect((await types(userId)).filter((type) => type === 'credential.locked')).toHaveLength(1);
  });

  it('does not lock again for a guess that a reset overtook', async () => {
    const { userId, userName } = await addUser('on-its-way@contoso.example');
    await opened.recordFailures(userName, LOCK_AT - 1, HOUR_MS);
    const guess = opened.service.signIn(userName, WRONG);
    await expect.poll(() => failuresOf(userName), { interval: 1 }).toBe(LOCK_AT);
    const { body } = await call('POST', `${pathOf(userId)}/password-reset`);
    expect((await guess).status).toBe(401);
    const { value } = body.temporaryPassword;
    await opened.service.chooseOwnPassword(userName, value, goodPassword(8));
    const seen = await call('GET', pathOf(userId));
    expect(seen.body.credential.state).toBe('permanent');
    expect((await opened.service.signIn(userName, goodPassword(8))).status).toBe(200);
  });
});

describe('guesses of strangers', () => {
  it('never block the password change of a signed-in user, not even by a lock', async () => {
    const { userName, token, password } = await addUser('own@contoso.example');
    await opened.lock(userName);
    const flood = clientAt('127.0.30.1');
    const own = clientAt('127.0.31.1');
    let isOver = false;
    const guesses = Array.from({ length: 30 }, async (_, index) => {
      while (!isOver) await flood.signIn(`own-${index}-${Math.random()}@contoso.example`, WRONG);
    });
    await sleep(200);
    const body = { currentPassword: password, newPassword: goodPassword(9) };
    const changed = await own.send('POST', '/api/me/password', { token, body });
    isOver = true;
    await Promise.all(guesses);
    expect([changed.status, changed.body.status]).toEqual([200, 'signedIn']);
    // The change opened the lock too.
    expect((await own.signIn(userName, goodPassword(9))).status).toBe(200);
  });
});

describe('a client that hangs up', () => {
  /** Sends a whole sign-in, and breaks the connection as soon as the attempt is counted. */
  async function hangUp(userName: string): Promise<void> {
    const { hostname, port, host } = new URL(opened.service.origin);
    const before = await failuresOf(userName);
    const body = JSON.stringify({ userName, password: WRONG });
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.write(
      `POST /api/sign-in HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    const poll = { interval: 1, timeout: 20_000 };
    await expect.poll(() => failuresOf(userName), poll).toBe(before + 1);
    socket.destroy();
  }

  it('during the hash gains nothing: each attempt stays counted', async () => {
    const { userName, password } = await addUser('hang-up@contoso.example');
    for (let count = 0; count < FREE; count += 1) await hangUp(userName);
    const refused = await opened.service.signIn(userName, password);
    expect(refused.body.code).toBe('too-many-attempts');
    // Longer than any of the hashes took; none gave its attempt back.
    await sleep(500);
    expect(await failuresOf(userName)).toBe(FREE);
  });
});

describe('an unknown name', () => {
  /** All of an answer but what is of the one request. */
  function comparable({ status, headers, body }: Answered): unknown {
    const { date, 'x-request-id': requestId, ...rest } = headers;
    expect([typeof date, typeof requestId]).toEqual(['string', 'string']);
    const { instance, ...problem } = body;
    expect(instance).toBe(requestId);
    return { status, headers: rest, problem };
  }

  it('cannot be distinguished by status, body or any header from any known name', async () => {
    const { token } = admin;
    const fresh = 'fresh@contoso.example';
    const lapsed = 'lapsed@contoso.example';
    const disabled = await addUser('disabled@contoso.example');
    await opened.service.callChecked('PATCH', pathOf(disabled.userId), {
      token,
      body: { status: 'disabled' },
    });
    await opened.service.addUser(token, fresh);
    await opened.service.addUser(token, lapsed);
    await opened.lapse(lapsed);
    const deleted = await addUser('deleted@contoso.example');
    await call('DELETE', pathOf(deleted.userId));
    const { userName } = await addUser('usual@contoso.example');
    const names = [userName, fresh, lapsed, disabled.userName, deleted.userName];
    const client = clientAt('127.0.40.1');
    for (const state of ['none', 'waiting', 'locked'] as const) {
      const answers: unknown[] = [];
      for (const name of ['nobody@contoso.example', 'nobody@nowhere.example', ...names]) {
        if (state === 'waiting') await opened.recordFailures(name, 60);
        if (state === 'locked') await opened.recordFailures(name, LOCK_AT);
        const answer = await client.signIn(name, WRONG);
        // Right after the failure: 900 s, of which no second has gone, or one on a slow machine.
        if (state === 'waiting') expect(answer.headers['retry-after']).toMatch(/^(?:900|89\d)$/);
        if (state === 'waiting') delete answer.headers['retry-after'];
        answers.push(comparable(answer));
      }
      const [nobody, ...others] = answers;
      for (const other of others) expect(other).toEqual(nobody);
    }
  });
});
