import { html, type TemplateResult } from 'lit-html';
import { type IconName, icon } from './icon.ts';

export interface EmptyStateOptions {
  readonly icon: IconName;
  readonly title: string;
  readonly text: string;
  readonly link: { readonly address: string; readonly label: string };
}

/** A whole screen with nothing on it but why, and the way on. */
export function emptyState({ icon: name, title, text, link }: EmptyStateOptions): TemplateResult {
  return html`<div class="empty whole">
    ${icon(name)}
    <h1 tabindex="-1">${title}</h1>
    <p>${text}</p>
    <p class="form-actions"><a class="button primary" href=${link.address}>${link.label}</a></p>
  </div>`;
}
