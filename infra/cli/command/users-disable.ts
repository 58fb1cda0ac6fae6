import { userActCommand } from '../user-act.ts';

export const usersDisable = userActCommand('disable', {
  summary: 'ends the sessions of a user, who cannot sign in any more',
  what: 'Ends the sessions of a user, who cannot sign in any more. The password stays.',
  done: 'disabled',
});
