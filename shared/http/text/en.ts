/** The English catalogue; its shape is the shape that every language must fill. */
export const en = {
  problem: {
    'malformed-request': {
      title: 'The request could not be read',
      detail:
        'The body must be one JSON object in UTF-8 that names no member twice, without NUL or ' +
        'broken characters.',
    },
    'invalid-credentials': {
      title: 'User name or password is wrong',
      detail: 'Check both and try again. If you forgot the password, ask an admin to reset it.',
    },
    'temporary-password-expired': {
      title: 'The temporary password has expired',
      detail: 'It was right, but it was not used in time. Ask an admin for a new one.',
    },
    'invalid-token': {
      title: 'Sign in again',
      detail: 'This call needs a valid token. It is missing, expired, or the session was ended.',
    },
    forbidden: {
      title: 'Not allowed',
      detail: 'Your roles do not allow this for this user.',
    },
    'self-reset-forbidden': {
      title: 'You cannot reset your own password',
      detail: 'Change your own password under My profile; there you also need the current one.',
    },
    'not-found': { title: 'Not found', detail: 'There is nothing at this address.' },
    'method-not-allowed': {
      title: 'Method not allowed',
      detail: 'This address does not answer to this method; see the Allow header.',
    },
    'user-name-taken': {
      title: 'The user name is taken',
      detail: 'Somebody in this tenant has this user name already. Choose another one.',
    },
    'last-global-admin': {
      title: 'The tenant would lose its last global admin',
      detail: 'Give another active user with a password of their own the role global admin first.',
    },
    conflict: {
      title: 'Somebody else changed this at the same moment',
      detail: 'Nothing was changed by this call. Try again.',
    },
    'reset-required': {
      title: 'This password has to be reset',
      detail:
        'It was locked after too many wrong attempts, so unlocking is not enough. Reset the ' +
        'password, or let the user change it where they are still signed in.',
    },
    'length-required': {
      title: 'The body came without its length',
      detail:
        'The body was not read, and nothing was done. Send it with Content-Length, not in chunks.',
    },
    'precondition-failed': {
      title: 'This is no longer the version you saw',
      detail: 'Somebody changed the user meanwhile. Read it again, then decide again.',
    },
    'body-too-large': {
      title: 'The request is too large',
      detail: 'A request body may have at most 16 KiB.',
    },
    'unsupported-media-type': {
      title: 'Unsupported media type',
      detail: 'Send the body as application/json in UTF-8.',
    },
    validation: {
      title: 'Something in the request is not valid',
      detail: 'See errors: each entry says where and what.',
    },
    'password-rejected': {
      title: 'Choose another password',
      detail: 'See reasons: each entry says why and how to do better.',
    },
    'too-many-attempts': {
      title: 'Too many attempts',
      detail:
        'Wait as long as Retry-After says, use a device on which you signed in before, or ask an ' +
        'admin for help.',
    },
    'internal-error': {
      title: 'Something went wrong on our side',
      detail: 'Please report the request id; it leads us to the cause.',
    },
    overloaded: {
      title: 'Too much to do at the moment',
      detail: 'The call was refused before anything happened. Try again shortly.',
    },
    'dependency-unavailable': {
      title: 'A part of the service does not answer',
      detail: 'Nothing is wrong with your input. A change may have happened; repeating is safe.',
    },
  },
  /** Follows the detail of `dependency-unavailable` at the readiness check. */
  unavailableParts: (parts: string) => `Not answering: ${parts}.`,
  field: {
    required: 'This member is required.',
    unknown: 'This is not known here.',
    repeated: 'This may be given only once.',
    type: 'This has the wrong type.',
    range: 'This is out of range.',
    length: 'This is too short or too long.',
    format: 'This is not of the expected form.',
    choice: 'This is not one of the allowed values.',
    duplicate: 'The same value is given twice.',
    controlCharacters: 'Control characters are not allowed here.',
    userName: 'A user name looks like local@domain, in ASCII, with at most 254 characters.',
    foreignDomain: 'The domain must be that of your own tenant.',
    email: 'This is not an email address of at most 254 characters.',
    locale: 'This is not a BCP 47 language tag, such as fr-CA.',
    cursor: 'This cursor is not one that this list gave for these filters.',
    tooManyAdmins: (limit: number) => `A tenant can have at most ${limit} admins.`,
    notWithChangeToken: 'With a change token the current password is not sent.',
    currentPasswordRequired: 'In a session the current password is required.',
  },
  policyReason: {
    'too-short': (minLength: number) =>
      `It is too short: take at least ${minLength} characters. A few unrelated words do well.`,
    'too-long': (maxLength: number) => `It is too long: take at most ${maxLength} characters.`,
    'same-as-current': 'It is the password that you have now. Take a new one.',
    'temporary-password':
      'It looks like a temporary password, which was sent to you. Make up one that only you know.',
    'in-history': 'You used it before. Take one that you have not had here.',
    common: 'It is, or is built on, a password that many people use. Take unrelated words.',
    'context-word':
      'It is built around your name, your organisation or this portal. Take unrelated words.',
    repetitive: 'It repeats the same few characters. Take several different words.',
    sequential: 'It follows the alphabet, the digits or the keyboard. Take unrelated words.',
  },
  policyRule: {
    length: (minLength: number, maxLength: number) =>
      `Between ${minLength} and ${maxLength} characters; spaces and every script are welcome.`,
    composition: 'No mixture of letters, digits and symbols is demanded; length is what counts.',
    common: 'Not a common or breached password, also with digits after it.',
    context: 'Not built around your name, your organisation or the name of this portal.',
    pattern: 'Not a repeated pattern, and not a run of the alphabet, digits or the keyboard.',
    historySome: (history: number) =>
      `Not your current password, not a temporary one, and none of your last ${history}.`,
    historyNone: 'Not your current password, and not a temporary one.',
  },
  role: {
    globalAdmin: {
      name: 'Global admin',
      description: 'Manages every user and every setting; alone resets other global admins.',
    },
    userManagementAdmin: {
      name: 'User management admin',
      description: 'Adds, edits, resets and removes all users but global admins.',
    },
    accountAdmin: {
      name: 'Account admin',
      description: 'Keeps the profile of the organisation and its agreements up to date.',
    },
    billingAdmin: {
      name: 'Billing admin',
      description: 'Sees invoices and manages how the organisation pays and is paid.',
    },
    adminAgent: {
      name: 'Admin agent',
      description: 'Manages customers, their subscriptions and their service requests.',
    },
    salesAgent: {
      name: 'Sales agent',
      description: 'Wins customers and places orders for them.',
    },
    helpdeskAgent: {
      name: 'Helpdesk agent',
      description: 'Finds customers and helps their users with everyday problems.',
    },
  },
  passwordInstructions: {
    title: 'Change your password',
    steps: [
      'Open My profile: select your name at the top of the portal.',
      'Under Change password, enter your current password.',
      'Enter the new password. The rules are shown beside it; the length is checked as you type.',
      'Save. You stay signed in here; every other session ends.',
      'If you forgot the current password, ask one of the admins listed here to reset it.',
    ],
  },
  temporaryPasswordInstructions:
    'Copy it now and send it to the user: it cannot be shown again. At the next sign-in the user ' +
    'must set a new password.',
  page: {
    problemTitle: 'Problem',
    statusLabel: 'HTTP status',
    codeLabel: 'Code',
  },
};

export type Catalogue = typeof en;
