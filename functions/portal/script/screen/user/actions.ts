import { html, type TemplateResult } from 'lit-html';
import type { User } from '../../../client/index.ts';
import type { Localized } from '../../app.ts';
import { isGoingOn, isWaiting } from '../../attempts.ts';
import { button } from '../../component/button.ts';
import type { IconName } from '../../component/icon.ts';
import type { Notice } from '../../component/notice.ts';
import { shownName } from '../../name.ts';
import { address } from '../../route.ts';
import { fill, type PortalCatalogue } from '../../text.ts';
import type { UserContext } from './context.ts';
import { askReset } from './reset/index.ts';

type Confirm = PortalCatalogue['confirm'];
type Ask = (screen: UserContext, user: User) => void;

interface Question {
  readonly title: keyof Confirm;
  readonly text: keyof Confirm;
  readonly effects?: readonly (keyof Confirm)[];
  readonly action: (text: PortalCatalogue) => string;
  readonly typed?: string;
  readonly isDanger: boolean;
  readonly work: () => Promise<void>;
}

function ask(screen: UserContext, user: User, question: Question): void {
  const { app, remedy } = screen;
  const name = shownName(user);
  const say = (key: keyof Confirm) => fill(app.translator.text.confirm[key], { name });
  const { effects, typed } = question;
  app.confirmation.ask({
    title: () => say(question.title),
    subject: { name, userName: user.userName },
    text: () => say(question.text),
    ...(effects && { effects: () => effects.map(say) }),
    action: () => question.action(app.translator.text),
    ...(typed && { typed }),
    isDanger: question.isDanger,
    remedy,
    work: question.work,
  });
}

type Done = 'enabled' | 'disabled' | 'unlocked' | 'sessionsEnded';

/** Says what was done and to whose account, in the language of that moment. */
function done({ app }: UserContext, user: User, what: Done): Notice {
  const title = fill(app.translator.text.user[what], { name: shownName(user) });
  return { intent: 'success', title, detail: user.userName };
}

export async function setStatus(
  screen: UserContext,
  user: User,
  status: User['status'],
): Promise<void> {
  const { app, isSelf } = screen;
  const { body, etag } = await app.api.call('PATCH /api/users/{userId}', {
    path: { userId: screen.userId },
    body: { status },
    ifMatch: screen.etag,
  });
  if (isSelf && status === 'disabled') app.endSession('selfDisabled');
  else screen.changed(body, etag, done(screen, user, status === 'active' ? 'enabled' : 'disabled'));
}

export function askStatus(screen: UserContext, user: User): void {
  const isActive = user.status === 'active';
  const { isSelf } = screen;
  const disable = isSelf
    ? ({ title: 'disableSelfTitle', text: 'disableSelfText' } as const)
    : ({ title: 'disableTitle', text: 'disableText' } as const);
  ask(screen, user, {
    ...(isActive ? disable : ({ title: 'enableTitle', text: 'enableText' } as const)),
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
      const path = { userId: screen.userId };
      await api.call('POST /api/users/{userId}/unlock', { path });
      // Only this answer says what is counted and whether a wait is on again.
      const { body, etag } = await api.call('GET /api/users/{userId}', { path });
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
      const path = { userId: screen.userId };
      await screen.app.api.call('POST /api/users/{userId}/sign-out', { path });
      screen.changed(user, screen.etag, done(screen, user, 'sessionsEnded'));
    },
  });
}

function askDelete(screen: UserContext, user: User): void {
  const { isSelf } = screen;
  ask(screen, user, {
    title: isSelf ? 'deleteSelfTitle' : 'deleteTitle',
    text: isSelf ? 'deleteSelfText' : 'deleteText',
    ...(isSelf && { typed: user.userName }),
    action: ({ confirm }) => confirm.delete,
    isDanger: true,
    work: async () => {
      const { app, etag: ifMatch } = screen;
      const path = { userId: screen.userId };
      await app.api.call('DELETE /api/users/{userId}', { path, ifMatch });
      if (isSelf) {
        app.endSession('selfDeleted');
        return;
      }
      app.userNames.remember(user, true);
      app.listPlace.remove(user.userId);
      const title = fill(app.translator.text.users.deleted, { name: shownName(user) });
      app.go(app.listAddress, { intent: 'success', title, detail: user.userName });
    },
  });
}

/** Returns the acts that the admin may do to this user; the reset, the main task, is first. */
export function userActions(screen: UserContext, user: User): TemplateResult {
  const { app, isSelf } = screen;
  const { user: words } = app.translator.text;
  const { allowed, credential } = user;
  const maySetStatus = allowed.edit && (!isSelf || app.isGlobalAdmin);
  const isActive = user.status === 'active';
  const mayEndWait = credential.state !== 'locked' && isWaiting(user.attempts, app.now());
  const command = (isAllowed: boolean, label: string, name: IconName, ask: Ask) =>
    isAllowed ? [button({ label, icon: name, kind: 'subtle', run: () => ask(screen, user) })] : [];
  const status: [string, IconName] = isActive ? [words.disable, 'pause'] : [words.enable, 'check'];
  const refresh = button({
    label: app.translator.text.action.refresh,
    icon: 'refresh',
    kind: 'subtle',
    run: () => screen.reload(),
  });
  const commands = [
    command(allowed.resetPassword, words.reset, 'key', askReset),
    command(allowed.unlock && mayEndWait, words.unlock, 'lock', askUnlock),
    command(allowed.signOut, words.endSessions, 'signOut', askSignOut),
    command(maySetStatus, ...status, askStatus),
    command(allowed.delete, words.delete, 'remove', askDelete),
  ].flat();
  return html`<div class="command-bar" role="group" aria-label=${words.actions}>
    ${commands} ${refresh}
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
