import { html, nothing, type TemplateResult } from 'lit-html';
import type { Browsing, Calling, Drawing, Localized, Translating } from '../../app.ts';
import type { CopyButtons } from '../../component/copy-button.ts';
import { icon } from '../../component/icon.ts';
import { messageBar } from '../../component/notice.ts';
import type { Issued } from '../../session.ts';
import { fill } from '../../text.ts';

/** The things that all sections of the screen use. */
export interface SecretParts {
  readonly app: Localized & Translating & Browsing & Calling & Drawing;
  readonly copies: CopyButtons;
  readonly issued: Issued;
}

/** The address at which the user signs in. */
export function signInAddress({ app }: SecretParts): string {
  return `${app.window.location.origin}/`;
}

/** The time that is left, in milliseconds by the clock of the service. */
export function leftMs({ app, issued }: SecretParts): number {
  return Date.parse(issued.temporaryPassword.expiresAt) - app.api.serverNow();
}

/**
 * Returns the value, large, in its groups.
 * @param pair by which two parts are seen to belong together
 */
export function secretBox(parts: SecretParts, label: string, pair?: string): TemplateResult {
  const { temporaryPassword } = parts.app.translator.text;
  const { value } = parts.issued.temporaryPassword;
  const groups = value.split('-');
  return html`<div class="secret-box">
      <h2 id="secret-label" class="secret-label">${label}</h2>
      <p class="secret-value" translate="no">
        ${groups.map(
          (group, index) =>
            html`<span class="secret-group">${group}${
              index < groups.length - 1 ? html`<span class="secret-dash">-</span>` : nothing
            }</span>`,
        )}
      </p>
      ${
        pair === undefined
          ? nothing
          : html`<p>
            ${temporaryPassword.pair} <strong class="pair" translate="no">${pair}</strong>
          </p>`
      }
      ${parts.copies.view({
        id: 'password',
        label: temporaryPassword.copy,
        kind: pair === undefined ? 'primary' : 'plain',
        text: () => value,
        selector: '.secret-value',
      })}
    </div>
    ${parts.copies.notice()}`;
}

export function expiryLine(parts: SecretParts): TemplateResult {
  const { translator } = parts.app;
  const { temporaryPassword } = translator.text;
  const left = leftMs(parts);
  const date = translator.dateTimeZone(parts.issued.temporaryPassword.expiresAt);
  if (left <= 0) {
    return messageBar({ intent: 'warning', title: fill(temporaryPassword.expired, { date }) });
  }
  const relative = fill(translator.text.inTime, { time: translator.duration(left) });
  return html`<p class="expiry">
    ${icon('clock')}
    <span translate="no">${fill(temporaryPassword.expires, { date, relative })}</span>
  </p>`;
}

/** The user name and the address, each with its button to copy. */
export function whereAndWho(parts: SecretParts): TemplateResult {
  const { temporaryPassword, user: words } = parts.app.translator.text;
  const { userName } = parts.issued.user;
  const rows = [
    ['userName', words.userName, userName, temporaryPassword.copyUserName],
    ['address', temporaryPassword.address, signInAddress(parts), temporaryPassword.copyAddress],
  ] as const;
  return html`<dl class="handover">
    ${rows.map(
      ([id, label, value, ariaLabel]) => html`<div>
        <dt>${label}</dt>
        <dd>
          <span class="handover-${id}" translate="no">${value}</span>
          ${parts.copies.view({
            id,
            label: temporaryPassword.copy,
            ariaLabel,
            kind: 'subtle',
            text: () => value,
            selector: `.handover-${id}`,
          })}
        </dd>
      </div>`,
    )}
  </dl>`;
}
