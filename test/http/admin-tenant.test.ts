import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goodPassword } from '../fixture/good-password.ts';
import {
  type CallAnswer,
  type Service,
  type SignedInAdmin,
  startService,
} from '../fixture/service.ts';
import { expectRefused } from './fixture/refused.ts';

/** CONTRACT.md: a caller never sees another tenant, and sees the admins of its own. */

/** One name inside the other, so that a prefix could be mistaken for a tenant. */
const OURS = 'contoso.example';
const THEIRS = 'contoso.example.org';
const ADMINS_SHOWN = 10;

let service: Service;
let ours: SignedInAdmin;
let theirs: SignedInAdmin;

beforeAll(async () => {
  service = await startService({ admins: [`admin@${OURS}`, `admin@${THEIRS}`] });
  ours = await service.readyAdmin(0);
  theirs = await service.readyAdmin(1);
});
afterAll(() => service.stopAndAssertNoLeaks());

describe('a user of another tenant', () => {
  const CALLS = [
    ['GET', '', undefined],
    ['PATCH', '', { displayName: 'X' }],
    ['PATCH', '', {}],
    ['DELETE', '', undefined],
    ['POST', '/password-reset', undefined],
    ['POST', '/unlock', undefined],
    ['POST', '/sign-out', undefined],
    ['GET', '/events', undefined],
  ] as const;

  /** All of an answer but what is its own each time. */
  function essence({ status, headers, body }: CallAnswer) {
    const { instance: _, ...rest } = body;
    return { status, body: rest, challenge: headers.get('www-authenticate') };
  }

  it('is not found by any call of either rank of admins', async () => {
    const target = await service.addReadyUser(theirs.token, `ana@${THEIRS}`);
    const roles = ['userManagementAdmin'];
    const userAdmin = await service.addReadyUser(ours.token, `uma@${OURS}`, roles);
    const look = () =>
      service.callChecked('GET', `/api/users/${target.userId}`, { token: theirs.token });
    const before = (await look()).body;
    for (const { token } of [ours, userAdmin]) {
      for (const [method, path, body] of CALLS) {
        const send = (id: string) =>
          service.callChecked(method, `/api/users/${id}${path}`, { token, ...(body && { body }) });
        const foreign = await send(target.userId);
        expectRefused(foreign, 404, 'not-found');
        expect(essence(foreign)).toEqual(essence(await send('0'.repeat(26))));
        expectRefused(await send(theirs.userId), 404, 'not-found');
      }
    }
    expect((await look()).body).toEqual(before);
    expect((await service.callChecked('GET', '/api/me', { token: target.token })).status).toBe(200);
  });

  it('is in no list of users or events', async () => {
    for (const [admin, tenant] of [
      [ours, OURS],
      [theirs, THEIRS],
    ] as const) {
      const get = async (path: string) =>
        (await service.callChecked('GET', path, { token: admin.token })).body.items;
      const users: readonly { userId: string; userName: string }[] =
        await get('/api/users?limit=200');
      expect(users.length).toBeGreaterThan(1);
      for (const { userName } of users) expect(userName.split('@')[1]).toBe(tenant);
      const ids = new Set(users.map(({ userId }) => userId));
      const events = await get('/api/events?limit=200');
      expect(events.length).toBeGreaterThan(2);
      for (const { subject } of events) expect(ids).toContain(subject.userId);
    }
  });

  it('may have the same name before the @', async () => {
    const userName = (tenant: string) => `twin@${tenant}`;
    const first = await service.addUser(ours.token, userName(OURS));
    const second = await service.addUser(theirs.token, userName(THEIRS));
    expect(first.userId).not.toBe(second.userId);
    await service.chooseOwnPassword(userName(OURS), first.temporaryPassword, goodPassword(3));
    const wrong = await service.signIn(userName(THEIRS), goodPassword(3));
    expectRefused(wrong, 401, 'invalid-credentials');
  });

  it('cannot be created', async () => {
    const body = { userName: `new@${THEIRS}`, displayName: 'New', roles: ['salesAgent'] };
    const answer = await service.callChecked('POST', '/api/users', { token: ours.token, body });
    expectRefused(answer, 422, 'validation');
    expect(answer.body.errors).toMatchObject([{ pointer: '/userName' }]);
  });

  it('is rejected the same way if the name is taken there', async () => {
    const body = { userName: `ana@${THEIRS}`, displayName: 'New', roles: ['salesAgent'] };
    const answer = await service.callChecked('POST', '/api/users', { token: ours.token, body });
    expectRefused(answer, 422, 'validation');
  });
});

describe('adminsWhoCanReset', () => {
  async function admins(token: string): Promise<readonly string[]> {
    const { body } = await service.callChecked('GET', '/api/me', { token });
    return body.adminsWhoCanReset.map(({ userName }: { userName: string }) => userName);
  }

  it('names the admins who can reset the user, and no others', async () => {
    const add = (local: string, roles: readonly string[]) =>
      service.addReadyUser(theirs.token, `${local}@${THEIRS}`, roles);
    const agent = await add('agent', ['salesAgent']);
    const userAdmin = await add('uma', ['userManagementAdmin']);
    const globalAdmin = await add('bea', ['globalAdmin']);
    await service.addUser(theirs.token, `fresh@${THEIRS}`, ['globalAdmin']);
    expect(await admins(agent.token)).toEqual([
      theirs.userName,
      globalAdmin.userName,
      userAdmin.userName,
    ]);
    expect(await admins(userAdmin.token)).toEqual([theirs.userName, globalAdmin.userName]);
    expect(await admins(globalAdmin.token)).toEqual([theirs.userName]);
    const path = `/api/users/${globalAdmin.userId}`;
    const body = { status: 'disabled' };
    await service.callChecked('PATCH', path, { token: theirs.token, body });
    expect(await admins(agent.token)).toEqual([theirs.userName, userAdmin.userName]);
    await service.callChecked('POST', `/api/users/${userAdmin.userId}/password-reset`, {
      token: theirs.token,
    });
    expect(await admins(agent.token)).toEqual([theirs.userName]);
    const self = `/api/users/${theirs.userId}`;
    await service.callChecked('PATCH', self, {
      token: theirs.token,
      body: { displayName: 'Renamed' },
    });
    const me = await service.callChecked('GET', '/api/me', { token: agent.token });
    expect(me.body.adminsWhoCanReset).toEqual([
      { displayName: 'Renamed', userName: theirs.userName },
    ]);
  });

  it('names at most ten, in the sign-in answer too', async () => {
    const agent = await service.addReadyUser(ours.token, `agent@${OURS}`);
    const names = Array.from({ length: 11 }, (_, index) => `b-${index + 10}@${OURS}`);
    const counts: number[] = [];
    for (const name of names) {
      await service.addReadyUser(ours.token, name, ['userManagementAdmin']);
      counts.push((await admins(agent.token)).length);
    }
    // The first admin and the one of an earlier test are there already.
    expect(counts).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 10, 10, 10]);
    expect(await admins(agent.token)).toEqual(
      [ours.userName, ...names, `uma@${OURS}`].sort().slice(0, ADMINS_SHOWN),
    );
    const signedIn = await service.signIn(agent.userName, agent.password);
    expect(signedIn.body.user.adminsWhoCanReset).toHaveLength(ADMINS_SHOWN);
  });
});
