import type { App } from '../app.ts';
import type { Route } from '../route.ts';
import { Activity } from './activity.ts';
import { AddUser } from './add-user.ts';
import { FreezeScreen } from './freeze.ts';
import { NewPasswordScreen } from './new-password.ts';
import { NotAllowed } from './not-allowed.ts';
import { NotFound } from './not-found.ts';
import { Organisation } from './organisation.ts';
import { Profile } from './profile.ts';
import type { Screen } from './screen.ts';
import { SignIn } from './sign-in.ts';
import { TemporaryPasswordScreen } from './temporary-password/index.ts';
import { UserScreen } from './user/index.ts';
import { UserList } from './users/index.ts';

export type { Screen };

/**
 * The screen for an address, and before it what a person without a session must do. A freeze needs
 * no session.
 */
export function openScreen(app: App, route: Route): Screen {
  const { session, pendingChange } = app;
  if (route.screen === 'freeze') return new FreezeScreen(app);
  if (pendingChange !== undefined) return new NewPasswordScreen(app, pendingChange);
  if (session === undefined) return new SignIn(app);
  if (app.isKeptOut(route)) return new NotAllowed(app);
  switch (route.screen) {
    case 'users':
      return new UserList(app, route.query);
    case 'addUser':
      return new AddUser(app);
    case 'user':
      return new UserScreen(app, route.userId);
    case 'temporaryPassword':
      return new TemporaryPasswordScreen(app, route.userId);
    case 'activity':
      return new Activity(app, route.query);
    case 'organisation':
      return new Organisation(app);
    case 'profile':
      return new Profile(app, session.user);
    default:
      return new NotFound(app);
  }
}
