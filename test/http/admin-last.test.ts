import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goodPassword } from '../fixture/good-password.ts';
import { type CallAnswer, type Service, startService } from '../fixture/service.ts';
import { expectRefused } from './fixture/refused.ts';

/**
 * CONTRACT.md `last-global-admin`: no call leaves a tenant without a global admin who is active
 * and has a permanent password, however many run at once.
 */

/** Without the row of admins and the callers' authority, duels failed in the first and fourth. */
const ROUNDS = 6;
/** A tenant for each test, so that none sees the admins of another. */
const TENANTS = ['form', 'self', 'disabled', 'temporary', 'reset', 'demote', 'mixed', 'end'];

interface Admin {
  readonly userId: string;
  readonly userName: string;
  password: string;
  token: string;
}

let service: Service;

beforeAll(async () => {
  const admins = TENANTS.map((tenant) => `first@${tenant}.contoso.example`);
  // Without a history a round of the duels costs half the hashes.
  service = await startService({ admins, env: { PASSWORD_HISTORY: '0' } });
});
afterAll(() => service.stopAndAssertNoLeaks());

function first(tenant: string): Promise<Admin> {
  return service.readyAdmin(TENANTS.indexOf(tenant));
}

function second(one: Admin, roles: readonly string[] = ['globalAdmin']): Promise<Admin> {
  const userName = one.userName.replace('first', 'second');
  return service.addReadyUser(one.token, userName, roles);
}

function patch(caller: Admin, target: Admin, body: object): Promise<CallAnswer> {
  const { token } = caller;
  return service.callChecked('PATCH', `/api/users/${target.userId}`, { token, body });
}

function demote(caller: Admin, target: Admin): Promise<CallAnswer> {
  return patch(caller, target, { roles: ['userManagementAdmin'] });
}

function remove({ token }: Admin, target: Admin): Promise<CallAnswer> {
  return service.callChecked('DELETE', `/api/users/${target.userId}`, { token });
}

function reset({ token }: Admin, target: Admin): Promise<CallAnswer> {
  return service.callChecked('POST', `/api/users/${target.userId}/password-reset`, { token });
}

function expectLast(answer: CallAnswer): void {
  expectRefused(answer, 409, 'last-global-admin');
}

/** The global admins who count, as one of them sees it. */
async function workingAdmins({ token }: Admin): Promise<readonly string[]> {
  const query = 'role=globalAdmin&status=active&credentialState=permanent&limit=200';
  const { body } = await service.callChecked('GET', `/api/users?${query}`, { token });
  return body.items.map(({ userName }: Admin) => userName);
}

async function isAble({ token }: Admin): Promise<boolean> {
  const answer = await service.callChecked('GET', '/api/me', { token });
  if (answer.status !== 200) return false;
  return answer.body.roles.some(({ id }: { id: string }) => id === 'globalAdmin');
}

describe('the last global admin', () => {
  it('cannot delete, disable or demote itself, alone or beside lesser admins', async () => {
    const admin = await first('self');
    const roles = ['userManagementAdmin', 'salesAgent'];
    const refuseAll = async () => {
      expectLast(await remove(admin, admin));
      expectLast(await patch(admin, admin, { status: 'disabled' }));
      expectLast(await patch(admin, admin, { roles }));
      expectLast(await patch(admin, admin, { displayName: 'X', roles, status: 'disabled' }));
    };
    await refuseAll();
    await second(admin, ['userManagementAdmin']);
    await refuseAll();
    const { body } = await service.callChecked('GET', '/api/me', { token: admin.token });
    expect(body).toMatchObject({ displayName: 'first', roles: [{ id: 'globalAdmin' }] });
    const kept = await patch(admin, admin, {
      displayName: 'Still here',
      roles: ['globalAdmin', 'salesAgent'],
    });
    expect(kept.status).toBe(200);
  });

  it('may leave in any way once there is another, who is then the last', async () => {
    const one = await first('form');
    const other = await second(one);
    const ways = [
      (caller: Admin) => demote(caller, caller),
      (caller: Admin) => patch(caller, caller, { status: 'disabled' }),
    ];
    for (const way of ways) {
      expect((await way(one)).status).toBe(200);
      for (const again of ways) expectLast(await again(other));
      expectLast(await remove(other, other));
      const back = await patch(other, one, { roles: ['globalAdmin'], status: 'active' });
      expect(back.status).toBe(200);
      one.token = (await service.signIn(one.userName, one.password)).body.accessToken;
    }
    expect((await remove(one, one)).status).toBe(204);
    expectLast(await remove(other, other));
    expect(await workingAdmins(other)).toEqual([other.userName]);
  });

  it('stays the last beside disabled global admins', async () => {
    const one = await first('disabled');
    const other = await second(one);
    await patch(one, other, { status: 'disabled' });
    expectLast(await remove(one, one));
    expectLast(await demote(one, one));
    await patch(one, other, { status: 'active' });
    expect((await demote(one, one)).status).toBe(200);
  });

  it('stays the last beside global admins with a temporary password', async () => {
    const one = await first('temporary');
    const roles = ['globalAdmin'];
    const userName = 'fresh@temporary.contoso.example';
    const fresh = await service.addUser(one.token, userName, roles);
    expectLast(await remove(one, one));
    const settled = await service.chooseOwnPassword(
      userName,
      fresh.temporaryPassword,
      goodPassword(2),
    );
    expect((await remove(one, one)).status).toBe(204);
    const token = settled.body.accessToken;
    expect((await service.callChecked('GET', '/api/users?limit=1', { token })).status).toBe(200);
  });

  it('may remove global admins who do not count', async () => {
    const one = await first('end');
    const other = await second(one);
    const endings = [demote, (a: Admin, b: Admin) => patch(a, b, { status: 'disabled' }), remove];
    for (const end of [reset, ...endings]) expect((await end(one, other)).status).toBeLessThan(300);
    expect(await workingAdmins(one)).toEqual([one.userName]);
  });
});

/** Each of the two is called at the same moment; both were able before. */
const DUELS: Readonly<Record<string, readonly [Duel, Duel]>> = {
  reset: [reset, reset],
  demote: [demote, demote],
  mixed: [reset, (caller, target) => patch(caller, target, { status: 'disabled' })],
};
type Duel = (caller: Admin, target: Admin) => Promise<CallAnswer>;

describe('two global admins who remove each other at the same moment', () => {
  it.each(Object.entries(DUELS))(
    '(%s) leave one global admin',
    { timeout: 60_000 },
    async (tenant, duel) => {
      const [left, right] = duel;
      const one = await first(tenant);
      const other = await second(one);
      for (let round = 1; round <= ROUNDS; round += 1) {
        const answers = await Promise.all([left(one, other), right(other, one)]);
        const won = answers.filter(({ status }) => status === 200);
        expect(won, `round ${round}`).toHaveLength(1);
        const lost = answers.find(({ status }) => status !== 200)?.body.code;
        // Judged before the other's write, after it, or its caller is already no admin any more.
        expect(['last-global-admin', 'invalid-token', 'forbidden', 'conflict']).toContain(lost);
        const [winner, loser] = won[0] === answers[0] ? [one, other] : [other, one];
        expect([await isAble(winner), await isAble(loser)]).toEqual([true, false]);
        expect(await workingAdmins(winner)).toEqual([winner.userName]);
        await restore(winner, loser, won[0]?.body.temporaryPassword?.value, round);
      }
    },
  );
});

/** The one who lost is able again, for the next round. */
async function restore(
  winner: Admin,
  loser: Admin,
  temporaryPassword: string | undefined,
  round: number,
): Promise<void> {
  const roles = ['globalAdmin'];
  expect((await patch(winner, loser, { roles, status: 'active' })).status).toBe(200);
  if (temporaryPassword !== undefined) {
    loser.password = goodPassword(100 + round);
    const settled = await service.chooseOwnPassword(
      loser.userName,
      temporaryPassword,
      loser.password,
    );
    loser.token = settled.body.accessToken;
    return;
  }
  loser.token = (await service.signIn(loser.userName, loser.password)).body.accessToken;
}
