import { html, nothing, type TemplateResult } from 'lit-html';
import { type ButtonOptions, button } from './button.ts';
import { type IconName, icon } from './icon.ts';

interface NoticeAction extends Pick<ButtonOptions, 'label' | 'isWaiting' | 'busyLabel'> {
  readonly run: () => void;
}

export interface Notice {
  readonly intent: 'info' | 'success' | 'warning' | 'error';
  readonly title: string;
  readonly detail?: string | undefined;
  readonly more?: readonly string[];
  readonly action?: NoticeAction | undefined;
  /** A page that explains it. */
  readonly help?: { readonly label: string; readonly address: string } | undefined;
}

const ICONS = {
  info: 'info',
  success: 'check',
  warning: 'warning',
  error: 'error',
} satisfies Record<Notice['intent'], IconName>;

/**
 * The place of a message bar, which is there before the message comes: readers announce what is
 * added to a live region, not one that comes with its text. Errors interrupt, the rest waits.
 */
export function noticeBar(notice: Notice | undefined, id?: string): TemplateResult {
  const manner = notice?.intent === 'error' ? 'assertive' : 'polite';
  return html`<div class="notice-place" id=${id ?? nothing} aria-live=${manner} aria-atomic="true">
    ${notice === undefined ? nothing : messageBar(notice)}
  </div>`;
}

/** One that is part of the screen from the beginning. Seconds at its button are not announced. */
export function messageBar(notice: Notice): TemplateResult {
  const { intent, title, detail, more = [], action, help } = notice;
  return html`<div class="notice ${intent}">
    ${icon(ICONS[intent])}
    <div class="notice-text">
      <strong>${title}</strong>
      ${detail === undefined ? nothing : html`<p>${detail}</p>`}
      ${more.map((line) => html`<p class="quiet">${line}</p>`)}
      ${
        help === undefined
          ? nothing
          : html`<p><a href=${help.address} target="_blank" rel="noopener">${help.label}</a></p>`
      }
    </div>
    ${action === undefined ? nothing : html`<div aria-live="off">${button(action)}</div>`}
  </div>`;
}
