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
      detail: 'The password is correct, but it has expired. Ask an admin to reset it again.',
    },
    'invalid-token': {
      title: 'Sign in again',
      detail: 'The token is missing or has expired, or the session has ended.',
    },
    forbidden: {
      title: 'Not allowed',
      detail: 'Your roles do not allow this for this user.',
    },
    'self-reset-forbidden': {
      title: 'You cannot reset your own password',
      detail:
        'Change your own password under My profile. You also need your current password there.',
    },
    'not-found': { title: 'Not found', detail: 'There is nothing at this address.' },
    'method-not-allowed': {
      title: 'Method not allowed',
      detail: 'This address does not support this method. See the Allow header.',
    },
    'user-name-taken': {
      title: 'The user name is taken',
      detail: 'Another user of your organisation has this user name. Choose a different one.',
    },
    'last-global-admin': {
      title: 'Your organisation would lose its last global admin',
      detail: 'First give the role Global admin to another active user who has set a password.',
    },
    conflict: {
      title: 'Someone else made a change at the same moment',
      detail: 'Nothing was changed. Try again.',
    },
    'reset-required': {
      title: 'This password must be reset',
      detail:
        'It was locked after too many wrong attempts, so ending the wait is not enough. Reset ' +
        'the password, or let the user change it where they are still signed in.',
    },
    'already-done': {
      title: 'This was done already',
      detail:
        'The same call with the same Idempotency-Key succeeded within the last 24 hours, and ' +
        'nothing was done again. A temporary password is not shown twice: if you did not see it, ' +
        'reset the password with a new key.',
    },
    'reset-requirements-unmet': {
      title: 'This reset needs more',
      detail: 'Nothing was changed. See requirements: each entry says what is missing.',
    },
    'length-required': {
      title: 'The request body has no length',
      detail: 'Nothing was done. Send the body with Content-Length, not in chunks.',
    },
    'precondition-failed': {
      title: 'This user has changed since you loaded it',
      detail: 'Nothing was changed. Load the user again, then decide.',
    },
    'body-too-large': {
      title: 'The request is too large',
      detail: 'A request body can have at most 16 KiB.',
    },
    'unsupported-media-type': {
      title: 'Unsupported media type',
      detail: 'Send the body as application/json in UTF-8.',
    },
    validation: {
      title: 'Part of the request is not valid',
      detail: 'See errors: each entry says where and why.',
    },
    'verification-failed': {
      title: 'This text is not valid',
      detail:
        'It was not issued by this service, or part of it is missing. Copy it again from the ' +
        'message, from its first character to its last. A support code may be used or expired: ' +
        'ask for a new one.',
    },
    'password-rejected': {
      title: 'Choose another password',
      detail: 'See reasons: each entry says why, and what to do.',
    },
    'too-many-attempts': {
      title: 'Too many attempts',
      detail:
        'Wait for the time in Retry-After, use a device on which you signed in before, or ask an ' +
        'admin for help.',
    },
    'internal-error': {
      title: 'Something went wrong on our side',
      detail: 'Report this request ID to support.',
    },
    overloaded: {
      title: 'The service is busy',
      detail: 'Nothing was changed. Try again in a moment.',
    },
    'dependency-unavailable': {
      title: 'The service is temporarily unavailable',
      detail:
        'Your input is not the cause. A change may have been saved. You can safely try again.',
    },
  },
  /** Follows the detail of `dependency-unavailable` at the readiness check. */
  unavailableParts: (parts: string) => `Not answering: ${parts}.`,
  /** The detail of `dependency-unavailable` where a part of a split password cannot be mailed. */
  mailUnavailable:
    'The mail with one part of the password was not accepted, so nothing was changed. The old ' +
    'password still works. Try again in a few minutes.',
  field: {
    required: 'This is required.',
    unknown: 'Unknown property or parameter.',
    repeated: 'This can be given only once.',
    type: 'This has the wrong type.',
    range: 'This is out of range.',
    length: 'This is too short or too long.',
    format: 'The format is invalid.',
    choice: 'This is not one of the allowed values.',
    duplicate: 'The same value is given more than once.',
    controlCharacters: 'Control characters are not allowed here.',
    userName:
      'Enter a user name such as ana@contoso.example. It can have at most 254 characters, ' +
      'without spaces or accents.',
    foreignDomain: 'The part after @ must be the domain of your organisation.',
    email: 'Enter one email address such as ana@mail.example, with at most 254 characters.',
    sameAddress: 'The two email addresses must be different.',
    locale: 'Enter a language tag such as fr-CA (BCP 47).',
    idempotencyKey: 'Put the key in quotes: 1 to 64 visible ASCII characters, without spaces.',
    idempotencyKeyUsed:
      'You used this key for another call within the last 24 hours. Use a new one for each call.',
    cursor: 'This cursor does not belong to this list and its filters.',
    mailMissing: 'This service sends no mail, so a split password cannot be asked for.',
    tooManyAdmins: (limit: number) => `An organisation can have at most ${limit} admins.`,
    notWithUserName: 'Use either userName or search.',
    notWithChangeToken: "Don't send currentPassword with a change token.",
    currentPasswordRequired: 'Your current password is required.',
  },
  requirement: {
    'another-admin':
      'The owner of this account reported your last reset as unexpected. Another admin must ' +
      'reset the password now.',
    'verification-required':
      'Your organisation requires that you make sure who is calling. Ask for a support code, or ' +
      'call back on a number that you already had, then say how you did it.',
    'reason-required': 'Your organisation requires a reason. Say why the password is reset.',
    'ticket-required': 'Your organisation requires a ticket. Give its number.',
    'split-required':
      'Your organisation requires that the password is split: you read out one part, and the ' +
      'other goes to the user by mail. Choose split delivery.',
    'mail-missing':
      'A split password needs mail, which this service does not send. Ask the operator of the ' +
      'service to set it up, or to reset the password.',
    'address-missing':
      'A split password needs an email address, and this user has none. Add one first; the ' +
      'operator of the service can reset the password until it counts.',
    'address-too-new':
      'The email address of this user is too new to get a part of a password: a first one counts ' +
      'after 24 hours, a changed one after 14 days. Wait, or ask the operator of the service.',
  },
  policyReason: {
    'too-short': (minLength: number) =>
      `It is too short. Use at least ${minLength} characters, such as a few unrelated words.`,
    'too-long': (maxLength: number) => `It is too long. Use at most ${maxLength} characters.`,
    'same-as-current': 'It is your current password. Choose a new one.',
    'temporary-password':
      'It looks like a temporary password that was sent to you. Make up one that only you know.',
    'in-history': 'You used it before. Choose one that you have not used here.',
    common: 'It is, or is based on, a password that many people use. Use unrelated words.',
    'context-word':
      'It is based on your name, your organisation or this portal. Use unrelated words.',
    repetitive: 'It repeats the same few characters. Use several different words.',
    sequential: 'It follows the alphabet, the digits or the keyboard. Use unrelated words.',
  },
  policyRule: {
    length: (minLength: number, maxLength: number) =>
      `Between ${minLength} and ${maxLength} characters. You can use spaces and any script.`,
    composition: "You don't need a mix of letters, digits and symbols. Length matters most.",
    common: 'Not a common or breached password, even with digits added.',
    context: 'Not based on your name, your organisation or the name of this portal.',
    pattern: 'Not a repeated pattern, nor a run of the alphabet, the digits or the keyboard.',
    historySome: (history: number) =>
      `Not your current password, a temporary one, or one of your last ${history}.`,
    historyNone: 'Not your current password, and not a temporary one.',
  },
  role: {
    globalAdmin: {
      name: 'Global admin',
      description: 'Manages all users and settings. Only this role can reset another global admin.',
    },
    userManagementAdmin: {
      name: 'User management admin',
      description: 'Adds, edits, resets and removes all users except global admins.',
    },
    accountAdmin: {
      name: 'Account admin',
      description: 'Keeps the profile and the agreements of the organisation up to date.',
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
      description: 'Finds new customers and places orders for them.',
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
      'Enter the new password. The rules are beside it. The length is checked as you type.',
      'Save. You stay signed in here. All your other sessions end.',
      'If you forgot your current password, ask one of the admins listed here to reset it.',
    ],
  },
  temporaryPasswordInstructions:
    'Copy it now and send it to the user: it cannot be shown again. At the next sign-in the user ' +
    'must set a new password.',
  splitInstructions: (pair: string, address: string) =>
    `Read this part out to the user now: it cannot be shown again. The other part was sent to ` +
    `${address}. Both must have the pair ${pair}. Never ask the user for the part in the mail.`,
  spokenDigits: ['Zero', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine'],
  page: {
    problemTitle: 'Problem',
    statusLabel: 'HTTP status',
    codeLabel: 'Code',
  },
};

export type Catalogue = typeof en;
