import { html, nothing, type TemplateResult } from 'lit-html';
import { isWaiting } from '../attempts.ts';
import type { User } from '../contract.ts';
import type { Portal } from '../portal.ts';
import { stateBadge, stateNow } from './badge.ts';

type Fact = readonly [label: string, value: TemplateResult | string | undefined];

/** State and times; what does not apply is left out. */
export function userFacts(portal: Portal, user: User): TemplateResult {
  const { wording } = portal;
  const { text } = wording;
  const { credential, createdAt, lastSignInAt } = user;
  const at = (instant: string | undefined) =>
    instant === undefined ? undefined : wording.dateTime(instant);
  const isExpired = stateNow(user, portal.api.serverNow()) === 'expired';
  const { issuedBy } = credential;
  const facts: readonly Fact[] = [
    [text.user.state, stateBadge(user, wording, portal.api.serverNow())],
    [isExpired ? text.user.expiredAt : text.user.expiresAt, at(credential.expiresAt)],
    [text.user.issuedAt, at(credential.issuedAt)],
    [text.user.issuedBy, issuedBy && nameOf(portal, issuedBy)],
    [text.user.changedAt, at(credential.changedAt)],
    [text.user.status, text.status[user.status]],
    [text.user.lastSignInAt, at(lastSignInAt) ?? text.user.never],
    ...attemptFacts(portal, user),
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
function attemptFacts({ wording, now }: Portal, { attempts }: User): readonly Fact[] {
  if (attempts === undefined) return [];
  const { text } = wording;
  const { failures, networks, since, waitUntil } = attempts;
  const counted = wording.plural(text.user.attemptsCount, failures, {
    since: wording.dateTime(since),
  });
  const from = networks > 0 ? [wording.plural(text.user.attemptsNetworks, networks)] : [];
  const until = isWaiting(attempts, now()) && waitUntil ? wording.dateTime(waitUntil) : undefined;
  return [
    [text.user.attempts, [counted, ...from].join(', ')],
    [text.user.waitUntil, until],
  ];
}

function nameOf(portal: Portal, userId: string): string {
  if (userId === portal.session?.user.userId) return portal.wording.text.events.you;
  return portal.directory.nameOf(userId);
}
