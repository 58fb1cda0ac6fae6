import type { UpdateUserBody, User } from '../../../client/index.ts';
import type {
  Browsing,
  Confirming,
  Issuing,
  ListApp,
  Naming,
  Navigating,
  Notifying,
  Person,
  Placing,
  Remedy,
  SigningIn,
} from '../../app.ts';
import type { Notice } from '../../component/notice.ts';

export type UserApp = ListApp &
  Browsing &
  Confirming &
  Issuing &
  Naming &
  Navigating &
  Notifying &
  Person &
  Placing &
  Pick<SigningIn, 'endSession'>;

/** The screen of one user, as its parts see it. */
export interface UserContext {
  readonly app: UserApp;
  readonly isSelf: boolean;
  readonly user: User | undefined;
  /** The version that is shown, and that a change is meant for. */
  readonly etag: string | undefined;
  readonly userId: string;
  /** Takes over what a change answered. */
  changed(body: User, etag: string | undefined, notice: Notice | undefined): void;
  reload(): void;
  readonly remedy: Remedy;
}

/** Sends a merge patch for the version that is shown, and takes over the answer. */
export async function patchUser(context: UserContext, patch: UpdateUserBody): Promise<void> {
  const { body, etag } = await context.app.api.call('PATCH /api/users/{userId}', {
    path: { userId: context.userId },
    body: patch,
    ifMatch: context.etag,
  });
  context.changed(body, etag, undefined);
}
