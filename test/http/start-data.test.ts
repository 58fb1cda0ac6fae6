import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { goodPassword } from '../fixture/good-password.ts';
import { type Service, startService } from '../fixture/service.ts';

/** `--data`: what was answered survives SIGKILL, at whatever moment it comes. */

const ROUNDS = 5;
const WORKERS = 3;
/** A process is killed upon one of so many answers. */
const ANSWERS_MOST = 10;

interface Known {
  readonly userName: string;
  userId: string;
  /** The password that signs in, as far as answers show. */
  password: string;
  isTemporary: boolean;
  token: string | undefined;
  /** Oldest first. */
  readonly events: string[];
  /** A call was sent without an answer: its effect is uncertain. */
  isInDoubt: boolean;
}

let service: Service;
let adminToken: string;
let users = 0;

/** Tokens name their issuer, which shall not change with the port. */
const env = { PUBLIC_ORIGIN: 'https://portal.contoso.example' };

beforeAll(async () => {
  service = await startService({ env });
  adminToken = (await service.readyAdmin()).token;
});

afterAll(async () => {
  await service.stopAndAssertNoLeaks();
  rmSync(service.directory, { recursive: true, force: true });
});

/** Creates, resets and changes until `note`, called with each answer, says that it is over. */
async function work(known: Known[], note: () => boolean): Promise<void> {
  for (;;) {
    users += 1;
    const userName = `user-${users}@contoso.example`;
    const user: Known = {
      userName,
      userId: '',
      password: '',
      isTemporary: true,
      token: undefined,
      events: [],
      isInDoubt: true,
    };
    known.push(user);
    const made = await service.addUser(adminToken, userName);
    Object.assign(user, { userId: made.userId, password: made.temporaryPassword });
    user.events.push('user.created');
    user.isInDoubt = false;
    if (note()) return;

    user.isInDoubt = true;
    const path = `/api/users/${user.userId}/password-reset`;
    const reset = await service.callChecked('POST', path, { token: adminToken });
    user.password = reset.body.temporaryPassword.value;
    user.events.push('password.reset');
    user.isInDoubt = false;
    if (note()) return;

    user.isInDoubt = true;
    const password = goodPassword(users);
    const changed = await service.chooseOwnPassword(userName, user.password, password);
    Object.assign(user, { password, isTemporary: false, token: changed.body.accessToken });
    user.events.push('temporary-password.used', 'password.changed');
    user.isInDoubt = false;
    if (note()) return;
  }
}

async function expectKept(user: Known): Promise<void> {
  const context = `${user.userName} after ${user.events.join()}`;
  const signedIn = await service.signIn(user.userName, user.password);
  const status = user.isTemporary ? 'passwordChangeRequired' : 'signedIn';
  expect(signedIn.body.status, context).toBe(status);
  if (user.token !== undefined) {
    const me = await service.callChecked('GET', '/api/me', { token: user.token });
    expect(me.status, context).toBe(200);
  }
  const events = await service.callChecked('GET', `/api/users/${user.userId}/events`, {
    token: adminToken,
  });
  const types = events.body.items.map(({ type }: { type: string }) => type);
  expect(types.toSorted(), context).toEqual(user.events.toSorted());
}

it(`keeps every answered change after each of ${ROUNDS} kills`, { timeout: 120_000 }, async () => {
  const known: Known[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    let left = 1 + Math.floor(Math.random() * ANSWERS_MOST);
    let killed: Promise<void> | undefined;
    const note = () => {
      left -= 1;
      // At this very moment, while the other workers' calls are on their way.
      if (left === 0) killed = service.end('SIGKILL');
      return left <= 0;
    };
    const workers = Array.from({ length: WORKERS }, () => work(known, note));
    for (const end of await Promise.allSettled(workers)) {
      // Because the process answered no more, not because of an answer.
      if (end.status === 'rejected') expect(`${end.reason}`).toMatch(/fetch failed|terminated/);
    }
    await killed;
    service = await startService({ env, directory: service.directory });
    expect(service.admins).toEqual([]);
    const certain = known.filter(({ isInDoubt }) => !isInDoubt);
    // At least the one whose answer was the signal.
    expect(certain).not.toEqual([]);
    for (const user of certain) await expectKept(user);
    // Judged once; later rounds write beside them.
    known.splice(0);
  }
});
