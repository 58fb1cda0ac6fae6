import { html, nothing, type TemplateResult } from 'lit-html';
import type { Browsing, Calling, Drawing, Issuing, Localized, Timed } from '../app.ts';
import { button } from '../component/button.ts';
import { icon } from '../component/icon.ts';
import { messageBar, noticeBar } from '../component/notice.ts';
import type { TemporaryPassword } from '../contract.ts';
import { shownName } from '../name.ts';
import { address } from '../route.ts';
import type { Issued } from '../session.ts';
import { fill } from '../text.ts';
import type { Screen } from './screen.ts';

type TemporaryPasswordApp = Localized & Drawing & Timed & Calling & Browsing & Issuing;

/** Issue of the portal: five minutes without a key, a pointer or a scroll. */
const IDLE_MS = 300_000;
const GROUP_LENGTH = 4;
const ACTIVITY = ['pointerdown', 'pointermove', 'keydown', 'scroll', 'touchstart'] as const;

/**
 * The one screen that ever shows a temporary password. It is held here and nowhere else, and
 * forgotten when the screen is left in whatever way, or is idle for five minutes.
 */
export class TemporaryPasswordScreen implements Screen {
  readonly #app: TemporaryPasswordApp;
  readonly #userId: string;
  readonly #name: string;
  readonly #context: Issued['context'];
  #secret: TemporaryPassword | undefined;
  #isIdle = false;
  #copied: 'yes' | 'failed' | undefined;
  #activeAtMs: number;

  constructor(app: TemporaryPasswordApp, userId: string) {
    this.#app = app;
    this.#userId = userId;
    const issued = app.takeIssued();
    const isMeant = issued?.user.userId === userId;
    this.#secret = isMeant ? issued.temporaryPassword : undefined;
    this.#name = issued === undefined ? '' : shownName(issued.user);
    this.#context = issued?.context ?? 'reset';
    this.#activeAtMs = app.now();
    for (const type of ACTIVITY) {
      app.window.addEventListener(type, this.#onActivity, { passive: true, capture: true });
    }
  }

  title(): string {
    const { temporaryPassword } = this.#app.translator.text;
    return this.#secret === undefined
      ? temporaryPassword.gone
      : fill(temporaryPassword.title, { name: this.#name });
  }

  leave(): void {
    for (const type of ACTIVITY) {
      this.#app.window.removeEventListener(type, this.#onActivity, { capture: true });
    }
    this.#forget();
  }

  onTick(): void {
    if (this.#secret === undefined || this.#app.now() - this.#activeAtMs < IDLE_MS) return;
    this.#isIdle = true;
    this.#forget();
    this.#app.focusHeading();
  }

  view(): TemplateResult {
    return this.#secret === undefined ? this.#gone() : this.#shown(this.#secret);
  }

  #gone(): TemplateResult {
    const { temporaryPassword } = this.#app.translator.text;
    return html`<div class="card wide">
      <h1 tabindex="-1">${temporaryPassword.gone}</h1>
      ${this.#isIdle ? html`<p>${temporaryPassword.goneIdle}</p>` : nothing}
      <p>${temporaryPassword.goneText}</p>
      <p class="form-actions">
        <a class="button primary" href=${address.user(this.#userId)}>
          ${temporaryPassword.toUser}
        </a>
      </p>
    </div>`;
  }

  #shown(secret: TemporaryPassword): TemplateResult {
    const { translator } = this.#app;
    const { temporaryPassword } = translator.text;
    const leftMs = Date.parse(secret.expiresAt) - this.#app.api.serverNow();
    const done = temporaryPassword[this.#context];
    const expires = fill(temporaryPassword.expires, {
      date: translator.dateTime(secret.expiresAt),
      relative: fill(translator.text.inTime, { time: translator.duration(leftMs) }),
    });
    return html`<div class="card wide secret">
      <h1 tabindex="-1" translate="no">${fill(temporaryPassword.title, { name: this.#name })}</h1>
      ${messageBar({ intent: 'success', title: fill(done, { name: this.#name }) })}
      ${this.#password(secret)}
      <p class="expiry">${icon('clock')}<span translate="no">${expires}</span></p>
      <p><strong>${translator.text.temporaryPasswordInstructions}</strong></p>
      <p>${temporaryPassword.privacy}</p>
      ${this.#spoken(secret)}
      <p class="form-actions">
        <a class="button plain" href=${address.user(this.#userId)}>${temporaryPassword.done}</a>
      </p>
    </div>`;
  }

  #password(secret: TemporaryPassword): TemplateResult {
    const { temporaryPassword } = this.#app.translator.text;
    const groups = secret.value.split('-');
    return html`<div class="secret-box">
        <h2 id="secret-label" class="secret-label">${temporaryPassword.label}</h2>
        <p class="secret-value" translate="no" aria-labelledby="secret-label">
          ${groups.map(
            (group, index) =>
              html`<span class="secret-group">${group}${
                index < groups.length - 1 ? html`<span class="secret-dash">-</span>` : nothing
              }</span>`,
          )}
        </p>
        ${button({
          label: this.#copied === 'yes' ? temporaryPassword.copied : temporaryPassword.copy,
          kind: 'primary',
          icon: this.#copied === 'yes' ? 'check' : 'copy',
          run: this.#onCopy,
        })}
        <p class="visually-hidden" role="status">
          ${this.#copied === 'yes' ? temporaryPassword.copied : nothing}
        </p>
      </div>
      ${noticeBar(
        this.#copied === 'failed'
          ? { intent: 'warning', title: temporaryPassword.copyFailed }
          : undefined,
      )}`;
  }

  #spoken(secret: TemporaryPassword): TemplateResult {
    const { temporaryPassword } = this.#app.translator.text;
    const groups = secret.value.split('-');
    return html`<section class="spoken">
      <h2>${icon('phone')}${temporaryPassword.spokenTitle}</h2>
      <p class="quiet">${temporaryPassword.spokenHint}</p>
      <ol translate="no" lang="en">
        ${groups.map((group, index) => {
          const words = secret.spoken.slice(index * GROUP_LENGTH, (index + 1) * GROUP_LENGTH);
          return html`<li>
            <span class="spoken-group">${group}</span><span>${words.join(' · ')}</span>
          </li>`;
        })}
      </ol>
    </section>`;
  }

  readonly #onActivity = (): void => {
    this.#activeAtMs = this.#app.now();
  };

  readonly #onCopy = async (): Promise<void> => {
    if (this.#secret === undefined) return;
    try {
      await this.#app.window.navigator.clipboard.writeText(this.#secret.value);
      this.#copied = 'yes';
    } catch {
      this.#copied = 'failed';
      this.#select();
    }
    this.#app.update();
  };

  #select(): void {
    const { document } = this.#app.window;
    const value = document.querySelector('.secret-value');
    if (value !== null) document.getSelection()?.selectAllChildren(value);
  }

  /** Out of memory and, with the next drawing, off the page. */
  #forget(): void {
    if (this.#secret === undefined) return;
    this.#secret = undefined;
    this.#copied = undefined;
    this.#app.update();
  }
}
