import type { Catalogue } from './en.ts';

/** A text that is missing here does not compile. */
export const fr: Catalogue = {
  problem: {
    'malformed-request': {
      title: 'La requête est illisible',
      detail:
        'Le corps doit être un seul objet JSON en UTF-8, sans membre répété, sans NUL ni ' +
        'caractère mal formé.',
    },
    'invalid-credentials': {
      title: 'Nom d’utilisateur ou mot de passe incorrect',
      detail:
        'Vérifiez les deux et réessayez. En cas d’oubli, demandez à un administrateur de ' +
        'réinitialiser le mot de passe.',
    },
    'temporary-password-expired': {
      title: 'Le mot de passe temporaire a expiré',
      detail:
        'Il était correct, mais n’a pas été utilisé à temps. Demandez-en un nouveau à un ' +
        'administrateur.',
    },
    'invalid-token': {
      title: 'Connectez-vous à nouveau',
      detail:
        'Cet appel exige un jeton valide. Il manque, il a expiré ou la session a été terminée.',
    },
    forbidden: {
      title: 'Non autorisé',
      detail: 'Vos rôles ne permettent pas cette action sur cet utilisateur.',
    },
    'self-reset-forbidden': {
      title: 'Vous ne pouvez pas réinitialiser votre propre mot de passe',
      detail:
        'Changez votre mot de passe sous Mon profil ; le mot de passe actuel y est demandé aussi.',
    },
    'not-found': { title: 'Introuvable', detail: 'Il n’y a rien à cette adresse.' },
    'method-not-allowed': {
      title: 'Méthode non autorisée',
      detail: 'Cette adresse ne répond pas à cette méthode ; voyez l’en-tête Allow.',
    },
    'user-name-taken': {
      title: 'Ce nom d’utilisateur est déjà pris',
      detail: 'Quelqu’un de cette organisation le porte déjà. Choisissez-en un autre.',
    },
    'last-global-admin': {
      title: 'L’organisation perdrait son dernier administrateur général',
      detail: 'Donnez d’abord ce rôle à un autre utilisateur actif qui a son propre mot de passe.',
    },
    conflict: {
      title: 'Quelqu’un a fait une modification au même moment',
      detail: 'Cet appel n’a rien changé. Réessayez.',
    },
    'reset-required': {
      title: 'Ce mot de passe doit être réinitialisé',
      detail:
        'Il a été verrouillé après trop de tentatives erronées : le déverrouiller ne suffit pas. ' +
        'Réinitialisez-le, ou laissez l’utilisateur le changer là où il est encore connecté.',
    },
    'length-required': {
      title: 'Le corps est arrivé sans sa longueur',
      detail:
        'Le corps n’a pas été lu et rien n’a été fait. Envoyez-le avec Content-Length, sans le ' +
        'découper en fragments.',
    },
    'precondition-failed': {
      title: 'Ce n’est plus la version que vous avez vue',
      detail: 'L’utilisateur a été modifié entre-temps. Relisez-le, puis décidez à nouveau.',
    },
    'body-too-large': {
      title: 'La requête est trop volumineuse',
      detail: 'Le corps d’une requête compte au plus 16 Kio.',
    },
    'unsupported-media-type': {
      title: 'Type de contenu non pris en charge',
      detail: 'Envoyez le corps en application/json, en UTF-8.',
    },
    validation: {
      title: 'Quelque chose n’est pas valide dans la requête',
      detail: 'Voyez errors : chaque entrée dit où et quoi.',
    },
    'password-rejected': {
      title: 'Choisissez un autre mot de passe',
      detail: 'Voyez reasons : chaque entrée dit pourquoi et comment faire mieux.',
    },
    'too-many-attempts': {
      title: 'Trop de tentatives',
      detail:
        'Attendez le temps indiqué par Retry-After, utilisez un appareil sur lequel vous vous ' +
        'êtes déjà connecté, ou demandez de l’aide à un administrateur.',
    },
    'internal-error': {
      title: 'Une erreur s’est produite de notre côté',
      detail: 'Signalez l’identifiant de la requête : il nous mène à la cause.',
    },
    overloaded: {
      title: 'Trop de travail en ce moment',
      detail: 'L’appel a été refusé avant d’avoir eu un effet. Réessayez dans un instant.',
    },
    'dependency-unavailable': {
      title: 'Une partie du service ne répond pas',
      detail:
        'Votre saisie n’est pas en cause. Une modification a pu avoir lieu ; répéter est sans ' +
        'risque.',
    },
  },
  unavailableParts: (parts) => `Sans réponse : ${parts}.`,
  field: {
    required: 'Ce membre est obligatoire.',
    unknown: 'Ceci n’est pas connu ici.',
    repeated: 'Ceci ne peut être donné qu’une fois.',
    type: 'Ceci n’est pas du bon type.',
    range: 'Ceci est hors limites.',
    length: 'Ceci est trop court ou trop long.',
    format: 'Ceci n’a pas la forme attendue.',
    choice: 'Ceci n’est pas une des valeurs permises.',
    duplicate: 'La même valeur est donnée deux fois.',
    controlCharacters: 'Les caractères de contrôle ne sont pas permis ici.',
    userName:
      'Un nom d’utilisateur a la forme local@domaine, en ASCII, avec 254 caractères au plus.',
    foreignDomain: 'Le domaine doit être celui de votre organisation.',
    email: 'Ceci n’est pas une adresse électronique de 254 caractères au plus.',
    locale: 'Ceci n’est pas une étiquette de langue BCP 47, comme fr-CA.',
    cursor: 'Ce curseur n’a pas été donné par cette liste pour ces filtres.',
    tooManyAdmins: (limit) => `Une organisation compte au plus ${limit} administrateurs.`,
    notWithChangeToken: 'Avec un jeton de changement, le mot de passe actuel n’est pas envoyé.',
    currentPasswordRequired: 'Dans une session, le mot de passe actuel est obligatoire.',
  },
  policyReason: {
    'too-short': (minLength) =>
      `Il est trop court : prenez au moins ${minLength} caractères. Quelques mots sans rapport ` +
      'font l’affaire.',
    'too-long': (maxLength) => `Il est trop long : prenez au plus ${maxLength} caractères.`,
    'same-as-current': 'C’est votre mot de passe actuel. Prenez-en un nouveau.',
    'temporary-password':
      'Il ressemble à un mot de passe temporaire, qui vous a été envoyé. Inventez-en un que vous ' +
      'seul connaissez.',
    'in-history': 'Vous l’avez déjà utilisé. Prenez-en un que vous n’avez jamais eu ici.',
    common: 'C’est un mot de passe très répandu, ou il en dérive. Prenez des mots sans rapport.',
    'context-word':
      'Il est bâti autour de votre nom, de votre organisation ou de ce portail. Prenez des mots ' +
      'sans rapport.',
    repetitive: 'Il répète les mêmes caractères. Prenez plusieurs mots différents.',
    sequential:
      'Il suit l’alphabet, les chiffres ou le clavier. Prenez des mots sans rapport entre eux.',
  },
  policyRule: {
    length: (minLength, maxLength) =>
      `Entre ${minLength} et ${maxLength} caractères ; espaces et toutes écritures bienvenus.`,
    composition:
      'Aucun mélange de lettres, chiffres et symboles n’est exigé ; c’est la longueur qui compte.',
    common: 'Pas un mot de passe répandu ou divulgué, même suivi de chiffres.',
    context: 'Pas bâti autour de votre nom, de votre organisation ou du nom de ce portail.',
    pattern: 'Pas un motif répété, ni une suite de l’alphabet, de chiffres ou du clavier.',
    historySome: (history) =>
      `Ni l’actuel, ni un mot de passe temporaire, ni un des ${history} derniers.`,
    historyNone: 'Ni le mot de passe actuel, ni un mot de passe temporaire.',
  },
  role: {
    globalAdmin: {
      name: 'Administrateur général',
      description:
        'Gère tous les utilisateurs et tous les réglages ; lui seul réinitialise un autre ' +
        'administrateur général.',
    },
    userManagementAdmin: {
      name: 'Administrateur des utilisateurs',
      description:
        'Ajoute, modifie, réinitialise et supprime tous les utilisateurs, sauf les ' +
        'administrateurs généraux.',
    },
    accountAdmin: {
      name: 'Administrateur du compte',
      description: 'Tient à jour le profil de l’organisation et ses contrats.',
    },
    billingAdmin: {
      name: 'Administrateur de la facturation',
      description: 'Voit les factures et gère les paiements de l’organisation.',
    },
    adminAgent: {
      name: 'Agent d’administration',
      description: 'Gère les clients, leurs abonnements et leurs demandes.',
    },
    salesAgent: {
      name: 'Agent commercial',
      description: 'Gagne des clients et passe des commandes pour eux.',
    },
    helpdeskAgent: {
      name: 'Agent d’assistance',
      description: 'Trouve les clients et aide leurs utilisateurs au quotidien.',
    },
  },
  passwordInstructions: {
    title: 'Changer votre mot de passe',
    steps: [
      'Ouvrez Mon profil : sélectionnez votre nom en haut du portail.',
      'Sous Changer le mot de passe, saisissez votre mot de passe actuel.',
      'Saisissez le nouveau. Les règles sont à côté ; la longueur est vérifiée pendant la saisie.',
      'Enregistrez. Vous restez connecté ici ; toutes les autres sessions se terminent.',
      'Si vous avez oublié le mot de passe actuel, demandez à un des administrateurs indiqués ' +
        'ici de le réinitialiser.',
    ],
  },
  temporaryPasswordInstructions:
    'Copiez-le maintenant et envoyez-le à l’utilisateur : il ne pourra plus être affiché. À la ' +
    'prochaine connexion, l’utilisateur devra définir un nouveau mot de passe.',
  page: {
    problemTitle: 'Problème',
    statusLabel: 'État HTTP',
    codeLabel: 'Code',
  },
};
