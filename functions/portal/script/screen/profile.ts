import { html, type TemplateResult } from 'lit-html';
import { avatar } from '../component/badge.ts';
import { button } from '../component/button.ts';
import { ChangePassword } from '../component/change-password.ts';
import type { Me } from '../contract.ts';
import { forgetDeviceToken } from '../device.ts';
import { shownName } from '../name.ts';
import type { Portal } from '../portal.ts';
import type { Route } from '../route.ts';
import type { Screen } from './screen.ts';

/** My profile: who I am here, what I may do, and my password. */
export class Profile implements Screen {
  readonly #portal: Portal;
  readonly #changePassword: ChangePassword;
  #me: Me;

  constructor(portal: Portal, me: Me) {
    this.#portal = portal;
    this.#me = me;
    this.#changePassword = new ChangePassword(portal);
    void portal.refreshMe().catch(() => {});
  }

  title(): string {
    return this.#portal.wording.text.profile.title;
  }

  onShown(): void {
    this.onRoute(this.#portal.route);
  }

  /** Where `/.well-known/change-password` leads: straight to the form. */
  onRoute(route: Route): void {
    if (route.screen !== 'profile' || route.part !== 'password') return;
    const { document } = this.#portal.window;
    document.getElementById('change-password')?.scrollIntoView();
    document.getElementById('currentPassword')?.focus({ preventScroll: true });
  }

  view(): TemplateResult {
    this.#me = this.#portal.session?.user ?? this.#me;
    const me = this.#me;
    const { text } = this.#portal.wording;
    const name = shownName(me);
    return html`<div class="page-head user-head">
        ${avatar(name)}
        <div>
          <h1 tabindex="-1">${text.profile.title}</h1>
          <p class="lead" translate="no"><bdi>${name}</bdi> · ${me.userName}</p>
        </div>
      </div>
      <div class="panels">${this.#about(me)} ${this.#roles(me)}</div>
      ${this.#changePassword.view(me)}
      <div class="panels">${this.#admins(me)} ${this.#sessions()}</div>`;
  }

  #about(me: Me): TemplateResult {
    const { wording } = this.#portal;
    const { profile, user } = wording.text;
    const facts = [
      [user.displayName, shownName(me)],
      [user.userName, me.userName],
      [profile.organisation, me.tenant],
      [profile.passwordChanged, wording.dateTime(me.credential.changedAt)],
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
    const { profile, role } = this.#portal.wording.text;
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
    const { profile } = this.#portal.wording.text;
    const admins = me.adminsWhoCanReset;
    return html`<section class="panel" aria-labelledby="admins-title">
      <h2 id="admins-title">${profile.admins}</h2>
      <p class="quiet">${admins.length > 0 ? profile.adminsLead : profile.adminsNone}</p>
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
    const { profile } = this.#portal.wording.text;
    return html`<section class="panel" aria-labelledby="sessions-title">
      <h2 id="sessions-title">${profile.sessions}</h2>
      <p class="quiet">${profile.sessionsLead}</p>
      ${button({ label: profile.everywhere, icon: 'signOut', run: this.#askEverywhere })}
    </section>`;
  }

  readonly #askEverywhere = (): void => {
    const portal = this.#portal;
    portal.confirmation.ask({
      title: () => portal.wording.text.confirm.everywhereTitle,
      text: () => portal.wording.text.confirm.everywhereText,
      action: () => portal.wording.text.profile.everywhere,
      isDanger: false,
      work: async () => {
        await portal.api.call('POST', '/api/me/sign-out-everywhere');
        forgetDeviceToken(portal.window, portal.lastUserName);
        portal.endSession('everywhere');
      },
    });
  };
}
