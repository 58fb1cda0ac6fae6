import { userActCommand } from '../user-act.ts';

export const usersEnable = userActCommand('enable', {
  summary: 'lets a disabled user sign in again',
  what: 'Lets a disabled user sign in again, with the password from before.',
  done: 'enabled',
});
