import { PRODUCT } from '../brand/product.ts';

/**
 * The English texts of the portal, apart from the messages of the API. Plain strings, because they
 * reach the browser as JSON: `{name}` is filled in, and a pair of `one` and `other` is a plural.
 */
export const portalEn = {
  product: PRODUCT.en as string,
  titlePattern: '{screen} – {product}',
  skipToContent: 'Skip to content',
  language: 'Language',
  noScript: 'The portal needs JavaScript.',
  shell: {
    navigation: 'Main',
    menu: 'Menu',
    settings: 'Settings',
    users: 'User management',
    activity: 'Activity log',
    account: 'Your account',
    profile: 'My profile',
    signOut: 'Sign out',
    personMenu: '{name}: profile and sign out',
    organisation: 'Organisation',
    offline: 'You are offline. What you see may be out of date, and nothing can be saved.',
    loading: 'Loading',
    endsSoon: 'Your session is about to end. Enter your password to keep working here.',
    signInAgain: 'Enter password ({time})',
    notFoundTitle: 'Page not found',
    notFound: 'This page does not exist in this portal.',
    home: 'Go to the start page',
    notAllowedTitle: 'This page is for admins',
    notAllowed:
      'You need an admin role to open this page. If you should manage users, ask a global admin ' +
      'of your organisation.',
    toProfile: 'Open My profile',
  },
  action: {
    cancel: 'Cancel',
    saving: 'Saving',
    tryAgain: 'Try again',
    tryAgainIn: 'Try again in {time}',
    reload: 'Show the current version',
    showMore: 'Show more',
    refresh: 'Refresh',
    working: 'Working',
  },
  fault: {
    offlineTitle: 'You are offline',
    offline: 'Check your connection, then try again.',
    unreachableTitle: 'The service cannot be reached',
    unreachable: 'It did not respond. Check your connection, then try again.',
    uncertain: 'Your change may have been saved. You can safely try again.',
    oddTitle: 'The service returned an unexpected response',
    odd: 'Try again. If the problem continues, report it to the people who run this portal.',
    waitTitle: 'Too many attempts',
    wait: 'For security, wait a little before your next attempt.',
    waitOver: 'You can try again now.',
    reference: 'Request ID: {id}',
    validationTitle: 'Check the marked fields',
    help: 'More about this',
    queryTitle: 'This search or filter is not valid',
    requirementsTitle: 'This reset needs more',
    contact: 'Contact of your organisation: {contact}',
    goneTitle: 'This user no longer exists',
    gone: 'The user was deleted, or the address is wrong.',
  },
  duration: {
    minutes: '{n} min',
    hours: '{n} h',
    days: { one: '{n} day', other: '{n} days' },
    seconds: '{n} s',
  },
  signIn: {
    title: 'Sign in',
    lead: 'to continue to the partner portal',
    userName: 'User name',
    userNameHint: 'For example ana@contoso.example',
    password: 'Password',
    submit: 'Sign in',
    working: 'Signing in',
    userNameMissing: 'Enter your user name.',
    passwordMissing: 'Enter your password.',
    shared: 'This is a shared computer',
    sharedHint:
      'Your browser then does not remember that you signed in here. On your own computer, leave ' +
      'this off. Wrong passwords that other people try then never keep you out.',
    forgotTitle: 'Forgot your password?',
    forgot:
      'Ask an admin of your organisation to reset it. You get a temporary password that lets you ' +
      'set a new one.',
    typo:
      'This looks like a temporary password with a typo. Show the password and compare it group ' +
      'by group. If it is your own password, sign in once more.',
    typoOwn: 'If it is your own password, sign in once more.',
    hasParts: 'I have two parts of a password',
    hasWhole: 'I have one password',
    onePart: 'One part of the temporary password',
    otherPart: 'The other part',
    partsHint:
      'One part was read out to you, the other is in an email. Their order makes no difference. ' +
      'Both show the same four-character pair. If yours differ, use the newest ones.',
    part: {
      missing: 'Enter this part too. One part alone does not open anything.',
      short: 'This part is too short. It has 15 characters in three groups.',
      long: 'This part is too long. It has 15 characters in three groups.',
      unreadable: 'A part has only letters, digits and hyphens. Remove what else is there.',
      wrong: 'This part has a typo. Show it and compare it group by group.',
      same: 'This is the same part twice. Enter the other one.',
    },
    slipFirst: 'First part:',
    slipSecond: 'Second part:',
    another: 'Use another account',
    again: 'Enter your password',
    expiredNext: 'An admin finds the reset under User management, on the page of your account.',
    waitNext:
      "In a browser in which you signed in before, you don't have to wait. An admin can also " +
      'reset your password. The temporary password works immediately.',
    reason: {
      signedOut: 'You are signed out.',
      soon: 'Your session is about to end. What you typed on this screen is kept.',
      expired: 'Your session expired. What you typed on this screen is kept.',
      ended:
        'Your session ended because your password was changed or reset, your account was ' +
        'changed, or someone signed you out. What you typed on this screen is kept.',
      another: 'Sign in with another account.',
      reloaded:
        'For security, a session lives only in open tabs. Reloading the only one ends it. ' +
        'To update a screen, use Refresh.',
      selfDisabled: 'You disabled your own account. Only another global admin can enable it.',
      selfDeleted: 'You deleted your own account. Only another admin can add you again.',
      everywhere: 'You are signed out everywhere.',
      changeExpired:
        'Your new password was not set. It took too long, or an admin issued a newer temporary ' +
        'password. Sign in again with the newest one.',
      maybeChanged:
        'Your previous attempt may have changed your password. Sign in with the new one. If that ' +
        'does not work, use the old one.',
    },
  },
  password: {
    show: 'Show password',
    hide: 'Hide password',
    current: 'Current password',
    next: 'New password',
    count: {
      one: '{n} character. You need at least {min}.',
      other: '{n} characters. You need at least {min}.',
    },
    countGood: { one: '{n} character: long enough.', other: '{n} characters: long enough.' },
    countLong: '{n} characters. You can use at most {max}.',
    longEnough: 'Long enough.',
    same: 'This is the same as your current password.',
    rulesTitle: 'What makes a good password',
    why:
      'Attackers try leaked passwords, names and keyboard patterns first. A long, unpredictable ' +
      'password resists them. Three or four unrelated words are easy to remember and hard to ' +
      'guess. A password manager can make one for you.',
    judged: 'The length is checked as you type, the rest when you save.',
    ruleMet: 'met',
    ruleOpen: 'not yet met',
    rejectedTitle: 'Choose another password',
    currentMissing: 'Enter your current password.',
    currentWrong: 'This is not your current password.',
    nextMissing: 'Enter a new password.',
  },
  freeze: {
    title: 'Freeze your account?',
    lead:
      'You received a message about a change to your account. If you did not expect it, freeze ' +
      'your account now so that no one can use it.',
    effects: [
      'All sessions end on all devices.',
      'No one can sign in with your account, not even you. A temporary password stops working.',
      'Your admins receive a message. After they have spoken with you, they reset your password.',
    ],
    act: 'Freeze my account now',
    working: 'Freezing',
    cancel: 'It was me',
    enterLead: 'Copy the text at the end of the message and paste it here.',
    token: 'Text from the message',
    tokenMissing: 'Paste the text from the message.',
    next: 'Continue',
    nextTitle: 'What to do next',
    outcome: {
      frozen: {
        title: 'Your account is frozen',
        text: 'No one can sign in with it now. Your admins were notified.',
        steps: [
          'Call an admin or the help desk of your organisation. Do not use email, because ' +
            'someone else may be reading yours.',
          'Change the password of your mailbox, and check who else can open it.',
          'Your admin resets your password. That opens your account again.',
        ],
      },
      sessionsEnded: {
        title: 'All your sessions have ended',
        text:
          'You are the only global admin of your organisation, so your account was not frozen. ' +
          'Someone who knows your password can still sign in.',
        steps: [
          'Sign in now and change your password under My profile.',
          'If your password no longer works, ask the people who run this portal to recover your ' +
            'account.',
          'Check the activity log for changes that are not yours.',
        ],
      },
      lapsed: {
        title: 'This link no longer works',
        text:
          'Nothing was changed. The link is older than 7 days, your password was reset since ' +
          'then, or the account no longer exists.',
        steps: [
          'Look for a newer message, and use its link.',
          'If there is none, call an admin or the help desk of your organisation now.',
        ],
      },
    },
  },
  newPassword: {
    title: 'Set a new password',
    lead:
      'You signed in with a temporary password. Replace it now with a password that only you ' +
      'know. Until then you cannot use the rest of the portal.',
    expires: 'The temporary password expires {when}. Until then you can use it again.',
    expired: 'The temporary password has expired. Ask an admin to reset it.',
    submit: 'Set password and continue',
    working: 'Setting password',
    done: 'Your new password is set. Use it from now on.',
  },
  users: {
    title: 'User management',
    lead: 'People in {tenant} who can sign in to this portal.',
    add: 'Add user',
    search: 'Search',
    searchHint: 'Name, user name or email address',
    role: 'Role',
    status: 'Account',
    state: 'Password',
    any: 'All',
    clear: 'Clear filters',
    name: 'Name',
    roles: 'Roles',
    lastSignIn: 'Last sign-in',
    never: 'Never',
    actions: 'Actions',
    actionsFor: 'Actions for {name}, {userName}',
    next: 'Next in the list: {name}',
    shown: { one: '{n} user shown', other: '{n} users shown' },
    shownMore: { one: '{n} user shown, there are more', other: '{n} users shown, there are more' },
    shownOf: '{n} of {total} users shown',
    tabsLabel: 'What needs work',
    tabs: {
      all: 'All',
      expired: 'Expired',
      locked: 'Locked',
      frozen: 'Frozen',
      none: 'No password',
      expiring: 'Expires within a day',
    },
    onlyAdmin:
      'You are the only global admin who can help if you lose your password. Give a second ' +
      'person this role.',
    csv: [
      'User name',
      'Display name',
      'Email address',
      'Roles',
      'Account',
      'Password',
      'Password expires (UTC)',
      'Last sign-in (UTC)',
      'Added (UTC)',
      'User ID',
    ],
    none: 'No matching users.',
    noneHint: 'Search for the beginning of any part of a name, or clear the filters.',
    you: 'You',
    tableLabel: 'Users',
    deleted: '{name} was deleted.',
  },
  state: {
    none: 'None',
    temporary: 'Temporary',
    expired: 'Expired',
    permanent: 'Set by user',
    imported: 'Imported',
    locked: 'Locked',
  },
  stateNamed: {
    none: 'No password yet',
    temporary: 'Password: temporary',
    expired: 'Password: expired',
    permanent: 'Password: set by user',
    imported: 'Password: imported',
    locked: 'Password: locked',
  },
  status: { active: 'Active', disabled: 'Disabled' },
  frozen: 'Frozen',
  expiresIn: 'expires in {time}',
  inTime: 'in {time}',
  addUser: {
    title: 'Add user',
    lead: 'The user gets a temporary password. You see it only once, on the next screen.',
    userName: 'User name',
    userNameHint: 'The part before @{tenant}. You cannot change it later.',
    userNameMissing: 'Enter a user name.',
    displayName: 'Display name',
    displayNameMissing: 'Enter a display name.',
    displayNameLong: 'A display name can have at most {max} characters. This one has {n}.',
    email: 'Email address (optional)',
    secondEmail: 'Second address (optional)',
    secondEmailHint: 'Messages about this account are sent to both addresses.',
    locale: 'Language (optional)',
    localeHint: 'For messages to this user.',
    localeNone: 'As in the browser',
    roles: 'Roles',
    rolesHint: 'Choose at least one. The text below each role says what it allows.',
    rolesMissing: 'Choose at least one role.',
    submit: 'Add user',
    working: 'Adding user',
    doneTitle: 'The user was already added',
    done:
      'The temporary password cannot be shown again. If you did not see it, reset the password ' +
      'on the page of the user.',
    maybeAdded:
      'Your previous attempt may have added this user. Look for the user under User management. ' +
      'If the user is there, reset the password to get a temporary one.',
  },
  user: {
    back: 'User management',
    profile: 'Profile',
    userName: 'User name',
    displayName: 'Display name',
    email: 'Email address',
    secondEmail: 'Second address',
    locale: 'Language',
    roles: 'Roles',
    rolesRank: 'Only a global admin can give or remove this role.',
    rolesOwn: 'You cannot change your own roles. Only a global admin can.',
    saveProfile: 'Save profile',
    saveRoles: 'Save roles',
    saved: 'Saved.',
    savedMeanwhile: 'Someone saved this meanwhile: {value}',
    rolesSaved: 'Roles saved. They apply immediately.',
    readOnly: 'Only a global admin can change this user.',
    notGiven: 'Not given',
    account: 'Account and password',
    status: 'Account',
    state: 'Password',
    changedAt: 'Password set by user',
    importedAt: 'Password imported',
    issuedAt: 'Temporary password issued',
    issuedBy: 'Issued by',
    expiresAt: 'Expires',
    expiredAt: 'Expired',
    createdAt: 'Added',
    lastSignInAt: 'Last sign-in',
    never: 'Never',
    actions: 'Actions for this user',
    disable: 'Disable',
    enable: 'Enable',
    enableNow: 'Enable now',
    unlock: 'End the wait',
    endSessions: 'End sessions',
    delete: 'Delete',
    enabled: '{name} can sign in again.',
    disabled: '{name} is disabled.',
    unlocked: '{name} can try again now.',
    attempts: 'Wrong passwords',
    attemptsCount: {
      one: '{n} since {since}',
      other: '{n} in a row since {since}',
    },
    attemptsNetworks: { one: 'from {n} network', other: 'from {n} networks' },
    waitUntil: 'New devices wait until',
    goesOnTitle: 'Someone is guessing the password of {name}',
    goesOn:
      'Ending the wait does not help, because the next wrong password starts it again. Reset the ' +
      'password instead. The temporary password works immediately. In a browser in which {name} ' +
      'signed in before, there is no wait.',
    sessionsEnded: 'All sessions of {name} have ended.',
    events: 'Activity',
    resetTitle: 'Reset password',
    resetText:
      'If {name} forgot the password, or someone else may know it, issue a temporary password.',
    reset: 'Reset password',
    resetSelf: 'You cannot reset your own password. Change it under My profile.',
    resetSelfLink: 'Open My profile',
    resetRank: 'Only another global admin can reset the password of a global admin.',
    resetNot: 'Your roles do not allow you to reset this password.',
    lockedText:
      'After too many wrong passwords, {name} can sign in only in a browser used before. Reset ' +
      'the password so that {name} can sign in everywhere.',
    frozenText:
      '{name} reported a change that someone else made, so the account is frozen. No password ' +
      'works until you reset it.',
    disabledText: 'The account of {name} is disabled. No password works until it is enabled.',
    noneText: '{name} has no password yet. Reset the password to issue a temporary one.',
    expiredText: 'The temporary password has expired. Reset the password to issue a new one.',
  },
  reset: {
    verify: 'How do you know that the caller is {name}?',
    verifyOptional: 'How do you know that it is {name}? (optional)',
    verifyHint:
      'A birth date, an employee number or a familiar voice proves nothing. Attackers buy and ' +
      'imitate them.',
    verifyMissing: 'Choose how you verified the caller.',
    kindNone: 'Not stated',
    kind: {
      supportCode: {
        name: 'Support code',
        how:
          'Ask the caller to open My profile on a device that is still signed in, and to read ' +
          'out the code under “Prove to your help desk that it is you”. The service checks it.',
      },
      callBack: {
        name: 'Call back',
        how:
          'Hang up, and call the number in your own directory. Never call a number that the ' +
          'caller gives you, or the one on your display.',
      },
      video: {
        name: 'Video call',
        how:
          'Compare the face with a photo that you already have. Live video can be faked, so let ' +
          'a colleague who knows the person join.',
      },
      inPerson: {
        name: 'In person',
        how: 'The person is in front of you. You know the person, or you compare a photo.',
      },
      manager: {
        name: 'Confirmed by the manager',
        how:
          'Call the manager yourself, at the number in your directory. An email or a chat ' +
          'message from the manager proves nothing.',
      },
      identityDocument: {
        name: 'Identity document',
        how:
          'Look at the original, in person or on live video, and compare photo and name. A ' +
          'picture of a document proves nothing. Do not write its number down here.',
      },
    },
    code: 'Code that the caller reads out',
    codeHint: 'Eight characters, such as 7KQ2-M9XD. Upper and lower case make no difference.',
    codeMissing: 'Enter the eight characters of the support code.',
    codeWrong:
      'This code is wrong, was used, or is older than 10 minutes. Ask the caller to read it ' +
      'again, or to show a new one.',
    codeWait:
      'Too many wrong codes for this user. Wait, or verify the caller in another way. Take care: ' +
      'someone may be guessing.',
    reference: 'Note (optional)',
    referenceHint: 'For example the extension that you called. It is kept in the activity log.',
    reason: 'Reason',
    reasonOptional: 'Reason (optional)',
    reasonHint: 'For example: forgot it after a holiday. It is kept in the activity log.',
    reasonMissing: 'Enter why you reset the password.',
    ticket: 'Ticket',
    ticketOptional: 'Ticket (optional)',
    ticketHint: 'For example INC-20417.',
    ticketMissing: 'Enter the number of the ticket.',
    ticketWrong: 'Use letters, digits and - _ / # . only, without spaces.',
    lifetime: 'How long the temporary password works',
    lifetimeUsual: 'As long as usual',
    delivery: 'How it reaches the user',
    shown: 'Whole, to you',
    split: 'In two parts',
    splitHint:
      'You read out one part. The other one goes to {address}. Neither part opens anything alone.',
    mailDownTitle: 'The other part could not be mailed',
    mailDown:
      'Nothing was changed, and the old password still works. Try again in a few minutes. If the ' +
      'problem continues, report it to the people who run this portal.',
    partsWait: 'Too many parts were mailed to this user in 24 hours. Try again later.',
    more: 'More',
    doneTitle: 'This reset was already done',
    done:
      'Its temporary password cannot be shown again. If you did not see it, reset the password ' +
      'again.',
    block: {
      'another-admin': {
        title: 'Another admin must reset this password',
        next:
          '{name} reported your last reset as unexpected. Ask another admin of your organisation ' +
          'to speak with the user and to reset the password.',
      },
      'address-missing': {
        title: '{name} has no email address for the other part',
        next:
          'Your organisation requires two parts. Add an email address under Profile. It can be ' +
          'used 24 hours later (14 days if it follows another), or at once if the user never had ' +
          'a password.',
      },
      'address-too-new': {
        title: 'The email address of {name} is too new for the other part',
        next:
          'A first address can be used 24 hours after it was set, one that replaced another ' +
          'after 14 days. In an emergency, ask the people who run this portal for a reset.',
      },
      'mail-missing': {
        title: 'This portal cannot send the other part',
        next:
          'Your organisation requires two parts, but no mail is set up. Ask the people who run ' +
          'this portal to set it up.',
      },
    },
  },
  confirm: {
    resetTitle: 'Reset the password of {name}?',
    resetText: 'This takes effect immediately and cannot be undone:',
    resetDisabled: 'The account is disabled. The new password works only after you enable it.',
    resetFrozen: 'The account is frozen. The reset opens it again.',
    resetOld: 'The current password of {name} stops working, and so does any temporary password.',
    resetSessions: 'All sessions of {name} end.',
    resetShown:
      'You see the temporary password only once. The user must replace it at the next sign-in.',
    resetSplit: 'You see your part only once. The user must replace the password at sign-in.',
    disableTitle: 'Disable {name}?',
    disableText:
      '{name} can no longer sign in, and all sessions end. You can enable the account again.',
    disableSelfTitle: 'Disable your own account?',
    disableSelfText:
      'You are signed out immediately and can no longer sign in. Only another global admin can ' +
      'enable your account.',
    enableTitle: 'Enable {name}?',
    enableText: '{name} can sign in again with the same password as before.',
    unlockTitle: 'End the wait for {name}?',
    unlockText:
      '{name} can try once more immediately. The wrong passwords stay counted. If someone else ' +
      'is guessing, reset the password instead.',
    unlockGoesOn: 'Someone is guessing right now, so the wait would start again immediately.',
    endTitle: 'End all sessions of {name}?',
    endText: '{name} must sign in again everywhere. The password does not change.',
    deleteTitle: 'Delete {name}?',
    deleteText:
      '{name} is removed, and all sessions end. This cannot be undone. The activity log keeps ' +
      'what happened.',
    deleteSelfTitle: 'Delete your own account?',
    deleteSelfText:
      'You are signed out immediately, and your account is removed. This cannot be undone. Only ' +
      'another admin can add you again, as a new user.',
    typeUserName: 'To confirm, enter {userName}',
    typedWrong: 'This is not the user name of this account.',
    unsavedTitle: 'Leave without saving?',
    unsavedText: 'What you typed on this screen is not saved.',
    unsentTitle: 'Leave this screen?',
    unsentText:
      'You have not copied or printed the temporary password. When you leave, it cannot be ' +
      'shown again. If you read it out, you can leave.',
    leave: 'Leave',
    delete: 'Delete user',
    rolesTitle: 'Change your own roles?',
    rolesText: 'You will immediately lose the permissions of the roles you remove.',
    everywhereTitle: 'Sign out everywhere?',
    everywhereText: 'All your sessions end, including this one. Your password does not change.',
  },
  temporaryPassword: {
    title: 'Temporary password for {name}',
    created: '{name} was added.',
    reset: 'The password of {name} was reset.',
    label: 'Temporary password',
    copy: 'Copy',
    copied: 'Copied',
    copyUserName: 'Copy user name',
    copyAddress: 'Copy address',
    address: 'Portal address',
    messagesTitle: 'To send it in writing',
    messagesText:
      'Both messages are in the language of the user and say how to sign in. Only one of them ' +
      'has the password, and that one does not have the user name.',
    copyMessage: 'Copy message with password',
    copyMessageWithout: 'Copy message without password',
    print: 'Print a slip',
    printHint: 'Anyone can read paper. Hand the slip over in person.',
    another: 'Add another user',
    expired: 'This temporary password expired on {date}. Reset the password to issue a new one.',
    copyFailed: 'Copying is not allowed here. Select the password and copy it yourself.',
    expires: 'Expires {date} ({relative})',
    part: 'Your part: read it out',
    pair: 'Pair:',
    partTitle: 'The other part was mailed to {address}',
    partSteps: [
      'Ask the user to open the newest email from {product}. It must show the pair {pair}.',
      'The user opens {address} and enters the user name {userName}.',
      'The user chooses “I have two parts of a password” and enters both parts. ' +
        'Their order makes no difference.',
      'The user sets a new password.',
    ],
    partMissing:
      'If the email does not arrive, or shows another pair, look in the junk folder, then reset ' +
      'again. The part in the email is kept nowhere else.',
    partPrivacy:
      'Your part disappears when you leave this screen, and after five minutes without ' +
      'activity. Read it out, or hand it over in person. Never send it by email, and never ask ' +
      'the user for the part in the email.',
    receiptTitle: 'Receipt',
    receiptText:
      'Proof of this reset for your ticket: which admin did it, why, and how the caller was ' +
      'verified. It has no password. Anyone can check its signature with the published keys.',
    copyReceipt: 'Copy receipt',
    saveReceipt: 'Download receipt',
    spokenTitle: 'To read it out on the phone',
    spokenHint: 'Read it group by group. Upper and lower case make no difference.',
    privacy:
      'It disappears when you leave this screen, and after five minutes without activity. Send ' +
      'it only to this person, and send the user name separately.',
    done: 'Done',
    gone: 'The temporary password is no longer shown',
    goneText:
      'It was removed from this screen and cannot be shown again. If you have not passed it on, ' +
      'reset the password again.',
    goneIdle: 'It was removed after five minutes without activity.',
    toUser: 'Back to the user',
  },
  message: {
    created: 'You have a new account for the {product}.',
    reset: 'Your password for the {product} was reset.',
    userName: 'User name: {userName}',
    password: 'Temporary password: {password}',
    userNameApart: 'You receive the user name separately.',
    passwordApart: 'You receive the temporary password separately.',
    until: 'You can use the temporary password until {date}.',
    steps: [
      'Open {address}',
      'Sign in with your user name and the temporary password.',
      'Set your own password.',
    ],
    unexpected: 'If you did not expect this message, contact an admin of your organisation.',
    slipDestroy: 'Destroy this slip after you set your own password.',
  },
  profile: {
    title: 'My profile',
    about: 'About you',
    organisation: 'Organisation',
    passwordChanged: 'Password last changed',
    roles: 'Your roles',
    rolesLead: 'What each role allows you to do.',
    change: 'Change password',
    submit: 'Save new password',
    working: 'Saving new password',
    changed: 'Your password was changed. All your other sessions have ended.',
    admins: 'Who can reset your password',
    adminsLead: 'If you forget your password, one of these admins can give you a temporary one.',
    contact: 'Your organisation says: {contact}',
    adminsNone: 'No one at the moment. A second global admin in your organisation could help you.',
    sessions: 'Sessions',
    sessionsLead: 'Lost a device, or left a session open somewhere?',
    everywhere: 'Sign out everywhere',
  },
  support: {
    title: 'Prove to your help desk that it is you',
    lead:
      'When you call your help desk about your password, they may ask for a support code. It ' +
      'shows that you are signed in here. A liar on the phone does not have it.',
    warning:
      'Read it only to a help desk that you called yourself. If someone calls you and wants it, ' +
      'hang up.',
    show: 'Show a support code',
    another: 'Show a new code',
    code: 'Support code',
    left: 'Works for {time} more, and once',
    readOut: 'Read it out like this:',
    over: 'The support code expired. Show a new one if you are still on the phone.',
    limits:
      'A code works for 10 minutes and replaces the one before. You get a message about each ' +
      'code. You can show 5 an hour.',
  },
  resets: {
    title: 'Password resets',
    tableLabel: 'Password resets',
    outcomeAndWhy: 'Reset',
    outcome: {
      open: 'Not used yet',
      used: 'Used by the user',
      expired: 'Expired unused',
      superseded: 'Replaced by a newer reset',
      frozen: 'Frozen by the owner',
      deleted: 'User deleted',
    },
    delivery: { shown: 'Whole', split: 'In two parts' },
    proven: '{kind}, checked by the service',
    stated: '{kind}, as stated by the admin',
    notVerified: 'No verification was stated',
    until: 'Works until {date}',
    since: 'Since {date}',
    csv: [
      'Time (UTC)',
      'User',
      'User name',
      'User ID',
      'Done by',
      'Done by (ID)',
      'Outcome',
      'Outcome since (UTC)',
      'Expires (UTC)',
      'Delivery',
      'Verification',
      'Proven by the service',
      'Verification note',
      'Reason',
      'Ticket',
      'Event ID',
    ],
    yes: 'Yes',
    no: 'No',
  },
  organisation: {
    title: 'Organisation',
    lead: 'Settings for everyone in {tenant}.',
    contactTitle: 'Help for your users',
    contact: 'Contact',
    contactHint:
      'For example a phone number. Users see it in My profile, in messages about their account ' +
      'and where something is refused.',
    rulesTitle: 'Rules for password resets',
    rulesLead:
      'Stricter rules apply immediately. Looser rules apply after 24 hours, or earlier if the ' +
      'operator of the service allows it. Until then any global admin can take them back here.',
    rule: {
      reason: 'Reason',
      ticket: 'Ticket',
      verification: 'Verification of the caller',
      delivery: 'How the password is shown',
    },
    choice: {
      reason: { optional: 'Optional', required: 'Required' },
      ticket: { optional: 'Optional', required: 'Required' },
      verification: {
        optional: 'Optional',
        requiredForAdmins: 'Required for admins',
        required: 'Required for everyone',
      },
      delivery: {
        shown: 'Whole, to the admin',
        splitForAdmins: 'In two parts for admins',
        split: 'In two parts for everyone',
      },
    },
    pending: 'These looser rules apply from {date}:',
    pendingBy: 'Requested by {name}',
    takeBack: 'Take back',
    takenBack: 'The looser rules were taken back.',
    save: 'Save settings',
    savedLater: 'Saved. The looser rules apply after 24 hours.',
    changedMeanwhile:
      'Another admin changed these settings since you opened them. Nothing was saved.',
    readOnly: 'Only a global admin can change these settings.',
  },
  activity: {
    title: 'Activity log',
    lead: 'Activity of the users in {tenant}, newest first.',
    from: 'From',
    to: 'Until and including',
  },
  events: {
    tableLabel: 'Events',
    when: 'Date',
    what: 'Action',
    who: 'Done by',
    whom: 'User',
    none: 'No activity yet.',
    you: 'You',
    organisation: 'The organisation',
    theUser: 'The user',
    deletedUser: 'A deleted user ({id})',
    deletedNamed: '{name} (deleted)',
    sweep: 'System (expiry)',
    bootstrap: 'Initial setup',
    operator: 'Operator of the service',
    notice: 'Owner of the account, by a link in a notice',
    'sign-in': 'Sign-in protection',
    type: {
      'user.created': 'User added',
      'user.updated': 'Changed: {members}',
      'user.disabled': 'Disabled',
      'user.enabled': 'Enabled',
      'user.deleted': 'Deleted',
      'password.reset': 'Password reset',
      'password.changed': 'Password changed',
      'temporary-password.used': 'Temporary password used',
      'temporary-password.expired': 'Temporary password expired',
      'credential.locked': 'Locked after too many attempts',
      'credential.unlocked': 'Wait ended',
      'credential.frozen': 'Frozen by the owner',
      'sessions.ended': 'Sessions ended',
      'tenant.settings-changed': 'Organisation settings changed',
      'notice.undeliverable': 'Notice not delivered',
      'support-code.issued': 'Support code shown',
      'temporary-password.used-by-issuer': 'Temporary password used on the device of its issuer',
    },
    more: 'More',
    requestId: 'Request ID',
    eventType: 'Type',
    download: 'Download as CSV',
    any: 'All',
    line: '{label}: {value}',
    rolesChanged: 'Roles: {before} → {after}',
    detail: {
      roles: 'Roles',
      clearedLock: 'The lock was cleared',
      wasLocked: 'The account was locked',
      failures: 'Wrong passwords in a row',
      expiresAt: 'Expires',
      expiresInSeconds: 'Lifetime',
      delivery: 'Delivery',
      reason: 'Reason',
      ticket: 'Ticket',
      verification: 'Verified by',
      resetBefore: 'Rules before',
      resetAfter: 'Rules now',
      pending: 'Rules later',
      effectiveAt: 'Apply from',
      imported: 'Imported',
      notice: 'With the link in the notice',
      disownedResetBy: 'May not reset it again',
      issuedBy: 'Issued by',
      restoredFrom: 'Restored from the backup of',
    },
    csv: [
      'Time (UTC)',
      'Time (local)',
      'Type',
      'Action',
      'Details',
      'User',
      'User name',
      'User ID',
      'Done by',
      'Done by (ID)',
      'Request ID',
    ],
    member: {
      displayName: 'display name',
      email: 'email address',
      secondEmail: 'second address',
      locale: 'language',
      roles: 'roles',
    },
  },
};

export type PortalText = typeof portalEn;
