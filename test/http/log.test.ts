import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goodPassword } from '../fixture/good-password.ts';
import { type Service, type SignedInAdmin, startService } from '../fixture/service.ts';

/** ASVS 16.2, 16.3: what the log records of each call, and what it never does. */

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const TRACED = { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` };
const PSEUDONYM = expect.stringMatching(/^[0-9a-f]{16}$/);
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

let service: Service;
let admin: SignedInAdmin;

beforeAll(async () => {
  service = await startService({ env: { TRUSTED_PROXY_HOPS: '1' } });
  admin = await service.readyAdmin();
});
// The stop looks for every password and token in the log.
afterAll(() => service.stopAndAssertNoLeaks());

type Line = Readonly<Record<string, unknown>>;

function linesOf(requestId: string | null): readonly Line[] {
  return service.log
    .split('\n')
    .filter((text) => text.includes(`"${requestId}"`))
    .map((text) => JSON.parse(text) as Line);
}

/** Returns the one line about a request, once it is there. */
async function lineOf(answer: { readonly headers: Headers }): Promise<Line> {
  const requestId = answer.headers.get('x-request-id');
  await expect.poll(() => linesOf(requestId), { timeout: 20_000 }).toHaveLength(1);
  return linesOf(requestId)[0] as Line;
}

/** The members that every line of a call begins with. */
const common = (answer: { readonly headers: Headers }, operation: string) => ({
  time: TIME,
  level: 'information',
  traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
  requestId: answer.headers.get('x-request-id'),
  operation,
});

describe('the log', () => {
  it('records of each sign-in its user and its outcome', async () => {
    const signedIn = await service.signIn(admin.userName, admin.password, TRACED);
    expect(await lineOf(signedIn)).toEqual({
      ...common(signedIn, 'signIn'),
      traceId: TRACE,
      message: 'done',
      status: 200,
      code: 'signedIn',
      actorId: admin.userId,
      subjectId: admin.userId,
      namePseudonym: PSEUDONYM,
      tenantPseudonym: PSEUDONYM,
      networkPseudonym: PSEUDONYM,
    });
    const made = await service.addUser(admin.token, 'ana@contoso.example');
    const first = await service.signIn('ana@contoso.example', made.temporaryPassword);
    const line = await lineOf(first);
    expect(line).toMatchObject({ code: 'passwordChangeRequired', actorId: made.userId });
  });

  it('records of a failed sign-in the outcome, not the typed text', async () => {
    // A password that slipped into the name field must not be kept.
    const typed = 'secretly.typed@contoso.example';
    service.noteSecret(typed);
    const failed = await service.signIn(typed, 'not the right one');
    expect(await lineOf(failed)).toEqual({
      ...common(failed, 'signIn'),
      message: 'refused',
      status: 401,
      code: 'invalid-credentials',
      namePseudonym: PSEUDONYM,
      tenantPseudonym: PSEUDONYM,
      networkPseudonym: PSEUDONYM,
    });
  });

  it('shows many names from one network, and one name from many, without an address', async () => {
    const lineFrom = async (userName: string, address: string) => {
      const headers = { 'x-forwarded-for': address };
      return lineOf(await service.signIn(userName, 'wrong guess', headers));
    };
    const home = await lineFrom('ana.one@contoso.example', '203.0.113.9');
    const neighbour = await lineFrom('ben.two@contoso.example', '203.0.113.77');
    const elsewhere = await lineFrom('ana.one@contoso.example', '198.51.100.9');
    expect(neighbour.networkPseudonym).toBe(home.networkPseudonym);
    expect(neighbour.namePseudonym).not.toBe(home.namePseudonym);
    expect(elsewhere.networkPseudonym).not.toBe(home.networkPseudonym);
    expect(elsewhere.namePseudonym).toBe(home.namePseudonym);
    expect(service.log).not.toMatch(/203\.0\.113|198\.51\.100/);
  });

  it('distinguishes a stuck client from a spray, for unknown names too', async () => {
    const pseudonyms = async (names: readonly string[]) => {
      const lines: Line[] = [];
      for (const name of names) lines.push(await lineOf(await service.signIn(name, 'wrong guess')));
      const of = (field: string) => new Set(lines.map((line) => line[field]));
      return { names: of('namePseudonym'), tenants: of('tenantPseudonym'), lines };
    };
    const stuck = await pseudonyms(['Nobody@contoso.example', 'nobody@CONTOSO.example']);
    expect([stuck.names.size, stuck.tenants.size]).toEqual([1, 1]);
    const { userName } = await service.addReadyUser(admin.token, 'gil@contoso.example');
    const spray = await pseudonyms([userName, 'nobody@contoso.example', 'x@fabrikam.example']);
    expect([spray.names.size, spray.tenants.size]).toEqual([3, 2]);
    expect(spray.names).toContain([...stuck.names][0]);
    // A line of a user has no member that a line of an unknown name lacks.
    const members = spray.lines.map((line) => Object.keys(line));
    expect(members[1]).toEqual(members[0]);
  });

  it('records of a refused call the caller and the refusal', async () => {
    const agent = await service.addReadyUser(admin.token, 'ben@contoso.example');
    const refused = await service.callChecked('GET', '/api/users', { token: agent.token });
    expect(await lineOf(refused)).toEqual({
      ...common(refused, 'listUsers'),
      message: 'refused',
      status: 403,
      code: 'forbidden',
      actorId: agent.userId,
    });
    const unknown = await service.callChecked('GET', '/api/me', { token: 'a.b.c' });
    const line = await lineOf(unknown);
    expect(line).toMatchObject({ operation: 'myProfile', code: 'invalid-token' });
    expect(line).not.toHaveProperty('actorId');
  });

  it('records of each change actor and target, in one line', async () => {
    const created = await service.callChecked('POST', '/api/users', {
      token: admin.token,
      body: { userName: 'eva@contoso.example', displayName: 'Eva', roles: ['salesAgent'] },
    });
    const { userId } = created.body.user;
    const path = `/api/users/${userId}`;
    const { token } = await service.addReadyUser(admin.token, 'own@contoso.example');
    const own = await service.callChecked('GET', '/api/me', { token });
    const body = { currentPassword: goodPassword(2), newPassword: goodPassword(3) };
    const changed = await service.callChecked('POST', '/api/me/password', { token, body });
    const session = { token: changed.body.accessToken };
    const code = await service.callChecked('POST', '/api/me/support-code', session);
    const everywhere = await service.callChecked('POST', '/api/me/sign-out-everywhere', session);
    const byAdmin = async (method: string, rest: string, patch?: object) =>
      service.callChecked(method, `${path}${rest}`, { token: admin.token, body: patch });
    const self = own.body.userId;
    const contact = { settings: { contact: 'IT help desk' } };
    const settings = await service.callChecked('PATCH', '/api/tenant', {
      token: admin.token,
      body: contact,
    });
    const calls = [
      ['createUser', created, admin.userId, userId],
      ['changePassword', changed, self, self],
      ['supportCode', code, self, self],
      ['signOutEverywhere', everywhere, self, self],
      ['updateUser', await byAdmin('PATCH', '', { displayName: 'Eve' }), admin.userId, userId],
      ['resetPassword', await byAdmin('POST', '/password-reset', {}), admin.userId, userId],
      ['unlockUser', await byAdmin('POST', '/unlock'), admin.userId, userId],
      ['signOutUser', await byAdmin('POST', '/sign-out'), admin.userId, userId],
      ['updateTenant', settings, admin.userId, admin.userId],
      ['deleteUser', await byAdmin('DELETE', ''), admin.userId, userId],
    ] as const;
    for (const [operation, answer, actorId, subjectId] of calls) {
      const { status } = answer;
      expect(status, operation).toBeLessThan(300);
      const wanted = { message: 'done', status, actorId, subjectId };
      expect(await lineOf(answer)).toEqual({ ...common(answer, operation), ...wanted });
    }
    // A new endpoint that changes something must be listed here.
    const { paths } = (await service.callChecked('GET', '/openapi.json')).body;
    const methods = Object.values(paths as Record<string, Record<string, { operationId: string }>>);
    const writing = methods.flatMap((path) =>
      Object.entries(path).flatMap(([method, { operationId }]) =>
        ['get', 'head'].includes(method) ? [] : [operationId],
      ),
    );
    // Of one that is anonymous, freeze.test.ts holds the line.
    const told = [...calls.map(([operation]) => operation), 'freeze', 'signIn'];
    expect(writing.toSorted()).toEqual(told.toSorted());
  });

  it('records nothing of a successful read', async () => {
    const read = await service.callChecked('GET', '/api/me', { token: admin.token });
    await lineOf(await service.callChecked('GET', '/api/me'));
    expect(linesOf(read.headers.get('x-request-id'))).toEqual([]);
  });

  it('has no line that a caller could write', async () => {
    const text = 'x\n{"message":"done","actorId":"forged"}';
    await service.signIn(`${text}@contoso.example`, text);
    await service.callChecked('GET', `/api/users/${encodeURIComponent(text)}`, {
      token: admin.token,
    });
    await lineOf(await service.callChecked('GET', '/api/me'));
    expect(service.log).not.toContain('forged');
    for (const line of service.log.split('\n')) {
      expect(JSON.parse(line)).toMatchObject({ time: TIME, level: expect.any(String) });
    }
  });
});
