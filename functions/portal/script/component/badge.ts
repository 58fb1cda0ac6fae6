import { html, nothing, type TemplateResult } from 'lit-html';
import type { CredentialState, User } from '../../client/index.ts';
import { initialsOf } from '../name.ts';
import { fill, type Translator } from '../text.ts';
import { type IconName, icon } from './icon.ts';

const LOOKS: Readonly<Record<CredentialState, { tone: string; icon: IconName }>> = {
  permanent: { tone: 'good', icon: 'check' },
  temporary: { tone: 'brand', icon: 'clock' },
  expired: { tone: 'warn', icon: 'warning' },
  locked: { tone: 'bad', icon: 'lock' },
  none: { tone: 'quiet', icon: 'pause' },
};

/**
 * The state at this moment: a list may be older than an expiry.
 * @param nowMs the service's time, never the browser's own
 */
export function stateNow({ credential }: User, nowMs: number): CredentialState {
  const { state, expiresAt } = credential;
  const isOver = expiresAt !== undefined && Date.parse(expiresAt) <= nowMs;
  return state === 'temporary' && isOver ? 'expired' : state;
}

/** An import alone makes a user whose password is as old as the user. */
export function isImported({ credential, createdAt }: User): boolean {
  return credential.state === 'permanent' && credential.changedAt === createdAt;
}

/**
 * The state of the password, with the time that a temporary one has left.
 * @param names what each state is called where nothing beside it says that it is the password's
 */
export function stateBadge(
  user: User,
  translator: Translator,
  nowMs: number,
  names = translator.text.state,
): TemplateResult {
  const state = stateNow(user, nowMs);
  const { tone, icon: name } = LOOKS[state];
  const shownAs = isImported(user) ? names.imported : names[state];
  const isQuiet = user.status === 'disabled' && tone === 'good';
  const { expiresAt } = user.credential;
  const left =
    state === 'temporary' && expiresAt !== undefined
      ? fill(translator.text.expiresIn, {
          time: translator.duration(Date.parse(expiresAt) - nowMs),
        })
      : undefined;
  return html`<span class="state">
    <span class="badge ${isQuiet ? 'quiet' : tone}">${icon(name)}${shownAs}</span>
    ${left === undefined ? nothing : html`<span class="state-left" translate="no">${left}</span>`}
  </span>`;
}

export function disabledBadge(user: User, translator: Translator): TemplateResult | typeof nothing {
  if (user.status === 'active') return nothing;
  return html`<span class="badge quiet">${icon('pause')}${translator.text.status.disabled}</span>`;
}

export function frozenBadge(user: User, translator: Translator): TemplateResult | typeof nothing {
  if (!user.credential.isFrozen) return nothing;
  return html`<span class="badge bad">${icon('lock')}${translator.text.frozen}</span>`;
}

/** Two initials in a circle, as decoration beside the name. */
export function avatar(name: string): TemplateResult {
  const initials = initialsOf(name);
  return html`<span class="avatar" aria-hidden="true" translate="no">
    ${initials === '' ? icon('person') : initials}
  </span>`;
}
