import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deleteUser } from '../../shared/operation/delete-user.ts';
import { signOutUser } from '../../shared/operation/sign-out.ts';
import { updateUser } from '../../shared/operation/update-user.ts';
import { goodPassword } from '../fixture/good-password.ts';
import {
  createOperations,
  type Operations,
  outcomeText,
  type SignedInUser,
} from '../fixture/operations.ts';
import { down, override, withPlaces } from '../fixture/override.ts';
import { eventsOf, losing } from './fixture/admin-context.ts';

const WRONG = 'wrong horse battery staple';

let operations: Operations;
let admin: SignedInUser;
let ana: SignedInUser;

async function begin(history: number): Promise<void> {
  operations = await createOperations({ history, freeAttempts: 20 });
  admin = await operations.readyAdmin();
  ana = await operations.addReadyUser(admin, 'ana@contoso.example');
}

beforeEach(() => begin(2));
afterEach(() => operations.stop());

/** From one password to the next; the last one is the current one. */
async function changeTo(...passwords: readonly string[]): Promise<void> {
  let { token, password } = ana;
  for (const next of passwords) {
    const changed = await operations.changePassword(token, next, password);
    [token, password] = [changed.access.token, next];
  }
  ana = { ...ana, token, password };
}

function change(next: string, on = operations) {
  return on.changePassword(ana.token, next, ana.password);
}

async function request() {
  return { principal: await operations.sessionOf(admin), userId: ana.userId };
}

const end = async () => signOutUser(operations.dependencies, await request(), operations.context());
const remove = async () =>
  deleteUser(operations.dependencies, await request(), operations.context());
const rename = async () => {
  const patch = { displayName: 'Ana' };
  return updateUser(operations.dependencies, { ...(await request()), patch }, operations.context());
};

describe('changing a password', () => {
  const rejected = (...reasons: readonly string[]) => ({
    code: 'password-rejected',
    extra: { reasons },
  });

  it('rejects the current password and as many earlier ones as history says', async () => {
    const [zero, one, two, three] = [2, 10, 11, 12].map(goodPassword) as [string, ...string[]];
    expect(ana.password).toBe(zero);
    await changeTo(one as string, two as string, three as string);
    await expect(change(three as string)).rejects.toMatchObject(rejected('same-as-current'));
    await expect(change(two as string)).rejects.toMatchObject(rejected('in-history'));
    await expect(change(one as string)).rejects.toMatchObject(rejected('in-history'));
    await changeTo(zero);
    const last = await operations.dependencies.accounts.findCredential(ana.userName);
    expect(last?.value.history).toHaveLength(2);
  });

  it('rejects the password before a reset and the one before that', async () => {
    const own = ana.password;
    await changeTo(goodPassword(10));
    const temporaryPassword = await operations.reset(admin, ana.userId);
    const token = await operations.changeToken(ana.userName, temporaryPassword);
    for (const before of [goodPassword(10), own]) {
      const refused = operations.changePassword(token, before);
      await expect(refused).rejects.toMatchObject(rejected('in-history'));
    }
    await operations.changePassword(token, goodPassword(11));
    expect(await operations.attempt(ana.userName, goodPassword(11))).toBe('signedIn');
  });

  it('compares as many earlier passwords as history says now, not back then', async () => {
    const own = ana.password;
    await changeTo(goodPassword(10), goodPassword(11));
    const lowered = operations.with({ policy: { ...operations.dependencies.policy, history: 1 } });
    expect(await outcomeText(change(goodPassword(10), lowered))).toBe('password-rejected');
    expect(await outcomeText(change(own, lowered))).toBe('signedIn');
  });

  it('compares no hash if there was no password, and reads the user only once', async () => {
    const { userName, temporaryPassword } = await operations.addUser(admin, 'new@contoso.example');
    const principal = await operations.principal(
      await operations.changeToken(userName, temporaryPassword),
    );
    const done: string[] = [];
    const { accounts, hasher } = operations.dependencies;
    const watched = operations.with({
      accounts: override(accounts, {
        findUser(name) {
          done.push('findUser');
          return accounts.findUser(name);
        },
      }),
      hasher: withPlaces(hasher, (place) => ({
        verify(password, hash) {
          done.push('verify');
          return place.verify(password, hash);
        },
        replace(password, earlier) {
          done.push(`replace ${earlier.length}`);
          return place.replace(password, earlier);
        },
      })),
    });
    await watched.changePassword(principal, goodPassword(10));
    expect(done).toEqual(['replace 0']);
  });

  it('accepts an earlier password if no history is kept', async () => {
    await operations.stop();
    await begin(0);
    const own = ana.password;
    await changeTo(goodPassword(10));
    expect(await outcomeText(change(own))).toBe('signedIn');
  });

  it('rejects a bad password with every reason and writes nothing', async () => {
    const before = await operations.user(ana.userName);
    await expect(change('abcdefgh1234')).rejects.toMatchObject(
      rejected('too-short', 'common', 'sequential'),
    );
    expect(await operations.user(ana.userName)).toEqual(before);
  });

  it('writes one event in a session and two after a temporary password', async () => {
    await changeTo(goodPassword(10));
    const [last, used, earlier] = await eventsOf(operations, ana);
    const types = [last, used, earlier].map((event) => event?.type);
    expect(types).toEqual(['password.changed', 'password.changed', 'temporary-password.used']);
    expect(last?.actor).toEqual({ userId: ana.userId });
    const sequences = [last, used, earlier].map((event) => event?.sequence);
    expect(sequences).toEqual([4, 3, 2]);
  });

  it('clears the failures counted at sign-in and counts as a sign-in', async () => {
    await operations.attempt(ana.userName, WRONG);
    operations.pass(5);
    await changeTo(goodPassword(10));
    const nowMs = operations.clock.now();
    expect(await operations.counted(ana.userName)).toBeUndefined();
    expect(await operations.user(ana.userName)).toMatchObject({
      credential: { kind: 'permanent', changedAtMs: nowMs },
      attemptsClearedAtMs: nowMs,
      lastSignInAtMs: nowMs,
      isLocked: false,
    });
  });

  it('rejects a session without the current password as invalid-credentials', async () => {
    const changed = operations.changePassword(ana.token, goodPassword(10));
    expect(await outcomeText(changed)).toBe('invalid-credentials');
  });
});

describe('the tenth wrong current password', () => {
  /** Nine, as soon as each may be. */
  async function guessNine(): Promise<void> {
    for (let count = 0; count < 9; count += 1) {
      const guess = operations.changePassword(ana.token, goodPassword(10), WRONG);
      expect(await outcomeText(guess)).toBe('invalid-credentials');
    }
  }

  async function tenth(between: () => Promise<unknown>): Promise<string> {
    await guessNine();
    const racing = losing(operations, 1, between);
    return outcomeText(racing.changePassword(ana.token, goodPassword(10), WRONG));
  }

  async function endings(): Promise<number> {
    const events = await eventsOf(operations, ana);
    return events.filter(({ type }) => type === 'sessions.ended').length;
  }

  it('ends the sessions though another write comes between', async () => {
    expect(await tenth(rename)).toBe('invalid-credentials');
    expect(await endings()).toBe(1);
    expect(await outcomeText(operations.principal(ana.token))).toBe('invalid-token');
  });

  it('writes no second event if another call ended the sessions first', async () => {
    expect(await tenth(end)).toBe('invalid-credentials');
    expect(await endings()).toBe(1);
  });

  it('answers invalid-credentials without an event if the user was deleted', async () => {
    expect(await tenth(remove)).toBe('invalid-credentials');
    expect(await endings()).toBe(0);
  });
});

describe('a change that reads user and hashes of different versions', () => {
  /** Before the hashes are read for the first time, something happens to the user. */
  function disturbed(happens: () => Promise<unknown>): Operations {
    const { accounts } = operations.dependencies;
    let isFirst = true;
    return operations.with({
      accounts: override(accounts, {
        async findCredential(userName) {
          if (!isFirst) return accounts.findCredential(userName);
          isFirst = false;
          await happens();
          return undefined;
        },
      }),
    });
  }

  it.each([
    ['sessions were ended', () => end()],
    ['the user was deleted', () => remove()],
    ['the password was reset', () => operations.reset(admin, ana.userId)],
  ])('fails with invalid-token if %s', async (_what, happens) => {
    expect(await outcomeText(change(goodPassword(10), disturbed(happens)))).toBe('invalid-token');
  });

  it('succeeds if only a name changed', async () => {
    expect(await outcomeText(change(goodPassword(10), disturbed(rename)))).toBe('signedIn');
  });
});

it('answers unavailable and logs one line if the refund of an attempt fails', async () => {
  const { accounts, attempts } = operations.dependencies;
  let writes = 0;
  const instance = operations.with({
    accounts: override(accounts, { findCredential: down() }),
    attempts: override(attempts, {
      async replace(...parts) {
        writes += 1;
        return writes === 1 ? attempts.replace(...parts) : down()();
      },
    }),
  });
  expect(await outcomeText(change(goodPassword(10), instance))).toBe('unavailable');
  expect(operations.logged).toEqual(['best-effort step failed: give-back-attempt']);
});
