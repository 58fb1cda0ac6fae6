import { afterAll, beforeAll, expect, it } from 'vitest';
import { goodPassword } from '../fixture/good-password.ts';
import type { Service, SignedInAdmin } from '../fixture/service.ts';
import { type OpenedService, startOpenedService } from './fixture/opened-service.ts';
import { expectRefused } from './fixture/refused.ts';

/** CONTRACT.md "Timer", run through the local host: `expireTemporaryPasswords`. */

let opened: OpenedService;
let service: Service;
let admin: SignedInAdmin;

beforeAll(async () => {
  opened = await startOpenedService();
  service = opened.service;
  admin = await service.readyAdmin();
});
afterAll(() => opened.stop());

async function eventTypes(userId: string): Promise<readonly string[]> {
  const path = `/api/users/${userId}/events`;
  const { body } = await service.callChecked('GET', path, { token: admin.token });
  return body.items.map(({ type }: { type: string }) => type);
}

async function read(userId: string) {
  const answer = await service.callChecked('GET', `/api/users/${userId}`, { token: admin.token });
  return { ...answer.body, etag: answer.headers.get('etag') };
}

/** The last line that the timer wrote about itself. */
function lastReport() {
  const line = service.log.split('\n').findLast((text) => text.includes('the sweep is done'));
  const json = line?.slice(line.indexOf('{'));
  return json === undefined ? undefined : JSON.parse(json);
}

it('expires unused passwords once and touches nothing else', async () => {
  const used = await service.addReadyUser(admin.token, 'used@contoso.example');
  const unused = await service.addUser(admin.token, 'unused@contoso.example');
  const lockedName = 'locked@contoso.example';
  const locked = await service.addUser(admin.token, lockedName);
  await opened.lock(lockedName);
  const before = await read(used.userId);
  await opened.lapse('unused@contoso.example');
  await opened.lapse(lockedName);
  const lapsed = (await read(unused.userId)).credential;
  expect(lapsed.state).toBe('expired');
  expect(await eventTypes(unused.userId)).toEqual(['user.created']);
  const later = await service.addUser(admin.token, 'later@contoso.example');

  await service.sweep();
  expect(lastReport()).toMatchObject({ count: 2, failed: 0 });
  expect(await eventTypes(unused.userId)).toEqual(['temporary-password.expired', 'user.created']);
  expect((await read(unused.userId)).credential).toEqual(lapsed);
  expect((await eventTypes(locked.userId))[0]).toBe('temporary-password.expired');
  expect((await read(locked.userId)).credential.state).toBe('locked');
  expect(await read(used.userId)).toEqual(before);
  expect(await eventTypes(later.userId)).toEqual(['user.created']);
  const late = await service.signIn('unused@contoso.example', unused.temporaryPassword);
  expectRefused(late, 401, 'temporary-password-expired');

  await service.sweep();
  expect(await eventTypes(unused.userId)).toHaveLength(2);
  expect((await eventTypes(locked.userId)).filter((type) => type.includes('expired'))).toHaveLength(
    1,
  );
});

it('does not overwrite a reset', async () => {
  const userName = 'again@contoso.example';
  const { userId } = await service.addUser(admin.token, userName);
  await opened.lapse(userName);
  const path = `/api/users/${userId}/password-reset`;
  const reset = await service.callChecked('POST', path, { token: admin.token });
  await service.sweep();
  expect(await eventTypes(userId)).toEqual(['password.reset', 'user.created']);
  const { value } = reset.body.temporaryPassword;
  await service.chooseOwnPassword(userName, value, goodPassword(3));
});

it('answers 202 and logs what it did', async () => {
  const answer = await service.callChecked('POST', '/admin/functions/expireTemporaryPasswords', {
    body: {},
  });
  expect(answer.status).toBe(202);
  await service.sweep();
  expect(lastReport()).toEqual({
    time: expect.any(String),
    level: 'information',
    operation: 'expireTemporaryPasswords',
    traceId: expect.stringMatching(/^[\da-f]{32}$/),
    message: 'the sweep is done',
    requestId: expect.stringMatching(/^[\da-f-]{36}$/),
    count: expect.any(Number),
    removed: expect.any(Number),
    left: expect.any(Number),
    failed: 0,
  });
});
