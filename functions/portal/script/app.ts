/**
 * The slices of the portal that its parts use, one interface for each subject. A part takes its
 * slices, and never imports the class that implements them all.
 */
import type { TemplateResult } from 'lit-html';
import type { Problem, SignedIn } from '../client/index.ts';
import type { Api } from './api.ts';
import type { Notice } from './component/notice.ts';
import type { ListPlace } from './list-place.ts';
import type { NamedUser } from './name.ts';
import type { Route } from './route.ts';
import type { Issued, PendingChange, Session, SignInReason } from './session.ts';
import type { Language, Translator } from './text.ts';

export interface Localized {
  readonly translator: Translator;
}

export interface Translating extends Localized {
  /** Returns the words of another language, for a message to a person who reads that. */
  translatorOf(language: Language): Translator;
}

export interface Drawing {
  update(): void;
  focusHeading(): void;
}

export interface Timed {
  /** The browser's clock, in milliseconds. */
  readonly now: () => number;
  /** Draws every second until then, and runs `run` at its end. */
  tickUntil(atMs: number, run: () => void): void;
}

export interface Recovering {
  /** Runs `run` when the network or the session is back while the same screen is shown. */
  whenBack(run: () => void): void;
}

export interface Calling {
  readonly api: Api;
}

export interface Browsing {
  readonly window: Window & typeof globalThis;
}

/** The person who is signed in. */
export interface Person {
  readonly session: Session | undefined;
  readonly isGlobalAdmin: boolean;
  /** Reads the person's own profile anew. */
  refreshMe(): Promise<void>;
}

export interface SigningIn {
  /** True if this browser must keep nothing of the person. */
  isShared: boolean;
  readonly lastUserName: string;
  readonly signInReason: SignInReason | undefined;
  /** Takes the session of a sign-in or of a password change; the screen stays. */
  takeSession(answer: SignedIn): void;
  signedIn(answer: SignedIn, notice?: Notice): void;
  changeRequired(change: PendingChange): void;
  endSession(reason: SignInReason): void;
}

export interface Reauthenticating {
  /** Resumes the screen as it is. */
  reauthenticated(answer: SignedIn): void;
}

export interface Navigating {
  readonly route: Route;
  /** The address at which the list of users was left. */
  readonly listAddress: string;
  keepListAddress(): void;
  go(hash: string, notice?: Notice): void;
  /** Changes the address without a new entry to go back to. */
  replaceAddress(hash: string): void;
}

/** The place at which the list of users was left, and is resumed. */
export interface Placing {
  readonly listPlace: ListPlace;
}

export interface Notifying {
  notice: Notice | undefined;
}

/** Passes the token of a freeze link from the address to its screen. */
export interface Freezing {
  takeFreezeToken(): string | undefined;
}

/** Passes a temporary password from the answer to the screen that shows it. */
export interface Issuing {
  showTemporaryPassword(issued: Issued): void;
  takeIssued(): Issued | undefined;
}

export interface Naming {
  readonly userNames: {
    remember(user: NamedUser, isDeleted?: boolean): void;
    /** The name as far as it is known by now; the portal draws again when it is. */
    nameOf(userId: string): string;
    /** @returns undefined if the name is not known yet */
    knownNameOf(userId: string): string | undefined;
    /** @returns undefined if it is not known yet, or is what {@link nameOf} says */
    userNameOf(userId: string): string | undefined;
  };
}

/** The act that helps after a refusal, beside trying again. */
export type Remedy = (problem: Problem) => Notice['action'] | undefined;

/** A person by what is unique; display names are not. */
export interface Subject {
  readonly name: string;
  readonly userName: string;
}

/** Sentences by field name. */
export type FieldErrors = Readonly<Record<string, string>>;

/** The findings of a form about the last attempt, and the way to forget them. */
export interface FormView {
  readonly fields: FieldErrors;
  /** The time until the next try, in milliseconds; 0: now. */
  readonly waitMs: number;
  clear(): void;
}

/** The fields of a question that takes more than a yes. */
export interface ConfirmationForm {
  /** True if there is a field to fill in before the answer. */
  readonly hasFields: boolean;
  /** True if the answer cannot be yes now; the form says why. */
  readonly isBlocked: boolean;
  /** Names what a wait belongs to at this moment. */
  waitsFor(): string;
  /** Draws what must be filled in. */
  asked(state: FormView): TemplateResult;
  /** Draws what may be filled in, below the effects. */
  more(state: FormView): TemplateResult;
  /** Returns what is missing; nothing is sent then. */
  missing(): FieldErrors;
  /** @returns undefined if the refusal is explained as everywhere */
  refused(problem: Problem): { fields?: FieldErrors; notice?: Notice } | undefined;
}

export interface ConfirmationOptions {
  readonly title: () => string;
  /** The person that it is about. */
  readonly subject?: Subject;
  readonly text: () => string;
  /** The effects, one a line. */
  readonly effects?: () => readonly string[];
  readonly action: () => string;
  /** The text to type first, where one click too many would be final. */
  readonly typed?: string;
  readonly isDanger: boolean;
  readonly form?: ConfirmationForm;
  readonly remedy?: Remedy;
  readonly work: () => Promise<void>;
}

export interface Confirming {
  readonly confirmation: { ask(options: ConfirmationOptions): void };
}

/** The slice with which a form waits, fails and draws itself. */
export type FormApp = Localized & Drawing & Timed & Recovering & Pick<Person, 'refreshMe'>;

/** The slice of a list that arrives in pages. */
export type ListApp = FormApp & Calling;

/** The slice of the frame around the screens. */
export interface ShellApp extends Localized, Drawing, Calling, Person, SigningIn, Navigating {
  readonly notice: Notice | undefined;
  /** The time that is left to a session, when it is about to end. */
  readonly endsInMs: number | undefined;
  /** Opens the password dialog before the session ends. */
  askPassword(): void;
  readonly isSlow: boolean;
  readonly isAdmin: boolean;
  /** The address of the product's logo, which is inside the page. */
  readonly logo: string;
  setLanguage(language: Language): void;
}

/** The slices of all screens together, for the choice of a screen. */
export interface App
  extends Translating,
    Drawing,
    Timed,
    Recovering,
    Calling,
    Browsing,
    Person,
    SigningIn,
    Reauthenticating,
    Navigating,
    Placing,
    Notifying,
    Issuing,
    Freezing,
    Naming,
    Confirming {
  readonly pendingChange: PendingChange | undefined;
  isKeptOut(route: Route): boolean;
}
