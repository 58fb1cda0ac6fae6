import { userActCommand } from '../user-act.ts';

export const usersDisable = userActCommand('disable', {
  summary: 'disables a user: sessions end, and no sign-in is accepted',
  what: 'Disables a user: sessions end, and no sign-in is accepted. The password stays.',
  done: 'disabled',
});
