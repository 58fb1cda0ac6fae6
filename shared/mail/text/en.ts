import type { EventType } from '../../credential/event.ts';

/** The sentences about an event, for its user and for an admin who reads of another user. */
export interface Sentences {
  readonly subject: string;
  readonly own: string;
  readonly other: string;
}

/** The English mails; their shape is the shape that every language must fill. */
export const en = {
  event: {
    'user.created': {
      subject: 'Welcome to the portal',
      own: 'An account was created for you. An admin gives you a temporary password.',
      other: 'A new global admin was added.',
    },
    'password.reset': {
      subject: 'Your password was reset',
      own: 'Your password was reset. Your old password no longer works.',
      other: 'The password of a global admin was reset.',
    },
    'password.changed': {
      subject: 'Your password was changed',
      own: 'Your password was changed. All other sessions have ended.',
      other: 'The password of a global admin was changed.',
    },
    'credential.locked': {
      subject: 'Your account is locked for unknown devices',
      own:
        'Someone entered many wrong passwords for your account. You can sign in only on a device ' +
        'that you used before.',
      other: 'Someone entered many wrong passwords for a global admin.',
    },
    'credential.frozen': {
      subject: 'Your account was frozen',
      own:
        'Your account was frozen with the link in a message to you. Now no one can sign ' +
        'in with it, not even you. To use it again, ask an admin to reset your password.',
      other:
        'The owner of this account reported a change as not their own. Now no one can sign in ' +
        'with it. Call the person, find out what happened, then reset the password.',
    },
    'sessions.ended': {
      subject: 'You were signed out everywhere',
      own: 'All your sessions were ended. Your password has not changed.',
      other: 'All sessions of a global admin were ended.',
    },
    'user.disabled': {
      subject: 'Your account was disabled',
      own: 'Your account was disabled. You can no longer sign in.',
      other: 'A global admin was disabled.',
    },
    'user.enabled': {
      subject: 'Your account was enabled',
      own: 'Your account was enabled. You can sign in again with your password.',
      other: 'A global admin was enabled.',
    },
    'user.deleted': {
      subject: 'Your account was deleted',
      own: 'Your account was deleted.',
      other: 'A global admin was deleted.',
    },
    'support-code.issued': {
      subject: 'A support code was shown to you',
      own:
        'A support code was shown in your session. Read it only to the help desk that you ' +
        'called: an admin can reset your password with it for 10 minutes.',
      other: 'A support code was shown to a global admin.',
    },
    'temporary-password.used-by-issuer': {
      subject: 'A temporary password was used by the admin who made it',
      own:
        'Your temporary password was entered on a device of the admin who made it. If you were ' +
        'not there, call your help desk now, and ask for another admin.',
      other:
        'A temporary password was entered on a device of the admin who made it. Ask the user ' +
        'whether they did it together. If not, disable the account and sign out that admin.',
    },
    'tenant.settings-changed': {
      subject: 'The settings of your organisation were changed',
      own: 'The settings of your organisation were changed.',
      other: 'The settings of your organisation were changed.',
    },
  } satisfies Partial<Record<EventType, Sentences>> as Readonly<
    Partial<Record<EventType, Sentences>>
  >,
  address: {
    subject: 'Your email address was changed',
    own: 'An email address of your account was changed. This mail goes to the old ones too.',
    other: 'An email address of an admin was changed.',
  },
  roles: {
    subject: 'Your roles were changed',
    own: 'The roles of your account were changed. You can do more or less than before.',
    other: 'The roles of an admin were changed.',
  },
  addressAndRoles: {
    subject: 'Your email address and your roles were changed',
    own: 'An email address and the roles of your account were changed.',
    other: 'An email address and the roles of an admin were changed.',
  },
  digestSubject: (count: number) => `Your account: ${count} changes`,
  digest: 'There were many changes, so this mail has all since the last one:',
  aboutAdmin: (name: string) => `About ${name}`,
  aboutFrozen: (name: string) => `Frozen by its owner: ${name}`,
  hello: (name: string) => `Hello ${name},`,
  row: (label: string, value: string) => `${label}: ${value}`,
  account: 'Account',
  when: 'Time',
  by: 'Done by',
  system: 'The service itself',
  operator: 'The operator of the service',
  byLink: 'The owner of the account, with the link in a message',
  self: 'You',
  unknown: 'A user who is no longer there',
  wasYou: 'If you expected this, you need not do anything.',
  wasNotYou: 'If you did not expect this, act now:',
  contact: (contact: string) => `Contact your organisation: ${contact}`,
  admins: (names: string) => `Contact one of your admins: ${names}`,
  freeze:
    "If this wasn't you, open this link and confirm. From then on no one can sign in with your " +
    'account until an admin resets the password. The link works for 7 days.',
  notMe: "This wasn't me",
  freezeByHand: (page: string) => `If the link does not open, go to ${page} and enter this text:`,
  part: {
    subject: (pair: string) => `Part of your temporary password (${pair})`,
    what:
      'Your password is being reset. The temporary password has two parts. One is in this mail. ' +
      'The other is read out to you by the admin.',
    part: 'This part',
    pair: 'Pair',
    until: 'Valid until',
    steps: (pair: string) => [
      'Ask the admin for the other part and for its pair.',
      `If that pair is not ${pair}, the parts do not belong together.`,
      'Sign in with your user name and both parts, one after the other, in either order.',
      'Choose a password that only you know.',
    ],
    keep: 'Read this part out to no one, not even to an admin. No one else needs it.',
    unexpected:
      'Another person may be trying to get into your account. Keep this part to yourself: the ' +
      'new password does not work without it. Report this mail to your organisation.',
  },
  noLinks: 'We never ask for a password by mail.',
  signIn: 'Sign in',
};

export type MailCatalogue = typeof en;
