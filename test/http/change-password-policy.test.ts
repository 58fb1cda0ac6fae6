import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { en } from '../../shared/http/text/en.ts';
import { fr } from '../../shared/http/text/fr.ts';
import { goodPassword } from '../fixture/good-password.ts';
import { type Service, type SignedInAdmin, startService } from '../fixture/service.ts';
import { expectRefused } from './fixture/refused.ts';

/** Every reason for which a new password is refused, its sentences, and the history. */

let service: Service;
let admin: SignedInAdmin;
/** Proves nothing but its change token, so that each call costs no hash. */
let changing: { readonly changeToken: string; readonly temporaryPassword: string };

async function changingUser(userName: string, displayName = 'Ana Ünal') {
  const made = await service.callChecked('POST', '/api/users', {
    token: admin.token,
    body: { userName, displayName, roles: ['salesAgent'] },
  });
  const temporaryPassword = made.body.temporaryPassword.value as string;
  const { body } = await service.signIn(userName, temporaryPassword);
  return { userName, temporaryPassword, changeToken: body.changeToken as string };
}

beforeAll(async () => {
  service = await startService({ env: { SIGN_IN_FREE_ATTEMPTS: '20' } });
  admin = await service.readyAdmin();
  changing = await changingUser('lantern@contoso.example');
});
afterAll(() => service.stopAndAssertNoLeaks());

type Reason = keyof typeof en.policyReason;

/** The sentence of a reason in a language, with the numbers of the default policy. */
function sentence(text: typeof en, reason: Reason): string {
  if (reason === 'too-short') return text.policyReason['too-short'](15);
  if (reason === 'too-long') return text.policyReason['too-long'](256);
  return text.policyReason[reason];
}

async function expectReasons(
  call: { readonly token: string; readonly body: { readonly newPassword: string } },
  reasons: readonly Reason[],
): Promise<void> {
  for (const [language, text] of [['en', en] as const, ['fr', fr] as const]) {
    const headers = { 'accept-language': language };
    const answer = await service.callChecked('POST', '/api/me/password', { ...call, headers });
    expectRefused(answer, 422, 'password-rejected');
    expect(answer.headers.get('content-language')).toBe(language);
    expect(answer.body.reasons).toEqual(
      reasons.map((code) => ({ code, detail: sentence(text, code) })),
    );
  }
}

const expectChanging = (newPassword: string, ...reasons: Reason[]) =>
  expectReasons({ token: changing.changeToken, body: { newPassword } }, reasons);

describe('a new password', () => {
  it('is rejected if it is too short', () => expectChanging('orbit velvet 1', 'too-short'));

  it('is rejected if it is too long', () => expectChanging(goodPassword(1).repeat(12), 'too-long'));

  it('is rejected if it is the temporary one, in any spelling', async () => {
    const { temporaryPassword } = changing;
    await expectChanging(temporaryPassword, 'temporary-password');
    const typed = temporaryPassword.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o');
    await expectChanging(typed, 'temporary-password');
  });

  it('is rejected if it is common, also with digits after it', () =>
    expectChanging('Password12345678', 'common', 'context-word'));

  it('is rejected if built around the name, the organisation or the portal', async () => {
    changing = await changingUser('velvet@contoso.example');
    await expectChanging('Velvet Contoso 2026!', 'context-word');
    await expectChanging('ana-unal-2026-07-29', 'context-word');
    await expectChanging('portal-partner-2026', 'context-word');
  });

  it('is rejected if it repeats itself', () => expectChanging('Ab1!Ab1!Ab1!Ab1!', 'repetitive'));

  it('is rejected if it follows the keyboard', () =>
    expectChanging('zxcvbnm,asdfghjkl', 'sequential'));

  it('is rejected for all its reasons at once', () =>
    expectChanging('aaaa', 'too-short', 'common', 'repetitive'));

  it('is rejected if it is the current one, in any normal form', async () => {
    const user = await changingUser('same@contoso.example');
    const current = 'crème orbit lantern velvet';
    const { body } = await service.chooseOwnPassword(
      user.userName,
      user.temporaryPassword,
      current,
    );
    for (const form of ['NFC', 'NFD']) {
      await expectReasons(
        {
          token: body.accessToken,
          body: Object.assign(
            { newPassword: current.normalize(form) },
            { currentPassword: current },
          ),
        },
        ['same-as-current'],
      );
    }
  });
});

describe('the length of a new password, in code points after NFC', () => {
  const emoji = Array.from('🦀🌋🎻🧊🪁🧿🛶🥨🪴🧭🪞🏮🎏🧵🪩');

  it('may be 15 and not 14, whatever the bytes', async () => {
    expect(emoji).toHaveLength(15);
    const user = await changingUser('emoji@contoso.example');
    await expectReasons(
      { token: user.changeToken, body: { newPassword: emoji.slice(1).join('') } },
      ['too-short'],
    );
    // Ten letters with their accents apart are ten code points.
    await expectReasons(
      { token: user.changeToken, body: { newPassword: 'éàçùâêîôûë'.normalize('NFD') } },
      ['too-short'],
    );
    const changed = await service.callChecked('POST', '/api/me/password', {
      token: user.changeToken,
      body: { newPassword: emoji.join('') },
    });
    expect(changed.status).toBe(200);
    expect((await service.signIn(user.userName, emoji.join(''))).status).toBe(200);
  });

  it('may be 256 and not 257', async () => {
    const user = await changingUser('wide@contoso.example');
    const words = Array.from({ length: 40 }, (_, index) => `velvet${index} `).join('');
    await expectReasons({ token: user.changeToken, body: { newPassword: words.slice(0, 257) } }, [
      'too-long',
    ]);
    const newPassword = words.slice(0, 256);
    const changed = await service.callChecked('POST', '/api/me/password', {
      token: user.changeToken,
      body: { newPassword },
    });
    expect(changed.status).toBe(200);
    expect((await service.signIn(user.userName, newPassword)).status).toBe(200);
    expect((await service.signIn(user.userName, newPassword.slice(0, 255))).status).toBe(401);
  });

  it('accepts spaces, scripts and plain words without composition rules', async () => {
    const passwords = [
      'correcthorsebatterystaplewagon',
      'море гора лампа кедр',
      '静かな夜に灯台が海を照らしている',
    ];
    for (const [index, password] of passwords.entries()) {
      const user = await changingUser(`script${index}@contoso.example`);
      await service.chooseOwnPassword(user.userName, user.temporaryPassword, password);
    }
  });
});

describe('the password history', () => {
  // How many it refuses is in test/operation/change-password.test.ts, where a hash costs less.
  it('rejects an earlier password and the current one, each for its reason', async () => {
    const name = 'past@contoso.example';
    const [earlier, current] = [goodPassword(10), goodPassword(11)];
    const user = await service.addReadyUser(admin.token, name, ['salesAgent'], earlier);
    const changed = await service.callChecked('POST', '/api/me/password', {
      token: user.token,
      body: { currentPassword: earlier, newPassword: current },
    });
    expect(changed.status).toBe(200);
    const attempt = (newPassword: string) => ({
      token: changed.body.accessToken,
      body: Object.assign({ newPassword }, { currentPassword: current }),
    });
    await expectReasons(attempt(current), ['same-as-current']);
    await expectReasons(attempt(earlier), ['in-history']);
  });

  it('contains the password before a reset, after any number of resets', async () => {
    const user = await service.addReadyUser(admin.token, 'resets@contoso.example');
    const path = `/api/users/${user.userId}/password-reset`;
    await service.callChecked('POST', path, { token: admin.token });
    const reset = await service.callChecked('POST', path, { token: admin.token });
    const { value } = reset.body.temporaryPassword;
    const { body } = await service.signIn(user.userName, value);
    await expectReasons({ token: body.changeToken, body: { newPassword: user.password } }, [
      'in-history',
    ]);
  });
});
