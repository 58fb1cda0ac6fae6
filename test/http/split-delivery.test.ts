import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { forgetOutlets } from '../fixture/sent-out.ts';
import type { SignedInAdmin } from '../fixture/service.ts';
import { readMail } from '../fixture/written-text.ts';
import { FROM, type MailServer, startMailServer } from '../mail/fixture/mail-server.ts';
import { type OpenedService, startOpenedService } from './fixture/opened-service.ts';
import { expectRefused } from './fixture/refused.ts';

/** CONTRACT.md "Split delivery", with a mail server that the test controls. */

const ANA = 'ana@contoso.example';
const MAIL = 'ana@mail.example';
const SECOND = 'ana@second.example';
const MONTH_MS = 30 * 86_400_000;
const PART = /\b[0-9A-HJKMNP-TV-Z]{5}(?:-[0-9A-HJKMNP-TV-Z]{5}){2}\b/;

let server: MailServer;
let refusal: number | undefined;
let opened: OpenedService;
let admin: SignedInAdmin;
let path: string;

beforeAll(async () => {
  server = await startMailServer({
    onRcptTo(_address, _session, callback) {
      const responseCode = refusal;
      if (responseCode === undefined) callback();
      else callback(Object.assign(new Error('no'), { responseCode }));
    },
  });
  const env = { MAIL_FROM: FROM, SMTP_URL: `smtp://127.0.0.1:${server.port}` };
  opened = await startOpenedService({ env });
  const { service } = opened;
  admin = await service.readyAdmin();
  const { userId } = await service.addReadyUser(admin.token, ANA, ['salesAgent'], OWN);
  path = `/api/users/${userId}`;
  const patch = { email: MAIL, secondEmail: SECOND };
  await service.callChecked('PATCH', path, { token: admin.token, body: patch });
  await opened.edit(ANA, ({ addressHistory: { hadAny, terms } }) => ({
    addressHistory: {
      hadAny,
      terms: terms.map((term) => ({ ...term, sinceMs: term.sinceMs - MONTH_MS })),
    },
  }));
});
afterAll(async () => {
  await opened.stop();
  await server.close();
});

const OWN = 'violet harbour tandem 42';

function split() {
  const body = { delivery: 'split', reason: 'forgot it', expiresInSeconds: 600 };
  return opened.service.callChecked('POST', `${path}/password-reset`, {
    token: admin.token,
    body,
  });
}

const mails = () => server.mails.map(({ to, raw }) => ({ to, text: readMail(raw) }));

describe('a split reset whose mail is not accepted', () => {
  it.each([451, 550])('is 503 and changes nothing, with a %i of the mail server', async (code) => {
    refusal = code;
    const answer = await split();
    refusal = undefined;
    expectRefused(answer, 503, 'dependency-unavailable');
    expect(answer.body.parts).toEqual(['mail']);
    expect(answer.body.detail).toContain('The old password still works.');
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await opened.service.signIn(ANA, OWN)).body.status).toBe('signedIn');
    expect(mails().filter(({ text }) => PART.test(text))).toEqual([]);
  });
});

describe('a split reset', () => {
  it('answers one part, mails the other, and the two open the account together', async () => {
    const answer = await split();
    expect(answer.status).toBe(200);
    const { temporaryPassword, user } = answer.body;
    expect(Object.keys(temporaryPassword).sort()).toEqual(
      'expiresAt expiresInSeconds instructions pair part sentTo spoken value'.split(' '),
    );
    const { value: told, pair } = temporaryPassword;
    expect(told).toMatch(PART);
    expect(pair).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(temporaryPassword.spoken).toHaveLength(15);
    expect(temporaryPassword).toMatchObject({
      part: 'told',
      sentTo: 'a…@mail.example',
      expiresInSeconds: 600,
      expiresAt: user.credential.expiresAt,
    });
    const sent = mails().filter(({ text }) => PART.test(text));
    expect(sent.map(({ to }) => to)).toEqual([[MAIL]]);
    const mailed = PART.exec(sent[0]?.text ?? '')?.[0] ?? '';
    expect(sent[0]?.text).toContain(pair);
    const attempt = async (typed: string) => {
      const { body } = await opened.service.signIn(ANA, typed);
      return body.code ?? body.status;
    };
    expect(await attempt(`${told} ${mailed}`)).toBe('passwordChangeRequired');
    expect(await attempt(`${mailed} ${told}`.toLowerCase())).toBe('passwordChangeRequired');
    for (const typed of [told, mailed, `${told} ${told}`, OWN]) {
      expect(await attempt(typed)).toBe('invalid-credentials');
    }
    await opened.service.callChecked('POST', '/admin/functions/deliverNotices', { body: {} });
    const notices = () => mails().filter(({ text }) => text.includes('Your password was reset'));
    await vi.waitFor(() => expect(notices()).toHaveLength(2), { timeout: 20_000 });
    // NIST SP 800-63B-4 section 4.6: the notice goes beyond the address that got the part.
    expect(
      notices()
        .flatMap(({ to }) => to)
        .sort(),
    ).toEqual([MAIL, SECOND]);
    // Both were typed, so both are searched for: the mailed one is in that mail alone.
    expect(opened.service.leaks()).toEqual(['a secret in a mail']);
    // The end of the file searches rows and logs for both.
    forgetOutlets();
  });

  it('is an event that says how it was delivered, and no part of it', async () => {
    const { body } = await opened.service.callChecked('GET', `${path}/events`, {
      token: admin.token,
    });
    const [event] = body.items.filter(({ type }: { type: string }) => type === 'password.reset');
    expect(event.details).toMatchObject({ delivery: 'split', reason: 'forgot it' });
    expect(JSON.stringify(body)).not.toMatch(PART);
  });
});
