import type {
  Me,
  PasswordChangeRequired,
  SplitTemporaryPassword,
  TemporaryPassword,
  UserWithTemporaryPassword,
} from '../client/index.ts';

export interface Session {
  readonly token: string;
  readonly expiresAtMs: number;
  /** True if this browser must keep nothing of the person. */
  readonly isShared: boolean;
  readonly user: Me;
}

/** Between the sign-in with a temporary password and the one that replaces it. */
export interface PendingChange extends PasswordChangeRequired {
  readonly userName: string;
}

/** On its way from the answer to the screen that shows it. */
export interface Issued extends Omit<UserWithTemporaryPassword, 'temporaryPassword'> {
  readonly temporaryPassword: TemporaryPassword | SplitTemporaryPassword;
  /** A reset has one, a new user has none. */
  readonly receipt?: string;
  readonly context: 'created' | 'reset';
}

export type SignInReason =
  | 'signedOut'
  | 'another'
  | 'reloaded'
  | 'selfDisabled'
  | 'selfDeleted'
  | 'expired'
  | 'ended'
  | 'everywhere'
  | 'changeExpired'
  | 'maybeChanged';
