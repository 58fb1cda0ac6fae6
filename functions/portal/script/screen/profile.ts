import { html, nothing, type TemplateResult } from 'lit-html';
import type { Me } from '../../client/index.ts';
import type { Browsing, Confirming, ListApp, Navigating, Person, SigningIn } from '../app.ts';
import { avatar } from '../component/badge.ts';
import { button } from '../component/button.ts';
import { ChangePassword } from '../component/change-password.ts';
import { SupportCode } from '../component/support-code.ts';
import { userNameText } from '../component/user-cell.ts';
import { forgetDeviceToken } from '../device.ts';
import { shownName } from '../name.ts';
import type { Route } from '../route.ts';
import { fill } from '../text.ts';
import type { Screen } from './screen.ts';

type ProfileApp = ListApp & Browsing & Confirming & Navigating & Person & SigningIn;

/** My profile: my names, my roles and my password. */
export class Profile implements Screen {
  readonly #app: ProfileApp;
  readonly #changePassword: ChangePassword;
  readonly #supportCode: SupportCode;
  #me: Me;

  constructor(app: ProfileApp, me: Me) {
    this.#app = app;
    this.#me = me;
    this.#changePassword = new ChangePassword(app);
    this.#supportCode = new SupportCode(app);
    void app.refreshMe().catch(() => {});
  }

  reload(): void {
    void this.#app.refreshMe().catch(() => {});
  }

  title(): string {
    return this.#app.translator.text.profile.title;
  }

  leave(): void {
    this.#supportCode.forget();
  }

  onShown(): void {
    this.onRoute(this.#app.route);
  }

  /** Moves the focus to the form, to which `/.well-known/change-password` leads. */
  onRoute(route: Route): void {
    if (route.screen !== 'profile' || route.part !== 'password') return;
    const { document } = this.#app.window;
    document.getElementById('change-password')?.scrollIntoView();
    document.getElementById('currentPassword')?.focus({ preventScroll: true });
  }

  view(): TemplateResult {
    this.#me = this.#app.session?.user ?? this.#me;
    const me = this.#me;
    const { text } = this.#app.translator;
    const name = shownName(me);
    return html`<div class="page-head user-head">
        ${avatar(name)}
        <div>
          <h1 tabindex="-1">${text.profile.title}</h1>
          <p class="lead" translate="no"><bdi>${name}</bdi> · ${me.userName}</p>
        </div>
      </div>
      <div class="panels">${this.#about(me)} ${this.#supportCode.view()}</div>
      ${this.#changePassword.view(me)}
      <div class="panels">${this.#admins(me)} ${this.#sessions()} ${this.#roles(me)}</div>`;
  }

  #about(me: Me): TemplateResult {
    const { translator } = this.#app;
    const { profile, user } = translator.text;
    const facts = [
      [user.displayName, shownName(me)],
      [user.userName, userNameText(me.userName)],
      [profile.organisation, me.tenant],
      [profile.passwordChanged, translator.dateTime(me.credential.changedAt)],
    ];
    return html`<section class="panel" aria-labelledby="about-title">
      <h2 id="about-title">${profile.about}</h2>
      <dl class="facts">
        ${facts.map(
          ([label, value]) => html`<div><dt>${label}</dt><dd translate="no">${value}</dd></div>`,
        )}
      </dl>
    </section>`;
  }

  #roles(me: Me): TemplateResult {
    const { profile, role } = this.#app.translator.text;
    return html`<section class="panel" aria-labelledby="roles-title">
      <h2 id="roles-title">${profile.roles}</h2>
      <p class="quiet">${profile.rolesLead}</p>
      <ul class="role-list">
        ${me.roles.map(
          ({ id }) => html`<li>
            <strong>${role[id].name}</strong>
            <p>${role[id].description}</p>
          </li>`,
        )}
      </ul>
    </section>`;
  }

  #admins(me: Me): TemplateResult {
    const { profile } = this.#app.translator.text;
    const admins = me.adminsWhoCanReset;
    return html`<section class="panel" aria-labelledby="admins-title">
      <h2 id="admins-title">${profile.admins}</h2>
      <p class="quiet">${admins.length > 0 ? profile.adminsLead : profile.adminsNone}</p>
      ${
        me.contact === undefined
          ? nothing
          : html`<p>${fill(profile.contact, { contact: me.contact })}</p>`
      }
      <ul class="people">
        ${admins.map(
          (admin) => html`<li class="person">
            ${avatar(shownName(admin))}
            <span class="person-text" translate="no">
              <span class="person-name">${shownName(admin)}</span>
              <span class="person-id">${admin.userName}</span>
            </span>
          </li>`,
        )}
      </ul>
    </section>`;
  }

  #sessions(): TemplateResult {
    const { profile } = this.#app.translator.text;
    return html`<section class="panel" aria-labelledby="sessions-title">
      <h2 id="sessions-title">${profile.sessions}</h2>
      <p class="quiet">${profile.sessionsLead}</p>
      ${button({ label: profile.everywhere, icon: 'signOut', run: this.#askEverywhere })}
    </section>`;
  }

  readonly #askEverywhere = (): void => {
    const app = this.#app;
    app.confirmation.ask({
      title: () => app.translator.text.confirm.everywhereTitle,
      text: () => app.translator.text.confirm.everywhereText,
      action: () => app.translator.text.profile.everywhere,
      isDanger: false,
      work: async () => {
        await app.api.call('POST /api/me/sign-out-everywhere');
        forgetDeviceToken(app.window, app.lastUserName);
        app.endSession('everywhere');
      },
    });
  };
}
