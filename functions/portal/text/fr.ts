import type { PortalText } from './en.ts';

/** A text that is missing here does not compile. */
export const portalFr: PortalText = {
  product: 'Portail partenaires',
  titlePattern: '{screen} – {product}',
  skipToContent: 'Aller au contenu',
  language: 'Langue',
  noScript: 'Le portail a besoin de JavaScript.',
  shell: {
    navigation: 'Principale',
    menu: 'Menu',
    settings: 'Paramètres',
    users: 'Gestion des utilisateurs',
    activity: 'Journal d’activité',
    account: 'Votre compte',
    profile: 'Mon profil',
    signOut: 'Se déconnecter',
    personMenu: '{name} : profil et déconnexion',
    organisation: 'Organisation',
    offline:
      'Vous êtes hors ligne. L’affichage n’est peut-être pas à jour et rien ne peut être ' +
      'enregistré.',
    loading: 'Chargement',
    notFoundTitle: 'Page introuvable',
    notFound: 'Cette page n’existe pas dans ce portail.',
    home: 'Aller à la page d’accueil',
    notAllowedTitle: 'Cette page est réservée aux administrateurs',
    notAllowed:
      'Un rôle d’administrateur est nécessaire pour ouvrir cette page. Si vous devez gérer des ' +
      'utilisateurs, adressez-vous à un administrateur général de votre organisation.',
    toProfile: 'Ouvrir Mon profil',
  },
  action: {
    cancel: 'Annuler',
    saving: 'Enregistrement',
    tryAgain: 'Réessayer',
    tryAgainIn: 'Réessayer dans {time}',
    reload: 'Afficher la version actuelle',
    showMore: 'Afficher la suite',
    working: 'En cours',
  },
  fault: {
    offlineTitle: 'Vous êtes hors ligne',
    offline: 'Vérifiez votre connexion, puis réessayez.',
    unreachableTitle: 'Le service est injoignable',
    unreachable: 'Il n’a pas répondu. Vérifiez votre connexion, puis réessayez.',
    uncertain: 'Votre modification a peut-être été enregistrée. Vous pouvez réessayer sans risque.',
    oddTitle: 'Le service a renvoyé une réponse inattendue',
    odd: 'Réessayez. Si le problème persiste, signalez-le aux responsables de ce portail.',
    waitTitle: 'Trop de tentatives',
    wait: 'Par sécurité, patientez un peu avant la prochaine tentative.',
    waitOver: 'Vous pouvez réessayer maintenant.',
    reference: 'Identifiant de la requête : {id}',
    validationTitle: 'Vérifiez les champs signalés',
    goneTitle: 'Ce compte n’existe plus',
    gone: 'Il a été supprimé, ou l’adresse est incorrecte.',
  },
  duration: {
    minutes: '{n} min',
    hours: '{n} h',
    days: { one: '{n} jour', other: '{n} jours' },
    seconds: '{n} s',
  },
  signIn: {
    title: 'Se connecter',
    lead: 'pour accéder au portail partenaires',
    userName: 'Nom d’utilisateur',
    userNameHint: 'Par exemple ana@contoso.example',
    password: 'Mot de passe',
    submit: 'Se connecter',
    working: 'Connexion en cours',
    userNameMissing: 'Saisissez votre nom d’utilisateur.',
    passwordMissing: 'Saisissez votre mot de passe.',
    shared: 'Cet ordinateur est partagé',
    sharedHint:
      'Votre navigateur ne retient alors pas que vous avez ouvert une session ici. Sur votre ' +
      'propre ordinateur, ne cochez pas cette case. Les mots de passe erronés d’autres personnes ' +
      'ne vous bloquent alors jamais.',
    forgotTitle: 'Mot de passe oublié ?',
    forgot:
      'Demandez à un administrateur de votre organisation de le réinitialiser. Vous recevrez un ' +
      'mot de passe temporaire, avec lequel vous en définirez un nouveau.',
    typo:
      'Ceci ressemble à un mot de passe temporaire avec une faute de frappe. Comparez groupe par ' +
      'groupe. S’il s’agit de votre propre mot de passe, connectez-vous à nouveau.',
    expiredNext:
      'L’administrateur trouve la réinitialisation sous Gestion des utilisateurs, sur la page de ' +
      'votre compte.',
    waitNext:
      'Dans un navigateur avec lequel vous avez déjà ouvert une session, vous n’avez pas à ' +
      'attendre. Un administrateur peut aussi réinitialiser votre mot de passe. Le mot de passe ' +
      'temporaire fonctionne immédiatement.',
    reason: {
      signedOut: 'Votre session est fermée.',
      expired: 'Votre session a expiré. Connectez-vous pour continuer.',
      ended:
        'Votre session a pris fin : mot de passe modifié ou réinitialisé, sessions révoquées, ou ' +
        'compte modifié. Connectez-vous pour continuer.',
      everywhere: 'Toutes vos sessions sont fermées.',
      changeExpired:
        'Le nouveau mot de passe n’a pas été défini. Le délai est dépassé, ou un administrateur ' +
        'a émis un mot de passe temporaire plus récent. Connectez-vous à nouveau avec le plus ' +
        'récent.',
      maybeChanged:
        'La tentative précédente a peut-être modifié votre mot de passe. Connectez-vous avec le ' +
        'nouveau ; si cela ne fonctionne pas, avec l’ancien.',
    },
  },
  password: {
    show: 'Afficher le mot de passe',
    hide: 'Masquer le mot de passe',
    current: 'Mot de passe actuel',
    next: 'Nouveau mot de passe',
    count: {
      one: '{n} caractère ; il en faut au moins {min}.',
      other: '{n} caractères ; il en faut au moins {min}.',
    },
    countGood: {
      one: '{n} caractère : assez long.',
      other: '{n} caractères : assez long.',
    },
    countLong: '{n} caractères : le maximum est de {max}.',
    longEnough: 'Assez long.',
    same: 'C’est le même que votre mot de passe actuel.',
    rulesTitle: 'Ce qui fait un bon mot de passe',
    why:
      'Les attaquants essaient d’abord les mots de passe divulgués, les noms et les suites du ' +
      'clavier. Un mot de passe long et imprévisible leur résiste : trois ou quatre mots sans ' +
      'rapport sont faciles à retenir et difficiles à deviner. Un gestionnaire de mots de passe ' +
      'peut en créer un.',
    judged: 'La longueur est vérifiée pendant la saisie, le reste à l’enregistrement.',
    ruleMet: 'respecté',
    ruleOpen: 'pas encore respecté',
    rejectedTitle: 'Choisissez un autre mot de passe',
    currentMissing: 'Saisissez votre mot de passe actuel.',
    currentWrong: 'Ce n’est pas votre mot de passe actuel.',
    nextMissing: 'Saisissez un nouveau mot de passe.',
  },
  newPassword: {
    title: 'Définir un nouveau mot de passe',
    lead:
      'Vous avez utilisé un mot de passe temporaire. Remplacez-le maintenant par un mot de passe ' +
      'que personne d’autre ne connaît. D’ici là, le reste du portail est inaccessible.',
    expires:
      'Le mot de passe temporaire expire {when}. D’ici là, vous pouvez l’utiliser à nouveau.',
    submit: 'Définir et continuer',
    working: 'Définition en cours',
    done: 'Votre nouveau mot de passe est défini. Utilisez-le désormais.',
  },
  users: {
    title: 'Gestion des utilisateurs',
    lead: 'Personnes qui peuvent se connecter à ce portail. Organisation : {tenant}',
    add: 'Ajouter un utilisateur',
    search: 'Rechercher par nom d’utilisateur',
    searchHint: 'Début du nom d’utilisateur',
    role: 'Rôle',
    status: 'Compte',
    state: 'Mot de passe',
    any: 'Tous',
    clear: 'Effacer les filtres',
    name: 'Nom',
    roles: 'Rôles',
    lastSignIn: 'Dernière connexion',
    never: 'Jamais',
    shown: { one: '{n} utilisateur affiché', other: '{n} utilisateurs affichés' },
    shownMore: {
      one: '{n} utilisateur affiché, il y en a d’autres',
      other: '{n} utilisateurs affichés, il y en a d’autres',
    },
    none: 'Aucun utilisateur ne correspond.',
    noneHint: 'Recherchez le début d’un nom d’utilisateur, ou effacez les filtres.',
    you: 'Vous',
    tableLabel: 'Utilisateurs',
    deleted: 'Compte supprimé : {name}',
  },
  state: {
    none: 'Aucun',
    temporary: 'Temporaire',
    expired: 'Expiré',
    permanent: 'Défini par l’utilisateur',
    locked: 'Verrouillé',
  },
  status: { active: 'Actif', disabled: 'Désactivé' },
  expiresIn: 'expire dans {time}',
  inTime: 'dans {time}',
  addUser: {
    title: 'Ajouter un utilisateur',
    lead:
      'L’utilisateur reçoit un mot de passe temporaire. Vous ne le voyez qu’une seule fois, à ' +
      'l’écran suivant.',
    userName: 'Nom d’utilisateur',
    userNameHint: 'Ce qui précède @{tenant}. Il ne pourra plus être modifié.',
    userNameMissing: 'Saisissez un nom d’utilisateur.',
    displayName: 'Nom affiché',
    displayNameMissing: 'Saisissez un nom affiché.',
    email: 'Adresse électronique (facultative)',
    locale: 'Langue (facultative)',
    localeHint: 'Pour les messages à cet utilisateur.',
    localeNone: 'Comme dans le navigateur',
    roles: 'Rôles',
    rolesHint: 'Choisissez-en au moins un. Le texte sous chaque rôle indique ce qu’il permet.',
    rolesMissing: 'Choisissez au moins un rôle.',
    submit: 'Ajouter l’utilisateur',
    working: 'Ajout en cours',
    maybeAdded:
      'La tentative précédente a peut-être créé ce compte. Cherchez-le sous Gestion des ' +
      'utilisateurs ; s’il y figure, réinitialisez son mot de passe pour en obtenir un ' +
      'temporaire.',
  },
  user: {
    back: 'Gestion des utilisateurs',
    profile: 'Profil',
    userName: 'Nom d’utilisateur',
    displayName: 'Nom affiché',
    email: 'Adresse électronique',
    locale: 'Langue',
    roles: 'Rôles',
    rolesRank: 'Seul un administrateur général peut attribuer ou retirer ce rôle.',
    rolesOwn:
      'Vous ne pouvez pas modifier vos propres rôles ; seul un administrateur général le peut.',
    saveProfile: 'Enregistrer le profil',
    saveRoles: 'Enregistrer les rôles',
    saved: 'Enregistré.',
    rolesSaved: 'Rôles enregistrés. Ils s’appliquent immédiatement.',
    readOnly: 'Seul un administrateur général peut modifier cet utilisateur.',
    notGiven: 'Non indiquée',
    account: 'Compte et mot de passe',
    status: 'Compte',
    state: 'Mot de passe',
    changedAt: 'Mot de passe défini par l’utilisateur',
    issuedAt: 'Mot de passe temporaire émis',
    issuedBy: 'Émis par',
    expiresAt: 'Expire',
    expiredAt: 'A expiré',
    createdAt: 'Date d’ajout',
    lastSignInAt: 'Dernière connexion',
    never: 'Jamais',
    actions: 'Actions sur cet utilisateur',
    disable: 'Désactiver',
    enable: 'Activer',
    unlock: 'Mettre fin à l’attente',
    endSessions: 'Révoquer les sessions',
    delete: 'Supprimer',
    enabled: '{name} peut à nouveau se connecter.',
    disabled: 'Compte désactivé : {name}',
    unlocked: 'Attente levée : {name} peut réessayer.',
    attempts: 'Mots de passe erronés',
    attemptsCount: {
      one: '{n} depuis le {since}',
      other: '{n} de suite depuis le {since}',
    },
    attemptsNetworks: { one: 'depuis {n} réseau', other: 'depuis {n} réseaux' },
    waitUntil: 'Attente des nouveaux appareils jusqu’au',
    goesOnTitle: 'Quelqu’un essaie de deviner un mot de passe : {name}',
    goesOn:
      'Mettre fin à l’attente ne sert à rien, car le prochain mot de passe erroné la relance. ' +
      'Réinitialisez plutôt le mot de passe. Le mot de passe temporaire fonctionne ' +
      'immédiatement. Dans un navigateur avec lequel {name} a déjà ouvert une session, il n’y a ' +
      'pas d’attente.',
    sessionsEnded: 'Sessions révoquées : {name}',
    events: 'Activité',
    resetTitle: 'Réinitialiser le mot de passe',
    resetText:
      'Si {name} a oublié le mot de passe, ou si quelqu’un d’autre a pu le connaître, émettez un ' +
      'mot de passe temporaire.',
    reset: 'Réinitialiser le mot de passe',
    resetSelf:
      'Vous ne pouvez pas réinitialiser votre propre mot de passe. Modifiez-le sous Mon profil.',
    resetSelfLink: 'Ouvrir Mon profil',
    resetRank:
      'Seul un autre administrateur général peut réinitialiser le mot de passe d’un ' +
      'administrateur général.',
    resetNot: 'Vos rôles ne vous permettent pas de réinitialiser ce mot de passe.',
    lockedText:
      'Après trop de mots de passe erronés, {name} ne peut plus se connecter depuis un nouvel ' +
      'appareil. Réinitialisez le mot de passe pour rouvrir l’accès partout.',
    expiredText:
      'Le mot de passe temporaire a expiré. Réinitialisez le mot de passe pour en émettre un ' +
      'nouveau.',
  },
  confirm: {
    resetTitle: 'Réinitialiser le mot de passe ?',
    resetText: 'Utilisateur : {name}. Cette action est immédiate et irréversible :',
    resetOld:
      'Le mot de passe actuel cesse de fonctionner, ainsi que tout mot de passe temporaire.',
    resetSessions: 'Toutes ses sessions prennent fin.',
    resetShown:
      'Vous ne voyez le mot de passe temporaire qu’une seule fois. L’utilisateur devra le ' +
      'remplacer à la prochaine connexion.',
    disableTitle: 'Désactiver {name} ?',
    disableText:
      '{name} ne peut plus se connecter et toutes ses sessions sont révoquées. Vous pourrez ' +
      'réactiver ce compte.',
    enableTitle: 'Activer {name} ?',
    enableText: '{name} pourra à nouveau se connecter avec le même mot de passe qu’avant.',
    unlockTitle: 'Mettre fin à l’attente ?',
    unlockText:
      '{name} peut réessayer une fois immédiatement ; les échecs restent comptés. Si quelqu’un ' +
      'd’autre essaie de deviner le mot de passe, réinitialisez-le plutôt.',
    unlockGoesOn:
      'Quelqu’un essaie de le deviner en ce moment même. L’attente reprendrait immédiatement.',
    endTitle: 'Révoquer toutes les sessions ?',
    endText: '{name} devra se reconnecter partout. Le mot de passe ne change pas.',
    deleteTitle: 'Supprimer {name} ?',
    deleteText:
      'Le compte est supprimé et toutes ses sessions sont révoquées. Cette action est ' +
      'irréversible. Le journal est conservé.',
    delete: 'Supprimer l’utilisateur',
    rolesTitle: 'Modifier vos propres rôles ?',
    rolesText: 'Vous perdrez immédiatement les autorisations des rôles que vous retirez.',
    everywhereTitle: 'Se déconnecter partout ?',
    everywhereText:
      'Toutes vos sessions prennent fin, celle-ci comprise. Le mot de passe ne change pas.',
  },
  temporaryPassword: {
    title: 'Mot de passe temporaire : {name}',
    created: 'Compte ajouté : {name}',
    reset: 'Mot de passe réinitialisé : {name}',
    label: 'Mot de passe temporaire',
    copy: 'Copier',
    copied: 'Copié',
    copyFailed:
      'La copie n’est pas autorisée ici. Sélectionnez le mot de passe et copiez-le vous-même.',
    expires: 'Expire le {date} ({relative})',
    spokenTitle: 'Pour le dicter au téléphone',
    spokenHint: 'Lisez-le groupe par groupe ; les majuscules et les minuscules sont équivalentes.',
    privacy:
      'Il disparaît quand vous quittez cet écran, et après cinq minutes sans activité. ' +
      'Envoyez-le à cette seule personne, et le nom d’utilisateur séparément.',
    done: 'Terminé',
    gone: 'Le mot de passe temporaire n’est plus affiché',
    goneText:
      'Il a été retiré de cet écran et ne peut plus être affiché. Si vous ne l’avez pas ' +
      'transmis, réinitialisez à nouveau le mot de passe.',
    goneIdle: 'Il a été retiré après cinq minutes sans activité.',
    toUser: 'Retour à l’utilisateur',
  },
  profile: {
    title: 'Mon profil',
    about: 'À propos de vous',
    organisation: 'Organisation',
    passwordChanged: 'Dernière modification du mot de passe',
    roles: 'Vos rôles',
    rolesLead: 'Ce que chaque rôle vous permet de faire.',
    change: 'Modifier le mot de passe',
    submit: 'Enregistrer le nouveau mot de passe',
    working: 'Enregistrement en cours',
    changed: 'Votre mot de passe a été modifié. Toutes vos autres sessions ont pris fin.',
    admins: 'Qui peut réinitialiser votre mot de passe',
    adminsLead: 'En cas d’oubli, un de ces administrateurs peut vous en donner un temporaire.',
    adminsNone:
      'Personne en ce moment. Un second administrateur général dans votre organisation pourrait ' +
      'vous aider.',
    sessions: 'Sessions',
    sessionsLead: 'Un appareil perdu, une session restée ouverte quelque part ?',
    everywhere: 'Se déconnecter partout',
  },
  activity: {
    title: 'Journal d’activité',
    lead:
      'Activité des utilisateurs, de la plus récente à la plus ancienne. ' +
      'Organisation : {tenant}',
  },
  events: {
    tableLabel: 'Événements',
    when: 'Date',
    what: 'Action',
    who: 'Effectuée par',
    whom: 'Utilisateur',
    none: 'Aucune activité.',
    you: 'Vous',
    theUser: 'L’utilisateur',
    deletedUser: 'Compte supprimé',
    sweep: 'Système (expiration)',
    bootstrap: 'Installation initiale',
    operator: 'Opérateur du service',
    'sign-in': 'Protection de la connexion',
    type: {
      'user.created': 'Compte ajouté',
      'user.updated': 'Modification : {members}',
      'user.disabled': 'Compte désactivé',
      'user.enabled': 'Compte activé',
      'user.deleted': 'Compte supprimé',
      'password.reset': 'Mot de passe réinitialisé',
      'password.changed': 'Mot de passe modifié',
      'temporary-password.used': 'Mot de passe temporaire utilisé',
      'temporary-password.expired': 'Mot de passe temporaire expiré',
      'credential.locked': 'Compte verrouillé après trop de tentatives',
      'credential.unlocked': 'Attente levée',
      'sessions.ended': 'Sessions révoquées',
    },
    member: {
      displayName: 'nom affiché',
      email: 'adresse électronique',
      locale: 'langue',
      roles: 'rôles',
    },
  },
};
