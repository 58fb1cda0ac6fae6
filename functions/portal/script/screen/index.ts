import type { Portal } from '../portal.ts';
import type { Route } from '../route.ts';
import { Activity } from './activity.ts';
import { AddUser } from './add-user.ts';
import { NewPasswordScreen } from './new-password.ts';
import { NotAllowed } from './not-allowed.ts';
import { NotFound } from './not-found.ts';
import { Profile } from './profile.ts';
import type { Screen } from './screen.ts';
import { SignIn } from './sign-in.ts';
import { TemporaryPasswordScreen } from './temporary-password.ts';
import { UserScreen } from './user/index.ts';
import { UserList } from './user-list.ts';

export type { Screen };

/** The screen for an address, and before it what a person without a session must do. */
export function openScreen(portal: Portal, route: Route): Screen {
  const { session, pendingChange } = portal;
  if (pendingChange !== undefined) return new NewPasswordScreen(portal, pendingChange);
  if (session === undefined) return new SignIn(portal);
  if (portal.isKeptOut(route)) return new NotAllowed(portal);
  switch (route.screen) {
    case 'users':
      return new UserList(portal, route.query);
    case 'addUser':
      return new AddUser(portal);
    case 'user':
      return new UserScreen(portal, route.userId);
    case 'temporaryPassword':
      return new TemporaryPasswordScreen(portal, route.userId);
    case 'activity':
      return new Activity(portal);
    case 'profile':
      return new Profile(portal, session.user);
    default:
      return new NotFound(portal);
  }
}
