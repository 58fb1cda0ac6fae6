import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Service, type SignedInAdmin, startService } from '../fixture/service.ts';

/** ASVS 16.2, 16.3: what the log tells of each call, and what it never does. */

let service: Service;
let admin: SignedInAdmin;

beforeAll(async () => {
  service = await startService();
  admin = await service.readyAdmin();
});
// The stop looks for every password and token in the log.
afterAll(() => service.stop());

type Line = Readonly<Record<string, unknown>>;

/** The line that tells of a request, once it is there. */
async function lineOf(requestId: string | null, message: string): Promise<Line> {
  const find = () =>
    service.log
      .split('\n')
      .filter((text) => text.includes(`"${requestId}"`) && text.includes('{'))
      .map((text) => JSON.parse(text.slice(text.indexOf('{'))) as Line)
      .find((line) => line.message === message);
  await expect.poll(find, { timeout: 20_000 }).toBeDefined();
  return find() as Line;
}

describe('the log', () => {
  it('tells of each sign-in who it was and how it ended', async () => {
    const signedIn = await service.signIn(admin.userName, admin.password);
    const requestId = signedIn.headers.get('x-request-id');
    expect(await lineOf(requestId, 'signed in')).toEqual({
      message: 'signed in',
      requestId,
      code: 'signedIn',
      userId: admin.userId,
    });
    const made = await service.addUser(admin.token, 'ana@contoso.example');
    const first = await service.signIn('ana@contoso.example', made.temporaryPassword);
    const line = await lineOf(first.headers.get('x-request-id'), 'signed in');
    expect(line).toMatchObject({ code: 'passwordChangeRequired', userId: made.userId });
  });

  it('tells of a failed sign-in that it was one, and not what was typed', async () => {
    // A password that slipped into the name field must not be kept.
    const typed = 'secretly.typed@contoso.example';
    service.noteSecret(typed);
    const failed = await service.signIn(typed, 'not the right one');
    const requestId = failed.headers.get('x-request-id');
    expect(await lineOf(requestId, 'refused')).toEqual({
      message: 'refused',
      requestId,
      operation: 'signIn',
      status: 401,
      code: 'invalid-credentials',
    });
  });

  it('tells of a refused call who was refused what', async () => {
    const agent = await service.addReadyUser(admin.token, 'ben@contoso.example');
    const refused = await service.call('GET', '/api/users', { token: agent.token });
    const requestId = refused.headers.get('x-request-id');
    expect(await lineOf(requestId, 'refused')).toEqual({
      message: 'refused',
      requestId,
      operation: 'listUsers',
      status: 403,
      code: 'forbidden',
      userId: agent.userId,
    });
    const unknown = await service.call('GET', '/api/me', { token: 'a.b.c' });
    const line = await lineOf(unknown.headers.get('x-request-id'), 'refused');
    expect(line).toMatchObject({ operation: 'myProfile', code: 'invalid-token' });
    expect(line).not.toHaveProperty('userId');
  });

  it('has no line that a caller could write', async () => {
    const text = 'x\n{"message":"signed in","userId":"forged"}';
    await service.signIn(`${text}@contoso.example`, text);
    await service.call('GET', `/api/users/${encodeURIComponent(text)}`, { token: admin.token });
    await lineOf((await service.call('GET', '/api/me')).headers.get('x-request-id'), 'refused');
    expect(service.log).not.toContain('forged');
    for (const line of service.log.split('\n')) {
      expect(line).toMatch(/^\d\d:\d\d:\d\d\.\d{3} [a-z]+ +\S/);
    }
  });
});
