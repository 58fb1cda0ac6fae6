import { html, nothing, type TemplateResult } from 'lit-html';
import type { User } from '../../../client/index.ts';
import type { Browsing, Issuing, ListApp, Navigating, Placing, Translating } from '../../app.ts';
import { CopyButtons } from '../../component/copy-button.ts';
import { nextInList } from '../../component/next-in-list.ts';
import { messageBar, noticeBar } from '../../component/notice.ts';
import { FormState } from '../../form-state.ts';
import { shownName } from '../../name.ts';
import { address } from '../../route.ts';
import type { Issued } from '../../session.ts';
import { fill } from '../../text.ts';
import type { Screen } from '../screen.ts';
import { messages, slip } from './message-part.ts';
import { receiptPart } from './receipt.ts';
import { expiryLine, leftMs, type SecretParts, secretBox, whereAndWho } from './secret.ts';
import { spokenForm } from './spoken.ts';
import { partSteps, type ToldPart, toldPart } from './told-part.ts';

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
    return this.#issued !== undefined && !this.#isPassedOn && leftMs(this.#parts(this.#issued)) > 0;
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
    const left = leftMs(this.#parts(this.#issued));
    // Drawn at its very end: what has expired must not look as if it could be used.
    if (left <= 0 && left > -2000) this.#app.update();
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
    const { user, context } = issued;
    const told = toldPart(issued);
    const name = shownName(user);
    return html`<div class="card wide secret">
        <h1 tabindex="-1" translate="no">${fill(temporaryPassword.title, { name })}</h1>
        <p class="lead" translate="no">${user.userName}</p>
        ${messageBar({ intent: 'success', title: fill(temporaryPassword[context], { name }) })}
        ${user.status === 'disabled' ? this.#disabled(user) : nothing}
        ${told === undefined ? this.#whole(issued) : this.#told(issued, told)}
        ${issued.receipt === undefined ? nothing : receiptPart(this.#parts(issued), issued.receipt)}
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
      ${told === undefined ? slip(this.#parts(issued)) : nothing}`;
  }

  #whole(issued: Issued): TemplateResult {
    const { translator } = this.#app;
    const { text } = translator;
    const parts = this.#parts(issued);
    return html`${secretBox(parts, text.temporaryPassword.label)} ${expiryLine(parts)}
      ${whereAndWho(parts)}
      <p><strong>${text.temporaryPasswordInstructions}</strong></p>
      <p>${text.temporaryPassword.privacy}</p>
      ${messages(parts)} ${spokenForm(translator, issued.temporaryPassword, this.#language)}`;
  }

  /** In the order of the call: the part to read out, what to say, and what else may be asked. */
  #told(issued: Issued, told: ToldPart): TemplateResult {
    const { temporaryPassword } = this.#app.translator.text;
    const parts = this.#parts(issued);
    return html`${secretBox(parts, temporaryPassword.part, told.pair)}
      ${spokenForm(this.#app.translator, told, this.#language)} ${partSteps(parts, told)}
      ${expiryLine(parts)} ${whereAndWho(parts)}
      <p>${temporaryPassword.partPrivacy}</p>`;
  }

  #parts(issued: Issued): SecretParts {
    return { app: this.#app, copies: this.#copies, issued };
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
