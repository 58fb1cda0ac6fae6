import { html, nothing, type TemplateResult } from 'lit-html';
import type { User } from '../../client/index.ts';
import { shownName } from '../name.ts';
import { address } from '../route.ts';
import type { Translator } from '../text.ts';
import { avatar, disabledBadge, frozenBadge } from './badge.ts';

/** Returns the user name, of which a line breaks before the domain, not within it. */
export function userNameText(userName: string): TemplateResult {
  const [local, domain] = userName.split('@');
  return html`${local}<wbr />@${domain}`;
}

/** Returns the name of the user, as a link to the details. */
export function userCell(user: User, translator: Translator, isSelf: boolean): TemplateResult {
  const name = shownName(user);
  return html`<span class="person">
    ${avatar(name)}
    <span class="person-text">
      <span class="person-name">
        <a href=${address.user(user.userId)} translate="no">${name}</a>
        ${isSelf ? html`<span class="badge quiet">${translator.text.users.you}</span>` : nothing}
        ${disabledBadge(user, translator)} ${frozenBadge(user, translator)}
      </span>
      <span class="person-id" translate="no">${userNameText(user.userName)}</span>
    </span>
  </span>`;
}
