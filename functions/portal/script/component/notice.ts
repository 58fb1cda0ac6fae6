import { html, nothing, type TemplateResult } from 'lit-html';
import { type IconName, icon } from './icon.ts';

export interface Notice {
  readonly intent: 'info' | 'success' | 'warning' | 'error';
  readonly title: string;
  readonly detail?: string | undefined;
  readonly more?: readonly string[];
  readonly action?: { readonly label: string; readonly run: () => void } | undefined;
}

const ICONS = {
  info: 'info',
  success: 'check',
  warning: 'warning',
  error: 'error',
} satisfies Record<Notice['intent'], IconName>;

/** A message bar. Errors are announced at once, the rest when the reader pauses. */
export function noticeBar(notice: Notice | undefined): TemplateResult | typeof nothing {
  if (notice === undefined) return nothing;
  const { intent, title, detail, more = [], action } = notice;
  return html`<div class="notice ${intent}" role=${intent === 'error' ? 'alert' : 'status'}>
    ${icon(ICONS[intent])}
    <div class="notice-text">
      <strong>${title}</strong>
      ${detail === undefined ? nothing : html`<p>${detail}</p>`}
      ${more.map((line) => html`<p class="quiet">${line}</p>`)}
    </div>
    ${
      action === undefined
        ? nothing
        : html`<button type="button" class="button" @click=${action.run}>${action.label}</button>`
    }
  </div>`;
}
