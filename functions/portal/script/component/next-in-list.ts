import { html, nothing, type TemplateResult } from 'lit-html';
import type { Localized, Placing } from '../app.ts';
import { shownName } from '../name.ts';
import { address } from '../route.ts';
import { fill } from '../text.ts';

/** Returns the link to the next user of the list that was left: a queue is done one by one. */
export function nextInList(
  { listPlace, translator }: Localized & Placing,
  userId: string,
): TemplateResult | typeof nothing {
  const user = listPlace.next(userId);
  if (user === undefined) return nothing;
  const label = fill(translator.text.users.next, { name: shownName(user) });
  return html`<a class="next" href=${address.user(user.userId)} translate="no">${label}</a>`;
}
