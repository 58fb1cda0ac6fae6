import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestContext, type TestContext } from './fixture/context.ts';
import { expectRefused } from './fixture/refused.ts';

/** CONTRACT.md `POST /api/me/support-code`; test/operation/support-code.test.ts has the rest. */

let context: TestContext;

beforeAll(async () => {
  context = await startTestContext();
});
afterAll(() => context.service.stopAndAssertNoLeaks());

it('proves a session to an admin, whose reset and its list say so', async () => {
  const { agent, globalAdmin, service } = context;
  const issued = await service.callChecked('POST', '/api/me/support-code', { token: agent.token });
  expect(issued).toMatchObject({ status: 200, body: { expiresInSeconds: 600 } });
  const { code } = issued.body;
  const path = `/api/users/${agent.userId}`;
  const reset = (text: string) =>
    service.callChecked('POST', `${path}/password-reset`, {
      ...{ token: globalAdmin.token, body: { verification: { kind: 'supportCode', code: text } } },
    });
  expectRefused(await reset('0000-0000'), 422, 'verification-failed');
  expect((await reset(code.toLowerCase())).status).toBe(200);
  const list = await service.callChecked('GET', `${path}/resets`, { token: globalAdmin.token });
  expect(list.body.items).toMatchObject([
    { verification: { kind: 'supportCode', isProven: true }, outcome: 'open' },
  ]);
  const events = await service.callChecked('GET', `${path}/events`, { token: globalAdmin.token });
  const texts = JSON.stringify([list.body, events.body]);
  expect(texts).toContain('support-code.issued');
  expect(texts).not.toContain(code);
});
