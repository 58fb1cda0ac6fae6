import { afterAll, beforeAll, expect, it } from 'vitest';
import { goodPassword, type Service, startService } from '../fixture/service.ts';

/** The help page, from the first sign-in to the expiry, on the built bundle through HTTP. */

let service: Service;

beforeAll(async () => {
  service = await startService({ env: { TEMPORARY_PASSWORD_TTL_SECONDS: '3' } });
});

afterAll(() => service.stop());

it('walks through the help page', async () => {
  const admin = await service.readyAdmin();
  const { userId, temporaryPassword } = await service.addUser(admin.token, 'ana@contoso.example');

  const reset = await service.call('POST', `/api/users/${userId}/password-reset`, {
    token: admin.token,
  });
  expect(reset.status).toBe(200);
  expect(reset.body.user.credential.state).toBe('temporary');
  expect((await service.signIn('ana@contoso.example', temporaryPassword)).status).toBe(401);

  const typed = reset.body.temporaryPassword.value.toLowerCase().replaceAll('-', ' ');
  const settled = await service.settle('ana@contoso.example', typed, goodPassword(7));
  const me = await service.call('GET', '/api/me', { token: settled.body.accessToken });
  expect(me.body.roles).toMatchObject([{ id: 'salesAgent', name: 'Sales agent' }]);
  expect(me.body.adminsWhoCanReset).toEqual([
    { displayName: 'admin', userName: 'admin@contoso.example' },
  ]);

  const again = await service.call('POST', '/api/me/password', {
    token: settled.body.accessToken,
    body: { currentPassword: goodPassword(7), newPassword: goodPassword(8) },
  });
  expect(again.status).toBe(200);
  const dead = await service.call('GET', '/api/me', { token: settled.body.accessToken });
  expect(dead.body.code).toBe('invalid-token');

  const lapsed = await service.addUser(admin.token, 'ben@contoso.example');
  await new Promise((resolve) => setTimeout(resolve, 3100));
  const late = await service.signIn('ben@contoso.example', lapsed.temporaryPassword);
  expect(late.body.code).toBe('temporary-password-expired');
  await service.sweep();
  const events = await service.call('GET', `/api/users/${lapsed.userId}/events`, {
    token: admin.token,
  });
  expect(events.body.items.map(({ type }: { type: string }) => type)).toEqual([
    'temporary-password.expired',
    'user.created',
  ]);
});
