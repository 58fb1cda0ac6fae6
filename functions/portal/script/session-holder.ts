import type { SignedIn } from '../client/index.ts';
import type { Api } from './api.ts';
import { forgetDeviceToken, keepDeviceToken } from './device.ts';
import { ListPlace } from './list-place.ts';
import { OpenTabs } from './open-tabs.ts';
import { address, isForAdmins, parseFreezeLink, parseRoute, type Route } from './route.ts';
import type { PendingChange, Session, SignInReason } from './session.ts';

/** The user name of this tab, so that a reload need not ask for that too; it is no secret. */
const NAME_KEY = 'portal-user-name';
/** A person who returns to a tab sees at once that the session was ended elsewhere. */
const CHECK_AFTER_MS = 30_000;
/** Long enough to finish a form, or to sign in again. */
const WARNED_BEFORE_MS = 120_000;

/** The person of this tab. Tokens are kept in memory alone, and go to no place but open tabs. */
export abstract class SessionHolder {
  readonly window: Window & typeof globalThis;
  readonly now: () => number;
  abstract readonly api: Api;
  session: Session | undefined;
  pendingChange: PendingChange | undefined;
  signInReason: SignInReason | undefined;
  lastUserName: string;
  isShared = false;
  /** The address at which the list of users was left, with its filters. */
  listAddress: string = address.users;
  readonly listPlace = new ListPlace();
  protected readonly tabs: OpenTabs;
  #checkedAtMs = 0;
  #freezeToken: string | undefined;

  constructor(window: Window & typeof globalThis, now: () => number) {
    this.window = window;
    this.now = now;
    // Before anything else, also that which handles the new address.
    this.#readFreezeLink();
    window.addEventListener('hashchange', () => this.#readFreezeLink());
    this.lastUserName = this.#readName();
    if (this.lastUserName !== '') this.signInReason = 'reloaded';
    this.tabs = new OpenTabs({
      window,
      session: () => (this.isSessionOver ? undefined : this.session),
      onSession: (session) => this.#onOtherSession(session),
      onEnded: (userId) => {
        if (this.session?.user.userId === userId) this.closeSession('signedOut');
      },
    });
  }

  /** True if the password must be proven again before anything else can be done. */
  abstract get isSessionOver(): boolean;
  /** Takes the screen of the session away, and shows the sign-in. */
  protected abstract closeSession(reason: SignInReason): void;
  /** The session is another one now, and the screen stays. */
  protected abstract sessionRenewed(): void;

  get isAdmin(): boolean {
    const roles = this.session?.user.roles ?? [];
    return roles.some(({ id }) => id === 'globalAdmin' || id === 'userManagementAdmin');
  }

  get isGlobalAdmin(): boolean {
    return this.session?.user.roles.some(({ id }) => id === 'globalAdmin') ?? false;
  }

  /** The time that is left to a session, when it is about to end. */
  get endsInMs(): number | undefined {
    if (this.session === undefined || this.isSessionOver) return undefined;
    const leftMs = this.session.expiresAtMs - this.now();
    return leftMs <= WARNED_BEFORE_MS ? leftMs : undefined;
  }

  get route(): Route {
    return parseRoute(this.window.location.hash);
  }

  isKeptOut(route: Route): boolean {
    return !this.isAdmin && isForAdmins(route);
  }

  keepListAddress(): void {
    this.listAddress = this.window.location.hash;
  }

  takeFreezeToken(): string | undefined {
    const token = this.#freezeToken;
    this.#freezeToken = undefined;
    return token;
  }

  replaceAddress(hash: string): void {
    this.window.history.replaceState(null, '', hash);
  }

  /** Keeps the name for the next sign-in; another person begins at the start page. */
  protected meet(userName: string): void {
    if (!['', userName].includes(this.lastUserName)) this.replaceAddress(address.home);
    this.lastUserName = userName;
  }

  /** Returns true if the session was not checked for a while; it counts as checked now. */
  protected isCheckDue(): boolean {
    if (this.session === undefined || this.now() - this.#checkedAtMs < CHECK_AFTER_MS) return false;
    this.#checkedAtMs = this.now();
    return true;
  }

  takeSession({ accessToken: token, deviceToken, user, expiresInSeconds }: SignedIn): void {
    if (this.isShared) forgetDeviceToken(this.window, user.userName);
    else keepDeviceToken(this.window, user.userName, deviceToken);
    const expiresAtMs = this.now() + expiresInSeconds * 1000;
    this.#hold({ token, user, expiresAtMs, isShared: this.isShared });
    if (this.session !== undefined) this.tabs.offer(this.session);
  }

  /** Reads the person's own profile anew, after it may have changed and in another language. */
  protected async readMe(): Promise<boolean> {
    const { session } = this;
    if (session === undefined || this.isSessionOver) return false;
    const { body } = await this.api.call('GET /api/me');
    if (this.session !== session) return false;
    this.session = { ...session, user: body };
    return true;
  }

  protected forgetSession(reason: SignInReason): void {
    this.session = undefined;
    this.pendingChange = undefined;
    this.signInReason = reason;
    this.listAddress = address.users;
    this.listPlace.clear();
    if (reason === 'signedOut' || reason === 'another') this.#keepName(undefined);
    if (reason === 'another' || reason === 'selfDeleted') this.lastUserName = '';
  }

  #hold(session: Session): void {
    this.session = session;
    this.pendingChange = undefined;
    this.signInReason = undefined;
    this.isShared = session.isShared;
    this.lastUserName = session.user.userName;
    this.#checkedAtMs = this.now();
    this.#keepName(session.isShared ? undefined : this.lastUserName);
  }

  /** From another tab: a first one for this tab, or a newer one of the same person. */
  #onOtherSession(session: Session): void {
    const isSame = this.session?.user.userId === session.user.userId;
    const isFirst = this.session === undefined && this.pendingChange === undefined;
    if (!(isSame || isFirst) || session.token === this.session?.token) return;
    this.#hold(session);
    this.sessionRenewed();
  }

  /** Takes the token of a freeze link out of the address bar, where others could read it. */
  #readFreezeLink(): void {
    const token = parseFreezeLink(this.window.location.hash);
    if (token === undefined) return;
    this.#freezeToken = token;
    this.replaceAddress(address.freeze);
  }

  #readName(): string {
    try {
      return this.window.sessionStorage.getItem(NAME_KEY) ?? '';
    } catch {
      return '';
    }
  }

  #keepName(userName: string | undefined): void {
    try {
      if (userName === undefined) this.window.sessionStorage.removeItem(NAME_KEY);
      else this.window.sessionStorage.setItem(NAME_KEY, userName);
    } catch {
      // In a browser that keeps nothing, the name is typed again.
    }
  }
}
