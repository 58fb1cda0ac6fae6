import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { SECRET_RETRY_MS } from '../../shared/crypto/secret/secret-cache.ts';
import { FINDING_KEPT_MS } from '../../shared/http/readiness.ts';
import { goodPassword } from '../fixture/good-password.ts';
import { nameOf } from '../fixture/operations.ts';
import { runHere } from '../infra/fixture/in-process.ts';
import { type Answered, Client } from './overload-client.ts';
import {
  type Instance,
  type SharedParts,
  startInstance,
  startSharedParts,
} from './rotation-vault.ts';

/**
 * Rotation with two processes of the built service on one store and one vault. A new version is
 * dated back, so that the first to ask uses it at once while the other has never heard of it:
 * worse than what the settling time allows. Minute by minute it is in rotation.test.ts.
 */

const IS_LONG = process.env.HOSTILE === 'long';
/** The requests between two changes: in 30, each user signs in about once on each instance. */
const TRAFFIC = IS_LONG ? 3000 : 30;
const USERS = ['ana', 'ben', 'cem'].map((name) => `${name}@contoso.example`);
const SLEEPER = 'sleeper@contoso.example';

const COST = Number(inject('quickCost') ?? 10);

let parts: SharedParts;
let running: Instance[] = [];
const clients = new Map<string, Client>();
let oldPepper: string;
let newPepper: string;

beforeAll(async () => {
  parts = await startSharedParts();
  oldPepper = await parts.rotate('password-pepper', 3);
  await parts.rotate('token-signing-key', 3);
  running = [await startInstance(parts)];
  // The second makes no admin: the first has made one.
  running.push(await startInstance(parts));
}, 120_000);
afterAll(async () => {
  for (const client of clients.values()) client.close();
  await Promise.all(running.map((instance) => instance.stop()));
  await parts.close();
});

function to({ origin }: Instance): Client {
  const client = clients.get(origin) ?? new Client(origin, '127.0.0.1');
  clients.set(origin, client);
  return client;
}

async function chooseOwnPassword(on: Instance, userName: string, temporaryPassword: string) {
  const { body } = await to(on).signIn(userName, temporaryPassword);
  const changed = await to(on).send('POST', '/api/me/password', {
    token: body.changeToken,
    body: { newPassword: goodPassword(1) },
  });
  expect(changed.status).toBe(200);
  return changed.body.accessToken as string;
}

async function hashOf(userName: string) {
  const found = await parts.stores.accounts.findCredential(nameOf(userName));
  const { bcrypt = '', pepperVersion } = found?.value.permanent ?? {};
  return { pepperVersion, cost: Number(bcrypt.slice(4, 6)) };
}

async function report(...argv: readonly string[]) {
  const { settings } = parts;
  const { stdout, stderr, code } = await runHere('credential-report', argv, settings);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

/** Sign-ins on whichever instance runs, each token then used on every one of them. */
class Traffic {
  readonly answers: Answered[] = [];
  #isOver = false;
  readonly #walks: readonly Promise<void>[];

  constructor(tokens: readonly string[]) {
    this.#walks = USERS.map((userName, index) => this.#walk(userName, index, tokens[index] ?? ''));
  }

  /** Waits for so many more requests. */
  async goOn(): Promise<void> {
    const wanted = this.answers.length + TRAFFIC;
    const answered = () => this.answers.length;
    await expect.poll(answered, { timeout: 60_000 }).toBeGreaterThanOrEqual(wanted);
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#walks);
  }

  async #walk(userName: string, start: number, firstToken: string): Promise<void> {
    for (let turn = start; !this.#isOver; turn += 1) {
      const instances = [...running];
      const instance = instances[turn % instances.length] as Instance;
      const signedIn = await to(instance).signIn(userName, goodPassword(1));
      this.answers.push(signedIn);
      for (const other of instances.filter((each) => running.includes(each))) {
        for (const token of [signedIn.body.accessToken, firstToken]) {
          this.answers.push(await to(other).send('GET', '/api/me', { token }));
        }
      }
    }
  }
}

describe('a rotation while requests run', () => {
  it('of pepper, signing key and work factor fails no request, and hashes move', async () => {
    const [first] = running as [Instance];
    const [admin] = first.admins;
    const token = await chooseOwnPassword(
      first,
      admin?.userName ?? '',
      admin?.temporaryPassword ?? '',
    );
    const tokens: string[] = [];
    for (const userName of [...USERS, SLEEPER]) {
      const body = { userName, displayName: userName, roles: ['salesAgent'] };
      const made = await to(first).send('POST', '/api/users', { token, body });
      tokens.push(await chooseOwnPassword(first, userName, made.body.temporaryPassword.value));
    }
    // Both have a copy of the secrets from before the rotation.
    const [, second] = running as [Instance, Instance];
    expect((await to(second).signIn(USERS[0] ?? '', goodPassword(1))).status).toBe(200);

    const traffic = new Traffic(tokens);
    await traffic.goOn();
    newPepper = await parts.rotate('password-pepper', 2);
    await parts.rotate('token-signing-key', 2);
    await first.passTime(FINDING_KEPT_MS);
    // A readiness check queries the vault, so only the first one sees the new versions.
    const keysOf = async () => {
      await to(first).send('GET', '/api/health/ready');
      return (await to(first).send('GET', '/.well-known/jwks.json')).body.keys.length;
    };
    await expect.poll(keysOf, { timeout: 30_000, interval: 100 }).toBe(2);
    await traffic.goOn();
    // The next release, with a higher work factor, takes the place of the first.
    const next = await startInstance(parts, { BCRYPT_COST: `${COST + 1}` });
    running = [second, next];
    await traffic.goOn();
    await traffic.end();
    await first.stop();

    const statuses = traffic.answers.map(({ status, body }) => `${status} ${body.code ?? ''}`);
    expect(statuses.length).toBeGreaterThan(30);
    expect(statuses.filter((status) => status !== '200 ')).toEqual([]);
    if (IS_LONG) process.stdout.write(`\nrotation: ${statuses.length} requests, all 200\n`);
    for (const userName of USERS) {
      expect((await to(next).signIn(userName, goodPassword(1))).status).toBe(200);
      expect(await hashOf(userName)).toEqual({ pepperVersion: newPepper, cost: COST + 1 });
    }
    expect(await hashOf(SLEEPER)).toEqual({ pepperVersion: oldPepper, cost: COST });
  }, 180_000);

  it('is reported by portal-credentials credential-report, for machines and for people', async () => {
    const { tenants, peppers } = JSON.parse(await report('--json'));
    // The sleeper and the admin have not signed in since.
    const old = { pepperVersion: oldPepper, cost: COST, permanent: 2, temporary: 0, history: 0 };
    const moved = {
      pepperVersion: newPepper,
      cost: COST + 1,
      permanent: 3,
      temporary: 0,
      history: 0,
    };
    expect(tenants).toHaveLength(1);
    expect(tenants[0]).toMatchObject({ tenant: 'contoso.example', credentials: 5 });
    expect(tenants[0].hashes).toEqual(expect.arrayContaining([old, moved]));
    expect(peppers).toMatchObject([
      { version: oldPepper, permanent: 2, isEnabled: true, canBeRetired: false },
      { version: newPepper, permanent: 3, isEnabled: true, canBeRetired: false },
    ]);
    const text = await report();
    expect(text).toContain('contoso.example: 5 credentials');
    expect(text).toContain(`${oldPepper}: stays, 2 hashes need it.`);
    expect(text).toContain(`${newPepper}: the newest; 3 hashes need it.`);
  }, 60_000);
});

describe('a pepper that is disabled too early', () => {
  it('answers unavailable, logs the version, and recovers when enabled', async () => {
    await parts.enable('password-pepper', oldPepper, false);
    const instance = await startInstance(parts);
    running.push(instance);
    // More often than the free attempts, right and wrong: no caller gets a wrong password.
    for (let count = 0; count < 8; count += 1) {
      const password = count % 2 === 0 ? goodPassword(1) : 'not the right one';
      const { status, body, headers } = await to(instance).signIn(SLEEPER, password);
      expect([status, body.code]).toEqual([503, 'dependency-unavailable']);
      expect(headers['retry-after']).toMatch(/^[1-9]\d*$/);
    }
    const line = instance
      .log()
      .split('\n')
      .find((each) => each.includes('a pepper version'));
    expect(line).toContain('"level":"error"');
    expect(line).toContain('"message":"a pepper version is missing"');
    expect(line).toContain(`"pepperVersion":"${oldPepper}"`);
    expect((await to(instance).signIn(USERS[0] ?? '', goodPassword(1))).status).toBe(200);
    expect(await report()).toContain(`${oldPepper}: MISSING from the vault, and 2 hashes need it.`);

    await parts.enable('password-pepper', oldPepper, true);
    await instance.passTime(SECRET_RETRY_MS);
    const signIn = async () => (await to(instance).signIn(SLEEPER, goodPassword(1))).status;
    await expect.poll(signIn, { timeout: 30_000, interval: 500 }).toBe(200);
    // The sign-in that fetched the version had no age of it yet; the next one moves the hash.
    expect(await signIn()).toBe(200);
    expect(await hashOf(SLEEPER)).toEqual({ pepperVersion: newPepper, cost: COST });
  }, 120_000);

  it('can be retired once its last owner has signed in, and no user is refused', async () => {
    // The one that has just started has the new pepper; an older one may still have its copy.
    const instance = running.at(-1) as Instance;
    const admin = 'admin@contoso.example';
    expect((await to(instance).signIn(admin, goodPassword(1))).status).toBe(200);
    expect(await report()).toContain(`${oldPepper}: can be retired, nothing needs it.`);
    await parts.enable('password-pepper', oldPepper, false);
    const fresh = await startInstance(parts);
    running.push(fresh);
    for (const userName of [...USERS, SLEEPER, admin]) {
      expect((await to(fresh).signIn(userName, goodPassword(1))).status).toBe(200);
    }
  }, 120_000);
});
