import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVENT_TYPES } from '../../shared/credential/event.ts';
import { parseUserId } from '../../shared/credential/name.ts';
import { sessionKey } from '../../shared/operation/attempt-series.ts';
import { goodPassword } from '../fixture/good-password.ts';
import type { CallAnswer, CallOptions, Service, SignedInAdmin } from '../fixture/service.ts';
import { type OpenedService, startOpenedService } from './fixture/opened-service.ts';
import { expectRefused } from './fixture/refused.ts';

/** CONTRACT.md `GET /api/events` and `GET /api/users/{userId}/events`. */

interface Event {
  readonly eventId: string;
  readonly type: string;
  readonly at: string;
  readonly actor: { readonly userId: string } | { readonly system: string };
  readonly subject: { readonly userId: string };
  readonly requestId: string;
  readonly details: Readonly<Record<string, unknown>>;
}

interface Expected {
  readonly type: string;
  readonly actor: Event['actor'];
  readonly details: unknown;
  /** The call that it belongs to; undefined for the timer's own. */
  readonly answer: CallAnswer | undefined;
}

let opened: OpenedService;
let service: Service;
let admin: SignedInAdmin;
let made = 0;

beforeAll(async () => {
  opened = await startOpenedService();
  service = opened.service;
  admin = await service.readyAdmin();
});
afterAll(() => opened.stop());

function newName(): string {
  made += 1;
  return `user-${made}@contoso.example`;
}

function call(method: string, path: string, options: CallOptions = {}): Promise<CallAnswer> {
  return service.callChecked(method, path, { token: admin.token, ...options });
}

async function list(path: string, query = 'limit=200'): Promise<readonly Event[]> {
  const answer = await call('GET', `${path}?${query}`);
  expect(answer.status).toBe(200);
  return answer.body.items;
}

function eventsOf(userId: string): Promise<readonly Event[]> {
  return list(`/api/users/${userId}/events`);
}

/** Every page of a list. */
async function walk(path: string, limit: number): Promise<readonly Event[]> {
  const events: Event[] = [];
  let after = '';
  do {
    const { body } = await call('GET', `${path}?limit=${limit}${after}`);
    expect(body.items.length).toBeLessThanOrEqual(limit);
    events.push(...body.items);
    after = body.next === undefined ? '' : `&after=${body.next}`;
  } while (after !== '');
  return events;
}

function expectNewestFirst(events: readonly Event[]): void {
  const times = events.map(({ at }) => at);
  expect(times).toEqual([...times].sort().reverse());
}

/** Everything that can happen to one user, from creation to deletion, oldest first. */
async function live(userName: string): Promise<{ userId: string; expected: readonly Expected[] }> {
  const expected: Expected[] = [];
  const byAdmin = { userId: admin.userId };
  const roles = ['salesAgent'];
  const body = { userName, displayName: 'Ana Silva', roles };
  const created = await call('POST', '/api/users', { body });
  const { userId } = created.body.user;
  const path = `/api/users/${userId}`;
  const bySelf = { userId };
  const note = (type: string, actor: Event['actor'], answer?: CallAnswer, details: unknown = {}) =>
    expected.push({ type, actor, details, answer });
  note('user.created', byAdmin, created, { roles });

  const settled = await service.chooseOwnPassword(
    userName,
    created.body.temporaryPassword.value,
    goodPassword(1),
  );
  note('temporary-password.used', bySelf, settled);
  note('password.changed', bySelf, settled);

  const changed = await call('POST', '/api/me/password', {
    token: settled.body.accessToken,
    body: { currentPassword: goodPassword(1), newPassword: goodPassword(2) },
  });
  note('password.changed', bySelf, changed);
  const token = changed.body.accessToken;
  const everywhere = await call('POST', '/api/me/sign-out-everywhere', { token });
  note('sessions.ended', bySelf, everywhere);
  note('sessions.ended', byAdmin, await call('POST', `${path}/sign-out`));

  await opened.recordFailures(userName, 79, 60 * 60 * 1000);
  const unlocked = await call('POST', `${path}/unlock`);
  note('credential.unlocked', byAdmin, unlocked, { failures: 79 });
  const locked = await service.signIn(userName, 'not the right one');
  note('credential.locked', { system: 'sign-in' }, locked, { failures: 80 });

  const update = { displayName: 'Ana S.', roles: ['billingAdmin', 'salesAgent'] };
  const updated = await call('PATCH', path, { body: update });
  note('user.updated', byAdmin, updated, {
    changed: ['displayName', 'roles'],
    rolesBefore: roles,
    rolesAfter: update.roles,
  });
  note('user.disabled', byAdmin, await call('PATCH', path, { body: { status: 'disabled' } }));
  note('user.enabled', byAdmin, await call('PATCH', path, { body: { status: 'active' } }));

  const reset = await call('POST', `${path}/password-reset`);
  note('password.reset', byAdmin, reset, {
    clearedLock: true,
    delivery: 'shown',
    expiresInSeconds: expect.any(Number),
  });
  await opened.lapse(userName);
  const { expiresAt } = (await call('GET', path)).body.credential;
  await service.sweep();
  note('temporary-password.expired', { system: 'sweep' }, undefined, { expiresAt });
  const names = { userName, displayName: update.displayName };
  note('user.deleted', byAdmin, await call('DELETE', path), names);
  return { userId, expected };
}

describe('the events of a user', () => {
  it('record every change, newest first, with actor, details and request id', async () => {
    const userName = newName();
    const start = new Date().toISOString();
    const { userId, expected } = await live(userName);
    const end = new Date().toISOString();
    const events = await eventsOf(userId);
    expectNewestFirst(events);
    const oldestFirst = [...events].reverse();
    expect(oldestFirst.map(({ type }) => type)).toEqual(expected.map(({ type }) => type));
    for (const [index, { type, actor, details, answer }] of expected.entries()) {
      const event = oldestFirst[index];
      expect(event, type).toEqual({
        eventId: expect.stringMatching(/^[\w-]{20,}$/),
        type,
        at: expect.any(String),
        actor,
        subject: { userId },
        requestId: answer?.headers.get('x-request-id') ?? expect.stringMatching(/^[\da-f-]{36}$/),
        details,
      });
      const at = event?.at ?? '';
      expect(at >= start && at <= end, `${type} ${start} ${at} ${end}`).toBe(true);
    }
    const types = new Set(events.map(({ type }) => type));
    // The others have tests of their own.
    const others = [
      'credential.frozen',
      'tenant.settings-changed',
      'notice.undeliverable',
      'support-code.issued',
      'temporary-password.used-by-issuer',
    ];
    const wanted = EVENT_TYPES.filter((type) => !others.includes(type));
    expect([...types].sort()).toEqual(wanted.toSorted());
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(events.length);
  });

  it('stay readable by the id after another user took the name', async () => {
    const userName = newName();
    const first = await service.addUser(admin.token, userName);
    await call('DELETE', `/api/users/${first.userId}`);
    const second = await service.addUser(admin.token, userName);
    const types = async (userId: string) => (await eventsOf(userId)).map(({ type }) => type);
    expect(await types(first.userId)).toEqual(['user.deleted', 'user.created']);
    expect(await types(second.userId)).toEqual(['user.created']);
  });

  it('never go back in time, however many changes share a millisecond', async () => {
    const { userId } = await service.addUser(admin.token, newName());
    const path = `/api/users/${userId}`;
    for (let round = 0; round < 10; round += 1) {
      const body = { displayName: `Ana ${round}`, status: round % 2 === 0 ? 'disabled' : 'active' };
      await call('PATCH', path, { body });
    }
    const events = await eventsOf(userId);
    expect(events).toHaveLength(21);
    expectNewestFirst(events);
    const types = events.map(({ type }) => type);
    expect(types.slice(0, 4)).toEqual([
      'user.enabled',
      'user.updated',
      'user.disabled',
      'user.updated',
    ]);
  });

  it('begin with the bootstrap for the first admin', async () => {
    const events = await eventsOf(admin.userId);
    expect(events.at(-1)).toMatchObject({
      type: 'user.created',
      actor: { system: 'bootstrap' },
      details: { roles: ['globalAdmin'] },
    });
    expect(events.map(({ type }) => type)).toEqual([
      'password.changed',
      'temporary-password.used',
      'user.created',
    ]);
  });

  it('record that ten wrong current passwords ended the sessions', async () => {
    const person = await service.addReadyUser(admin.token, newName());
    const tenth = await endByGuesses(person);
    const [last] = await eventsOf(person.userId);
    expect(last).toMatchObject({
      type: 'sessions.ended',
      actor: { system: 'sign-in' },
      requestId: tenth.headers.get('x-request-id'),
      details: { wrongCurrentPasswords: 10 },
    });
  });

  it('are not written by rejected calls', async () => {
    const { userId } = await service.addUser(admin.token, newName());
    const path = `/api/users/${userId}`;
    const headers = { 'if-match': '"stale"' };
    const refused = [
      await call('PATCH', path, { body: { displayName: 'B' }, headers }),
      await call('PATCH', path, { body: { displayName: '' } }),
      await call('DELETE', path, { headers }),
      await call('POST', `${path}/password-reset`, { headers }),
      await call('POST', `${path}/password-reset`, { body: { password: 'x' } }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([412, 422, 412, 412, 422]);
    expect((await eventsOf(userId)).map(({ type }) => type)).toEqual(['user.created']);
  });

  it('of an unknown id answer 404', async () => {
    for (const id of ['0'.repeat(26), 'x']) {
      expectRefused(await call('GET', `/api/users/${id}/events`), 404, 'not-found');
    }
  });
});

/** The tenth wrong current password in a row, the first a real one too. */
async function endByGuesses(person: { userId: string; token: string }): Promise<CallAnswer> {
  const { token } = person;
  const body = { currentPassword: 'not the right one', newPassword: goodPassword(8) };
  const guess = async () => {
    const answer = await call('POST', '/api/me/password', { token, body });
    expectRefused(answer, 401, 'invalid-credentials');
    return answer;
  };
  await guess();
  const userId = parseUserId(person.userId);
  if (userId === undefined) throw new Error('not a user id');
  const { attempts } = opened.stores;
  const stored = await attempts.find(sessionKey(userId));
  if (stored === undefined) throw new Error('the guess was not counted');
  const lastFailureAtMs = Date.now() - 60 * 60 * 1000;
  const nine = { ...stored.value, failures: 9, lastFailureAtMs };
  await attempts.replace(sessionKey(userId), stored.etag, nine);
  const tenth = await guess();
  expectRefused(await call('GET', '/api/me', { token }), 401, 'invalid-token');
  return tenth;
}

describe('the events of a tenant', () => {
  it('are those of all its users, newest first', async () => {
    const all = await list('/api/events');
    expectNewestFirst(all);
    const subjects = [...new Set(all.map(({ subject }) => subject.userId))];
    expect(subjects.length).toBeGreaterThan(3);
    const each = await Promise.all(subjects.map(eventsOf));
    const byId = (one: Event, other: Event) => (one.eventId < other.eventId ? -1 : 1);
    expect([...all].sort(byId)).toEqual(each.flat().sort(byId));
  });

  it('are the same list in pages of any size', async () => {
    const all = await list('/api/events');
    expect(all.length).toBeGreaterThan(20);
    for (const limit of [1, 7, 200]) expect(await walk('/api/events', limit)).toEqual(all);
    const own = `/api/users/${all[0]?.subject.userId}/events`;
    expect(await walk(own, 1)).toEqual(await list(own));
  });

  it('come 50 at a time by default, and 200 at most', async () => {
    const { userId } = await service.addUser(admin.token, newName());
    for (let round = 0; round < 60; round += 1) {
      const body = { displayName: `Ana ${round}` };
      await call('PATCH', `/api/users/${userId}`, { body });
    }
    for (const path of ['/api/events', `/api/users/${userId}/events`]) {
      const { items, next } = (await call('GET', path)).body;
      expect(items).toHaveLength(50);
      expect(next).toEqual(expect.any(String));
      for (const limit of ['0', '201']) {
        const answer = await call('GET', `${path}?limit=${limit}`);
        expectRefused(answer, 422, 'validation');
        expect(answer.body.errors).toMatchObject([{ parameter: 'limit' }]);
      }
    }
  });

  it('keep their place while new ones are written', async () => {
    const before = await list('/api/events');
    const { body } = await call('GET', '/api/events?limit=3');
    await service.addUser(admin.token, newName());
    const rest = await list('/api/events', `limit=3&after=${body.next}`);
    expect(rest).toEqual(before.slice(3, 6));
  });

  it('have their own cursors, and an altered one is rejected', async () => {
    const [userId, other] = [admin.userId, (await service.addUser(admin.token, newName())).userId];
    await call('PATCH', `/api/users/${other}`, { body: { displayName: 'B' } });
    const paths = ['/api/events', `/api/users/${userId}/events`, `/api/users/${other}/events`];
    for (const from of paths) {
      const { next } = (await call('GET', `${from}?limit=1`)).body;
      const at = Math.floor(next.length / 2);
      const altered = next.slice(0, at) + (next[at] === 'A' ? 'B' : 'A') + next.slice(at + 1);
      const wrong = paths.filter((path) => path !== from).map((path) => `${path}?after=${next}`);
      for (const address of [...wrong, `${from}?after=${altered}`]) {
        const answer = await call('GET', address);
        expectRefused(answer, 422, 'validation');
        expect(answer.body.errors).toMatchObject([{ parameter: 'after' }]);
      }
    }
  });

  it('hold nothing that opens an account, and no typed text', async () => {
    const userName = newName();
    const secret = 'a very secret display name';
    const body = {
      userName,
      displayName: secret,
      email: 'private@mail.example',
      roles: ['salesAgent'],
    };
    const created = await call('POST', '/api/users', { body });
    const { user, temporaryPassword } = created.body;
    await service.chooseOwnPassword(userName, temporaryPassword.value, goodPassword(7));
    await call('PATCH', `/api/users/${user.userId}`, { body: { email: 'other@mail.example' } });
    const reset = await call('POST', `/api/users/${user.userId}/password-reset`);
    const text = JSON.stringify(await walk('/api/events', 200));
    const hidden = [
      ...[temporaryPassword.value, reset.body.temporaryPassword.value],
      ...[goodPassword(7), admin.password, admin.token, secret, 'mail.example', '$2b$', 'eyJ'],
    ];
    expect(hidden.filter((one) => text.includes(one))).toEqual([]);
  });
});
