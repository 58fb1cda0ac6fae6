import { html, nothing, type TemplateResult } from 'lit-html';
import type { Localized } from '../../app.ts';
import { isGoingOn, isWaiting } from '../../attempts.ts';
import { button } from '../../component/button.ts';
import type { User, UserWithTemporaryPassword } from '../../contract.ts';
import { shownName } from '../../name.ts';
import { address } from '../../route.ts';
import { fill, type PortalCatalogue } from '../../text.ts';
import type { UserContext } from './context.ts';

type Confirm = PortalCatalogue['confirm'];

interface Question {
  readonly title: keyof Confirm;
  readonly text: keyof Confirm;
  readonly effects?: readonly (keyof Confirm)[];
  readonly action: (text: PortalCatalogue) => string;
  readonly isDanger: boolean;
  readonly work: () => Promise<void>;
}

function ask(screen: UserContext, user: User, question: Question): void {
  const { app, remedy } = screen;
  const name = shownName(user);
  const say = (key: keyof Confirm) => fill(app.translator.text.confirm[key], { name });
  const { effects } = question;
  app.confirmation.ask({
    title: () => say(question.title),
    text: () => say(question.text),
    ...(effects && { effects: () => effects.map(say) }),
    action: () => question.action(app.translator.text),
    isDanger: question.isDanger,
    remedy,
    work: question.work,
  });
}

/** Says what was done, in the language of that moment. */
function done(screen: UserContext, user: User, what: 'enabled' | 'disabled' | 'unlocked') {
  const title = fill(screen.app.translator.text.user[what], { name: shownName(user) });
  return { intent: 'success', title } as const;
}

async function setStatus(screen: UserContext, user: User, status: User['status']): Promise<void> {
  const { body, etag } = await screen.app.api.call<User>('PATCH', screen.path(), {
    body: { status },
    ifMatch: screen.etag,
  });
  screen.changed(body, etag, done(screen, user, status === 'active' ? 'enabled' : 'disabled'));
}

function askStatus(screen: UserContext, user: User): void {
  const isActive = user.status === 'active';
  ask(screen, user, {
    title: isActive ? 'disableTitle' : 'enableTitle',
    text: isActive ? 'disableText' : 'enableText',
    action: ({ user: words }) => (isActive ? words.disable : words.enable),
    isDanger: isActive,
    work: () => setStatus(screen, user, isActive ? 'disabled' : 'active'),
  });
}

function askUnlock(screen: UserContext, user: User): void {
  const goesOn = isGoingOn(user.attempts, screen.app.now());
  ask(screen, user, {
    title: 'unlockTitle',
    text: 'unlockText',
    ...(goesOn && { effects: ['unlockGoesOn'] as const }),
    action: ({ user: words }) => words.unlock,
    isDanger: false,
    work: async () => {
      const { api } = screen.app;
      await api.call('POST', screen.path('/unlock'));
      // Only this answer says what is counted and whether a wait is on again.
      const { body, etag } = await api.call<User>('GET', screen.path());
      screen.changed(body, etag, done(screen, user, 'unlocked'));
    },
  });
}

function askSignOut(screen: UserContext, user: User): void {
  ask(screen, user, {
    title: 'endTitle',
    text: 'endText',
    action: ({ user: words }) => words.endSessions,
    isDanger: false,
    work: async () => {
      await screen.app.api.call('POST', screen.path('/sign-out'));
      const { sessionsEnded } = screen.app.translator.text.user;
      const title = fill(sessionsEnded, { name: shownName(user) });
      screen.changed(user, screen.etag, { intent: 'success', title });
    },
  });
}

function askDelete(screen: UserContext, user: User): void {
  ask(screen, user, {
    title: 'deleteTitle',
    text: 'deleteText',
    action: ({ confirm }) => confirm.delete,
    isDanger: true,
    work: async () => {
      const { app, etag: ifMatch } = screen;
      await app.api.call('DELETE', screen.path(), { ifMatch });
      const title = fill(app.translator.text.users.deleted, { name: shownName(user) });
      app.go(app.listAddress, { intent: 'success', title });
    },
  });
}

export function askReset(screen: UserContext, user: User): void {
  ask(screen, user, {
    title: 'resetTitle',
    text: 'resetText',
    effects: ['resetOld', 'resetSessions', 'resetShown'],
    action: ({ user: words }) => words.reset,
    isDanger: true,
    work: async () => {
      const { app, etag: ifMatch } = screen;
      const path = screen.path('/password-reset');
      const answer = await app.api.call<UserWithTemporaryPassword>('POST', path, { ifMatch });
      app.showTemporaryPassword({ ...answer.body, context: 'reset' });
    },
  });
}

/** What the caller may do to this user, apart from the reset. */
export function userActions(screen: UserContext, user: User): TemplateResult | typeof nothing {
  const { app, isSelf } = screen;
  const { text } = app.translator;
  const { allowed, status, credential } = user;
  const maySetStatus = allowed.edit && (!isSelf || app.isGlobalAdmin);
  const isActive = status === 'active';
  const mayEndWait = credential.state !== 'locked' && isWaiting(user.attempts, app.now());
  const actions = [
    allowed.unlock && mayEndWait
      ? button({
          label: text.user.unlock,
          icon: 'lock',
          kind: 'subtle',
          run: () => askUnlock(screen, user),
        })
      : undefined,
    allowed.signOut
      ? button({
          label: text.user.endSessions,
          icon: 'signOut',
          kind: 'subtle',
          run: () => askSignOut(screen, user),
        })
      : undefined,
    maySetStatus
      ? button({
          label: isActive ? text.user.disable : text.user.enable,
          icon: isActive ? 'pause' : 'check',
          kind: 'subtle',
          run: () => askStatus(screen, user),
        })
      : undefined,
    allowed.delete
      ? button({
          label: text.user.delete,
          icon: 'remove',
          kind: 'subtle',
          run: () => askDelete(screen, user),
        })
      : undefined,
  ].filter((action) => action !== undefined);
  if (actions.length === 0) return nothing;
  return html`<div class="command-bar" role="group" aria-label=${text.user.actions}>
    ${actions}
  </div>`;
}

/** At the bottom of the page: the reset, or why not. */
export function userReset(screen: UserContext, user: User): TemplateResult {
  const { app, isSelf } = screen;
  const { text } = app.translator;
  const name = shownName(user);
  return html`<section class="panel reset" aria-labelledby="reset-title">
    <h2 id="reset-title">${text.user.resetTitle}</h2>
    ${
      user.allowed.resetPassword
        ? html`<p>${fill(text.user.resetText, { name })}</p>
          ${button({
            label: text.user.reset,
            icon: 'key',
            kind: 'primary',
            run: () => askReset(screen, user),
          })}`
        : whyNot(app, user, isSelf)
    }
  </section>`;
}

function whyNot({ translator }: Localized, user: User, isSelf: boolean): TemplateResult {
  const { text } = translator;
  if (isSelf) {
    return html`<p>${text.user.resetSelf}</p>
      <a class="button plain" href=${address.profilePassword}>${text.user.resetSelfLink}</a>`;
  }
  const isGlobal = user.roles.includes('globalAdmin');
  return html`<p>${isGlobal ? text.user.resetRank : text.user.resetNot}</p>`;
}
