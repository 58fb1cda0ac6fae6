import { html, type TemplateResult } from 'lit-html';
import type { FreezeOutcome } from '../../client/index.ts';
import type { Browsing, Freezing, ListApp } from '../app.ts';
import { button } from '../component/button.ts';
import { focusFirstInvalid, textField, textOf } from '../component/field.ts';
import { messageBar, noticeBar } from '../component/notice.ts';
import { FormState } from '../form-state.ts';
import { address } from '../route.ts';
import type { Screen } from './screen.ts';

type FreezeApp = ListApp & Browsing & Freezing;

/** The text as it was copied: with line breaks of a mail, or as the whole link. */
function tokenIn(text: string): string {
  return text.replace(/\s/g, '').replace(/^.*#freeze=/, '');
}

/**
 * "This wasn't me": a question, the act, and what to do next. Opening the link does nothing, since
 * scanners of mails open it too.
 */
export class FreezeScreen implements Screen {
  readonly #app: FreezeApp;
  readonly #formState: FormState;
  #token: string | undefined;
  #outcome: FreezeOutcome | undefined;

  constructor(app: FreezeApp) {
    this.#app = app;
    this.#token = app.takeFreezeToken();
    this.#formState = new FormState(app, {
      isChange: true,
      onProblem: ({ code }) => {
        if (code === 'verification-failed' || code === 'validation') this.#token = undefined;
        return false;
      },
    });
  }

  title(): string {
    const { freeze } = this.#app.translator.text;
    return this.#outcome === undefined ? freeze.title : freeze.outcome[this.#outcome].title;
  }

  /** Another link was opened in the same tab. */
  onRoute(): void {
    const token = this.#app.takeFreezeToken();
    if (token === undefined) return;
    this.#token = token;
    this.#outcome = undefined;
    this.#formState.say(undefined);
  }

  view(): TemplateResult {
    return html`<div class="card">
      <h1 tabindex="-1">${this.title()}</h1>
      ${this.#outcome === undefined ? this.#ask() : this.#answer(this.#outcome)}
    </div>`;
  }

  #ask(): TemplateResult {
    const { freeze, shell } = this.#app.translator.text;
    const { notice } = this.#formState;
    const home = html`<a class="button plain" href=${address.home}>${freeze.cancel}</a>`;
    if (this.#token === undefined) {
      return html`<p class="lead">${freeze.enterLead}</p>
        ${noticeBar(notice)}
        <form method="post" action="/" novalidate @submit=${this.#onEnter}>
          ${textField({
            id: 'token',
            label: freeze.token,
            error: this.#formState.fields.token,
            isRequired: true,
            enterKeyHint: 'next',
          })}
          <div class="form-actions">
            ${button({ label: freeze.next, type: 'submit', kind: 'primary' })}
            <a class="button plain" href=${address.home}>${shell.home}</a>
          </div>
        </form>`;
    }
    const act = { label: freeze.act, kind: 'danger', run: () => void this.#act() } as const;
    return html`<p class="lead">${freeze.lead}</p>
      <ul class="steps">
        ${freeze.effects.map((effect) => html`<li>${effect}</li>`)}
      </ul>
      ${noticeBar(notice)}
      <div class="form-actions">
        ${button(this.#formState.button(act, freeze.working))} ${home}
      </div>`;
  }

  #answer(outcome: FreezeOutcome): TemplateResult {
    const { freeze, shell } = this.#app.translator.text;
    const { text, steps } = freeze.outcome[outcome];
    const intent = outcome === 'frozen' ? 'success' : 'warning';
    return html`${messageBar({ intent, title: text })}
      <h2>${freeze.nextTitle}</h2>
      <ol class="steps">
        ${steps.map((step) => html`<li>${step}</li>`)}
      </ol>
      <p class="form-actions">
        <a class="button plain" href=${address.home}>${shell.home}</a>
      </p>`;
  }

  readonly #onEnter = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const token = tokenIn(textOf(form, 'token'));
    if (token === '') {
      this.#formState.refuse({ token: this.#app.translator.text.freeze.tokenMissing });
      focusFirstInvalid(form);
      return;
    }
    this.#token = token;
    this.#formState.say(undefined);
    this.#app.focusHeading();
  };

  async #act(): Promise<void> {
    const token = this.#token ?? '';
    const isDone = await this.#formState.run(async () => {
      const { body } = await this.#app.api.call('POST /api/freeze', {
        token: null,
        body: { token },
      });
      this.#outcome = body.outcome;
    });
    if (isDone || this.#token === undefined) this.#app.focusHeading();
  }
}
