import { userActCommand } from '../user-act.ts';

export const usersUnlock = userActCommand('unlock', {
  summary: 'ends the current waits of a user who is not locked',
  what: 'Ends the present waits of a user: the next attempt is free, and what is counted stays.',
  done: 'unlocked',
});
