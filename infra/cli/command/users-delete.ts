import { userActCommand } from '../user-act.ts';

export const usersDelete = userActCommand('delete', {
  summary: 'deletes a user; the events stay',
  what: 'Deletes a user: profile, password and sessions. The events stay.',
  done: 'deleted',
  warning: 'profile, password and sessions are gone.',
});
