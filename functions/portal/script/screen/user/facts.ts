import { html, nothing, type TemplateResult } from 'lit-html';
import type { User } from '../../../client/index.ts';
import type { Calling, Localized, Naming, Person, Timed } from '../../app.ts';
import { isWaiting } from '../../attempts.ts';
import { isImported, stateBadge, stateNow } from '../../component/badge.ts';

type FactsApp = Localized & Calling & Timed & Naming & Pick<Person, 'session'>;

type Fact = readonly [label: string, value: TemplateResult | string | undefined];

/** Shows state and times; what does not apply is left out. */
export function userFacts(app: FactsApp, user: User): TemplateResult {
  const { translator } = app;
  const { text } = translator;
  const { credential, createdAt, lastSignInAt } = user;
  const at = (instant: string | undefined) =>
    instant === undefined ? undefined : translator.dateTime(instant);
  const isExpired = stateNow(user, app.api.serverNow()) === 'expired';
  const { issuedBy } = credential;
  const facts: readonly Fact[] = [
    [text.user.state, stateBadge(user, translator, app.api.serverNow())],
    [isExpired ? text.user.expiredAt : text.user.expiresAt, at(credential.expiresAt)],
    [text.user.issuedAt, at(credential.issuedAt)],
    [text.user.issuedBy, issuedBy && nameOf(app, issuedBy)],
    [isImported(user) ? text.user.importedAt : text.user.changedAt, at(credential.changedAt)],
    [text.user.status, text.status[user.status]],
    [text.user.lastSignInAt, at(lastSignInAt) ?? text.user.never],
    ...attemptFacts(app, user),
    [text.user.createdAt, at(createdAt)],
  ];
  return html`<section class="panel" aria-labelledby="account-title">
    <h2 id="account-title">${text.user.account}</h2>
    <dl class="facts">
      ${facts.map(([label, value]) =>
        value === undefined
          ? nothing
          : html`<div><dt>${label}</dt><dd translate="no">${value}</dd></div>`,
      )}
    </dl>
  </section>`;
}

/** Since when, how often and from how many networks; until when the next attempt waits. */
function attemptFacts({ translator, now }: FactsApp, { attempts }: User): readonly Fact[] {
  if (attempts === undefined) return [];
  const { text } = translator;
  const { failures, networks, since, waitUntil } = attempts;
  const counted = translator.plural(text.user.attemptsCount, failures, {
    since: translator.dateTime(since),
  });
  const from = networks > 0 ? [translator.plural(text.user.attemptsNetworks, networks)] : [];
  const until =
    isWaiting(attempts, now()) && waitUntil ? translator.dateTime(waitUntil) : undefined;
  return [
    [text.user.attempts, [counted, ...from].join(', ')],
    [text.user.waitUntil, until],
  ];
}

function nameOf(app: FactsApp, userId: string): string {
  if (userId === app.session?.user.userId) return app.translator.text.events.you;
  return app.userNames.nameOf(userId);
}
