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
        'Le mot de passe est correct, mais il a expiré. Demandez à un administrateur de le ' +
        'réinitialiser.',
    },
    'invalid-token': {
      title: 'Connectez-vous à nouveau',
      detail: 'Le jeton manque ou a expiré, ou la session a pris fin.',
    },
    forbidden: {
      title: 'Non autorisé',
      detail: 'Vos rôles ne permettent pas cette action sur cet utilisateur.',
    },
    'self-reset-forbidden': {
      title: 'Vous ne pouvez pas réinitialiser votre propre mot de passe',
      detail:
        'Modifiez votre mot de passe sous Mon profil ; le mot de passe actuel y est aussi ' +
        'demandé.',
    },
    'not-found': { title: 'Introuvable', detail: 'Il n’y a rien à cette adresse.' },
    'method-not-allowed': {
      title: 'Méthode non autorisée',
      detail: 'Cette adresse n’accepte pas cette méthode ; consultez l’en-tête Allow.',
    },
    'user-name-taken': {
      title: 'Ce nom d’utilisateur est déjà pris',
      detail:
        'Un autre utilisateur de votre organisation porte déjà ce nom. Choisissez-en un autre.',
    },
    'last-global-admin': {
      title: 'Votre organisation perdrait son dernier administrateur général',
      detail:
        'Attribuez d’abord ce rôle à un autre utilisateur actif qui a déjà défini son mot de ' +
        'passe.',
    },
    conflict: {
      title: 'Quelqu’un d’autre a fait une modification au même moment',
      detail: 'Rien n’a été modifié. Réessayez.',
    },
    'reset-required': {
      title: 'Ce mot de passe doit être réinitialisé',
      detail:
        'Il a été verrouillé après trop de tentatives erronées : mettre fin à l’attente ne ' +
        'suffit pas. Réinitialisez-le, ou laissez l’utilisateur le modifier là où sa session est ' +
        'encore ouverte.',
    },
    'already-done': {
      title: 'C’est déjà fait',
      detail:
        'Le même appel, avec le même Idempotency-Key, a réussi au cours des dernières 24 heures, ' +
        'et rien n’a été refait. Un mot de passe temporaire ne s’affiche qu’une fois : si vous ' +
        'ne l’avez pas vu, réinitialisez le mot de passe avec une nouvelle clé.',
    },
    'reset-requirements-unmet': {
      title: 'Cette réinitialisation demande davantage',
      detail: 'Rien n’a été modifié. Consultez requirements : chaque entrée indique ce qui manque.',
    },
    'length-required': {
      title: 'Le corps de la requête n’a pas de longueur',
      detail:
        'Rien n’a été fait. Envoyez le corps avec Content-Length, sans le découper en fragments.',
    },
    'precondition-failed': {
      title: 'Cet utilisateur a été modifié depuis que vous l’avez affiché',
      detail: 'Rien n’a été modifié. Affichez-le à nouveau, puis décidez.',
    },
    'body-too-large': {
      title: 'La requête est trop volumineuse',
      detail: 'Le corps d’une requête compte au plus 16 Kio.',
    },
    'unsupported-media-type': {
      title: 'Type de contenu non pris en charge',
      detail: 'Envoyez le corps en application/json, en UTF-8.',
    },
    validation: {
      title: 'Une partie de la requête n’est pas valide',
      detail: 'Consultez errors : chaque entrée indique l’endroit et la raison.',
    },
    'verification-failed': {
      title: 'Ce texte n’est pas valable',
      detail:
        'Il ne vient pas de ce service, ou il est incomplet. Copiez-le de nouveau depuis le ' +
        'message, du premier au dernier caractère. Un code de support peut être utilisé ou ' +
        'expiré : demandez-en un nouveau.',
    },
    'password-rejected': {
      title: 'Choisissez un autre mot de passe',
      detail: 'Consultez reasons : chaque entrée indique la raison et ce qu’il faut faire.',
    },
    'too-many-attempts': {
      title: 'Trop de tentatives',
      detail:
        'Attendez le temps indiqué par Retry-After, utilisez un appareil sur lequel vous avez ' +
        'déjà ouvert une session, ou demandez de l’aide à un administrateur.',
    },
    'internal-error': {
      title: 'Une erreur s’est produite de notre côté',
      detail: 'Communiquez l’identifiant de la requête à l’assistance.',
    },
    overloaded: {
      title: 'Le service est très sollicité',
      detail: 'Rien n’a été modifié. Réessayez dans un instant.',
    },
    'dependency-unavailable': {
      title: 'Le service est temporairement indisponible',
      detail:
        'Votre saisie n’est pas en cause. Une modification a peut-être été enregistrée. Vous ' +
        'pouvez réessayer sans risque.',
    },
  },
  unavailableParts: (parts) => `Sans réponse : ${parts}.`,
  mailUnavailable:
    'Le message contenant une partie du mot de passe n’a pas été accepté\u00a0: rien n’a changé. ' +
    'L’ancien mot de passe fonctionne toujours. Réessayez dans quelques minutes.',
  field: {
    required: 'Cette information est obligatoire.',
    unknown: 'Propriété ou paramètre inconnu.',
    repeated: 'Ceci ne peut être indiqué qu’une fois.',
    type: 'Ceci n’est pas du bon type.',
    range: 'Ceci est hors limites.',
    length: 'Ceci est trop court ou trop long.',
    format: 'Le format n’est pas valide.',
    choice: 'Ceci n’est pas une des valeurs autorisées.',
    duplicate: 'La même valeur est indiquée plusieurs fois.',
    controlCharacters: 'Les caractères de contrôle ne sont pas autorisés ici.',
    userName:
      'Saisissez un nom d’utilisateur comme ana@contoso.example, avec 254 caractères au plus, ' +
      'sans espaces ni accents.',
    foreignDomain: 'La partie après @ doit être le domaine de votre organisation.',
    email:
      'Saisissez une seule adresse électronique (ana@mail.example), de 254 caractères au plus.',
    sameAddress: 'Les deux adresses e-mail doivent être différentes.',
    locale: 'Saisissez une étiquette de langue comme fr-CA (BCP 47).',
    idempotencyKey:
      'Mettez la clé entre guillemets : 1 à 64 caractères ASCII visibles, sans espace.',
    idempotencyKeyUsed:
      'Vous avez utilisé cette clé pour un autre appel au cours des dernières 24 heures. ' +
      'Prenez-en une nouvelle pour chaque appel.',
    cursor: 'Ce curseur n’appartient pas à cette liste et à ses filtres.',
    mailMissing:
      'Ce service n’envoie pas d’e-mail : un mot de passe en deux parties ne peut pas être exigé.',
    tooManyAdmins: (limit) => `Une organisation compte au plus ${limit} administrateurs.`,
    notWithUserName: 'Utilisez soit userName, soit search.',
    notWithChangeToken: 'N’envoyez pas currentPassword avec un jeton de modification.',
    currentPasswordRequired: 'Votre mot de passe actuel est obligatoire.',
  },
  requirement: {
    'another-admin':
      'Le titulaire de ce compte a signalé votre dernière réinitialisation comme inattendue. Un ' +
      'autre administrateur doit maintenant réinitialiser le mot de passe.',
    'verification-required':
      'Votre organisation exige que vous vérifiiez qui appelle. Demandez un code de support, ' +
      'ou rappelez à un numéro que vous aviez déjà, puis indiquez votre méthode.',
    'reason-required':
      'Votre organisation exige un motif. Indiquez pourquoi le mot de passe est réinitialisé.',
    'ticket-required': 'Votre organisation exige un ticket. Indiquez son numéro.',
    'split-required':
      'Votre organisation exige un mot de passe en deux parties : vous en lisez une, l’autre ' +
      'part par e-mail à l’utilisateur. Choisissez la remise en deux parties.',
    'mail-missing':
      'Un mot de passe en deux parties demande un e-mail, et ce service n’en envoie pas. ' +
      'Demandez à l’exploitant du service de le configurer ou de réinitialiser le mot de passe.',
    'address-missing':
      'Un mot de passe en deux parties demande une adresse e-mail, et cet utilisateur n’en a ' +
      'pas. Ajoutez-en une ; l’exploitant du service peut agir en attendant qu’elle compte.',
    'address-too-new':
      'L’adresse e-mail de cet utilisateur est trop récente pour recevoir une partie du mot de ' +
      'passe : une première compte après 24 heures, une nouvelle après 14 jours. Attendez, ou ' +
      'adressez-vous à l’exploitant du service.',
  },
  policyReason: {
    'too-short': (minLength) =>
      `Il est trop court. Utilisez au moins ${minLength} caractères, par exemple quelques mots ` +
      'sans rapport.',
    'too-long': (maxLength) => `Il est trop long. Utilisez au plus ${maxLength} caractères.`,
    'same-as-current': 'C’est votre mot de passe actuel. Choisissez-en un nouveau.',
    'temporary-password':
      'Il ressemble à un mot de passe temporaire qui vous a été envoyé. Inventez-en un que ' +
      'personne d’autre ne connaît.',
    'in-history': 'Vous l’avez déjà utilisé. Choisissez-en un que vous n’avez jamais utilisé ici.',
    common: 'C’est un mot de passe très répandu, ou il en dérive. Utilisez des mots sans rapport.',
    'context-word':
      'Il est construit sur votre nom, celui de votre organisation ou celui de ce portail. ' +
      'Utilisez des mots sans rapport.',
    repetitive: 'Il répète les mêmes caractères. Utilisez plusieurs mots différents.',
    sequential: 'Il suit l’alphabet, les chiffres ou le clavier. Utilisez des mots sans rapport.',
  },
  policyRule: {
    length: (minLength, maxLength) =>
      `Entre ${minLength} et ${maxLength} caractères ; les espaces et toutes les écritures sont ` +
      'acceptés.',
    composition:
      'Il n’est pas nécessaire de mélanger lettres, chiffres et symboles : c’est la longueur qui ' +
      'compte.',
    common: 'Pas un mot de passe répandu ou divulgué, même suivi de chiffres.',
    context:
      'Rien qui soit construit sur votre nom, celui de votre organisation ou celui de ce ' +
      'portail.',
    pattern: 'Pas un motif répété, ni une suite de l’alphabet, de chiffres ou du clavier.',
    historySome: (history) =>
      `Ni l’actuel, ni un mot de passe temporaire, ni un des ${history} derniers.`,
    historyNone: 'Ni le mot de passe actuel, ni un mot de passe temporaire.',
  },
  role: {
    globalAdmin: {
      name: 'Administrateur général',
      description:
        'Gère tous les utilisateurs et tous les paramètres ; seul ce rôle permet de ' +
        'réinitialiser le mot de passe d’un autre administrateur général.',
    },
    userManagementAdmin: {
      name: 'Administrateur de la gestion des utilisateurs',
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
      description: 'Trouve de nouveaux clients et passe des commandes pour eux.',
    },
    helpdeskAgent: {
      name: 'Agent du support technique',
      description: 'Trouve les clients et aide leurs utilisateurs au quotidien.',
    },
  },
  passwordInstructions: {
    title: 'Modifier votre mot de passe',
    steps: [
      'Ouvrez Mon profil : sélectionnez votre nom en haut du portail.',
      'Sous Modifier le mot de passe, saisissez votre mot de passe actuel.',
      'Saisissez le nouveau. Les règles sont à côté ; la longueur est vérifiée pendant la saisie.',
      'Enregistrez. Cette session reste ouverte ; toutes les autres prennent fin.',
      'Si vous avez oublié le mot de passe actuel, demandez à un des administrateurs indiqués ' +
        'ici de le réinitialiser.',
    ],
  },
  temporaryPasswordInstructions:
    'Copiez-le maintenant et envoyez-le à l’utilisateur : il ne pourra plus être affiché. À la ' +
    'prochaine connexion, l’utilisateur devra définir un nouveau mot de passe.',
  splitInstructions: (pair, address) =>
    `Dictez cette partie à l’utilisateur maintenant\u00a0: elle ne pourra plus être affichée. ` +
    `L’autre partie a été envoyée à ${address}. Les deux doivent porter la paire ${pair}. Ne ` +
    `demandez jamais à l’utilisateur la partie reçue par message.`,
  spokenDigits: ['Zéro', 'Un', 'Deux', 'Trois', 'Quatre', 'Cinq', 'Six', 'Sept', 'Huit', 'Neuf'],
  page: {
    problemTitle: 'Problème',
    statusLabel: 'État HTTP',
    codeLabel: 'Code',
  },
};
