import { type IncomingMessage, request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { goodPassword } from '../fixture/good-password.ts';
import { type Service, type ServiceOptions, startService } from '../fixture/service.ts';
import { runHere } from '../infra/fixture/in-process.ts';
import { runLocal } from '../infra/fixture/local-process.ts';

/**
 * Checks `npm start` and `npm run create-admin` through HTTP. Options, ports, signals and locks by
 * themselves: test/infra/start.test.ts. When an admin is made: test/operation/create-first-admin.
 */

const running: Service[] = [];

/** Tokens name their issuer: with one of its own, and not the port, they outlive a restart. */
const ISSUER = { PUBLIC_ORIGIN: 'https://portal.contoso.example' };

async function start({ env, ...options }: ServiceOptions = {}): Promise<Service> {
  const service = await startService({ ...options, env: { ...ISSUER, ...env } });
  running.push(service);
  return service;
}

afterEach(async () => {
  // The first of a directory removes it.
  for (const service of running.splice(0).reverse()) await service.stopAndAssertNoLeaks();
});

interface Event {
  readonly type: string;
  readonly actor: object;
  readonly subject: { readonly userId: string };
}

async function eventsOf(service: Service, token: string): Promise<readonly Event[]> {
  const { body } = await service.callChecked('GET', '/api/events', { token });
  return body.items;
}

const namesOf = (service: Service) => service.admins.map(({ userName }) => userName);

async function createAdmin(...argv: readonly string[]) {
  const { code, stdout } = await runHere('create-admin', [...argv, '--json']);
  expect(code).toBe(0);
  const [admin] = JSON.parse(stdout).admins;
  return admin as { userName: string; temporaryPassword: string } | undefined;
}

describe('--admin', () => {
  const admins = ['a@contoso.example', 'B@Contoso.example', 'admin@fabrikam.example'];

  it('makes each user a global admin of its tenant, with an event', async () => {
    const service = await start({ admins: [...admins, 'a@contoso.example'] });
    expect(namesOf(service)).toEqual(admins.map((name) => name.toLowerCase()));
    const [first, second, foreign] = await Promise.all([0, 1, 2].map((i) => service.readyAdmin(i)));
    if (first === undefined || second === undefined || foreign === undefined) throw new Error();
    const list = await service.callChecked('GET', '/api/users', { token: first.token });
    expect(list.body.items).toMatchObject([
      { userName: 'a@contoso.example', displayName: 'a', roles: ['globalAdmin'] },
      { userName: 'b@contoso.example', displayName: 'b', roles: ['globalAdmin'] },
    ]);
    const events = await eventsOf(service, foreign.token);
    expect(events.filter(({ type }) => type === 'user.created')).toMatchObject([
      { actor: { system: 'bootstrap' }, subject: { userId: foreign.userId } },
    ]);
    expect(events.every(({ subject }) => subject.userId === foreign.userId)).toBe(true);
  });
});

it('runs two services side by side without shared state', async () => {
  const [one, other] = await Promise.all([start(), start()]);
  expect(one.origin).not.toBe(other.origin);
  const admin = await one.readyAdmin();
  expect((await other.callChecked('GET', '/api/me', { token: admin.token })).status).toBe(401);
  const signedIn = await other.signIn(admin.userName, admin.password);
  expect(signedIn.body.code).toBe('invalid-credentials');
});

describe('SIGTERM', () => {
  /** Resolves once the server has taken the request; `answer` when it has answered. */
  async function post(origin: string, body: object) {
    const text = JSON.stringify(body);
    const outgoing = request(`${origin}/api/sign-in`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
        expect: '100-continue',
      },
    });
    const answer = new Promise<{ status: number; text: string }>((resolve, reject) => {
      outgoing.on('error', reject);
      outgoing.once('response', async (incoming: IncomingMessage) => {
        const chunks: Buffer[] = [];
        for await (const chunk of incoming) chunks.push(chunk);
        resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
      });
    });
    outgoing.flushHeaders();
    await new Promise((resolve) => outgoing.once('continue', resolve));
    return { answer, send: () => outgoing.end(text) };
  }

  it('answers requests in flight, then exits with 0', async () => {
    const local = runLocal('start', ['--port', '0', '--json'], { BCRYPT_COST: '10' });
    const { origin, admins } = JSON.parse(await local.firstOutput());
    const [{ userName, temporaryPassword }] = admins;
    const right = await post(origin, { userName, password: temporaryPassword });
    const wrong = await post(origin, { userName: 'nobody@contoso.example', password: 'x' });
    right.send();
    wrong.send();
    local.child.kill('SIGTERM');
    expect((await right.answer).status).toBe(200);
    expect(JSON.parse((await right.answer).text).status).toBe('passwordChangeRequired');
    expect((await wrong.answer).status).toBe(401);
    const { code, stderr } = await local.finished;
    expect(code).toBe(0);
    expect(stderr).not.toContain(temporaryPassword);
  });
});

describe('create-admin --data', () => {
  it('makes the first admin of another tenant, with an event', async () => {
    const first = await start();
    const { directory } = first;
    await first.end('SIGTERM');
    const made = await createAdmin('Eva@Tailspin.example', '--data', directory);
    expect(made?.userName).toBe('eva@tailspin.example');
    expect(await createAdmin('tom@tailspin.example', '--data', directory)).toBeUndefined();

    const second = await start({ directory });
    const { temporaryPassword = '' } = made ?? {};
    const settled = await second.chooseOwnPassword(
      'eva@tailspin.example',
      temporaryPassword,
      goodPassword(5),
    );
    const events = await eventsOf(second, settled.body.accessToken);
    expect(events.map(({ type, actor }) => [type, actor])).toContainEqual([
      'user.created',
      { system: 'bootstrap' },
    ]);
  });

  it('recovers a disabled admin or one without the password by --recover', async () => {
    const first = await start({ admins: ['a@contoso.example', 'b@contoso.example'] });
    const { directory } = first;
    const a = await first.readyAdmin(0);
    const b = await first.readyAdmin(1);
    const patch = { token: b.token, body: { status: 'disabled', roles: ['salesAgent'] } };
    const disabled = await first.callChecked('PATCH', `/api/users/${a.userId}`, patch);
    expect(disabled.status).toBe(200);
    await first.end('SIGTERM');

    expect(await createAdmin(a.userName, '--data', directory)).toBeUndefined();
    const recovered = await createAdmin(a.userName, '--recover', '--data', directory);
    const { temporaryPassword = '' } = recovered ?? {};

    const second = await start({ directory, admins: [] });
    expect((await second.callChecked('GET', '/api/me', { token: a.token })).status).toBe(401);
    const old = await second.signIn(a.userName, a.password);
    expect(old.body.code).toBe('invalid-credentials');
    const settled = await second.chooseOwnPassword(a.userName, temporaryPassword, goodPassword(6));
    const { accessToken: token, user } = settled.body;
    expect(user).toMatchObject({ userId: a.userId, roles: expect.any(Array) });
    const roles = user.roles.map(({ id }: { id: string }) => id);
    expect(roles).toContain('globalAdmin');
    const events = await eventsOf(second, token);
    const byBootstrap = events.filter(
      ({ actor, subject }) => 'system' in actor && subject.userId === a.userId,
    );
    expect(byBootstrap.map(({ type }) => type).toSorted()).toEqual([
      'password.reset',
      'user.created',
      'user.enabled',
      'user.updated',
    ]);
    // The other one is not touched.
    expect((await second.callChecked('GET', '/api/me', { token: b.token })).status).toBe(200);
  }, 90_000);
});
