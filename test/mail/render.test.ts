import { describe, expect, it } from 'vitest';
import { EVENT_TYPES } from '../../shared/credential/event.ts';
import type { Tenant, UserId, UserName } from '../../shared/credential/name.ts';
import { type NoticeEvent, tellsAdmins, tellsUser } from '../../shared/credential/notice.ts';
import { quoted } from '../../shared/mail/quoted.ts';
import { type MailFacts, renderMail } from '../../shared/mail/render.ts';

const ANA = {
  userId: '1'.repeat(26) as UserId,
  userName: 'ana@contoso.example' as UserName,
  displayName: 'Ana',
  locale: 'fr-CA',
};
const ADMIN_ID = '2'.repeat(26) as UserId;
const PERSON = {
  ...ANA,
  isGlobalAdmin: false,
  addresses: ['ana@mail.example'],
  trustedAddresses: ['ana@mail.example'],
  lastResetSequence: 3,
};

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

function factsOf(changed: Partial<MailFacts> = {}, event = eventOf()): MailFacts {
  return {
    notice: { tenant: 'contoso.example' as Tenant, lane: 'mail', event, person: PERSON },
    recipient: ANA,
    address: 'ana@mail.example',
    actor: { userName: 'admin@contoso.example', displayName: 'Bob' },
    contacts: ['Help desk, +33 1'],
    admins: [],
    portalUrl: 'https://portal.example/',
    mailDomain: 'mail.example',
    freeze: undefined,
    ...changed,
  };
}

describe('a mail', () => {
  it('is in the language of its reader and says what, when, who, and what to do', () => {
    const { subject, text, html, language } = renderMail(factsOf());
    expect([language, subject]).toEqual(['fr', 'Votre mot de passe a été réinitialisé']);
    for (const part of ['Bonjour Ana', '28 novembre 2026', 'Bob (admin@contoso.example)']) {
      expect(text).toContain(part);
      expect(html).toContain(part);
    }
    expect(text).toContain('Help desk, +33 1');
    const english = renderMail(factsOf({ recipient: { ...ANA, locale: undefined } }));
    expect(english.text).toContain('If you did not expect this, act now:');
  });

  it('exists for every event of the table', () => {
    for (const type of EVENT_TYPES) {
      const event = eventOf({ type, details: { changed: ['email'], rolesAfter: ['globalAdmin'] } });
      const person = { ...PERSON, isGlobalAdmin: true };
      if (!tellsUser(event) && !tellsAdmins({ event, person })) continue;
      expect(renderMail(factsOf({}, event)).subject, type).not.toBe('');
    }
  });

  it('has an id that is the same at every try and another for another address', () => {
    const { messageId } = renderMail(factsOf());
    expect(renderMail(factsOf()).messageId).toBe(messageId);
    expect(renderMail(factsOf({ address: 'other@mail.example' })).messageId).not.toBe(messageId);
  });

  it('names admins where there is no contact, and a new contact with the one before', () => {
    const admins = [{ userName: 'eve@contoso.example', displayName: 'Eve' }];
    expect(renderMail(factsOf({ contacts: [], admins })).text).toContain('eve@contoso.example');
    const { text } = renderMail(factsOf({ contacts: ['New', 'Old'] }));
    expect(text).toMatch(/New\n.*Old/);
  });

  it('names the account, and has no link, where an admin reads of another user', () => {
    const recipient = { ...ANA, userId: ADMIN_ID, locale: 'en' };
    const { subject, text, html } = renderMail(factsOf({ recipient }));
    expect(subject).toBe('About ana@contoso.example');
    expect(text).toContain('The password of a global admin was reset.');
    expect(html).not.toContain('href');
  });

  it('of a frozen account never says that there is nothing to do', () => {
    const frozen = eventOf({ type: 'credential.frozen', actor: { system: 'notice' } });
    const calm = 'you need not do anything';
    const english = { ...ANA, locale: 'en' };
    const own = renderMail(factsOf({ recipient: english }, frozen));
    const admin = renderMail(factsOf({ recipient: { ...english, userId: ADMIN_ID } }, frozen));
    expect(admin.subject).toBe('Frozen by its owner: ana@contoso.example');
    for (const { text, html } of [own, admin]) {
      expect(`${text}${html}`).not.toContain(calm);
      expect(text).toContain('Help desk, +33 1');
    }
    const digest = renderMail(
      factsOf({ recipient: english, later: [{ event: frozen, actor: undefined }] }),
    );
    expect(digest.text).not.toContain(calm);
    expect(renderMail(factsOf({ recipient: english })).text).toContain(calm);
  });

  it('says of a changed user what was changed', () => {
    const subjects = [['roles'], ['secondEmail'], ['email', 'roles']].map((changed) => {
      const event = eventOf({ type: 'user.updated', details: { changed } });
      return renderMail(factsOf({ recipient: { ...ANA, locale: 'en' } }, event)).subject;
    });
    expect(subjects).toEqual([
      'Your roles were changed',
      'Your email address was changed',
      'Your email address and your roles were changed',
    ]);
  });

  it('that is a digest names each change with its time and its actor', () => {
    const later = [
      { event: eventOf({ eventId: 'event2', actor: { system: 'operator' } }), actor: undefined },
      { event: eventOf({ eventId: 'event3', type: 'user.disabled' }), actor: undefined },
    ];
    const recipient = { ...ANA, locale: 'en' };
    const { subject, text, messageId } = renderMail(factsOf({ recipient, later }));
    expect(subject).toBe('Your account: 3 changes');
    expect(text).toContain('9:30 AM UTC, Bob (admin@contoso.example). Your password was reset');
    expect(text).toContain('The operator of the service. Your password was reset');
    expect(text).toContain('Your account was disabled');
    const grown = renderMail(factsOf({ recipient, later: later.slice(0, 1) }));
    expect(grown.messageId).not.toBe(messageId);
  });

  it('shows what others typed as text: no mark-up, no marks, no link, and not too long', () => {
    const displayName = `<b>\u202eevil.example/x${'y'.repeat(100)}`;
    const { html, text, to } = renderMail(factsOf({ actor: { ...ANA, displayName } }));
    expect(html).not.toContain('<b>');
    expect(text).not.toContain('evil.example/');
    expect(text).not.toContain('\u202e');
    expect(quoted(displayName).replaceAll('\u200b', '')).toHaveLength(60);
    expect(to).toEqual({ address: 'ana@mail.example', name: 'Ana' });
  });

  it('offers to freeze the account by a link, and by its text where no link opens', () => {
    const freeze = { token: 'a.b.c', publicOrigin: 'https://portal.example' };
    const { text, html } = renderMail(factsOf({ freeze }));
    expect(text).toContain('\nhttps://portal.example/#freeze=a.b.c\n');
    expect(text).toContain('https://portal.example/#/freeze');
    expect(text).toContain('\na.b.c\n');
    expect(html).toContain('<a href="https://portal.example/#freeze=a.b.c">');
    expect(html).toContain('<p class="token">a.b.c</p>');
    for (const part of Object.values(renderMail(factsOf()))) expect(part).not.toContain('freeze');
  });
});
