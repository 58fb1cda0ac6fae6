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
    personMenu: '{name} : profil et déconnexion',
    organisation: 'Organisation',
    offline:
      'Vous êtes hors ligne. L’affichage peut dater ; rien ne peut être enregistré avant votre ' +
      'retour.',
    loading: 'Chargement',
    notFoundTitle: 'Page introuvable',
    notFound: 'Cette page n’existe pas dans ce portail.',
    home: 'Aller à la page d’accueil',
    notAllowedTitle: 'Cette page est réservée aux administrateurs',
    notAllowed:
      'Vos rôles ne l’ouvrent pas. Si vous devez gérer des utilisateurs, demandez à un ' +
      'administrateur général de votre organisation.',
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
    uncertain: 'Une modification a pu avoir lieu malgré tout ; répéter est sans risque.',
    oddTitle: 'Le service a donné une réponse inattendue',
    odd: 'Réessayez. Si cela persiste, signalez-le à la personne responsable de ce portail.',
    waitTitle: 'Trop de tentatives',
    wait: 'Par sécurité, vous devez patienter un peu avant la prochaine.',
    waitOver: 'Vous pouvez réessayer maintenant.',
    reference: 'Identifiant de la requête : {id}',
    validationTitle: 'Quelque chose ne va pas encore',
    validation: 'Voyez les champs signalés.',
    goneTitle: 'Cet utilisateur n’existe plus',
    gone: 'Il a été supprimé, ou l’adresse est fausse.',
  },
  duration: {
    minutes: '{n} min',
    hours: '{n} h',
    days: { one: '{n} jour', other: '{n} jours' },
    seconds: '{n} s',
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
      'Votre navigateur ne retient alors pas que vous vous êtes connecté ici. Sur votre propre ' +
      'ordinateur, ne cochez pas cette case : les erreurs des autres ne vous bloquent alors ' +
      'jamais.',
    forgotTitle: 'Mot de passe oublié ?',
    forgot:
      'Demandez à un administrateur de votre organisation de le réinitialiser. Vous recevrez un ' +
      'mot de passe temporaire, avec lequel vous en définirez un nouveau.',
    typo:
      'Ceci ressemble à un mot de passe temporaire avec une faute de frappe. Comparez groupe par ' +
      'groupe. Si c’est votre propre mot de passe, connectez-vous encore une fois.',
    expiredNext:
      'Un nouveau rend l’ancien inutile : vous pouvez le jeter. L’administrateur trouve la ' +
      'réinitialisation sous Gestion des utilisateurs, au bas de votre page.',
    waitNext:
      'Pas besoin d’attendre dans un navigateur où vous vous êtes déjà connecté. Un ' +
      'administrateur peut aussi réinitialiser votre mot de passe : le mot de passe temporaire ' +
      'fonctionne aussitôt.',
    reason: {
      signedOut: 'Vous êtes déconnecté.',
      expired: 'Votre session a expiré. Connectez-vous pour reprendre où vous étiez.',
      ended:
        'Votre session a été terminée : le mot de passe a été changé ou réinitialisé, quelqu’un ' +
        'vous a déconnecté ou votre compte a été modifié. Connectez-vous pour reprendre où vous ' +
        'étiez.',
      everywhere: 'Vous êtes déconnecté partout.',
      changeExpired:
        'Le nouveau mot de passe n’a pas été défini : cela a pris trop de temps, ou un ' +
        'administrateur vous a donné entre-temps un autre mot de passe temporaire. ' +
        'Connectez-vous à nouveau, avec le plus récent.',
      maybeChanged:
        'La tentative précédente a peut-être changé votre mot de passe. Connectez-vous avec le ' +
        'nouveau ; si cela ne marche pas, avec l’ancien.',
    },
  },
  password: {
    show: 'Afficher le mot de passe',
    hide: 'Masquer le mot de passe',
    current: 'Mot de passe actuel',
    next: 'Nouveau mot de passe',
    count: {
      one: '{n} caractère ; il en faut au moins {min}.',
      other: '{n} caractères ; il en faut au moins {min}.',
    },
    countGood: {
      one: '{n} caractère : assez long.',
      other: '{n} caractères : assez long.',
    },
    countLong: 'Au plus {max} caractères sont possibles ; il y en a {n}.',
    longEnough: 'Assez long.',
    same: 'C’est le même que votre mot de passe actuel.',
    rulesTitle: 'Ce qui fait un bon mot de passe',
    why:
      'Les attaquants essaient d’abord les mots de passe divulgués, les noms et les suites du ' +
      'clavier. La longueur et la surprise les arrêtent : trois ou quatre mots sans rapport sont ' +
      'faciles à retenir et difficiles à deviner. Un gestionnaire de mots de passe peut en créer ' +
      'un.',
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
      'Vous vous êtes connecté avec un mot de passe temporaire. Remplacez-le maintenant par un ' +
      'mot de passe que vous seul connaissez ; rien d’autre ne vous est ouvert d’ici là.',
    expires: 'Le mot de passe temporaire expire {when}. Jusque-là, il peut être utilisé à nouveau.',
    submit: 'Définir et continuer',
    working: 'Définition en cours',
    done: 'Votre nouveau mot de passe est défini. Utilisez-le désormais.',
  },
  users: {
    title: 'Gestion des utilisateurs',
    lead: 'Les personnes de {tenant} qui peuvent se connecter à ce portail.',
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
    deleted: '{name} a été supprimé.',
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
      'L’utilisateur reçoit un mot de passe temporaire. Vous le voyez une seule fois, à l’écran ' +
      'suivant.',
    userName: 'Nom d’utilisateur',
    userNameHint: 'Ce qui précède @{tenant}. Il ne pourra plus être changé.',
    userNameMissing: 'Saisissez un nom d’utilisateur.',
    displayName: 'Nom affiché',
    displayNameMissing: 'Saisissez un nom affiché.',
    email: 'Adresse électronique (facultative)',
    locale: 'Langue (facultative)',
    localeHint: 'Pour les messages à cet utilisateur.',
    localeNone: 'Comme dans le navigateur',
    roles: 'Rôles',
    rolesHint: 'Au moins un. Chacun permet ce qui est écrit au-dessous.',
    rolesMissing: 'Choisissez au moins un rôle.',
    submit: 'Ajouter l’utilisateur',
    working: 'Ajout en cours',
    maybeAdded:
      'La tentative précédente a peut-être ajouté cet utilisateur. Cherchez-le sous Gestion des ' +
      'utilisateurs ; s’il y est, réinitialisez son mot de passe pour en obtenir un temporaire.',
  },
  user: {
    back: 'Gestion des utilisateurs',
    profile: 'Profil',
    userName: 'Nom d’utilisateur',
    displayName: 'Nom affiché',
    email: 'Adresse électronique',
    locale: 'Langue',
    roles: 'Rôles',
    rolesRank: 'Seul un administrateur général peut donner ou retirer ce rôle.',
    rolesOwn:
      'Vous ne pouvez pas changer vos propres rôles ; seul un administrateur général le peut.',
    saveProfile: 'Enregistrer le profil',
    saveRoles: 'Enregistrer les rôles',
    saved: 'Enregistré.',
    rolesSaved: 'Rôles enregistrés. Ils s’appliquent dès maintenant.',
    readOnly: 'Seul un administrateur général peut modifier cet utilisateur.',
    notGiven: 'Non indiquée',
    account: 'Compte et mot de passe',
    status: 'Compte',
    state: 'Mot de passe',
    changedAt: 'Mot de passe défini par l’utilisateur',
    issuedAt: 'Mot de passe temporaire délivré',
    issuedBy: 'Délivré par',
    expiresAt: 'Expire',
    expiredAt: 'A expiré',
    createdAt: 'Ajouté',
    lastSignInAt: 'Dernière connexion',
    never: 'Jamais',
    actions: 'Actions sur cet utilisateur',
    disable: 'Désactiver',
    enable: 'Activer',
    unlock: 'Mettre fin à l’attente',
    endSessions: 'Terminer les sessions',
    delete: 'Supprimer',
    enabled: '{name} peut à nouveau se connecter.',
    disabled: '{name} est désactivé.',
    unlocked: '{name} peut réessayer maintenant.',
    attempts: 'Mots de passe erronés',
    attemptsCount: {
      one: '{n} depuis le {since}',
      other: '{n} de suite depuis le {since}',
    },
    attemptsNetworks: { one: 'depuis {n} réseau', other: 'depuis {n} réseaux' },
    waitUntil: 'Attente des nouveaux appareils jusqu’au',
    goesOnTitle: 'Quelqu’un essaie de deviner le mot de passe de {name}',
    goesOn:
      'Mettre fin à l’attente ne sert à rien : le prochain mot de passe erroné la relance. ' +
      'Réinitialisez plutôt le mot de passe ; le temporaire fonctionne aussitôt. Un navigateur ' +
      'où {name} s’est déjà connecté n’a pas à attendre.',
    sessionsEnded: 'Toutes les sessions de {name} ont été terminées.',
    events: 'Ce qui s’est passé',
    resetTitle: 'Réinitialiser le mot de passe',
    resetText:
      'Si {name} a oublié le mot de passe ou si d’autres ont pu l’apprendre : un mot de passe ' +
      'temporaire le remplace, que vous transmettez.',
    reset: 'Réinitialiser le mot de passe',
    resetSelf:
      'Vous ne pouvez pas réinitialiser votre propre mot de passe. Changez-le sous Mon profil.',
    resetSelfLink: 'Ouvrir Mon profil',
    resetRank:
      'Seul un autre administrateur général peut réinitialiser le mot de passe d’un ' +
      'administrateur général.',
    resetNot: 'Vos rôles ne vous permettent pas de réinitialiser ce mot de passe.',
    lockedText:
      'Après trop de mots de passe erronés, {name} ne peut se connecter que dans un navigateur ' +
      'déjà utilisé. Réinitialisez le mot de passe pour rouvrir le compte partout.',
    expiredText:
      'Le mot de passe temporaire n’a pas été utilisé à temps. Réinitialisez pour en délivrer un ' +
      'nouveau.',
  },
  confirm: {
    resetTitle: 'Réinitialiser le mot de passe de {name} ?',
    resetText: 'Cela se produit aussitôt et ne peut être annulé :',
    resetOld: 'Le mot de passe actuel de {name} ne marche plus, un temporaire non plus.',
    resetSessions: 'Toutes les sessions de {name} se terminent.',
    resetShown:
      'Vous voyez une seule fois un mot de passe temporaire. Il devra être remplacé à la ' +
      'prochaine connexion.',
    disableTitle: 'Désactiver {name} ?',
    disableText:
      '{name} ne peut plus se connecter et toutes les sessions se terminent. Vous pourrez ' +
      'activer ce compte à nouveau.',
    enableTitle: 'Activer {name} ?',
    enableText: '{name} pourra à nouveau se connecter avec son mot de passe précédent.',
    unlockTitle: 'Mettre fin à l’attente de {name} ?',
    unlockText:
      '{name} peut réessayer une fois aussitôt. Les mots de passe erronés restent comptés. Si ' +
      'quelqu’un d’autre essaie de deviner, réinitialisez plutôt le mot de passe.',
    unlockGoesOn: 'Quelqu’un devine en ce moment même : l’attente reviendrait aussitôt.',
    endTitle: 'Terminer toutes les sessions de {name} ?',
    endText: '{name} devra se connecter à nouveau partout. Le mot de passe reste.',
    deleteTitle: 'Supprimer {name} ?',
    deleteText:
      '{name} est retiré et toutes les sessions se terminent. Cela ne peut être annulé. La trace ' +
      'de ce qui s’est passé reste.',
    delete: 'Supprimer l’utilisateur',
    rolesTitle: 'Changer vos propres rôles ?',
    rolesText: 'Vous perdez aussitôt ce que permettent les rôles que vous vous retirez.',
    everywhereTitle: 'Se déconnecter partout ?',
    everywhereText: 'Toutes vos sessions se terminent, celle-ci aussi. Le mot de passe reste.',
  },
  temporaryPassword: {
    title: 'Mot de passe temporaire de {name}',
    created: '{name} a été ajouté.',
    reset: 'Le mot de passe de {name} a été réinitialisé.',
    label: 'Mot de passe temporaire',
    copy: 'Copier',
    copied: 'Copié',
    copyFailed:
      'La copie n’est pas permise ici. Sélectionnez le mot de passe et copiez-le vous-même.',
    expires: 'Expire le {date} ({relative})',
    spokenTitle: 'Pour le dicter au téléphone',
    spokenHint: 'Groupe par groupe ; majuscules et minuscules ne comptent pas.',
    privacy:
      'Il disparaît quand vous quittez cet écran, et après cinq minutes sans activité. ' +
      'Envoyez-le séparément du nom d’utilisateur, à cette seule personne.',
    done: 'Terminé',
    gone: 'Le mot de passe temporaire n’est plus affiché',
    goneText:
      'Il a été retiré de cet écran et ne peut être retrouvé. S’il n’a pas été transmis, ' +
      'réinitialisez à nouveau le mot de passe.',
    goneIdle: 'Il a été retiré après cinq minutes sans activité.',
    toUser: 'Retour à l’utilisateur',
  },
  profile: {
    title: 'Mon profil',
    about: 'À propos de vous',
    organisation: 'Organisation',
    passwordChanged: 'Dernier changement du mot de passe',
    roles: 'Vos rôles',
    rolesLead: 'Ce que chacun vous permet de faire.',
    change: 'Changer le mot de passe',
    submit: 'Enregistrer le nouveau mot de passe',
    working: 'Enregistrement en cours',
    changed: 'Votre mot de passe a été changé. Toutes vos autres sessions sont terminées.',
    admins: 'Qui peut réinitialiser votre mot de passe',
    adminsLead: 'En cas d’oubli, un de ces administrateurs peut vous en donner un temporaire.',
    adminsNone:
      'Personne en ce moment. Un second administrateur général dans votre organisation pourrait ' +
      'vous aider.',
    sessions: 'Sessions',
    sessionsLead: 'Un appareil perdu, une session restée ouverte quelque part ?',
    everywhere: 'Se déconnecter partout',
  },
  activity: {
    title: 'Journal d’activité',
    lead: 'Ce qui est arrivé aux utilisateurs de {tenant}, du plus récent au plus ancien.',
  },
  events: {
    tableLabel: 'Événements',
    when: 'Quand',
    what: 'Quoi',
    who: 'Par qui',
    whom: 'Utilisateur',
    none: 'Rien ne s’est encore passé.',
    you: 'Vous',
    theUser: 'L’utilisateur',
    deletedUser: 'Un utilisateur supprimé',
    sweep: 'Le système, à l’échéance',
    bootstrap: 'L’installation',
    operator: 'L’opérateur du service',
    'sign-in': 'La connexion',
    type: {
      'user.created': 'Utilisateur ajouté',
      'user.updated': 'Modifié : {members}',
      'user.disabled': 'Désactivé',
      'user.enabled': 'Activé',
      'user.deleted': 'Supprimé',
      'password.reset': 'Mot de passe réinitialisé',
      'password.changed': 'Mot de passe changé',
      'temporary-password.used': 'Mot de passe temporaire utilisé',
      'temporary-password.expired': 'Mot de passe temporaire expiré',
      'credential.locked': 'Verrouillé après trop de tentatives',
      'credential.unlocked': 'Déverrouillé',
      'sessions.ended': 'Sessions terminées',
    },
    member: {
      displayName: 'nom affiché',
      email: 'adresse électronique',
      locale: 'langue',
      roles: 'rôles',
    },
  },
};
