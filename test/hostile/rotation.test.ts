import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPasswordHasher } from '../../shared/crypto/password/password-hasher.ts';
import { createSeal } from '../../shared/crypto/sealed/seal.ts';
import {
  createSecretCache,
  SECRET_SETTLING_MS,
  SECRET_SUPERSEDED_MS,
} from '../../shared/crypto/secret/secret-cache.ts';
import { createTokens } from '../../shared/crypto/token/tokens.ts';
import { reportCredentials } from '../../shared/maintenance/credential-report.ts';
import { Unavailable } from '../../shared/port/unavailable.ts';
import { privateJwk, VaultDouble } from '../crypto/vault-double.ts';
import { goodPassword } from '../fixture/good-password.ts';
import {
  createOperations,
  type Operations,
  outcomeText,
  type SignedInUser,
} from '../fixture/operations.ts';

/**
 * A rotation while requests run, over the minutes that real time would take: two instances on the
 * same store and vault, each with caches of its own age. In processes: rotation-process.test.ts.
 */

const USERS = process.env.HOSTILE === 'long' ? 8 : 2;
const MINUTE_MS = 60_000;
// Real hashes and sockets on a machine that may be busy; nothing here judges time.
vi.setConfig({ testTimeout: 120_000 });

const WRONG = 'not the right one';
/** Clocks of two machines. */
const SKEW_MS = 1500;
const TOKEN_TTL_SECONDS = 3600;

let operations: Operations;
let peppers: VaultDouble;
let keys: VaultDouble;

beforeEach(async () => {
  operations = await createOperations();
  const longAgoMs = operations.clock.now() - SECRET_SETTLING_MS;
  peppers = new VaultDouble();
  peppers.add('pepper-1', 'pepper one '.repeat(4), longAgoMs);
  keys = new VaultDouble();
  keys.add('key-1', privateJwk(), longAgoMs);
});
afterEach(() => operations.stop());

/** The parts of one process, wired as the composition does it; nothing is cached yet. */
function start(workFactor: number, skewMs: number): Operations {
  const clock = { now: () => operations.clock.nowMs + skewMs };
  const ring = createSecretCache({ vault: peppers, name: 'password-pepper', clock });
  const { queue } = operations;
  return operations.with({
    clock,
    hasher: createPasswordHasher({ queue, peppers: ring, workFactor }),
    cursors: createSeal(ring, 'cursor'),
    tokens: createTokens({
      signingKeys: createSecretCache({ vault: keys, name: 'token-signing-key', clock }),
      issuer: 'https://portal.example',
      audience: 'portal',
      accessTokenTtlSeconds: TOKEN_TTL_SECONDS,
      changeTokenTtlSeconds: 600,
      randomBytes: (size) => randomBytes(size),
    }),
  });
}

async function parametersOf({ userName }: Pick<SignedInUser, 'userName'>) {
  const found = await operations.dependencies.accounts.findCredential(userName);
  const { bcrypt = '', pepperVersion } = found?.value.permanent ?? {};
  return { pepperVersion, cost: Number(bcrypt.slice(4, 6)) };
}

interface Instances {
  a: Operations;
  b: Operations;
}

/** Runs a minute of one user on both instances; returns each outcome that must not be. */
async function minuteOf(
  user: SignedInUser,
  { a, b }: Instances,
  minute: number,
): Promise<readonly string[]> {
  const [one, other] = minute % 2 === 0 ? [a, b] : [b, a];
  const wrong: string[] = [];
  const expectThat = (what: string, outcome: string, expected: string) => {
    if (outcome !== expected) wrong.push(`minute ${minute}, ${what}: ${outcome}`);
  };
  const signedIn = await one.signIn(user.userName, user.password);
  if (signedIn.status !== 'signedIn') return [`minute ${minute}: ${signedIn.status}`];
  const { token } = signedIn.access;
  const principal = (on: Operations, of: string) => outcomeText(on.principal(of));
  expectThat('its token there', await principal(other, token), 'done');
  expectThat('an older token here', await principal(one, user.token), 'done');
  expectThat('an older token there', await principal(other, user.token), 'done');
  if (minute % 5 === 0) {
    expectThat('a guess', await other.attempt(user.userName, WRONG), 'invalid-credentials');
  }
  const position = await one.dependencies.cursors.seal('position', 'list');
  const opened = await other.dependencies.cursors.open(position, 'list');
  expectThat('a cursor there', opened ?? 'none', 'position');
  return wrong;
}

describe('a new pepper, a new signing key and a raised work factor', () => {
  it('fail no request at any minute, and hashes move as their owners sign in', async () => {
    const instances: Instances = { a: start(4, 0), b: start(4, SKEW_MS) };
    const { a } = instances;
    const admin = await a.readyAdmin();
    const users: SignedInUser[] = [];
    for (let index = 0; index < USERS; index += 1) {
      users.push(await a.addReadyUser(admin, `user-${index}@contoso.example`));
    }
    const sleeper = await a.addReadyUser(admin, 'sleeper@contoso.example');
    const wrong: string[] = [];
    const seen = new Set<string>();
    for (let minute = 0; minute < 45; minute += 1) {
      if (minute === 7) {
        peppers.add('pepper-2', 'pepper two '.repeat(4), operations.clock.now());
        keys.add('key-2', privateJwk(), operations.clock.now());
      }
      // One after the other is replaced by the new release, as a deployment does it.
      if (minute === 12) instances.b = start(5, SKEW_MS);
      if (minute === 26) instances.a = start(5, 0);
      const outcomes = await Promise.all(users.map((user) => minuteOf(user, instances, minute)));
      wrong.push(...outcomes.flat());
      const changer = users[minute % users.length] as SignedInUser;
      if (minute % 9 === 4) await exchange(instances, admin, changer, minute);
      for (const user of users) {
        const { pepperVersion, cost } = await parametersOf(user);
        seen.add(`${pepperVersion} at ${cost}`);
      }
      operations.pass(MINUTE_MS);
    }
    expect(wrong).toEqual([]);
    for (const user of users) {
      expect(await parametersOf(user)).toEqual({ pepperVersion: 'pepper-2', cost: 5 });
    }
    // Both moves were seen while both instances served.
    expect([...seen]).toEqual(expect.arrayContaining(['pepper-1 at 4', 'pepper-2 at 5']));
    expect(await parametersOf(sleeper)).toEqual({ pepperVersion: 'pepper-1', cost: 4 });
  });

  /** A reset on one instance, the temporary password on the other, the change on the first. */
  async function exchange(
    { a, b }: Instances,
    admin: SignedInUser,
    user: SignedInUser,
    minute: number,
  ): Promise<void> {
    const temporaryPassword = await a.reset(admin, user.userId);
    const token = await b.changeToken(user.userName, temporaryPassword);
    const password = goodPassword(1000 + minute);
    const { access } = await a.changePassword(token, password);
    Object.assign(user, { password, token: access.token });
  }

  it('do not reject a hash, token or cursor of an instance that is ahead', async () => {
    const [a, b] = [start(4, 0), start(4, SKEW_MS)];
    const admin = await a.readyAdmin();
    const ana = await b.addReadyUser(admin, 'ana@contoso.example');
    // As if they had settled already: only a new query shows them, and b has a fresh copy.
    const agoMs = operations.clock.now() - SECRET_SETTLING_MS;
    peppers.add('pepper-2', 'pepper two '.repeat(4), agoMs + 1);
    keys.add('key-2', privateJwk(), agoMs + 1);
    operations.pass(1);
    const ahead = start(5, 0);
    const { access } = (await ahead.signIn(ana.userName, ana.password)) as {
      access: { token: string };
    };
    expect(await parametersOf(ana)).toEqual({ pepperVersion: 'pepper-2', cost: 5 });
    expect(await outcomeText(b.principal(access.token))).toBe('done');
    expect(await b.attempt(ana.userName, ana.password)).toBe('signedIn');
    const cursor = await ahead.dependencies.cursors.seal('position', 'list');
    expect(await b.dependencies.cursors.open(cursor, 'list')).toBe('position');
    // Nor is what is newer taken back.
    expect(await parametersOf(ana)).toEqual({ pepperVersion: 'pepper-2', cost: 5 });
  });
});

describe('retiring an old version', () => {
  it('fails no request once the report allows it', async () => {
    const a = start(4, 0);
    const admin = await a.readyAdmin();
    const users = [admin, await a.addReadyUser(admin, 'ana@contoso.example')];
    peppers.add('pepper-2', 'pepper two '.repeat(4), operations.clock.now());
    const addedAtMs = operations.clock.now();
    const report = async () => {
      const versions = peppers.versions.map(({ version, createdAtMs }, index) => {
        const writtenUntilMs = index === 0 ? addedAtMs + SECRET_SUPERSEDED_MS : undefined;
        return { version, createdAtMs, writtenUntilMs };
      });
      const made = await reportCredentials(operations.dependencies, versions);
      return made.peppers.map(({ canBeRetired }) => canBeRetired);
    };
    operations.pass(SECRET_SUPERSEDED_MS);
    for (const { userName, password } of users) {
      expect(await report()).toEqual([false, false]);
      expect(await a.attempt(userName, password)).toBe('signedIn');
    }
    expect(await report()).toEqual([true, false]);
    peppers.disable('pepper-1');
    for (const instance of [start(4, 0), start(4, SKEW_MS)]) {
      for (const { userName, password } of users) {
        expect(await instance.attempt(userName, password)).toBe('signedIn');
      }
    }
  });

  it('too early is an outage that names the version, never a wrong password', async () => {
    const a = start(4, 0);
    const admin = await a.readyAdmin();
    const ana = await a.addReadyUser(admin, 'ana@contoso.example');
    peppers.add('pepper-2', 'pepper two '.repeat(4), 0);
    peppers.disable('pepper-1');
    const b = start(4, SKEW_MS);
    for (const password of [ana.password, WRONG, ana.password, WRONG, WRONG, WRONG, WRONG]) {
      const refused = await b.signIn(ana.userName, password).catch((fault: unknown) => fault);
      expect(refused).toBeInstanceOf(Unavailable);
      expect(refused).toMatchObject({ part: 'vault', pepperVersion: 'pepper-1' });
    }
    expect(await operations.counted(ana.userName)).toBeUndefined();
    // Nor is a new password taken that could not be compared with the earlier ones.
    const temporaryPassword = await b.reset(admin, ana.userId);
    const token = await b.changeToken(ana.userName, temporaryPassword);
    expect(await outcomeText(b.changePassword(token, goodPassword(3)))).toBe('unavailable');
    peppers.add('pepper-1', 'pepper one '.repeat(4), 0);
    operations.pass(5000);
    expect(await outcomeText(b.changePassword(token, goodPassword(3)))).toBe('signedIn');
    expect(await b.attempt(admin.userName, admin.password)).toBe('signedIn');
  });
});
