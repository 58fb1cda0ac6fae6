import { html, nothing, type TemplateResult } from 'lit-html';
import type { ListApp } from '../app.ts';
import { FormState } from '../form-state.ts';
import { fill } from '../text.ts';
import { button } from './button.ts';
import { icon } from './icon.ts';
import { noticeBar } from './notice.ts';

interface Shown {
  readonly code: string;
  readonly expiresAtMs: number;
}

/** The code that proves a session to the help desk. It is held here and nowhere else. */
export class SupportCode {
  readonly #app: ListApp;
  readonly #formState: FormState;
  #shown: Shown | undefined;
  #isOver = false;
  #isLeft = false;

  constructor(app: ListApp) {
    this.#app = app;
    this.#formState = new FormState(app, { isChange: true });
  }

  /** Out of memory and, with the next drawing, off the page. */
  forget(): void {
    this.#shown = undefined;
    this.#isLeft = true;
  }

  view(): TemplateResult {
    const { support, action } = this.#app.translator.text;
    const label = this.#shown === undefined ? support.show : support.another;
    const show = this.#formState.button(
      { label, icon: 'key', run: () => void this.#formState.run(() => this.#issue()) },
      action.working,
    );
    return html`<section class="panel support" aria-labelledby="support-title">
      <h2 id="support-title">${support.title}</h2>
      <p>${support.lead}</p>
      <p><strong>${support.warning}</strong></p>
      ${this.#shown === undefined ? nothing : this.#code(this.#shown)}
      <p class="quiet" role="status">${this.#isOver ? support.over : nothing}</p>
      ${noticeBar(this.#formState.notice)} ${button(show)}
      <p class="quiet">${support.limits}</p>
    </section>`;
  }

  #code({ code, expiresAtMs }: Shown): TemplateResult {
    const { translator, now } = this.#app;
    const { support, spoken } = translator.text;
    const time = translator.countdown(expiresAtMs - now());
    const groups = code.split('-');
    return html`<div class="secret-box">
        <h3 class="secret-label" tabindex="-1">${support.code}</h3>
        <p class="secret-value" translate="no">${code}</p>
        <p class="expiry">
          ${icon('clock')}<span translate="no">${fill(support.left, { time })}</span>
        </p>
      </div>
      <div class="spoken">
        <p class="quiet">${support.readOut}</p>
        <ol translate="no">
          ${groups.map((group) => {
            const words = Array.from(group, (symbol) => spoken[symbol] ?? symbol);
            return html`<li>
              <span class="spoken-group">${group}</span><span>${words.join(' · ')}</span>
            </li>`;
          })}
        </ol>
      </div>`;
  }

  async #issue(): Promise<void> {
    this.#isLeft = false;
    const { body } = await this.#app.api.call('POST /api/me/support-code');
    if (this.#isLeft) return;
    const expiresAtMs = this.#app.now() + body.expiresInSeconds * 1000;
    this.#shown = { code: body.code, expiresAtMs };
    this.#isOver = false;
    // It must not hold the code, which is forgotten earlier.
    this.#app.tickUntil(expiresAtMs, () => {
      if (this.#shown?.expiresAtMs !== expiresAtMs) return;
      this.#shown = undefined;
      this.#isOver = true;
    });
  }
}
