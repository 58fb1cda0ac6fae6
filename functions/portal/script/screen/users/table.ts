import { html, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import type { User } from '../../../client/index.ts';
import type { Calling, Localized, Naming, Person } from '../../app.ts';
import { stateBadge } from '../../component/badge.ts';
import { userCell } from '../../component/user-cell.ts';
import type { Translator } from '../../text.ts';
import type { RowMenu } from './row-menu.ts';

type TableApp = Localized & Calling & Naming & Pick<Person, 'session'>;

const ROLES_SHOWN = 2;

export function userTable(
  app: TableApp,
  items: readonly User[],
  { isBusy, menu }: { readonly isBusy: boolean; readonly menu: RowMenu },
): TemplateResult {
  const { users } = app.translator.text;
  return html`<div class="table-frame ${isBusy ? 'busy' : ''}">
    <table class="table users" role="table" aria-label=${users.tableLabel}>
      <thead role="rowgroup">
        <tr role="row">
          ${[users.name, users.roles, users.state, users.lastSignIn].map(
            (label) => html`<th role="columnheader" scope="col">${label}</th>`,
          )}
          <th role="columnheader" scope="col">
            <span class="visually-hidden">${users.actions}</span>
          </th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${repeat(
          items,
          ({ userId }) => userId,
          (user) => row(app, user, menu),
        )}
      </tbody>
    </table>
  </div>`;
}

function row(app: TableApp, user: User, menu: RowMenu): TemplateResult {
  const { translator, session, api, userNames } = app;
  const { users, role } = translator.text;
  const isSelf = user.userId === session?.user.userId;
  userNames.remember(user);
  const { lastSignInAt } = user;
  return html`<tr role="row" class=${user.status === 'disabled' ? 'dimmed' : ''}>
    <td role="cell">${userCell(user, translator, isSelf)}</td>
    <td role="cell" data-label=${users.roles}>
      ${rolesCell(user.roles.map((id) => role[id].name))}
    </td>
    <td role="cell" data-label=${users.state}>${stateBadge(user, translator, api.serverNow())}</td>
    <td role="cell" data-label=${users.lastSignIn} class="quiet">
      ${lastSignInAt === undefined ? users.never : translator.dateTime(lastSignInAt)}
    </td>
    <td role="cell" class="row-act">${menu.button(user)}</td>
  </tr>`;
}

/** Returns two roles, or the first with the number of the others, so that a row stays short. */
function rolesCell(names: readonly string[]): TemplateResult {
  const all = names.join(', ');
  if (names.length <= ROLES_SHOWN) return html`${all}`;
  return html`<span aria-hidden="true" title=${all}>
      ${names[0]} <span class="quiet">+${names.length - 1}</span>
    </span>
    <span class="visually-hidden">${all}</span>`;
}

/** Returns the users as rows of a file. */
export function userRows({ text }: Translator, items: readonly User[]): string[][] {
  const rows = items.map((user) => [
    user.userName,
    user.displayName,
    user.email ?? '',
    user.roles.map((id) => text.role[id].name).join('; '),
    text.status[user.status],
    text.state[user.credential.state],
    user.credential.expiresAt ?? '',
    user.lastSignInAt ?? '',
    user.createdAt,
    user.userId,
  ]);
  return [[...text.users.csv], ...rows];
}
