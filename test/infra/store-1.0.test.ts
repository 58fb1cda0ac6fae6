import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { goodPassword } from '../fixture/good-password.ts';
import { type Service, startService } from '../fixture/service.ts';
import { backupOf10, dataOf10, PASSWORDS_OF_10 } from '../fixture/store-1.0/store.ts';
import { runHere } from './fixture/in-process.ts';
import { removeTemporaryDirectories, temporaryDirectory } from './fixture/package.ts';

/** Checks that data of version 1.0 works with this one: see test/fixture/store-1.0/README.md. */

vi.setConfig({ testTimeout: 120_000 });
afterAll(removeTemporaryDirectories);

const env = { PUBLIC_ORIGIN: 'https://portal.contoso.example' };

const SOURCES = {
  'a data directory': async () => dataOf10(await temporaryDirectory()),
  'a backup, restored beside the vault,': async () => {
    const data = await dataOf10(await temporaryDirectory(), ['vault.json']);
    const file = await backupOf10(await temporaryDirectory());
    const { code, stdout, stderr } = await runHere('restore', [file, '--data', data, '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ users: 12, withoutPassword: [], damaged: [], missingPepperVersions: [] },
    });
    return data;
  },
};

describe.each(Object.entries(SOURCES))('the %s of version 1.0', (_, source) => {
  let service: Service;
  let token: string;

  beforeAll(async () => {
    service = await startService({ env, directory: await source() });
    const { body } = await service.signIn('admin@contoso.example', PASSWORDS_OF_10.admin);
    token = body.accessToken;
  });
  afterAll(async () => service?.stopAndAssertNoLeaks());

  /** The status of a sign-in, or the code of its refusal. */
  async function signIn(name: string, password: string): Promise<string> {
    const userName = name.includes('@') ? name : `${name}@contoso.example`;
    const { body } = await service.signIn(userName, password);
    return body.code ?? body.status;
  }

  async function userNamed(name: string) {
    const { body } = await service.callChecked('GET', `/api/users?userName=${name}@`, { token });
    return body.items[0];
  }

  it('starts without making an admin', async () => {
    expect(service.admins).toEqual([]);
    expect((await service.callChecked('GET', '/api/health/ready')).status).toBe(200);
  });

  it('lists every user in its state', async () => {
    const { body } = await service.callChecked('GET', '/api/users', { token });
    const states = body.items.map((user: { userName: string; credential: { state: string } }) => [
      user.userName.split('@')[0],
      user.credential.state,
    ]);
    expect(Object.fromEntries(states)).toEqual({
      ...{ admin: 'permanent', uma: 'permanent', ana: 'permanent', disabled: 'permanent' },
      ...{ guessed: 'permanent', locked: 'locked', temporary: 'temporary' },
      ...{ lapsed: 'expired', expired: 'expired' },
    });
    const ana = await userNamed('ana');
    expect(ana).toMatchObject({ displayName: 'Ana Moreau', locale: 'fr', roles: ['salesAgent'] });
  });

  it('signs in and rejects every user as before', async () => {
    const { admin, uma, ana, anaBefore, disabled, deleted, locked, guessed, temporary } =
      PASSWORDS_OF_10;
    expect(await signIn('admin', admin)).toBe('signedIn');
    expect(await signIn('uma', uma)).toBe('signedIn');
    expect(await signIn('ana', anaBefore)).toBe('invalid-credentials');
    expect(await signIn('ana', ana)).toBe('signedIn');
    expect(await signIn('temporary', temporary)).toBe('passwordChangeRequired');
    expect(await signIn('lapsed', PASSWORDS_OF_10.lapsed)).toBe('temporary-password-expired');
    expect(await signIn('expired', PASSWORDS_OF_10.expired)).toBe('temporary-password-expired');
    expect(await signIn('locked', locked)).toBe('too-many-attempts');
    expect(await signIn('guessed', guessed)).toBe('signedIn');
    expect(await signIn('disabled', disabled)).toBe('invalid-credentials');
    expect(await signIn('deleted', deleted)).toBe('invalid-credentials');
    const { fabrikamAdmin, imported } = PASSWORDS_OF_10;
    expect(await signIn('admin@fabrikam.example', fabrikamAdmin)).toBe('signedIn');
    expect(await signIn('imported@fabrikam.example', imported)).toBe('signedIn');
    // The hash of our own that took the place of the imported one.
    expect(await signIn('imported@fabrikam.example', imported)).toBe('signedIn');
    expect(await signIn('none@fabrikam.example', imported)).toBe('invalid-credentials');
  });

  it('lets users change their passwords, and keeps the history', async () => {
    const { ana, anaBefore, temporary } = PASSWORDS_OF_10;
    const session = (await service.signIn('ana@contoso.example', ana)).body.accessToken;
    const change = (newPassword: string) =>
      service.callChecked('POST', '/api/me/password', {
        token: session,
        body: { currentPassword: ana, newPassword },
      });
    expect((await change(anaBefore)).body).toMatchObject({ code: 'password-rejected' });
    expect((await change(goodPassword(21))).status).toBe(200);
    await service.chooseOwnPassword('temporary@contoso.example', temporary, goodPassword(22));
    expect(await signIn('temporary', goodPassword(22))).toBe('signedIn');
  });

  it('lets an admin change, reset, disable, delete and create, with events', async () => {
    const reset = async (name: string) => {
      const { userId } = await userNamed(name);
      const path = `/api/users/${userId}/password-reset`;
      const { status, body } = await service.callChecked('POST', path, { token });
      expect(status).toBe(200);
      return body.temporaryPassword.value;
    };
    for (const name of ['locked', 'lapsed', 'expired']) {
      await service.chooseOwnPassword(
        `${name}@contoso.example`,
        await reset(name),
        goodPassword(23),
      );
      expect(await signIn(name, goodPassword(23))).toBe('signedIn');
    }
    const disabled = `/api/users/${(await userNamed('disabled')).userId}`;
    const patch = (body: object) => service.callChecked('PATCH', disabled, { token, body });
    expect((await patch({ status: 'active' })).status).toBe(200);
    expect(await signIn('disabled', PASSWORDS_OF_10.disabled)).toBe('signedIn');
    expect((await patch({ roles: ['userManagementAdmin'] })).status).toBe(200);
    expect((await service.callChecked('DELETE', disabled, { token })).status).toBe(204);
    await service.addReadyUser(token, 'deleted@contoso.example');
    const { body } = await service.callChecked('GET', '/api/events?limit=200', { token });
    const types = new Set(body.items.map(({ type }: { type: string }) => type));
    for (const type of ['user.created', 'credential.locked', 'password.reset', 'user.deleted']) {
      expect(types).toContain(type);
    }
  });

  it('keeps the last global admin, and a sweep expires nothing', async () => {
    const { userId } = await userNamed('admin');
    const demote = await service.callChecked('PATCH', `/api/users/${userId}`, {
      token,
      body: { roles: ['salesAgent'] },
    });
    expect(demote.body).toMatchObject({ code: 'last-global-admin' });
    await service.sweep();
    expect(await signIn('uma', PASSWORDS_OF_10.uma)).toBe('signedIn');
  });
});

describe('portal-credentials reindex on a store of 1.0', () => {
  it('makes the words by which users are found, and nothing else', async () => {
    const data = await dataOf10(await temporaryDirectory());
    const { code, stdout } = await runHere('reindex', ['--data', data, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      users: 12,
      expiries: 0,
      ids: 0,
      tenants: 0,
      authorities: 0,
      words: expect.any(Number),
      staleWords: 0,
    });
  });
});
