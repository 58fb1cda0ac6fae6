import type { MailCatalogue } from './en.ts';

export const fr: MailCatalogue = {
  event: {
    'user.created': {
      subject: 'Bienvenue sur le portail',
      own:
        'Un compte a été créé pour vous. Un administrateur vous donne un mot de passe ' +
        'temporaire.',
      other: 'Un administrateur général a été ajouté.',
    },
    'password.reset': {
      subject: 'Votre mot de passe a été réinitialisé',
      own: 'Votre mot de passe a été réinitialisé. L’ancien ne fonctionne plus.',
      other: 'Le mot de passe d’un administrateur général a été réinitialisé.',
    },
    'password.changed': {
      subject: 'Votre mot de passe a été modifié',
      own: 'Votre mot de passe a été modifié. Toutes les autres sessions ont pris fin.',
      other: 'Le mot de passe d’un administrateur général a été modifié.',
    },
    'credential.locked': {
      subject: 'Votre compte est verrouillé pour les appareils inconnus',
      own:
        'De nombreux mots de passe incorrects ont été saisis pour votre compte. Vous ne pouvez ' +
        'vous connecter que sur un appareil que vous avez déjà utilisé.',
      other: 'De nombreux mots de passe incorrects ont été saisis pour un administrateur général.',
    },
    'credential.frozen': {
      subject: 'Votre compte a été gelé',
      own:
        'Votre compte a été gelé à l’aide du lien figurant dans un message qui vous a été ' +
        'envoyé. Plus personne ne peut se connecter avec ce compte, pas même vous. Pour ' +
        'l’utiliser de nouveau, demandez à un administrateur de réinitialiser votre mot de passe.',
      other:
        'Le titulaire de ce compte a signalé une modification dont il n’est pas l’auteur\u00a0: ' +
        'plus personne ne peut se connecter avec ce compte. Appelez cette personne, cherchez ce ' +
        'qui s’est passé, puis réinitialisez le mot de passe.',
    },
    'sessions.ended': {
      subject: 'Vous avez été déconnecté partout',
      own: 'Toutes vos sessions ont été révoquées. Votre mot de passe n’a pas changé.',
      other: 'Toutes les sessions d’un administrateur général ont été révoquées.',
    },
    'user.disabled': {
      subject: 'Votre compte a été désactivé',
      own: 'Votre compte a été désactivé. Vous ne pouvez plus vous connecter.',
      other: 'Un administrateur général a été désactivé.',
    },
    'user.enabled': {
      subject: 'Votre compte a été activé',
      own: 'Votre compte a été activé. Vous pouvez de nouveau vous connecter.',
      other: 'Un administrateur général a été activé.',
    },
    'user.deleted': {
      subject: 'Votre compte a été supprimé',
      own: 'Votre compte a été supprimé.',
      other: 'Un administrateur général a été supprimé.',
    },
    'support-code.issued': {
      subject: 'Un code de support vous a été affiché',
      own:
        'Un code de support a été affiché dans votre session. Ne le lisez qu’au support que vous ' +
        'avez appelé : pendant 10 minutes, un administrateur peut réinitialiser votre mot de ' +
        'passe avec ce code.',
      other: 'Un code de support a été affiché à un administrateur général.',
    },
    'temporary-password.used-by-issuer': {
      subject: 'Un mot de passe temporaire a servi à l’administrateur qui l’a créé',
      own:
        'Votre mot de passe temporaire a été saisi sur un appareil de l’administrateur qui l’a ' +
        'créé. Si vous n’étiez pas présent, appelez tout de suite votre support et demandez un ' +
        'autre administrateur.',
      other:
        'Un mot de passe temporaire a été saisi sur un appareil de l’administrateur qui l’a ' +
        'créé. Demandez à l’utilisateur s’ils l’ont fait ensemble. Sinon, désactivez le compte ' +
        'et déconnectez cet administrateur.',
    },
    'tenant.settings-changed': {
      subject: 'Les paramètres de votre organisation ont été modifiés',
      own: 'Les paramètres de votre organisation ont été modifiés.',
      other: 'Les paramètres de votre organisation ont été modifiés.',
    },
  },
  address: {
    subject: 'Votre adresse e-mail a été modifiée',
    own:
      'Une adresse e-mail de votre compte a été modifiée. Ce message est également envoyé aux ' +
      'anciennes adresses.',
    other: 'Une adresse e-mail d’un administrateur a été modifiée.',
  },
  roles: {
    subject: 'Vos rôles ont été modifiés',
    own: 'Les rôles de votre compte ont été modifiés. Vos droits ne sont plus les mêmes.',
    other: 'Les rôles d’un administrateur ont été modifiés.',
  },
  addressAndRoles: {
    subject: 'Votre adresse e-mail et vos rôles ont été modifiés',
    own: 'Une adresse e-mail et les rôles de votre compte ont été modifiés.',
    other: 'Une adresse e-mail et les rôles d’un administrateur ont été modifiés.',
  },
  digestSubject: (count) => `Votre compte\u00a0: ${count} modifications`,
  digest:
    'Les modifications étant nombreuses, ce message les réunit toutes depuis le précédent\u00a0:',
  aboutAdmin: (name) => `À propos de ${name}`,
  aboutFrozen: (name) => `Compte gelé par son titulaire : ${name}`,
  hello: (name) => `Bonjour ${name},`,
  row: (label, value) => `${label}\u00a0: ${value}`,
  account: 'Compte',
  when: 'Heure',
  by: 'Par',
  system: 'Le service lui-même',
  operator: 'L’opérateur du service',
  byLink: 'Le titulaire du compte, à l’aide du lien d’un message',
  self: 'Vous',
  unknown: 'Un utilisateur qui n’existe plus',
  wasYou: 'Si vous vous y attendiez, vous n’avez rien à faire.',
  wasNotYou: 'Si vous ne vous y attendiez pas, agissez maintenant\u00a0:',
  contact: (contact) => `Contactez votre organisation\u00a0: ${contact}`,
  admins: (names) => `Contactez un de vos administrateurs\u00a0: ${names}`,
  freeze:
    'Si ce n’était pas vous, ouvrez ce lien et confirmez. Plus personne ne pourra alors se ' +
    'connecter avec votre compte tant qu’un administrateur n’aura pas réinitialisé le mot de ' +
    'passe. Le lien est valable 7 jours.',
  notMe: 'Ce n’était pas moi',
  freezeByHand: (page) =>
    `Si le lien ne s’ouvre pas, rendez-vous sur ${page} et saisissez ce texte\u00a0:`,
  part: {
    subject: (pair) => `Partie de votre mot de passe temporaire (${pair})`,
    what:
      'Votre mot de passe est en cours de réinitialisation. Le mot de passe temporaire a deux ' +
      'parties. L’une est dans ce message. L’administrateur vous dicte l’autre.',
    part: 'Cette partie',
    pair: 'Paire',
    until: 'Valable jusqu’au',
    steps: (pair) => [
      'Demandez à l’administrateur l’autre partie et sa paire.',
      `Si cette paire n’est pas ${pair}, les deux parties ne vont pas ensemble.`,
      'Connectez-vous avec votre nom d’utilisateur et les deux parties, l’une après l’autre, ' +
        'dans n’importe quel ordre.',
      'Choisissez un mot de passe connu de vous seul.',
    ],
    keep:
      'Ne dictez cette partie à personne, pas même à un administrateur. Personne d’autre n’en a ' +
      'besoin.',
    unexpected:
      'Quelqu’un tente peut-être d’accéder à votre compte. Gardez cette partie pour vous\u00a0: ' +
      'sans elle, le nouveau mot de passe ne fonctionne pas. Signalez ce message à votre ' +
      'organisation.',
  },
  noLinks: 'Nous ne demandons jamais de mot de passe par e-mail.',
  signIn: 'Se connecter',
};
