import { html, nothing, type TemplateResult } from 'lit-html';
import type { User } from '../../../client/index.ts';
import type { Browsing, Issuing, ListApp, Navigating, Placing, Translating } from '../../app.ts';
import { button } from '../../component/button.ts';
import { subjectLine } from '../../component/confirmation.ts';
import { CopyButtons } from '../../component/copy-button.ts';
import { icon } from '../../component/icon.ts';
import { nextInList } from '../../component/next-in-list.ts';
import { messageBar, noticeBar } from '../../component/notice.ts';
import { FormState } from '../../form-state.ts';
import { shownName } from '../../name.ts';
import { address } from '../../route.ts';
import type { Issued } from '../../session.ts';
import { fill } from '../../text.ts';
import type { Screen } from '../screen.ts';
import {
  type Handover,
  languageOf,
  messageWithoutPassword,
  messageWithPassword,
  slipLines,
} from './message.ts';
import { spokenForm } from './spoken.ts';

type TemporaryPasswordApp = ListApp &
  Browsing &
  Issuing &
  Translating &
  Placing &
  Pick<Navigating, 'listAddress'>;

/** Issue of the portal: five minutes without a key, a pointer or a scroll. */
const IDLE_MS = 300_000;
const ACTIVITY = ['pointerdown', 'pointermove', 'keydown', 'scroll', 'touchstart'] as const;

/**
 * The one screen that ever shows a temporary password. It is held here and nowhere else, and
 * forgotten when the screen is left in whatever way, or is idle for five minutes.
 */
export class TemporaryPasswordScreen implements Screen {
  readonly #app: TemporaryPasswordApp;
  readonly #userId: string;
  readonly #enabling: FormState;
  readonly #copies: CopyButtons;
  #issued: Issued | undefined;
  /** The language of the spoken words. */
  readonly #language: string;
  #isIdle = false;
  #isPassedOn = false;
  #activeAtMs: number;

  constructor(app: TemporaryPasswordApp, userId: string) {
    this.#app = app;
    this.#userId = userId;
    this.#enabling = new FormState(app, { isChange: true });
    this.#copies = new CopyButtons(app, (id) => {
      this.#isPassedOn ||= id === 'password' || id === 'message';
    });
    const issued = app.takeIssued();
    this.#issued = issued?.user.userId === userId ? issued : undefined;
    if (issued !== undefined) app.listPlace.note(issued.user);
    this.#language = app.translator.language;
    this.#activeAtMs = app.now();
    for (const type of ACTIVITY) {
      app.window.addEventListener(type, this.#onActivity, { passive: true, capture: true });
    }
    app.window.addEventListener('afterprint', this.#onPrinted);
  }

  title(): string {
    const { temporaryPassword } = this.#app.translator.text;
    if (this.#issued === undefined) return temporaryPassword.gone;
    return fill(temporaryPassword.title, { name: shownName(this.#issued.user) });
  }

  get isUnsent(): boolean {
    return this.#issued !== undefined && !this.#isPassedOn && this.#leftMs(this.#issued) > 0;
  }

  leave(): void {
    for (const type of ACTIVITY) {
      this.#app.window.removeEventListener(type, this.#onActivity, { capture: true });
    }
    this.#app.window.removeEventListener('afterprint', this.#onPrinted);
    this.#forget();
  }

  onTick(): void {
    if (this.#issued === undefined) return;
    const leftMs = this.#leftMs(this.#issued);
    // Drawn at its very end: what has expired must not look as if it could be used.
    if (leftMs <= 0 && leftMs > -2000) this.#app.update();
    if (this.#app.now() - this.#activeAtMs < IDLE_MS) return;
    this.#isIdle = true;
    this.#forget();
    this.#app.focusHeading();
  }

  view(): TemplateResult {
    return this.#issued === undefined ? this.#gone() : this.#shown(this.#issued);
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

  #shown(issued: Issued): TemplateResult {
    const { text } = this.#app.translator;
    const { temporaryPassword, users } = text;
    const { user, context, temporaryPassword: secret } = issued;
    const name = shownName(user);
    return html`<div class="card wide secret">
        <h1 tabindex="-1" translate="no">${fill(temporaryPassword.title, { name })}</h1>
        <p class="lead" translate="no">${user.userName}</p>
        ${messageBar({ intent: 'success', title: fill(temporaryPassword[context], { name }) })}
        ${user.status === 'disabled' ? this.#disabled(user) : nothing}
        ${this.#password(issued)} ${this.#expiry(issued)} ${this.#whereAndWho(user)}
        <p><strong>${text.temporaryPasswordInstructions}</strong></p>
        <p>${temporaryPassword.privacy}</p>
        ${this.#messages(issued)} ${spokenForm(this.#app.translator, secret, this.#language)}
        <p class="form-actions">
          ${
            context === 'created'
              ? html`<a class="button plain" href=${address.addUser}>
                ${temporaryPassword.another}
              </a>`
              : nothing
          }
          <a class="button plain" href=${address.user(this.#userId)}>${temporaryPassword.done}</a>
          <a class="button subtle" href=${this.#app.listAddress}>${users.title}</a>
          ${nextInList(this.#app, this.#userId)}
        </p>
      </div>
      ${this.#slip(issued)}`;
  }

  /** A password that cannot be used until the account is enabled. */
  #disabled(user: User): TemplateResult {
    const { text } = this.#app.translator;
    const run = () => void this.#enabling.run(() => this.#enable());
    const action = this.#enabling.button({ label: text.user.enableNow }, text.action.working);
    const title = fill(text.user.disabledText, { name: shownName(user) });
    return html`${messageBar({
      intent: 'warning',
      title,
      ...(user.allowed.edit && { action: { ...action, run } }),
    })}
    ${noticeBar(this.#enabling.notice)}`;
  }

  async #enable(): Promise<void> {
    const { body: user } = await this.#app.api.call('PATCH /api/users/{userId}', {
      path: { userId: this.#userId },
      body: { status: 'active' },
    });
    if (this.#issued !== undefined) this.#issued = { ...this.#issued, user };
  }

  #whereAndWho(user: User): TemplateResult {
    const { temporaryPassword, user: words } = this.#app.translator.text;
    const rows = [
      ['userName', words.userName, user.userName, temporaryPassword.copyUserName],
      [
        'address',
        temporaryPassword.address,
        `${this.#app.window.location.origin}/`,
        temporaryPassword.copyAddress,
      ],
    ] as const;
    return html`<dl class="handover">
      ${rows.map(
        ([id, label, value, ariaLabel]) => html`<div>
          <dt>${label}</dt>
          <dd>
            <span class="handover-${id}" translate="no">${value}</span>
            ${this.#copies.view({
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

  #password({ temporaryPassword: secret }: Issued): TemplateResult {
    const { temporaryPassword } = this.#app.translator.text;
    const groups = secret.value.split('-');
    return html`<div class="secret-box">
        <h2 id="secret-label" class="secret-label">${temporaryPassword.label}</h2>
        <p class="secret-value" translate="no">
          ${groups.map(
            (group, index) =>
              html`<span class="secret-group">${group}${
                index < groups.length - 1 ? html`<span class="secret-dash">-</span>` : nothing
              }</span>`,
          )}
        </p>
        ${this.#copies.view({
          id: 'password',
          label: temporaryPassword.copy,
          kind: 'primary',
          text: () => secret.value,
          selector: '.secret-value',
        })}
      </div>
      ${this.#copies.notice()}`;
  }

  #expiry(issued: Issued): TemplateResult {
    const { translator } = this.#app;
    const { temporaryPassword } = translator.text;
    const leftMs = this.#leftMs(issued);
    const date = translator.dateTimeZone(issued.temporaryPassword.expiresAt);
    if (leftMs <= 0) {
      return messageBar({ intent: 'warning', title: fill(temporaryPassword.expired, { date }) });
    }
    const relative = fill(translator.text.inTime, { time: translator.duration(leftMs) });
    return html`<p class="expiry">
      ${icon('clock')}
      <span translate="no">${fill(temporaryPassword.expires, { date, relative })}</span>
    </p>`;
  }

  #messages(issued: Issued): TemplateResult {
    const { temporaryPassword } = this.#app.translator.text;
    const handover = this.#handover(issued);
    return html`<section class="messages" aria-labelledby="messages-title">
      <h2 id="messages-title">${temporaryPassword.messagesTitle}</h2>
      <p class="quiet">${temporaryPassword.messagesText}</p>
      <div class="form-actions">
        ${this.#copies.view({
          id: 'message',
          label: temporaryPassword.copyMessage,
          text: () => messageWithPassword(handover),
        })}
        ${this.#copies.view({
          id: 'messageWithout',
          label: temporaryPassword.copyMessageWithout,
          text: () => messageWithoutPassword(handover),
        })}
        ${button({ label: temporaryPassword.print, run: () => this.#app.window.print() })}
      </div>
      <p class="quiet">${temporaryPassword.printHint}</p>
    </section>`;
  }

  /** Only paper has it. */
  #slip(issued: Issued): TemplateResult {
    const handover = this.#handover(issued);
    return html`<section class="slip" aria-hidden="true" lang=${handover.translator.language}>
      ${subjectLine({ name: shownName(issued.user), userName: issued.user.userName })}
      ${slipLines(handover).map((line) => html`<p>${line}</p>`)}
    </section>`;
  }

  #handover(issued: Issued): Handover {
    const language = languageOf(issued, this.#app.translator.language);
    return {
      issued,
      translator: this.#app.translatorOf(language),
      address: `${this.#app.window.location.origin}/`,
    };
  }

  #leftMs({ temporaryPassword }: Issued): number {
    return Date.parse(temporaryPassword.expiresAt) - this.#app.api.serverNow();
  }

  readonly #onActivity = (): void => {
    this.#activeAtMs = this.#app.now();
  };

  readonly #onPrinted = (): void => {
    this.#isPassedOn = true;
  };

  /** Out of memory and, with the next drawing, off the page. */
  #forget(): void {
    if (this.#issued === undefined) return;
    this.#issued = undefined;
    this.#copies.forget();
    this.#app.update();
  }
}
