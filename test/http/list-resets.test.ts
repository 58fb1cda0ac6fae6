import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Person, startTestContext, type TestContext } from './fixture/context.ts';
import { expectProblem } from './fixture/raw-service.ts';

/** CONTRACT.md `GET /api/users/{userId}/resets`; the outcomes are in test/operation. */

let context: TestContext;

beforeAll(async () => {
  context = await startTestContext();
});
afterAll(() => context.service.stopAndAssertNoLeaks());

const list = ({ token }: Pick<Person, 'token'>, query = '') =>
  context.send('GET', `/api/users/${context.agent.userId}/resets${query}`, { token });

it('lists the resets of a user for every admin, and for no other user', async () => {
  const { agent, globalAdmin, userAdmin, service } = context;
  expectProblem(await list(agent), 403, 'forbidden');
  const verification = { kind: 'callBack', reference: 'directory' };
  const body = { reason: 'Lost phone', ticket: 'INC-1', verification };
  const path = `/api/users/${agent.userId}/password-reset`;
  const reset = await service.callChecked('POST', path, { token: globalAdmin.token, body });
  expect(reset.status).toBe(200);
  const events = await service.callChecked('GET', `/api/users/${agent.userId}/events?limit=1`, {
    token: userAdmin.token,
  });
  const [{ eventId, at, actor }] = events.body.items;
  for (const person of [globalAdmin, userAdmin]) {
    const answer = await list(person);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      items: [
        {
          ...{ eventId, at, actor, delivery: 'shown', reason: 'Lost phone', ticket: 'INC-1' },
          verification: { ...verification, isProven: false },
          expiresAt: reset.body.user.credential.expiresAt,
          outcome: 'open',
        },
      ],
    });
  }
  expectProblem(await list(globalAdmin, '?limit=0'), 422, 'validation');
  expectProblem(await list(globalAdmin, '?after=x'), 422, 'validation');
});
