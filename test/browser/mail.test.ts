import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tenant, UserId, UserName } from '../../shared/credential/name.ts';
import type { NoticeEvent } from '../../shared/credential/notice.ts';
import { type MailFacts, renderMail } from '../../shared/mail/render.ts';
import { launchBrowser } from './fixture/browser.ts';
import { judge } from './fixture/judge.ts';

/** Mails as a browser shows them: in both themes and sizes, and without anything from outside. */

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const ADMIN_ID = '2'.repeat(26) as UserId;
const ANA = {
  userId: '1'.repeat(26) as UserId,
  userName: 'ana@contoso.example' as UserName,
  displayName: 'Ana Dupont',
};
const BOB = { userName: 'admin@contoso.example', displayName: 'Bob Martin' };

function eventOf(changed: Partial<NoticeEvent> = {}): NoticeEvent {
  return {
    eventId: 'event1',
    type: 'password.reset',
    atMs: Date.UTC(2026, 10, 28, 9, 30),
    actor: { userId: ADMIN_ID },
    subject: { userId: ANA.userId },
    sequence: 3,
    details: {},
    ...changed,
  };
}

function factsOf(locale: string, changed: Partial<MailFacts> = {}): MailFacts {
  const recipient = { ...ANA, locale };
  const addresses = ['ana@mail.example'];
  const trust = { trustedAddresses: addresses, lastResetSequence: 3 };
  const person = { ...recipient, isGlobalAdmin: false, addresses, ...trust };
  return {
    notice: { tenant: 'contoso.example' as Tenant, lane: 'mail', event: eventOf(), person },
    recipient,
    address: 'ana@mail.example',
    actor: BOB,
    contacts: ['Service informatique, +33 1 23 45 67 89'],
    admins: [],
    portalUrl: 'https://portal.example/',
    mailDomain: 'mail.example',
    freeze: { token: 'Ab3dEf9hIj'.repeat(14), publicOrigin: 'https://portal.example' },
    ...changed,
  };
}

const later = ['event2', 'event3'].map((eventId) => ({ event: eventOf({ eventId }), actor: BOB }));

const MAILS: readonly (readonly [string, MailFacts])[] = [
  ['reset-fr', factsOf('fr')],
  ['reset-en', factsOf('en')],
  ['digest-en', factsOf('en', { later })],
  ['digest-fr', factsOf('fr', { later, freeze: undefined })],
];

describe('a mail in the browser', () => {
  it.each(MAILS)('is legible in both themes and on a phone: %s', async (name, facts) => {
    const page = await browser.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.setContent(renderMail(facts).html);
    await judge(page, `mail-${name}`);
    // Mail programs block what a mail loads; this one loads nothing.
    expect(asked).toEqual([]);
    await page.close();
  });
});
