import { html, nothing, type TemplateResult } from 'lit-html';
import type { Browsing, Drawing, Localized } from '../app.ts';
import { button } from './button.ts';
import { noticeBar } from './notice.ts';

type CopyApp = Localized & Browsing & Pick<Drawing, 'update'>;

interface CopyOptions {
  /** The name of the copied text on the screen. */
  readonly id: string;
  readonly label: string;
  /** The full name, for a label that does not name the copied text. */
  readonly ariaLabel?: string;
  readonly kind?: 'primary' | 'plain' | 'subtle';
  readonly text: () => string;
  /** Is selected where a browser does not let a page copy. */
  readonly selector?: string;
}

/** The copy buttons of one screen, of which the last one that was pressed says so. */
export class CopyButtons {
  readonly #app: CopyApp;
  readonly #onCopied: (id: string) => void;
  #last: { readonly id: string; readonly isDone: boolean } | undefined;

  constructor(app: CopyApp, onCopied: (id: string) => void) {
    this.#app = app;
    this.#onCopied = onCopied;
  }

  forget(): void {
    this.#last = undefined;
  }

  view(options: CopyOptions): TemplateResult {
    const { copied } = this.#app.translator.text.temporaryPassword;
    const isCopied = this.#last?.id === options.id && this.#last.isDone;
    return button({
      label: isCopied ? copied : options.label,
      ...(!isCopied && options.ariaLabel && { ariaLabel: options.ariaLabel }),
      kind: options.kind ?? 'plain',
      icon: isCopied ? 'check' : 'copy',
      run: () => void this.#copy(options),
    });
  }

  /** Says it to readers, and what to do where it failed. */
  notice(): TemplateResult {
    const { temporaryPassword } = this.#app.translator.text;
    return html`<p class="visually-hidden" role="status">
        ${this.#last?.isDone ? temporaryPassword.copied : nothing}
      </p>
      ${noticeBar(
        this.#last?.isDone === false
          ? { intent: 'warning', title: temporaryPassword.copyFailed }
          : undefined,
      )}`;
  }

  async #copy({ id, text, selector }: CopyOptions): Promise<void> {
    const { window } = this.#app;
    try {
      await window.navigator.clipboard.writeText(text());
      this.#last = { id, isDone: true };
      this.#onCopied(id);
    } catch {
      this.#last = { id, isDone: false };
      const element = selector && window.document.querySelector(selector);
      if (element) window.document.getSelection()?.selectAllChildren(element);
    }
    this.#app.update();
  }
}
