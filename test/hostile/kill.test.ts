import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, expect, it, vi } from 'vitest';
import { DATA_ROOT } from '../fixture/data-root.ts';
import { goodPassword } from '../fixture/good-password.ts';
import { type CallAnswer, type Service, startService } from '../fixture/service.ts';
import { freezeTokenIn, mailTo } from '../http/fixture/mailbox.ts';
import { isLong } from './fixture/replay.ts';

/**
 * The built service with `--data` is killed (SIGKILL) while it resets, changes, creates, freezes
 * and sweeps, and started again on the same data: what was answered is there, what was not is there
 * as a whole or not at all, and one password opens each account.
 */

const ROUNDS = isLong ? 25 : 2;
/** From before the first request is read to after the last one is answered, more or less. */
const KILL_WITHIN_MS = 900;
/** Short, so that there is always something to sweep. */
const TTL_SECONDS = 5;
/** Each has its own limit of calls that reach the password policy; two last for two rounds. */
const CHANGERS = isLong ? 3 : 2;
const SETTINGS = {
  // Each start picks a port; tokens name their issuer.
  PUBLIC_ORIGIN: 'https://portal.example',
  SIGN_IN_FREE_ATTEMPTS: '20',
  TEMPORARY_PASSWORD_TTL_SECONDS: String(TTL_SECONDS),
};

vi.setConfig({ testTimeout: 120_000 });

const seed = process.env.HOSTILE_SEED ?? String(Date.now() % 1_000_000);
const directory = mkdtempSync(join(DATA_ROOT, 'portal-credentials-kill-'));
let service: Service;

afterAll(async () => {
  await service?.stopAndAssertNoLeaks();
  rmSync(directory, { recursive: true, force: true });
});

/** A whole number below `limit` that the seed and the label decide. */
function draw(label: string, limit: number): number {
  return createHash('sha256').update(`${seed} ${label}`).digest().readUInt32BE(0) % limit;
}

interface Person {
  readonly userId: string;
  readonly userName: string;
  /** The password; undefined if a lost answer has set it. */
  password: string | undefined;
  token?: string;
  /** The answers, oldest first. */
  readonly heard: string[];
}

interface Event {
  readonly type: string;
  readonly at: string;
  readonly requestId: string;
}

/** Returns the answer. @returns undefined if the process was killed before it */
async function lost(call: Promise<CallAnswer>): Promise<CallAnswer | undefined> {
  try {
    return await call;
  } catch (error) {
    // Whatever the answer says is judged elsewhere; here only the lack of one is expected.
    if (error instanceof TypeError || (error as Error).name === 'SyntaxError') return undefined;
    throw error;
  }
}

async function eventsOf(token: string, userId: string): Promise<readonly Event[]> {
  const path = `/api/users/${userId}/events?limit=200`;
  const { status, body } = await service.callChecked('GET', path, { token });
  expect(status).toBe(200);
  const events: Event[] = [...body.items].reverse();
  const times = events.map(({ at }) => at);
  expect(times).toEqual([...times].sort());
  return events;
}

/** Returns whether this password opens the account; an expired one only is proven. */
async function opens(userName: string, password: string): Promise<boolean> {
  const { status, body } = await service.signIn(userName, password);
  if (status === 200) return true;
  if (body.code === 'temporary-password-expired') return true;
  expect(body.code).toBe('invalid-credentials');
  return false;
}

const count = (events: readonly Event[], type: string) =>
  events.filter((event) => event.type === type).length;

/** An answered change has its event; an unanswered one has one at most. */
function expectEvents(
  events: readonly Event[],
  person: Person,
  type: string,
  answer: CallAnswer | undefined,
): boolean {
  const before = person.heard.filter((heard) => heard === type).length;
  const now = count(events, type);
  if (answer !== undefined) {
    expect(answer.status).toBeLessThan(300);
    expect(now).toBe(before + 1);
    const requestId = answer.headers.get('x-request-id');
    expect(events.filter((event) => event.type === type).at(-1)?.requestId).toBe(requestId);
  } else expect([before, before + 1]).toContain(now);
  person.heard.splice(0, person.heard.length, ...events.map((event) => event.type));
  return now > before;
}

async function checkReset(token: string, person: Person, answer: CallAnswer | undefined) {
  const events = await eventsOf(token, person.userId);
  const hasHappened = expectEvents(events, person, 'password.reset', answer);
  const fresh: string | undefined = answer?.body.temporaryPassword.value;
  const old = person.password;
  if (hasHappened) person.password = fresh;
  if (old !== undefined) expect(await opens(person.userName, old)).toBe(!hasHappened);
  if (fresh !== undefined) expect(await opens(person.userName, fresh)).toBe(true);
}

async function checkChange(
  token: string,
  person: Person,
  next: string,
  answer: CallAnswer | undefined,
) {
  const events = await eventsOf(token, person.userId);
  const hasHappened = expectEvents(events, person, 'password.changed', answer);
  const old = person.password ?? '';
  expect(await opens(person.userName, old)).toBe(!hasHappened);
  expect(await opens(person.userName, next)).toBe(hasHappened);
  // Old tokens end with the change, and stay valid without it.
  const { status } = await service.callChecked('GET', '/api/me', { token: person.token });
  expect(status).toBe(hasHappened ? 401 : 200);
  if (answer !== undefined) {
    const mine = await service.callChecked('GET', '/api/me', { token: answer.body.accessToken });
    expect(mine.status).toBe(200);
  }
  if (hasHappened) person.password = next;
}

/** Repeating an unanswered create shows whether there was one; either way there is one user. */
async function checkCreate(token: string, userName: string, answer: CallAnswer | undefined) {
  const found = await service.callChecked('GET', `/api/users?userName=${userName}`, { token });
  const items: readonly { userId: string }[] = found.body.items;
  expect(items.length).toBeLessThanOrEqual(1);
  if (answer !== undefined) {
    expect(answer.status).toBe(201);
    expect(items[0]?.userId).toBe(answer.body.user.userId);
    expect(await opens(userName, answer.body.temporaryPassword.value)).toBe(true);
  }
  const body = { userName, displayName: 'x', roles: ['salesAgent'] };
  const again = await service.callChecked('POST', '/api/users', { token, body });
  expect(again.status).toBe(items.length === 1 ? 409 : 201);
  const userId = items[0]?.userId ?? again.body.user.userId;
  const events = await eventsOf(token, userId);
  expect(count(events, 'user.created')).toBe(1);
}

async function checkFreeze(token: string, person: Person, answer: CallAnswer | undefined) {
  const events = await eventsOf(token, person.userId);
  const hasHappened = expectEvents(events, person, 'credential.frozen', answer);
  const { body } = await service.callChecked('GET', `/api/users/${person.userId}`, { token });
  expect(body.credential.isFrozen).toBe(hasHappened ? true : undefined);
  expect(await opens(person.userName, person.password ?? '')).toBe(!hasHappened);
}

/** Checks after an unkilled sweep that each expired password has its one event. */
async function checkSweep(token: string): Promise<void> {
  await service.sweep();
  const { body } = await service.callChecked('GET', '/api/users?limit=200', { token });
  for (const { userId, credential } of body.items) {
    const types = (await eventsOf(token, userId)).map(({ type }) => type);
    const since = types.slice(
      Math.max(types.lastIndexOf('password.reset'), types.lastIndexOf('user.created')),
    );
    const told = since.filter((type) => type === 'temporary-password.expired').length;
    const isLapsed =
      credential.state === 'expired' && Date.parse(credential.expiresAt) < Date.now() - 60_000;
    if (isLapsed) expect(told).toBe(1);
    else expect(told).toBeLessThanOrEqual(1);
    const issued = types.filter((type) => /^(?:password\.reset|user\.created)$/.test(type)).length;
    const ended = types.filter((type) => type === 'temporary-password.expired').length;
    expect(ended).toBeLessThanOrEqual(issued);
  }
}

async function addPerson(token: string, userName: string): Promise<Person> {
  const { userId, temporaryPassword } = await service.addUser(token, userName);
  return { userId, userName, password: temporaryPassword, heard: ['user.created'] };
}

async function addChanger(token: string, index: number): Promise<Person> {
  const userName = `changer${index}@contoso.example`;
  const person = await service.addReadyUser(token, userName);
  const heard = ['user.created', 'temporary-password.used', 'password.changed'];
  return { ...person, heard };
}

/** Adds a user who was reset, with the freeze link of the mail about it. */
async function addFreezer(token: string, round: number) {
  const userName = `freezer${round}@contoso.example`;
  const email = `freezer${round}@mail.example`;
  const person = await addPerson(token, userName);
  const path = `/api/users/${person.userId}`;
  await service.callChecked('PATCH', path, { token, body: { email } });
  const { body } = await service.callChecked('POST', `${path}/password-reset`, { token });
  const password: string = body.temporaryPassword.value;
  const freezeToken = freezeTokenIn(await mailTo(service, email, 'Your password was reset'));
  const heard = [...person.heard, 'user.updated', 'password.reset'];
  return { person: { ...person, password, heard }, freezeToken };
}

async function restart(): Promise<void> {
  service = await startService({ directory, admins: [], env: SETTINGS });
}

/** One kill in the midst of all five. */
async function playRound(round: number, token: string, resetter: Person, changer: Person) {
  const signedIn = await service.signIn(changer.userName, changer.password ?? '');
  changer.token = signedIn.body.accessToken;
  const freezer = await addFreezer(token, round);
  const next = goodPassword(100 + round);
  const created = `new${round}@contoso.example`;
  const body = { userName: created, displayName: 'x', roles: ['salesAgent'] };
  const currentPassword = changer.password;
  const work = [
    lost(service.callChecked('POST', `/api/users/${resetter.userId}/password-reset`, { token })),
    lost(
      service.callChecked('POST', '/api/me/password', {
        token: changer.token,
        body: { currentPassword, newPassword: next },
      }),
    ),
    lost(service.callChecked('POST', '/api/users', { token, body })),
    lost(service.callChecked('POST', '/api/freeze', { body: { token: freezer.freezeToken } })),
    lost(service.callChecked('POST', '/admin/functions/expireTemporaryPasswords', { body: {} })),
  ] as const;
  await wait(draw(`kill ${round}`, KILL_WITHIN_MS));
  await service.end('SIGKILL');
  const [reset, change, create, freeze] = await Promise.all(work);
  await restart();
  await checkReset(token, resetter, reset);
  await checkChange(token, changer, next, change);
  await checkCreate(token, created, create);
  await checkFreeze(token, freezer.person, freeze);
  await checkSweep(token);
  return [reset, change, create, freeze].filter((answer) => answer !== undefined).length;
}

it(`keeps every change that a killed process had answered (HOSTILE_SEED=${seed})`, async () => {
  service = await startService({
    directory,
    env: { ...SETTINGS, TEMPORARY_PASSWORD_TTL_SECONDS: '60' },
  });
  const { token } = await service.readyAdmin();
  const changers = [];
  for (let index = 0; index < CHANGERS; index += 1) changers.push(await addChanger(token, index));
  const resetter = await addPerson(token, 'resetter@contoso.example');
  let answered = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const changer = changers[round % CHANGERS];
    if (changer === undefined) throw new Error('no changer');
    answered += await playRound(round, token, resetter, changer);
  }
  // Killed always before or always after the answers would prove little.
  if (isLong) {
    expect(answered).toBeGreaterThan(0);
    expect(answered).toBeLessThan(4 * ROUNDS);
  }
});
