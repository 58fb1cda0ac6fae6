import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { en } from '../../shared/http/text/en.ts';
import { fr } from '../../shared/http/text/fr.ts';
import { goodPassword } from '../fixture/good-password.ts';
import { type Service, type SignedInAdmin, startService } from '../fixture/service.ts';
import { CHALLENGE, expectDead, expectUnauthorized } from './fixture/refused.ts';

/** CONTRACT.md `GET /api/me`, sign-out-everywhere and the password policy. */

const ROLES = [
  'globalAdmin',
  'userManagementAdmin',
  'accountAdmin',
  'billingAdmin',
  'adminAgent',
  'salesAgent',
  'helpdeskAgent',
] as const;

let service: Service;
let admin: SignedInAdmin;
/** The admin of another tenant. */
let rival: SignedInAdmin;

beforeAll(async () => {
  const admins = ['admin@contoso.example', 'admin@fabrikam.example'];
  service = await startService({ admins, env: { SIGN_IN_FREE_ATTEMPTS: '20' } });
  admin = await service.readyAdmin();
  rival = await service.readyAdmin(1);
});
afterAll(() => service.stopAndAssertNoLeaks());

const me = (token: string, headers: Record<string, string> = {}) =>
  service.callChecked('GET', '/api/me', { token, headers });

async function addLocalUser(userName: string, locale: string | undefined) {
  const made = await service.callChecked('POST', '/api/users', {
    token: admin.token,
    body: { userName, displayName: 'Zoé', roles: ['salesAgent'], ...(locale && { locale }) },
  });
  const { value } = made.body.temporaryPassword;
  const { body } = await service.chooseOwnPassword(userName, value, goodPassword(3));
  return body.accessToken as string;
}

describe('GET /api/me', () => {
  it("shows the user's roles, credential, instructions and policy only", async () => {
    const startedAt = new Date().toISOString();
    const user = await service.addReadyUser(
      admin.token,
      'ana@contoso.example',
      [...ROLES].slice(2),
    );
    const { status, body, headers } = await me(user.token);
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({
      userId: user.userId,
      userName: 'ana@contoso.example',
      displayName: 'ana',
      tenant: 'contoso.example',
      roles: ROLES.slice(2).map((id) => ({ id, ...en.role[id] })),
      credential: { state: 'permanent', changedAt: expect.any(String) },
      passwordInstructions: en.passwordInstructions,
      policy: (await service.callChecked('GET', '/api/password-policy')).body,
      adminsWhoCanReset: [{ displayName: 'admin', userName: 'admin@contoso.example' }],
    });
    expect(body.credential.changedAt >= startedAt).toBe(true);
    expect(body.credential.changedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('prefers Accept-Language, then the locale, then English', async () => {
    const french = await addLocalUser('luc@contoso.example', 'fr-CA');
    const german = await addLocalUser('ute@contoso.example', 'de');
    const none = await addLocalUser('zoe@contoso.example', undefined);
    const cases: readonly (readonly [token: string, header: string | undefined, 'en' | 'fr'])[] = [
      [french, undefined, 'fr'],
      [french, 'en', 'en'],
      [french, 'en;q=0.4, fr;q=0.5', 'fr'],
      [french, 'fr;q=0, en;q=0.1', 'en'],
      [french, 'de', 'fr'],
      [french, 'de, en;q=0.1', 'en'],
      [french, '*', 'fr'],
      [none, undefined, 'en'],
      [none, 'fr-FR', 'fr'],
      [none, 'FR-ca, en;q=0.9', 'fr'],
      [none, ';;;,,q=', 'en'],
      [german, undefined, 'en'],
      [german, 'fr', 'fr'],
    ];
    for (const [token, header, language] of cases) {
      // Without a header the client would send `*`.
      const answer = await me(token, { 'accept-language': header ?? '' });
      const text = language === 'en' ? en : fr;
      expect(answer.headers.get('content-language'), header).toBe(language);
      expect(answer.headers.get('vary')).toBe('Accept-Language');
      expect(answer.body.roles).toEqual([{ id: 'salesAgent', ...text.role.salesAgent }]);
      expect(answer.body.passwordInstructions).toEqual(text.passwordInstructions);
      expect(answer.body.policy.rules[0]).toBe(text.policyRule.length(15, 256));
    }
  });

  it('returns names, descriptions and instructions in French', async () => {
    const user = await service.addReadyUser(admin.token, 'fr@contoso.example', [...ROLES]);
    const [english, french] = [
      await me(user.token),
      await me(user.token, { 'accept-language': 'fr' }),
    ];
    for (const [index, role] of english.body.roles.entries()) {
      expect(french.body.roles[index].id).toBe(role.id);
      expect(french.body.roles[index].name).not.toBe(role.name);
      expect(french.body.roles[index].description).not.toBe(role.description);
    }
    expect(french.body.passwordInstructions.steps).toHaveLength(
      english.body.passwordInstructions.steps.length,
    );
  });

  it('shows a change of roles and profile at once, with the same token', async () => {
    const user = await service.addReadyUser(admin.token, 'changes@contoso.example');
    await service.callChecked('PATCH', `/api/users/${user.userId}`, {
      token: admin.token,
      body: { roles: ['billingAdmin'], displayName: 'Chang Es', locale: 'fr' },
    });
    const { body, headers } = await me(user.token, { 'accept-language': '' });
    expect(body.roles.map(({ id }: { id: string }) => id)).toEqual(['billingAdmin']);
    expect(body.displayName).toBe('Chang Es');
    expect(headers.get('content-language')).toBe('fr');
  });

  it('requires a token', async () => {
    expectUnauthorized(await service.callChecked('GET', '/api/me'), 'invalid-token', CHALLENGE);
  });
});

describe('adminsWhoCanReset', () => {
  const namesOf = async (token: string) => {
    const { body } = await me(token);
    return body.adminsWhoCanReset.map(({ userName }: { userName: string }) => userName);
  };

  it('lists admins of the tenant who can reset now, by name, never oneself', async () => {
    const uma = await service.addReadyUser(rival.token, 'uma@fabrikam.example', [
      'userManagementAdmin',
    ]);
    const gus = await service.addReadyUser(rival.token, 'gus@fabrikam.example', ['globalAdmin']);
    // Not yet with a permanent password, and disabled: neither can help a user.
    await service.addUser(rival.token, 'temp@fabrikam.example', ['globalAdmin']);
    const off = await service.addReadyUser(rival.token, 'off@fabrikam.example', ['globalAdmin']);
    const body = { status: 'disabled' };
    await service.callChecked('PATCH', `/api/users/${off.userId}`, { token: rival.token, body });
    const agent = await service.addReadyUser(rival.token, 'agent@fabrikam.example');

    const globals = ['admin@fabrikam.example', 'gus@fabrikam.example'];
    expect(await namesOf(agent.token)).toEqual([...globals, 'uma@fabrikam.example']);
    expect(await namesOf(gus.token)).toEqual(['admin@fabrikam.example']);
    expect(await namesOf(uma.token)).toEqual(globals);

    // Reset, gus has a temporary password again and leaves the list until he replaced it.
    const path = `/api/users/${gus.userId}/password-reset`;
    const reset = await service.callChecked('POST', path, { token: rival.token });
    expect(await namesOf(agent.token)).not.toContain('gus@fabrikam.example');
    await service.chooseOwnPassword(
      gus.userName,
      reset.body.temporaryPassword.value,
      goodPassword(4),
    );
    expect(await namesOf(agent.token)).toContain('gus@fabrikam.example');
  });

  it('lists ten admins at most', async () => {
    const agent = await service.addReadyUser(rival.token, 'crowd@fabrikam.example');
    for (let number = 0; number < 10; number += 1) {
      const name = `a${number}@fabrikam.example`;
      await service.addReadyUser(rival.token, name, ['userManagementAdmin']);
    }
    const names = await namesOf(agent.token);
    expect(names).toHaveLength(10);
    expect(names.slice(0, 2)).toEqual(['a0@fabrikam.example', 'a1@fabrikam.example']);
  });
});

describe('POST /api/me/sign-out-everywhere', () => {
  const signOut = (token: string | undefined, body?: object) =>
    service.callChecked('POST', '/api/me/sign-out-everywhere', { token, body });

  it('ends every session of this user only, with an event', async () => {
    const user = await service.addReadyUser(admin.token, 'leaves@contoso.example');
    const other = (await service.signIn(user.userName, user.password)).body.accessToken;
    const stranger = await service.addReadyUser(admin.token, 'stays@contoso.example');
    const answer = await signOut(user.token);
    expect([answer.status, answer.body]).toEqual([204, '']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    for (const token of [user.token, other]) {
      expectDead(await me(token));
      expectDead(await signOut(token));
    }
    expect((await me(stranger.token)).status).toBe(200);
    const path = `/api/users/${user.userId}/events?limit=1`;
    const events = await service.callChecked('GET', path, { token: admin.token });
    expect(events.body.items).toMatchObject([
      { type: 'sessions.ended', actor: { userId: user.userId }, subject: { userId: user.userId } },
    ]);

    const again = await service.signIn(user.userName, user.password);
    expect((await me(again.body.accessToken)).status).toBe(200);
    for (const token of [user.token, other]) expectDead(await me(token));
  });

  it('accepts {} as a body and ten parallel calls', async () => {
    const user = await service.addReadyUser(admin.token, 'many@contoso.example');
    const answers = await Promise.all(Array.from({ length: 10 }, () => signOut(user.token, {})));
    const statuses = answers.map(({ status }) => status);
    expect(statuses).toContain(204);
    expect(statuses.filter((status) => ![204, 401, 409].includes(status))).toEqual([]);
    expectDead(await me(user.token));
  });

  it('requires an access token', async () => {
    expectUnauthorized(await signOut(undefined), 'invalid-token', CHALLENGE);
    const { temporaryPassword } = await service.addUser(admin.token, 'new@contoso.example');
    const { body } = await service.signIn('new@contoso.example', temporaryPassword);
    expectDead(await signOut(body.changeToken));
  });
});

describe('GET /api/password-policy', () => {
  it('returns the rules in numbers and both languages, without a token', async () => {
    for (const [language, text] of [['en', en] as const, ['fr', fr] as const]) {
      const headers = { 'accept-language': language };
      const answer = await service.callChecked('GET', '/api/password-policy', { headers });
      expect(answer.body).toEqual({
        minLength: 15,
        maxLength: 256,
        history: 5,
        blocklist: true,
        contextWords: true,
        passwordRules: 'minlength: 15; maxlength: 256; allowed: ascii-printable;',
        rules: [
          text.policyRule.length(15, 256),
          text.policyRule.composition,
          text.policyRule.historySome(5),
          text.policyRule.common,
          text.policyRule.context,
          text.policyRule.pattern,
        ],
      });
      expect(answer.headers.get('content-language')).toBe(language);
      expect(answer.headers.get('vary')).toBe('Accept-Language');
      expect(answer.headers.get('cache-control')).toMatch(/^public, max-age=\d+$/);
    }
  });
});
