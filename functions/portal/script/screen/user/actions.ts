import { html, nothing, type TemplateResult } from 'lit-html';
import { isGoingOn, isWaiting } from '../../attempts.ts';
import { button } from '../../component/button.ts';
import type { User, UserWithTemporaryPassword } from '../../contract.ts';
import { shownName } from '../../name.ts';
import { address } from '../../route.ts';
import { fill } from '../../text.ts';
import type { UserScreen } from './index.ts';

type Confirm = UserScreen['portal']['wording']['text']['confirm'];

interface Question {
  readonly title: keyof Confirm;
  readonly text: keyof Confirm;
  readonly effects?: readonly (keyof Confirm)[];
  readonly action: (text: UserScreen['portal']['wording']['text']) => string;
  readonly isDanger: boolean;
  readonly work: () => Promise<void>;
}

function ask(screen: UserScreen, user: User, question: Question): void {
  const { portal, remedy } = screen;
  const name = shownName(user);
  const say = (key: keyof Confirm) => fill(portal.wording.text.confirm[key], { name });
  const { effects } = question;
  portal.confirmation.ask({
    title: () => say(question.title),
    text: () => say(question.text),
    ...(effects && { effects: () => effects.map(say) }),
    action: () => question.action(portal.wording.text),
    isDanger: question.isDanger,
    remedy,
    work: question.work,
  });
}

/** Says what was done, in the language of that moment. */
function done(screen: UserScreen, user: User, what: 'enabled' | 'disabled' | 'unlocked') {
  const title = fill(screen.portal.wording.text.user[what], { name: shownName(user) });
  return { intent: 'success', title } as const;
}

async function setStatus(screen: UserScreen, user: User, status: User['status']): Promise<void> {
  const { body, etag } = await screen.portal.api.call<User>('PATCH', screen.path(), {
    body: { status },
    ifMatch: screen.etag,
  });
  screen.changed(body, etag, done(screen, user, status === 'active' ? 'enabled' : 'disabled'));
}

function askStatus(screen: UserScreen, user: User): void {
  const isActive = user.status === 'active';
  ask(screen, user, {
    title: isActive ? 'disableTitle' : 'enableTitle',
    text: isActive ? 'disableText' : 'enableText',
    action: ({ user: words }) => (isActive ? words.disable : words.enable),
    isDanger: isActive,
    work: () => setStatus(screen, user, isActive ? 'disabled' : 'active'),
  });
}

function askUnlock(screen: UserScreen, user: User): void {
  const goesOn = isGoingOn(user.attempts, screen.portal.now());
  ask(screen, user, {
    title: 'unlockTitle',
    text: 'unlockText',
    ...(goesOn && { effects: ['unlockGoesOn'] as const }),
    action: ({ user: words }) => words.unlock,
    isDanger: false,
    work: async () => {
      const { api } = screen.portal;
      await api.call('POST', screen.path('/unlock'));
      // Only this answer says what is counted and whether a wait is on again.
      const { body, etag } = await api.call<User>('GET', screen.path());
      screen.changed(body, etag, done(screen, user, 'unlocked'));
    },
  });
}

function askSignOut(screen: UserScreen, user: User): void {
  ask(screen, user, {
    title: 'endTitle',
    text: 'endText',
    action: ({ user: words }) => words.endSessions,
    isDanger: false,
    work: async () => {
      await screen.portal.api.call('POST', screen.path('/sign-out'));
      const { sessionsEnded } = screen.portal.wording.text.user;
      const title = fill(sessionsEnded, { name: shownName(user) });
      screen.changed(user, screen.etag, { intent: 'success', title });
    },
  });
}

function askDelete(screen: UserScreen, user: User): void {
  ask(screen, user, {
    title: 'deleteTitle',
    text: 'deleteText',
    action: ({ confirm }) => confirm.delete,
    isDanger: true,
    work: async () => {
      const { portal, etag: ifMatch } = screen;
      await portal.api.call('DELETE', screen.path(), { ifMatch });
      const title = fill(portal.wording.text.users.deleted, { name: shownName(user) });
      portal.go(portal.listAddress, { intent: 'success', title });
    },
  });
}

export function askReset(screen: UserScreen, user: User): void {
  ask(screen, user, {
    title: 'resetTitle',
    text: 'resetText',
    effects: ['resetOld', 'resetSessions', 'resetShown'],
    action: ({ user: words }) => words.reset,
    isDanger: true,
    work: async () => {
      const { portal, etag: ifMatch } = screen;
      const path = screen.path('/password-reset');
      const answer = await portal.api.call<UserWithTemporaryPassword>('POST', path, { ifMatch });
      portal.showTemporaryPassword({ ...answer.body, occasion: 'reset' });
    },
  });
}

/** What the caller may do to this user, apart from the reset. */
export function userActions(screen: UserScreen, user: User): TemplateResult | typeof nothing {
  const { portal, isSelf } = screen;
  const { text } = portal.wording;
  const { allowed, status, credential } = user;
  const maySetStatus = allowed.edit && (!isSelf || portal.isGlobalAdmin);
  const isActive = status === 'active';
  const mayEndWait = credential.state !== 'locked' && isWaiting(user.attempts, portal.now());
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
export function userReset(screen: UserScreen, user: User): TemplateResult {
  const { portal, isSelf } = screen;
  const { text } = portal.wording;
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
        : whyNot(portal, user, isSelf)
    }
  </section>`;
}

function whyNot({ wording }: UserScreen['portal'], user: User, isSelf: boolean): TemplateResult {
  const { text } = wording;
  if (isSelf) {
    return html`<p>${text.user.resetSelf}</p>
      <a class="button plain" href=${address.profilePassword}>${text.user.resetSelfLink}</a>`;
  }
  const isGlobal = user.roles.includes('globalAdmin');
  return html`<p>${isGlobal ? text.user.resetRank : text.user.resetNot}</p>`;
}
