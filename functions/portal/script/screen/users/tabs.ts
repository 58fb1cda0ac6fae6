import { html, nothing, type TemplateResult } from 'lit-html';
import type { UserSummary } from '../../../client/index.ts';
import { address } from '../../route.ts';
import { fill, type Translator } from '../../text.ts';
import { addressQuery, type Filter, NO_FILTER } from './filter.ts';

interface Tab {
  readonly label: string;
  readonly filter: Filter;
  readonly count: number | undefined;
}

function tabsOf(
  { text }: Translator,
  summary: UserSummary | undefined,
  { isFrozen }: Filter,
): readonly Tab[] {
  const { tabs } = text.users;
  const frozen = {
    label: tabs.frozen,
    filter: { ...NO_FILTER, isFrozen: 'true' },
    count: summary?.frozen,
  };
  const state = (credentialState: 'expired' | 'locked' | 'none') => ({
    label: tabs[credentialState],
    filter: { ...NO_FILTER, credentialState },
    count: summary?.states[credentialState],
  });
  return [
    { label: tabs.all, filter: NO_FILTER, count: summary?.total },
    state('expired'),
    state('locked'),
    // Rare: it has a place only when there is one.
    ...(summary?.frozen || isFrozen !== '' ? [frozen] : []),
    state('none'),
    {
      label: tabs.expiring,
      filter: { ...NO_FILTER, expiring: 'day' },
      count: summary?.expiringWithinADay,
    },
  ];
}

/** The day's work: whose password needs something, with how many there are. */
export function userTabs(
  translator: Translator,
  summary: UserSummary | undefined,
  filter: Filter,
): TemplateResult {
  const current = `${addressQuery(filter)}`;
  return html`<nav class="tabs" aria-label=${translator.text.users.tabsLabel}>
    ${tabsOf(translator, summary, filter).map(({ label, filter: tabFilter, count }) => {
      const query = `${addressQuery(tabFilter)}`;
      const href = query === '' ? address.users : `${address.users}?${query}`;
      return html`<a href=${href} aria-current=${query === current ? 'page' : nothing}>
        <span class="steady" data-text=${label}><span>${label}</span></span>
        ${
          count === undefined
            ? nothing
            : html`<span class="count-badge" translate="no">${translator.number(count)}</span>`
        }
      </a>`;
    })}
  </nav>`;
}

/** Returns the count, with the total if it is known and the list is not narrowed. */
export function shownText(
  translator: Translator,
  shown: { readonly n: number; readonly hasMore: boolean; readonly total: number | undefined },
): string {
  const { users } = translator.text;
  const { n, hasMore, total } = shown;
  if (!hasMore) return translator.plural(users.shown, n);
  if (total === undefined) return translator.plural(users.shownMore, n);
  return fill(users.shownOf, { n: translator.number(n), total: translator.number(total) });
}
