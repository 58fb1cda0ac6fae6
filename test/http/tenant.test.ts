import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JSON_TYPE, type Person, startTestContext, type TestContext } from './fixture/context.ts';
import { expectProblem } from './fixture/raw-service.ts';

let context: TestContext;

beforeAll(async () => {
  context = await startTestContext();
});
afterAll(() => context.service.stopAndAssertNoLeaks());

const patch = ({ token }: Pick<Person, 'token'>, settings: object, headers = {}) =>
  context.send('PATCH', '/api/tenant', {
    ...{ token, headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify({ settings }) },
  });

const read = ({ token }: Pick<Person, 'token'>) => context.send('GET', '/api/tenant', { token });

const DEFAULTS = {
  reason: 'optional',
  ticket: 'optional',
  verification: 'optional',
  delivery: 'shown',
};

describe('the settings of the tenant', () => {
  it('are read by every admin and by no other user', async () => {
    const wanted = { tenant: 'contoso.example', settings: { reset: DEFAULTS } };
    for (const person of [context.globalAdmin, context.userAdmin]) {
      expect(await read(person)).toMatchObject({ status: 200, body: wanted });
    }
    expectProblem(await read(context.agent), 403, 'forbidden');
  });

  it('are changed by a global admin alone, and refused before the body is read', async () => {
    expectProblem(await patch(context.userAdmin, { nonsense: 1 }), 403, 'forbidden');
  });

  it.each([
    [{ contact: 'x'.repeat(201) }, '/settings/contact'],
    [{ contact: 'a\nb' }, '/settings/contact'],
    [{ contact: 1 }, '/settings/contact'],
    [{ reset: { reason: 'never' } }, '/settings/reset/reason'],
    [{ reset: { other: 1 } }, '/settings/reset/other'],
    [{ pending: null }, '/settings/pending'],
    [{ reset: { delivery: 'mail' } }, '/settings/reset/delivery'],
  ])('that are wrong are refused where they are: %j', async (settings, pointer) => {
    const answer = await patch(context.globalAdmin, settings);
    expectProblem(answer, 422, 'validation');
    expect(answer.body.errors).toMatchObject([{ pointer }]);
  });

  it('show a contact in My profile, and in refusals to callers who are proven', async () => {
    const contact = 'IT help desk <b>+33 1 23 45 67 89</b>';
    const { headers } = await read(context.globalAdmin);
    const changed = await patch(context.globalAdmin, { contact }, { 'if-match': headers.etag });
    expect(changed).toMatchObject({ status: 200, body: { settings: { contact } } });
    expect(changed.headers.etag).not.toBe(headers.etag);
    expect(
      (await context.send('GET', '/api/me', { token: context.agent.token })).body,
    ).toMatchObject({
      contact,
    });
    const forbidden = await read(context.agent);
    expect(forbidden.body).toMatchObject({ code: 'forbidden', contact });
    const self = await context.send('DELETE', `/api/users/${context.globalAdmin.userId}`, {
      token: context.globalAdmin.token,
    });
    expect(self.body).toMatchObject({ code: 'last-global-admin', contact });
    const wrong = await context.service.signIn(context.agent.userName, 'not the right one');
    expect(wrong.body).not.toHaveProperty('contact');
    expect((await context.send('GET', '/api/me', { token: 'x' })).body).not.toHaveProperty(
      'contact',
    );
    expect((await read(context.foreigner)).body.settings).not.toHaveProperty('contact');
    expectProblem(
      await patch(context.globalAdmin, {}, { 'if-match': headers.etag }),
      412,
      'precondition-failed',
    );
  });

  it('loosen a day later, show their author, and can be taken back', async () => {
    const tightened = await patch(context.globalAdmin, { reset: { ticket: 'required' } });
    expect(tightened.body.settings.reset.ticket).toBe('required');
    const loosened = await patch(context.globalAdmin, { reset: null });
    expect(loosened.body.settings).toMatchObject({
      reset: { ticket: 'required' },
      pending: { reset: DEFAULTS, by: context.globalAdmin.userId, effectiveAt: expect.any(String) },
    });
    const kept = await patch(context.globalAdmin, { reset: { ticket: 'required' } });
    expect(kept.body.settings).not.toHaveProperty('pending');
    const events = await context.send('GET', '/api/events', { token: context.globalAdmin.token });
    expect(events.body.items[0]).toMatchObject({
      type: 'tenant.settings-changed',
      subject: { tenant: 'contoso.example' },
      details: { changed: ['pending'] },
    });
  });
});
