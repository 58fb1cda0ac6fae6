import { html, nothing, type TemplateResult } from 'lit-html';
import type { ShellApp } from './app.ts';
import { avatar } from './component/badge.ts';
import { type IconName, icon } from './component/icon.ts';
import { type Notice, noticeBar } from './component/notice.ts';
import { shownName } from './name.ts';
import { address } from './route.ts';
import { fill, isLanguage, LANGUAGES } from './text.ts';

/** Draws the frame around every screen, and an open dialog above it. */
export function shell(app: ShellApp, screen: unknown, dialog: unknown): TemplateResult {
  const { text } = app.translator;
  const { session } = app;
  const offline: Notice = { intent: 'warning', title: text.shell.offline };
  const onSkip = (event: Event) => {
    // The hash is an address here, so the link cannot do it by itself.
    event.preventDefault();
    app.focusHeading();
  };
  return html`<a class="skip" href="#main" @click=${onSkip}>${text.skipToContent}</a>
    ${topBar(app)}
    <div class="progress" ?hidden=${!app.isSlow}></div>
    <p class="visually-hidden" role="status">${app.isSlow ? text.shell.loading : nothing}</p>
    <div class="frame ${session === undefined ? 'alone' : ''}">
      ${session === undefined ? nothing : sideNavigation(app)}
      <main id="main">
        ${noticeBar(app.api.isOffline ? offline : undefined)}
        ${noticeBar(endNotice(app), 'session-end')} ${noticeBar(app.notice)} ${screen}
      </main>
    </div>
    ${dialog}`;
}

/** Before the session ends. The seconds are at the button, where they are not announced. */
function endNotice(app: ShellApp): Notice | undefined {
  const { translator, endsInMs } = app;
  const { shell: words } = translator.text;
  if (endsInMs === undefined) return undefined;
  const label = fill(words.signInAgain, { time: translator.countdown(endsInMs) });
  const action = { label, run: () => app.askPassword() };
  return { intent: 'warning', title: words.endsSoon, action };
}

function topBar(app: ShellApp): TemplateResult {
  const { text } = app.translator;
  const { session } = app;
  return html`<header class="top-bar">
    ${
      session === undefined
        ? nothing
        : html`<button
          type="button"
          class="top-button menu-button"
          popovertarget="menu"
          aria-label=${text.shell.menu}
        >
          ${icon('menu')}
        </button>`
    }
    <a class="product" href=${address.home}>
      <img class="logo" src=${app.logo} alt="" /><span>${text.product}</span>
    </a>
    ${
      session === undefined
        ? nothing
        : html`<span class="tenant" translate="no">
          <span class="visually-hidden">${text.shell.organisation}</span>${session.user.tenant}
        </span>`
    }
    <span class="spacer"></span>
    ${languageSwitch(app)} ${session === undefined ? nothing : personMenu(app)}
  </header>`;
}

function languageSwitch(app: ShellApp): TemplateResult {
  const { text, language } = app.translator;
  const onChange = (event: Event) => {
    const { value } = event.target as HTMLSelectElement;
    if (isLanguage(value)) app.setLanguage(value);
  };
  return html`<span class="language">
    <select id="language" aria-label=${text.language} @change=${onChange}>
      ${Object.entries(LANGUAGES).map(
        ([tag, name]) => html`<option value=${tag} lang=${tag} ?selected=${tag === language}>
          ${name}
        </option>`,
      )}
    </select>
  </span>`;
}

function personMenu(app: ShellApp): TemplateResult {
  const { text } = app.translator;
  const user = app.session?.user;
  const name = user === undefined ? '' : shownName(user);
  const userName = user?.userName ?? '';
  return html`<button
      type="button"
      class="top-button person-button"
      popovertarget="person-menu"
    >
      ${avatar(name)}<span
        class="person-button-name"
        aria-hidden="true"
        translate="no"
        >${name}</span
      >
      <span class="visually-hidden">${fill(text.shell.personMenu, { name })}</span>
      ${icon('down')}
    </button>
    <div id="person-menu" class="menu" popover>
      <p class="menu-head" translate="no"><strong>${name}</strong><span>${userName}</span></p>
      <a class="menu-item" href=${address.profile} @click=${closePopover}>
        ${icon('person')}${text.shell.profile}
      </a>
      <button type="button" class="menu-item" @click=${() => app.endSession('signedOut')}>
        ${icon('signOut')}${text.shell.signOut}
      </button>
    </div>`;
}

function closePopover(event: Event): void {
  const popover = (event.currentTarget as HTMLElement).closest<HTMLElement>('[popover]');
  if (popover?.matches(':popover-open')) popover.hidePopover();
}

/** Beside the screen where there is room, else in a drawer behind the menu button. */
function sideNavigation(app: ShellApp): TemplateResult {
  const { text } = app.translator;
  return html`<nav class="side" aria-label=${text.shell.navigation}>
      <div class="side-content">${navigationLinks(app)}</div>
    </nav>
    <nav id="menu" class="drawer" popover aria-label=${text.shell.menu}>
      ${navigationLinks(app)}
    </nav>`;
}

function navigationLinks(app: ShellApp): TemplateResult {
  const { shell: words } = app.translator.text;
  const { screen } = app.route;
  const isUsers = ['users', 'addUser', 'user', 'temporaryPassword'].includes(screen);
  const link = (href: string, name: IconName, label: string, isHere: boolean) => html`<li>
    <a href=${href} aria-current=${isHere ? 'page' : nothing} @click=${closePopover}>
      ${icon(name)}<span class="steady" data-text=${label}><span>${label}</span></span>
    </a>
  </li>`;
  return html`${
    app.isAdmin
      ? html`<p class="side-head">${words.settings}</p>
        <ul>
          ${link(address.users, 'people', words.users, isUsers)}
          ${link(address.activity, 'activity', words.activity, screen === 'activity')}
          ${link(address.organisation, 'building', words.organisation, screen === 'organisation')}
        </ul>`
      : nothing
  }
    <p class="side-head">${words.account}</p>
    <ul>
      ${link(address.profile, 'person', words.profile, screen === 'profile')}
    </ul>`;
}
