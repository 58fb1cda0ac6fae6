import { html, render } from 'lit-html';
import { keyed } from 'lit-html/directives/keyed.js';
import { Api } from './api.ts';
import type { App } from './app.ts';
import { Confirmation } from './component/confirmation.ts';
import type { Notice } from './component/notice.ts';
import type { Me, SignedIn } from './contract.ts';
import { forgetDeviceToken, keepDeviceToken } from './device.ts';
import type { PortalParts } from './portal-parts.ts';
import { Progress } from './progress.ts';
import { address, isForAdmins, parseRoute, type Route, routeKey } from './route.ts';
import { openScreen, type Screen } from './screen/index.ts';
import type { Issued, PendingChange, Session, SignInReason } from './session.ts';
import { shell } from './shell.ts';
import {
  type Catalogues,
  chooseLanguage,
  fill,
  type Language,
  localeFor,
  readLanguage,
  storeLanguage,
  Translator,
} from './text.ts';
import { Ticker } from './ticker.ts';
import { UserNames } from './user-names.ts';

/** Times such as "expires in 3 h" are looked at again this often. */
const CLOCK_STEP_MS = 20_000;
const COUNTDOWN_STEP_MS = 1000;
/** Who comes back to a tab learns at once that the session was ended elsewhere. */
const CHECK_AFTER_MS = 30_000;

/** The whole portal: session, address, language, and the screen that is shown. In memory only. */
export class Portal implements App {
  readonly window: Window & typeof globalThis;
  readonly now: () => number;
  readonly api: Api;
  readonly userNames: UserNames;
  readonly confirmation: Confirmation;
  readonly #root: HTMLElement;
  readonly #catalogues: Catalogues;
  translator: Translator;
  session: Session | undefined;
  pendingChange: PendingChange | undefined;
  signInReason: SignInReason | undefined;
  lastUserName = '';
  isShared = false;
  /** Where the list of users was left: its filters are still wanted afterwards. */
  listAddress: string = address.users;
  /** What the screen before left to say. */
  notice: Notice | undefined;
  #nextNotice: Notice | undefined;
  #issued: Issued | undefined;
  #screen: Screen | undefined;
  #key = '';
  #checkedAtMs = 0;
  readonly #ticker: Ticker;
  readonly #progress: Progress;

  constructor({ window, root, catalogues, now }: PortalParts) {
    this.window = window;
    this.#root = root;
    this.#catalogues = catalogues;
    this.now = now;
    this.translator = this.#translatorOf(
      chooseLanguage(readLanguage(window), window.navigator.languages),
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
  }

  get isSlow(): boolean {
    return this.#progress.isShown;
  }

  start(): void {
    const { window } = this;
    window.addEventListener('hashchange', () => this.#show());
    for (const type of ['online', 'offline']) window.addEventListener(type, () => this.update());
    window.document.addEventListener('visibilitychange', () => void this.#checkSession());
    // What is secret must not be kept in a page that is only set aside.
    for (const type of ['pagehide', 'freeze']) {
      window.addEventListener(type, () => this.#screen?.leave?.(), { capture: true });
    }
    window.setInterval(() => this.#tick(), COUNTDOWN_STEP_MS);
    window.setInterval(() => this.session && this.update(), CLOCK_STEP_MS);
    this.#show();
  }

  get route(): Route {
    return parseRoute(this.window.location.hash);
  }

  get isAdmin(): boolean {
    const roles = this.session?.user.roles ?? [];
    return roles.some(({ id }) => id === 'globalAdmin' || id === 'userManagementAdmin');
  }

  isKeptOut(route: Route): boolean {
    return !this.isAdmin && isForAdmins(route);
  }

  get isGlobalAdmin(): boolean {
    return this.session?.user.roles.some(({ id }) => id === 'globalAdmin') ?? false;
  }

  go(hash: string, notice?: Notice): void {
    this.#nextNotice = notice;
    if (this.window.location.hash === hash) this.#show();
    else this.window.location.hash = hash;
  }

  replaceAddress(hash: string): void {
    this.window.history.replaceState(null, '', hash);
  }

  keepListAddress(): void {
    this.listAddress = this.window.location.hash;
  }

  takeSession({ accessToken: token, deviceToken, user, expiresInSeconds }: SignedIn): void {
    if (this.isShared) forgetDeviceToken(this.window, user.userName);
    else keepDeviceToken(this.window, user.userName, deviceToken);
    this.session = { token, user, expiresAtMs: this.now() + expiresInSeconds * 1000 };
    this.pendingChange = undefined;
    this.signInReason = undefined;
    this.lastUserName = user.userName;
    this.#checkedAtMs = this.now();
  }

  /** Goes on where the person was, unless that was somebody else. */
  signedIn(answer: SignedIn, notice?: Notice): void {
    this.#meet(answer.user.userName);
    this.takeSession(answer);
    this.#nextNotice = notice;
    this.#show();
  }

  changeRequired(change: PendingChange): void {
    this.#meet(change.userName);
    this.pendingChange = change;
    this.signInReason = undefined;
    this.#show();
  }

  /** Keeps the name for the next sign-in; somebody else begins at the start page. */
  #meet(userName: string): void {
    if (!['', userName].includes(this.lastUserName)) this.replaceAddress(address.home);
    this.lastUserName = userName;
  }

  /** Back to the sign-in with the reason; the address stays, to go on there afterwards. */
  endSession(reason: SignInReason): void {
    this.session = undefined;
    this.pendingChange = undefined;
    this.signInReason = reason;
    this.userNames.clear();
    this.listAddress = address.users;
    if (reason === 'signedOut' || reason === 'everywhere') this.replaceAddress(address.home);
    if (this.confirmation.isOpen) this.confirmation.close();
    this.#show();
  }

  /** The own profile, after it may have changed and in another language. */
  async refreshMe(): Promise<void> {
    const { session } = this;
    if (session === undefined) return;
    const { body } = await this.api.call<Me>('GET', '/api/me');
    if (this.session !== session) return;
    this.session = { ...session, user: body };
    // Other roles may open the screen, or close it.
    if (this.#keyOf(this.route) === this.#key) this.update();
    else this.#show();
  }

  setLanguage(language: Language): void {
    this.translator = this.#translatorOf(language);
    storeLanguage(this.window, language);
    this.update();
    this.#screen?.onLanguage?.();
    this.refreshMe().catch(() => {});
  }

  /** Hands a temporary password to the screen that shows it, and to nobody else. */
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
    render(
      html`${shell(this, keyed(this.#key, screen.view()), this.confirmation.view())}`,
      this.#root,
    );
    this.#setTitle();
    // What had the focus may be gone now: a keyboard must not start over at the top.
    const isLost = hadFocus && this.window.document.activeElement === body;
    if (isLost && !this.confirmation.isOpen) this.focusHeading();
  }

  focusHeading(): void {
    this.#root.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
  }

  #show(): void {
    const route = this.#redirected();
    const key = this.#keyOf(route);
    if (key === this.#key) {
      this.#screen?.onRoute?.(route);
      this.update();
      return;
    }
    const isFirst = this.#key === '';
    this.#screen?.leave?.();
    if (this.confirmation.isOpen) this.confirmation.close();
    this.#key = key;
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
    if (this.pendingChange !== undefined) return 'newPassword';
    if (this.session === undefined) return 'signIn';
    return this.isKeptOut(route) ? 'notAllowed' : routeKey(route);
  }

  #setTitle(): void {
    const { text, language } = this.translator;
    const { document } = this.window;
    const screen = this.#screen?.title() ?? '';
    document.title = fill(text.titlePattern, { screen, product: text.product });
    document.documentElement.lang = language;
  }

  #translatorOf(language: Language): Translator {
    const locale = localeFor(language, this.window.navigator.languages);
    return new Translator(language, locale, this.#catalogues[language]);
  }

  #tick(): void {
    const { session } = this;
    if (session !== undefined && session.expiresAtMs <= this.now()) this.endSession('expired');
    this.#screen?.onTick?.();
    if (!this.#ticker.isRunning) return;
    this.update();
    this.#ticker.tick();
  }

  async #checkSession(): Promise<void> {
    if (this.window.document.visibilityState !== 'visible') return;
    this.#tick();
    if (this.session === undefined || this.now() - this.#checkedAtMs < CHECK_AFTER_MS) return;
    this.#checkedAtMs = this.now();
    // An outage shows at the next thing that the person does.
    await this.refreshMe().catch(() => {});
  }
}
