import type {
  Confirming,
  Issuing,
  ListApp,
  Naming,
  Navigating,
  Notifying,
  Person,
  Remedy,
} from '../../app.ts';
import type { Notice } from '../../component/notice.ts';
import type { User } from '../../contract.ts';

export type UserApp = ListApp & Confirming & Issuing & Naming & Navigating & Notifying & Person;

/** What the parts of the screen of one user need of it. */
export interface UserContext {
  readonly app: UserApp;
  readonly isSelf: boolean;
  /** Of the version that is shown; a change is meant for it. */
  readonly etag: string | undefined;
  /** Returns the path of this user in the API, with an action such as `/unlock` behind it. */
  path(action?: string): string;
  /** Takes over what a change answered. */
  changed(body: User, etag: string | undefined, notice: Notice | undefined): void;
  readonly remedy: Remedy;
}

/** Sends a merge patch for the version that is shown, and takes over the answer. */
export async function patchUser(context: UserContext, patch: object): Promise<void> {
  const { body, etag } = await context.app.api.call<User>('PATCH', context.path(), {
    body: patch,
    ifMatch: context.etag,
  });
  context.changed(body, etag, undefined);
}
