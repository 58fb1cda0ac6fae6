import { html, render } from 'lit-html';
import { keyed } from 'lit-html/directives/keyed.js';
import type { SignedIn } from '../client/index.ts';
import { Api } from './api.ts';
import type { App } from './app.ts';
import { Confirmation } from './component/confirmation.ts';
import type { Notice } from './component/notice.ts';
import { Reauthentication } from './component/reauthentication.ts';
import { Departure } from './departure.ts';
import type { PortalParts } from './portal-parts.ts';
import { Progress } from './progress.ts';
import { address, type Route, routeKey } from './route.ts';
import { openScreen, type Screen } from './screen/index.ts';
import type { Issued, PendingChange, SignInReason } from './session.ts';
import { SessionHolder } from './session-holder.ts';
import { shell } from './shell.ts';
import * as words from './text.ts';
import { Ticker } from './ticker.ts';
import { UserNames } from './user-names.ts';

/** Times such as "expires in 3 h" are looked at again this often. */
const CLOCK_STEP_MS = 20_000;
const COUNTDOWN_STEP_MS = 1000;

/** The whole portal: address, language, and the screen that is shown. In memory only. */
export class Portal extends SessionHolder implements App {
  readonly api: Api;
  readonly userNames: UserNames;
  readonly confirmation: Confirmation;
  readonly #reauthentication: Reauthentication;
  readonly #departure: Departure;
  readonly logo: string;
  readonly #root: HTMLElement;
  readonly #catalogues: words.Catalogues;
  translator: words.Translator;
  /** The notice that the screen before left. */
  notice: Notice | undefined;
  #nextNotice: Notice | undefined;
  #issued: Issued | undefined;
  #screen: Screen | undefined;
  #key = '';
  #retries: (() => void)[] = [];
  readonly #ticker: Ticker;
  readonly #progress: Progress;

  constructor({ window, root, logo, catalogues, now }: PortalParts) {
    super(window, now);
    this.logo = logo;
    this.#root = root;
    this.#catalogues = catalogues;
    const { languages } = window.navigator;
    this.translator = this.translatorOf(
      words.chooseLanguage(words.readLanguage(window), languages),
    );
    this.#ticker = new Ticker(now);
    this.#progress = new Progress(window, () => this.update());
    this.api = new Api({
      fetch: window.fetch.bind(window),
      now,
      isOnline: () => window.navigator.onLine,
      token: () => this.session?.token,
      language: () => this.translator.language,
      onProgress: (isWaiting) => this.#progress.set(isWaiting),
      onSessionEnded: () => this.endSession('ended'),
    });
    this.userNames = new UserNames(this);
    this.confirmation = new Confirmation(this);
    this.#reauthentication = new Reauthentication(this);
    this.#departure = new Departure({
      app: this,
      screen: () => this.#screen,
      isElsewhere: () => this.#keyOf(this.route) !== this.#key,
      show: () => this.#show(),
    });
  }

  get isSlow(): boolean {
    return this.#progress.isShown;
  }

  get isSessionOver(): boolean {
    return this.#reauthentication.isRequired;
  }

  async start(): Promise<void> {
    const { window } = this;
    this.#departure.watch(this.#root);
    window.addEventListener('online', () => this.#retry());
    window.addEventListener('offline', () => this.update());
    window.document.addEventListener('visibilitychange', () => this.#checkSession());
    // What is secret must not be kept in a page that is only set aside.
    for (const type of ['pagehide', 'freeze']) {
      window.addEventListener(type, () => this.#screen?.leave?.(), { capture: true });
    }
    await this.tabs.ask();
    window.setInterval(() => this.#tick(), COUNTDOWN_STEP_MS);
    window.setInterval(() => this.#key !== 'signIn' && this.update(), CLOCK_STEP_MS);
    this.#show();
  }

  go(hash: string, notice?: Notice): void {
    this.#nextNotice = notice;
    this.#departure.allow();
    if (this.window.location.hash === hash) this.#show();
    else this.window.location.hash = hash;
  }

  whenBack(run: () => void): void {
    this.#retries.push(run);
  }

  /** Resumes the address, unless it was left by another person. */
  signedIn(answer: SignedIn, notice?: Notice): void {
    this.meet(answer.user.userName);
    this.takeSession(answer);
    this.#nextNotice = notice;
    this.#show();
  }

  reauthenticated(answer: SignedIn): void {
    this.takeSession(answer);
    this.sessionRenewed();
  }

  askPassword(): void {
    this.#reauthentication.ask('soon');
  }

  protected sessionRenewed(): void {
    // The first screen is not there before the other tabs were asked.
    if (this.#screen === undefined) return;
    this.#reauthentication.close();
    this.#showOrUpdate();
    this.#retry();
  }

  changeRequired(change: PendingChange): void {
    this.meet(change.userName);
    this.#reauthentication.close();
    this.session = undefined;
    this.pendingChange = change;
    this.signInReason = undefined;
    this.#show();
  }

  endSession(reason: SignInReason): void {
    const { session } = this;
    if (session !== undefined && (reason === 'expired' || reason === 'ended')) {
      // A temporary password does not outlive the session.
      this.#screen?.leave?.();
      this.#reauthentication.ask(reason);
      return;
    }
    if (session !== undefined) this.tabs.end(session.user.userId);
    this.closeSession(reason);
  }

  /** Returns to the sign-in with the reason; the address stays, to be resumed afterwards. */
  protected closeSession(reason: SignInReason): void {
    this.forgetSession(reason);
    this.userNames.clear();
    if (!['changeExpired', 'maybeChanged'].includes(reason)) this.replaceAddress(address.home);
    this.#reauthentication.close();
    if (this.confirmation.isOpen) this.confirmation.close();
    this.#show();
  }

  async refreshMe(): Promise<void> {
    // Other roles may open the screen, or close it.
    if (await this.readMe()) this.#showOrUpdate();
  }

  setLanguage(language: words.Language): void {
    this.translator = this.translatorOf(language);
    words.storeLanguage(this.window, language);
    this.update();
    this.#screen?.onLanguage?.();
    this.refreshMe().catch(() => {});
  }

  showTemporaryPassword(issued: Issued): void {
    this.#issued = issued;
    this.go(address.temporaryPassword(issued.user.userId));
  }

  takeIssued(): Issued | undefined {
    const issued = this.#issued;
    this.#issued = undefined;
    return issued;
  }

  tickUntil(atMs: number, run: () => void): void {
    this.#ticker.add(atMs, run);
  }

  update(): void {
    const screen = this.#screen;
    if (screen === undefined) return;
    const { activeElement, body } = this.window.document;
    const hadFocus = activeElement !== null && activeElement !== body;
    const dialogs = [this.confirmation.view(), this.#reauthentication.view()];
    render(html`${shell(this, keyed(this.#key, screen.view()), dialogs)}`, this.#root);
    this.#setTitle();
    // What had the focus may be gone now: a keyboard must not start over at the top.
    const isLost = hadFocus && this.window.document.activeElement === body;
    const isAsking = this.confirmation.isOpen || this.#reauthentication.isOpen;
    if (isLost && !isAsking) this.focusHeading();
  }

  focusHeading(): void {
    this.#root.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
  }

  #showOrUpdate(): void {
    if (this.#keyOf(this.route) === this.#key) this.update();
    else this.#show();
  }

  #show(): void {
    const route = this.#redirected();
    const key = this.#keyOf(route);
    this.#departure.arrive();
    if (key === this.#key) {
      this.#screen?.onRoute?.(route);
      this.update();
      return;
    }
    const isFirst = this.#key === '';
    this.#screen?.leave?.();
    if (this.confirmation.isOpen) this.confirmation.close();
    this.#key = key;
    this.#retries = [];
    this.notice = this.#nextNotice;
    this.#nextNotice = undefined;
    this.#screen = openScreen(this, route);
    this.#issued = undefined;
    this.update();
    this.window.scrollTo(0, 0);
    // The first screen leaves the focus to the browser and to its own first field.
    if (!isFirst) this.focusHeading();
    this.#screen.onShown?.();
  }

  /** The start page is another one for each person. */
  #redirected(): Route {
    const { route } = this;
    if (this.session === undefined || route.screen !== 'home') return route;
    this.replaceAddress(this.isAdmin ? address.users : address.profile);
    return this.route;
  }

  #keyOf(route: Route): string {
    if (route.screen === 'freeze') return routeKey(route);
    if (this.pendingChange !== undefined) return 'newPassword';
    if (this.session === undefined) return 'signIn';
    return this.isKeptOut(route) ? 'notAllowed' : routeKey(route);
  }

  #setTitle(): void {
    const { text, language } = this.translator;
    const { document } = this.window;
    const screen = this.#screen?.title() ?? '';
    document.title = words.fill(text.titlePattern, { screen, product: text.product });
    document.documentElement.lang = language;
  }

  translatorOf(language: words.Language): words.Translator {
    const locale = words.localeFor(language, this.window.navigator.languages);
    return new words.Translator(language, locale, this.#catalogues[language]);
  }

  /** The network or the session is back: what could not be read is read now. */
  #retry(): void {
    const retries = this.#retries;
    this.#retries = [];
    for (const retry of retries) retry();
    this.refreshMe().catch(() => {});
    this.update();
  }

  #tick(): void {
    const { session } = this;
    if (session !== undefined && session.expiresAtMs <= this.now()) this.endSession('expired');
    this.#screen?.onTick?.();
    if (!this.#ticker.isRunning && this.endsInMs === undefined) return;
    this.update();
    this.#ticker.tick();
  }

  #checkSession(): void {
    if (this.window.document.visibilityState !== 'visible') return;
    this.#tick();
    // An outage shows at the next thing that the person does.
    if (this.isCheckDue()) this.refreshMe().catch(() => {});
  }
}
