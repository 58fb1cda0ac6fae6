import { PRODUCT } from '../brand/product.ts';
import type { PortalText } from './en.ts';

/** A text that is missing here does not compile. */
export const portalFr: PortalText = {
  product: PRODUCT.fr,
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
    endsSoon:
      'Votre session va bientôt prendre fin. Saisissez votre mot de passe pour continuer ici.',
    signInAgain: 'Saisir le mot de passe ({time})',
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
    refresh: 'Actualiser',
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
    help: 'En savoir plus',
    queryTitle: 'Cette recherche ou ce filtre n’est pas valide',
    requirementsTitle: 'Cette réinitialisation demande davantage',
    contact: 'Coordonnées du support de votre organisation : {contact}',
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
      'Ceci ressemble à un mot de passe temporaire avec une faute de frappe. Affichez le mot de ' +
      'passe et comparez groupe par groupe. S’il s’agit de votre propre mot de passe, ' +
      'connectez-vous à nouveau.',
    typoOwn: 'S’il s’agit de votre propre mot de passe, connectez-vous à nouveau.',
    hasParts: 'J’ai deux parties d’un mot de passe',
    hasWhole: 'J’ai un seul mot de passe',
    onePart: 'Une partie du mot de passe temporaire',
    otherPart: 'L’autre partie',
    partsHint:
      'Une partie vous a été dictée, l’autre est dans un e-mail. Leur ordre n’importe pas. Les ' +
      'deux portent la même paire de quatre caractères. Si elle diffère, utilisez les plus ' +
      'récentes.',
    part: {
      missing: 'Saisissez aussi cette partie. Une partie seule n’ouvre rien.',
      short: 'Cette partie est trop courte. Elle a 15 caractères en trois groupes.',
      long: 'Cette partie est trop longue. Elle a 15 caractères en trois groupes.',
      unreadable:
        'Une partie n’a que des lettres, des chiffres et des tirets. Retirez tout le reste.',
      wrong: 'Cette partie a une faute de frappe. Affichez-la et comparez groupe par groupe.',
      same: 'C’est deux fois la même partie. Saisissez l’autre.',
    },
    slipFirst: 'Première partie :',
    slipSecond: 'Seconde partie :',
    another: 'Utiliser un autre compte',
    again: 'Saisissez votre mot de passe',
    expiredNext:
      'L’administrateur trouve la réinitialisation sous Gestion des utilisateurs, sur la page de ' +
      'votre compte.',
    waitNext:
      'Dans un navigateur avec lequel vous avez déjà ouvert une session, vous n’avez pas à ' +
      'attendre. Un administrateur peut aussi réinitialiser votre mot de passe. Le mot de passe ' +
      'temporaire fonctionne immédiatement.',
    reason: {
      signedOut: 'Votre session est fermée.',
      soon: 'Votre session va bientôt prendre fin. Votre saisie sur cet écran est conservée.',
      expired: 'Votre session a expiré. Votre saisie sur cet écran est conservée.',
      ended:
        'Votre session a pris fin : mot de passe modifié ou réinitialisé, sessions révoquées, ou ' +
        'compte modifié. Votre saisie sur cet écran est conservée.',
      another: 'Connectez-vous avec un autre compte.',
      reloaded:
        'Par sécurité, une session n’existe que dans les onglets ouverts. Recharger le seul ' +
        'onglet y met fin. Pour mettre un écran à jour, utilisez Actualiser.',
      selfDisabled:
        'Vous avez désactivé votre propre compte. Seul un autre administrateur général peut le ' +
        'réactiver.',
      selfDeleted:
        'Vous avez supprimé votre propre compte. Seul un autre administrateur peut vous ajouter ' +
        'à nouveau.',
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
  freeze: {
    title: 'Geler votre compte ?',
    lead:
      'Vous avez reçu un message au sujet d’une modification de votre compte. Si vous ne vous y ' +
      'attendiez pas, gelez votre compte dès maintenant pour que personne ne puisse l’utiliser.',
    effects: [
      'Toutes les sessions prennent fin, sur tous les appareils.',
      'Plus personne ne peut se connecter avec votre compte, pas même vous. Un mot de passe ' +
        'temporaire cesse de fonctionner.',
      'Vos administrateurs reçoivent un message. Après vous avoir parlé, ils réinitialisent ' +
        'votre mot de passe.',
    ],
    act: 'Geler mon compte maintenant',
    working: 'Gel en cours',
    cancel: 'C’était moi',
    enterLead: 'Copiez le texte qui figure à la fin du message et collez-le ici.',
    token: 'Texte du message',
    tokenMissing: 'Collez le texte du message.',
    next: 'Continuer',
    nextTitle: 'Ce qu’il faut faire ensuite',
    outcome: {
      frozen: {
        title: 'Votre compte est gelé',
        text: 'Plus personne ne peut s’y connecter. Vos administrateurs sont prévenus.',
        steps: [
          'Appelez un administrateur ou le support technique de votre organisation. N’utilisez ' +
            'pas l’e-mail : quelqu’un d’autre lit peut-être le vôtre.',
          'Modifiez le mot de passe de votre messagerie et vérifiez qui d’autre peut l’ouvrir.',
          'Votre administrateur réinitialise votre mot de passe, ce qui rouvre votre compte.',
        ],
      },
      sessionsEnded: {
        title: 'Toutes vos sessions ont pris fin',
        text:
          'Votre organisation n’a pas d’autre administrateur général que vous : votre compte n’a ' +
          'donc pas été gelé. Une personne qui connaît votre mot de passe peut encore se ' +
          'connecter.',
        steps: [
          'Connectez-vous maintenant et modifiez votre mot de passe dans Mon profil.',
          'Si votre mot de passe ne fonctionne plus, demandez aux responsables de ce portail de ' +
            'rétablir votre compte.',
          'Recherchez dans le journal d’activité les modifications dont vous n’êtes pas l’auteur.',
        ],
      },
      lapsed: {
        title: 'Ce lien ne fonctionne plus',
        text:
          'Rien n’a été modifié. Le lien date de plus de 7 jours, votre mot de passe a été ' +
          'réinitialisé depuis, ou le compte n’existe plus.',
        steps: [
          'Cherchez un message plus récent et utilisez son lien.',
          'S’il n’y en a pas, appelez maintenant un administrateur ou le support technique de ' +
            'votre organisation.',
        ],
      },
    },
  },
  newPassword: {
    title: 'Définir un nouveau mot de passe',
    lead:
      'Vous avez utilisé un mot de passe temporaire. Remplacez-le maintenant par un mot de passe ' +
      'que personne d’autre ne connaît. D’ici là, le reste du portail est inaccessible.',
    expires:
      'Le mot de passe temporaire expire {when}. D’ici là, vous pouvez l’utiliser à nouveau.',
    expired:
      'Le mot de passe temporaire a expiré. Demandez à un administrateur de le réinitialiser.',
    submit: 'Définir et continuer',
    working: 'Définition en cours',
    done: 'Votre nouveau mot de passe est défini. Utilisez-le désormais.',
  },
  users: {
    title: 'Gestion des utilisateurs',
    lead: 'Personnes qui peuvent se connecter à ce portail. Organisation : {tenant}',
    add: 'Ajouter un utilisateur',
    search: 'Rechercher',
    searchHint: 'Nom, nom d’utilisateur ou adresse',
    role: 'Rôle',
    status: 'Compte',
    state: 'Mot de passe',
    any: 'Tous',
    clear: 'Effacer les filtres',
    name: 'Nom',
    roles: 'Rôles',
    lastSignIn: 'Dernière connexion',
    never: 'Jamais',
    actions: 'Actions',
    actionsFor: 'Actions : {name}, {userName}',
    next: 'Suivant dans la liste : {name}',
    shown: { one: '{n} utilisateur affiché', other: '{n} utilisateurs affichés' },
    shownMore: {
      one: '{n} utilisateur affiché, il y en a d’autres',
      other: '{n} utilisateurs affichés, il y en a d’autres',
    },
    shownOf: '{n} utilisateurs affichés sur {total}',
    tabsLabel: 'À traiter',
    tabs: {
      all: 'Tous',
      expired: 'Expirés',
      locked: 'Verrouillés',
      frozen: 'Comptes gelés',
      none: 'Sans mot de passe',
      expiring: 'Expirent sous 24 h',
    },
    onlyAdmin:
      'Aucun autre compte d’administrateur général ne peut vous aider en cas de perte de votre ' +
      'mot de passe. Attribuez ce rôle à une seconde personne.',
    csv: [
      'Nom d’utilisateur',
      'Nom affiché',
      'Adresse électronique',
      'Rôles',
      'Compte',
      'Mot de passe',
      'Expiration (UTC)',
      'Dernière connexion (UTC)',
      'Date d’ajout (UTC)',
      'Identifiant',
    ],
    none: 'Aucun utilisateur ne correspond.',
    noneHint: 'Recherchez le début d’une partie du nom, ou effacez les filtres.',
    you: 'Vous',
    tableLabel: 'Utilisateurs',
    deleted: 'Compte supprimé : {name}',
  },
  state: {
    none: 'Aucun',
    temporary: 'Temporaire',
    expired: 'Expiré',
    permanent: 'Défini par l’utilisateur',
    imported: 'Importé',
    locked: 'Verrouillé',
  },
  stateNamed: {
    none: 'Pas encore de mot de passe',
    temporary: 'Mot de passe : temporaire',
    expired: 'Mot de passe : expiré',
    permanent: 'Mot de passe : personnel',
    imported: 'Mot de passe : importé',
    locked: 'Mot de passe : verrouillé',
  },
  status: { active: 'Actif', disabled: 'Désactivé' },
  frozen: 'Compte gelé',
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
    displayNameLong: 'Un nom affiché compte au plus {max} caractères. Celui-ci en compte {n}.',
    email: 'Adresse électronique (facultative)',
    secondEmail: 'Seconde adresse (facultative)',
    secondEmailHint: 'Les messages sur ce compte sont envoyés aux deux adresses.',
    locale: 'Langue (facultative)',
    localeHint: 'Pour les messages à cet utilisateur.',
    localeNone: 'Comme dans le navigateur',
    roles: 'Rôles',
    rolesHint: 'Choisissez-en au moins un. Le texte sous chaque rôle indique ce qu’il permet.',
    rolesMissing: 'Choisissez au moins un rôle.',
    submit: 'Ajouter l’utilisateur',
    working: 'Ajout en cours',
    doneTitle: 'L’utilisateur a déjà été ajouté',
    done:
      'Le mot de passe temporaire ne peut pas être affiché à nouveau. Si vous ne l’avez pas vu, ' +
      'réinitialisez le mot de passe sur la page de l’utilisateur.',
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
    secondEmail: 'Seconde adresse',
    locale: 'Langue',
    roles: 'Rôles',
    rolesRank: 'Seul un administrateur général peut attribuer ou retirer ce rôle.',
    rolesOwn:
      'Vous ne pouvez pas modifier vos propres rôles ; seul un administrateur général le peut.',
    saveProfile: 'Enregistrer le profil',
    saveRoles: 'Enregistrer les rôles',
    saved: 'Enregistré.',
    savedMeanwhile: 'Enregistré entre-temps : {value}',
    rolesSaved: 'Rôles enregistrés. Ils s’appliquent immédiatement.',
    readOnly: 'Seul un administrateur général peut modifier cet utilisateur.',
    notGiven: 'Non indiquée',
    account: 'Compte et mot de passe',
    status: 'Compte',
    state: 'Mot de passe',
    changedAt: 'Mot de passe défini par l’utilisateur',
    importedAt: 'Mot de passe importé',
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
    enableNow: 'Activer maintenant',
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
    frozenText:
      'Compte gelé : {name}. Une modification a été signalée comme faite par quelqu’un d’autre. ' +
      'Aucun mot de passe ne fonctionne avant une réinitialisation.',
    disabledText:
      'Compte désactivé : {name}. Aucun mot de passe ne fonctionne tant que le compte n’est pas ' +
      'réactivé.',
    noneText:
      '{name} n’a pas encore de mot de passe. Réinitialisez-le pour émettre un mot de passe ' +
      'temporaire.',
    expiredText:
      'Le mot de passe temporaire a expiré. Réinitialisez le mot de passe pour en émettre un ' +
      'nouveau.',
  },
  reset: {
    verify: 'Comment savez-vous que c’est bien {name} ?',
    verifyOptional: 'Comment savez-vous que c’est bien {name} ? (facultatif)',
    verifyHint:
      'Une date de naissance, un matricule ou une voix familière ne prouvent rien. Les ' +
      'attaquants les achètent ou les imitent.',
    verifyMissing: 'Indiquez comment vous avez vérifié l’identité.',
    kindNone: 'Non précisé',
    kind: {
      supportCode: {
        name: 'Code de support',
        how:
          'Demandez d’ouvrir Mon profil sur un appareil encore connecté et de lire le code, sous ' +
          '« Prouver votre identité au support technique ». Le service le vérifie.',
      },
      callBack: {
        name: 'Rappel',
        how:
          'Raccrochez, puis appelez le numéro de votre propre annuaire. N’appelez jamais un ' +
          'numéro donné pendant l’appel, ni celui qui s’affiche.',
      },
      video: {
        name: 'Appel vidéo',
        how:
          'Comparez le visage avec une photo que vous avez déjà. Une vidéo peut être truquée en ' +
          'direct : faites participer un collègue qui connaît la personne.',
      },
      inPerson: {
        name: 'En personne',
        how: 'La personne est devant vous. Vous la connaissez, ou vous comparez une photo.',
      },
      manager: {
        name: 'Confirmé par le responsable',
        how:
          'Appelez vous-même le responsable, au numéro de votre annuaire. Un e-mail ou un ' +
          'message du responsable ne prouve rien.',
      },
      identityDocument: {
        name: 'Pièce d’identité',
        how:
          'Regardez l’original, en personne ou en vidéo en direct, et comparez la photo et le ' +
          'nom. L’image d’une pièce ne prouve rien. Ne notez pas son numéro ici.',
      },
    },
    code: 'Code lu par la personne qui appelle',
    codeHint: 'Huit caractères, par exemple 7KQ2-M9XD. Majuscules et minuscules sont équivalentes.',
    codeMissing: 'Saisissez les huit caractères du code de support.',
    codeWrong:
      'Ce code est erroné, déjà utilisé ou date de plus de 10 minutes. Faites-le relire, ou ' +
      'faites afficher un nouveau code.',
    codeWait:
      'Trop de codes erronés pour cet utilisateur. Attendez, ou vérifiez l’identité autrement. ' +
      'Prudence : quelqu’un essaie peut-être de deviner.',
    reference: 'Note (facultatif)',
    referenceHint: 'Par exemple le poste que vous avez appelé. Elle est conservée dans le journal.',
    reason: 'Motif',
    reasonOptional: 'Motif (facultatif)',
    reasonHint: 'Par exemple : oubli après les congés. Il est conservé dans le journal.',
    reasonMissing: 'Saisissez pourquoi vous réinitialisez le mot de passe.',
    ticket: 'Ticket',
    ticketOptional: 'Ticket (facultatif)',
    ticketHint: 'Par exemple INC-20417.',
    ticketMissing: 'Saisissez le numéro du ticket.',
    ticketWrong: 'Utilisez seulement des lettres, des chiffres et - _ / # . sans espace.',
    lifetime: 'Durée de validité du mot de passe temporaire',
    lifetimeUsual: 'Durée habituelle',
    delivery: 'Transmission à l’utilisateur',
    shown: 'Entier, à vous',
    split: 'En deux parties',
    splitHint:
      'Vous dictez une partie. L’autre est envoyée à {address}. Une partie seule n’ouvre rien.',
    mailDownTitle: 'L’autre partie n’a pas pu être envoyée',
    mailDown:
      'Rien n’a été modifié, et l’ancien mot de passe reste valable. Réessayez dans quelques ' +
      'minutes. Si le problème persiste, signalez-le aux responsables de ce portail.',
    partsWait:
      'Trop de parties ont été envoyées à cet utilisateur en 24 heures. Réessayez plus tard.',
    more: 'Plus',
    doneTitle: 'Cette réinitialisation a déjà été faite',
    done:
      'Son mot de passe temporaire ne peut pas être affiché à nouveau. Si vous ne l’avez pas ' +
      'vu, réinitialisez encore une fois le mot de passe.',
    block: {
      'another-admin': {
        title: 'Un autre administrateur doit réinitialiser ce mot de passe',
        next:
          'Votre dernière réinitialisation a été signalée comme inattendue. Demandez à un autre ' +
          'administrateur de parler à l’utilisateur, puis de réinitialiser le mot de passe.',
      },
      'address-missing': {
        title: 'Aucune adresse électronique pour l’autre partie : {name}',
        next:
          'Votre organisation exige deux parties. Ajoutez une adresse électronique sous Profil. ' +
          'Elle sert 24 heures plus tard (14 jours si elle en suit une autre), ou tout de suite ' +
          'sans aucun mot de passe antérieur.',
      },
      'address-too-new': {
        title: 'Adresse électronique trop récente pour l’autre partie : {name}',
        next:
          'Une première adresse sert 24 heures après son ajout, une adresse qui en remplace une ' +
          'autre après 14 jours. En cas d’urgence, adressez-vous aux responsables de ce portail.',
      },
      'mail-missing': {
        title: 'Ce portail ne peut pas envoyer l’autre partie',
        next:
          'Votre organisation exige deux parties, mais aucun envoi d’e-mail n’est configuré. ' +
          'Demandez aux responsables de ce portail de le configurer.',
      },
    },
  },
  confirm: {
    resetTitle: 'Réinitialiser le mot de passe ?',
    resetText: 'Cette action est immédiate et irréversible :',
    resetDisabled:
      'Ce compte est désactivé. Le nouveau mot de passe ne fonctionnera qu’après sa ' +
      'réactivation.',
    resetFrozen: 'Ce compte est gelé. La réinitialisation le rouvre.',
    resetOld:
      'Le mot de passe actuel cesse de fonctionner, ainsi que tout mot de passe temporaire.',
    resetSessions: 'Toutes ses sessions prennent fin.',
    resetShown:
      'Vous ne voyez le mot de passe temporaire qu’une seule fois. L’utilisateur devra le ' +
      'remplacer à la prochaine connexion.',
    resetSplit:
      'Vous ne voyez votre partie qu’une seule fois. L’utilisateur devra remplacer le mot de ' +
      'passe à la connexion.',
    disableTitle: 'Désactiver {name} ?',
    disableText:
      '{name} ne peut plus se connecter et toutes ses sessions sont révoquées. Vous pourrez ' +
      'réactiver ce compte.',
    disableSelfTitle: 'Désactiver votre propre compte ?',
    disableSelfText:
      'Votre session prend fin immédiatement et vous ne pouvez plus vous connecter. Seul un ' +
      'autre administrateur général peut réactiver votre compte.',
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
    deleteSelfTitle: 'Supprimer votre propre compte ?',
    deleteSelfText:
      'Votre session prend fin immédiatement et votre compte est supprimé. Cette action est ' +
      'irréversible. Seul un autre administrateur peut vous ajouter à nouveau, avec un nouveau ' +
      'compte.',
    typeUserName: 'Pour confirmer, saisissez {userName}',
    typedWrong: 'Ce n’est pas le nom d’utilisateur de ce compte.',
    unsavedTitle: 'Quitter sans enregistrer ?',
    unsavedText: 'Votre saisie sur cet écran n’est pas enregistrée.',
    unsentTitle: 'Quitter cet écran ?',
    unsentText:
      'Vous n’avez ni copié ni imprimé le mot de passe temporaire. Il ne pourra plus être ' +
      'affiché. Si vous l’avez dicté, vous pouvez quitter cet écran.',
    leave: 'Quitter',
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
    copyUserName: 'Copier le nom d’utilisateur',
    copyAddress: 'Copier l’adresse',
    address: 'Adresse du portail',
    messagesTitle: 'Pour l’envoyer par écrit',
    messagesText:
      'Les deux messages sont dans la langue de l’utilisateur et expliquent comment se ' +
      'connecter. Un seul contient le mot de passe, et celui-là ne contient pas le nom ' +
      'd’utilisateur.',
    copyMessage: 'Copier le message avec le mot de passe',
    copyMessageWithout: 'Copier le message sans le mot de passe',
    print: 'Imprimer un billet',
    printHint: 'Tout le monde peut lire un papier. Remettez le billet en main propre.',
    another: 'Ajouter un autre utilisateur',
    expired:
      'Ce mot de passe temporaire a expiré le {date}. Réinitialisez le mot de passe pour en ' +
      'émettre un nouveau.',
    copyFailed:
      'La copie n’est pas autorisée ici. Sélectionnez le mot de passe et copiez-le vous-même.',
    expires: 'Expire le {date} ({relative})',
    part: 'Votre partie : dictez-la',
    pair: 'Paire :',
    partTitle: 'L’autre partie a été envoyée à {address}',
    partSteps: [
      'Demandez d’ouvrir l’e-mail le plus récent « {product} ». Il doit porter la paire {pair}.',
      'L’utilisateur ouvre {address} et saisit le nom d’utilisateur {userName}.',
      'L’utilisateur choisit « J’ai deux parties d’un mot de passe » et saisit les ' +
        'deux parties. Leur ordre n’importe pas.',
      'L’utilisateur définit un nouveau mot de passe.',
    ],
    partMissing:
      'Si l’e-mail n’arrive pas ou porte une autre paire, regardez dans le courrier ' +
      'indésirable, puis réinitialisez à nouveau. La partie envoyée n’est conservée nulle part ' +
      'ailleurs.',
    partPrivacy:
      'Votre partie disparaît quand vous quittez cet écran, et après cinq minutes d’inactivité. ' +
      'Dictez-la ou remettez-la en main propre. Ne l’envoyez jamais par e-mail, et ne demandez ' +
      'jamais la partie qui s’y trouve.',
    receiptTitle: 'Reçu',
    receiptText:
      'La preuve de cette réinitialisation pour votre ticket : auteur, motif et vérification de ' +
      'l’identité. Il ne contient aucun mot de passe. Sa signature se vérifie avec les clés ' +
      'publiées.',
    copyReceipt: 'Copier le reçu',
    saveReceipt: 'Télécharger le reçu',
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
  message: {
    created: 'Un compte vous attend sur le {product}.',
    reset: 'Votre mot de passe pour le {product} a été réinitialisé.',
    userName: 'Nom d’utilisateur : {userName}',
    password: 'Mot de passe temporaire : {password}',
    userNameApart: 'Vous recevrez le nom d’utilisateur séparément.',
    passwordApart: 'Vous recevrez le mot de passe temporaire séparément.',
    until: 'Le mot de passe temporaire est valable jusqu’au {date}.',
    steps: [
      'Ouvrez {address}',
      'Connectez-vous avec votre nom d’utilisateur et le mot de passe temporaire.',
      'Définissez votre propre mot de passe.',
    ],
    unexpected:
      'Si vous n’attendiez pas ce message, contactez un administrateur de votre organisation.',
    slipDestroy: 'Détruisez ce billet après avoir défini votre propre mot de passe.',
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
    contact: 'Votre organisation indique : {contact}',
    adminsNone:
      'Personne en ce moment. Un second administrateur général dans votre organisation pourrait ' +
      'vous aider.',
    sessions: 'Sessions',
    sessionsLead: 'Un appareil perdu, une session restée ouverte quelque part ?',
    everywhere: 'Se déconnecter partout',
  },
  support: {
    title: 'Prouver votre identité au support technique',
    lead:
      'Quand vous appelez le support technique pour votre mot de passe, il peut demander un code ' +
      'de support. Il montre que votre session est ouverte ici. Un imposteur ne l’a pas.',
    warning:
      'Ne le lisez qu’à un support technique que vous avez appelé vous-même. Si quelqu’un vous ' +
      'appelle et le demande, raccrochez.',
    show: 'Afficher un code de support',
    another: 'Afficher un nouveau code',
    code: 'Code de support',
    left: 'Valable encore {time}, une seule fois',
    readOut: 'Lisez-le ainsi :',
    over: 'Le code de support a expiré. Affichez-en un nouveau si l’appel dure encore.',
    limits:
      'Un code est valable 10 minutes et remplace le précédent. Un message vous signale chaque ' +
      'code. Vous pouvez en afficher 5 par heure.',
  },
  resets: {
    title: 'Réinitialisations du mot de passe',
    tableLabel: 'Réinitialisations du mot de passe',
    outcomeAndWhy: 'Réinitialisation',
    outcome: {
      open: 'Pas encore utilisée',
      used: 'Utilisée par l’utilisateur',
      expired: 'Expirée sans être utilisée',
      superseded: 'Remplacée par une plus récente',
      frozen: 'Gelée par le propriétaire',
      deleted: 'Utilisateur supprimé',
    },
    delivery: { shown: 'Entier', split: 'En deux parties' },
    proven: '{kind}, vérifié par le service',
    stated: '{kind}, selon l’administrateur',
    notVerified: 'Aucune vérification indiquée',
    until: 'Valable jusqu’au {date}',
    since: 'Depuis le {date}',
    csv: [
      'Heure (UTC)',
      'Utilisateur',
      'Nom d’utilisateur',
      'ID d’utilisateur',
      'Auteur',
      'ID de l’auteur',
      'Résultat',
      'Résultat depuis (UTC)',
      'Expire (UTC)',
      'Transmission',
      'Vérification',
      'Prouvé par le service',
      'Note de vérification',
      'Motif',
      'Ticket',
      'ID de l’événement',
    ],
    yes: 'Oui',
    no: 'Non',
  },
  organisation: {
    title: 'Organisation',
    lead: 'Paramètres pour toute l’organisation {tenant}.',
    contactTitle: 'Aide à vos utilisateurs',
    contact: 'Coordonnées du support',
    contactHint:
      'Par exemple un numéro de téléphone. Les utilisateurs le voient dans Mon profil, dans les ' +
      'messages au sujet de leur compte et lorsqu’une action est refusée.',
    rulesTitle: 'Règles de réinitialisation des mots de passe',
    rulesLead:
      'Les règles plus strictes s’appliquent immédiatement. Les règles plus souples s’appliquent ' +
      'après 24 heures, ou plus tôt si l’opérateur du service l’autorise. D’ici là, tout ' +
      'administrateur général peut les annuler ici.',
    rule: {
      reason: 'Motif',
      ticket: 'Numéro de ticket',
      verification: 'Vérification de l’identité',
      delivery: 'Remise du mot de passe',
    },
    choice: {
      reason: { optional: 'Facultatif', required: 'Obligatoire' },
      ticket: { optional: 'Facultatif', required: 'Obligatoire' },
      verification: {
        optional: 'Facultative',
        requiredForAdmins: 'Obligatoire pour les administrateurs',
        required: 'Obligatoire pour tous',
      },
      delivery: {
        shown: 'En entier, à l’administrateur',
        splitForAdmins: 'En deux parties pour les administrateurs',
        split: 'En deux parties pour tous',
      },
    },
    pending: 'Ces règles plus souples s’appliquent à partir du {date} :',
    pendingBy: 'Demandé par {name}',
    takeBack: 'Annuler ces règles',
    takenBack: 'Les règles plus souples ont été annulées.',
    save: 'Enregistrer les paramètres',
    savedLater: 'Enregistré. Les règles plus souples s’appliquent après 24 heures.',
    changedMeanwhile:
      'Un autre administrateur a modifié ces paramètres depuis que vous les avez ouverts. Rien ' +
      'n’a été enregistré.',
    readOnly: 'Seul un administrateur général peut modifier ces paramètres.',
  },
  activity: {
    title: 'Journal d’activité',
    lead:
      'Activité des utilisateurs, de la plus récente à la plus ancienne. ' +
      'Organisation : {tenant}',
    from: 'Du',
    to: 'Au (inclus)',
  },
  events: {
    tableLabel: 'Événements',
    when: 'Date',
    what: 'Action',
    who: 'Effectuée par',
    whom: 'Utilisateur',
    none: 'Aucune activité.',
    you: 'Vous',
    organisation: 'L’organisation',
    theUser: 'L’utilisateur',
    deletedUser: 'Compte supprimé ({id})',
    deletedNamed: '{name} (compte supprimé)',
    sweep: 'Système (expiration)',
    bootstrap: 'Installation initiale',
    operator: 'Opérateur du service',
    notice: 'Titulaire du compte, par le lien d’un avis',
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
      'credential.frozen': 'Compte gelé par son titulaire',
      'sessions.ended': 'Sessions révoquées',
      'tenant.settings-changed': 'Paramètres de l’organisation modifiés',
      'notice.undeliverable': 'Notification non remise',
      'support-code.issued': 'Code de support affiché',
      'temporary-password.used-by-issuer':
        'Mot de passe temporaire utilisé sur l’appareil de son émetteur',
    },
    more: 'Plus',
    requestId: 'Identifiant de la requête',
    eventType: 'Type',
    download: 'Télécharger en CSV',
    any: 'Toutes',
    line: '{label} : {value}',
    rolesChanged: 'Rôles : {before} → {after}',
    detail: {
      roles: 'Rôles',
      clearedLock: 'Le verrouillage a été levé',
      wasLocked: 'Le compte était verrouillé',
      failures: 'Mots de passe erronés de suite',
      expiresAt: 'Expiration',
      expiresInSeconds: 'Durée de validité',
      delivery: 'Remise',
      reason: 'Motif',
      ticket: 'Ticket',
      verification: 'Vérification',
      resetBefore: 'Règles avant',
      resetAfter: 'Règles maintenant',
      pending: 'Règles à venir',
      effectiveAt: 'Applicables à partir du',
      imported: 'Importation',
      notice: 'Par le lien de l’avis',
      disownedResetBy: 'Ne peut plus le réinitialiser',
      issuedBy: 'Émis par',
      restoredFrom: 'Restauration de la sauvegarde du',
    },
    csv: [
      'Heure (UTC)',
      'Heure (locale)',
      'Type',
      'Action',
      'Détails',
      'Utilisateur',
      'Nom d’utilisateur',
      'Identifiant',
      'Effectuée par',
      'Effectuée par (identifiant)',
      'Identifiant de la requête',
    ],
    member: {
      displayName: 'nom affiché',
      email: 'adresse électronique',
      secondEmail: 'seconde adresse',
      locale: 'langue',
      roles: 'rôles',
    },
  },
};
