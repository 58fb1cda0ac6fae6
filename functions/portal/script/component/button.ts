import { html, nothing, type TemplateResult } from 'lit-html';
import { type IconName, icon } from './icon.ts';

export interface ButtonOptions {
  readonly label: string;
  /** Begins with the label, where that alone does not say enough. */
  readonly ariaLabel?: string;
  readonly type?: 'button' | 'submit';
  readonly kind?: 'primary' | 'danger' | 'plain' | 'subtle';
  readonly icon?: IconName;
  /** On a phone the icon alone is shown. */
  readonly isCompact?: boolean;
  /** Its label while it works; it keeps the focus and does nothing more. */
  readonly busyLabel?: string | undefined;
  readonly isWaiting?: boolean;
  readonly hasFirstFocus?: boolean;
  readonly run?: (event: Event) => void;
}

export function button(options: ButtonOptions): TemplateResult {
  const { label, type = 'button', kind = 'plain', busyLabel, isWaiting = false, run } = options;
  const isBusy = busyLabel !== undefined;
  const isIdle = isBusy || isWaiting;
  const onClick = (event: Event) => {
    if (isIdle) event.preventDefault();
    else run?.(event);
  };
  return html`<button
    type=${type}
    class="button ${kind} ${options.isCompact ? 'compact' : ''}"
    aria-label=${options.ariaLabel ?? nothing}
    aria-disabled=${isIdle ? 'true' : nothing}
    ?autofocus=${options.hasFirstFocus ?? false}
    @click=${onClick}
  >
    ${isBusy ? html`<span class="spinner" aria-hidden="true"></span>` : nothing}
    ${!isBusy && options.icon !== undefined ? icon(options.icon) : nothing}
    ${
      // Two elements, because a page translator would hide every later text of one.
      isIdle ? html`<span translate="no">${busyLabel ?? label}</span>` : html`<span>${label}</span>`
    }
  </button>`;
}
