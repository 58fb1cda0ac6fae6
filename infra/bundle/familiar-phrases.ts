/**
 * The familiar phrases that no list of single words has: the famous example of a passphrase, and
 * phrases that English and French speakers say to each other, sing and quote. Each is compared
 * without spaces, accents and case, alone or with filler around it.
 */
export const FAMILIAR_PHRASES = `
correct horse battery staple, to be or not to be, may the force be with you, once upon a time
let me in please, change me please, the quick brown fox
the quick brown fox jumps over the lazy dog, open sesame please, live long and prosper
this is my password, my secret password, i love my family, i love my children
cheval exact batterie agrafe, je t’aime, je t’aime trop, je t’aime mon amour
je t’aime pour la vie, je t’aime plus que tout, mon amour, mon amour pour toujours
mon bébé d’amour, ma chérie d’amour, mon petit cœur, mon petit chat, mon ange, mes enfants
mes enfants d’amour, ma famille, ma petite famille, ma vie mon amour, j’aime ma famille
j’aime mes enfants, j’aime la vie, la vie est belle, c’est la vie, pour toujours, toi et moi
toi et moi pour la vie, moi et toi, bisous bisous, mot de passe, mon mot de passe
mot de passe secret, ceci est un mot de passe, le mot de passe, code secret, code confidentiel
laisse moi entrer, ouvre toi, sésame ouvre toi, bonjour tout le monde, bonjour à tous
bienvenue à tous, bonne année, joyeux noël, joyeux anniversaire, bon anniversaire
bonnes vacances, vive la france, vive les vacances, vive la vie, vive le vent, allez les bleus
allez la france, allez paris, allez l’om, allez les verts, allez lens, ici c’est paris
paris saint germain, olympique de marseille, olympique lyonnais, as saint étienne, droit au but
stade toulousain, stade rennais, girondins de bordeaux, fc nantes, liberté égalité fraternité
aux armes citoyens, allons enfants de la patrie, frère jacques, au clair de la lune
sur le pont d’avignon, la vie en rose, petit papa noël, une souris verte, il était une fois
le petit prince, le petit chaperon rouge, être ou ne pas être, le monde est petit, tout va bien
tout est possible, toujours plus, jamais deux sans trois, n’importe quoi, je ne sais pas
je sais pas, je suis le meilleur, je suis la meilleure, moi même, un deux trois
un deux trois quatre, un deux trois soleil, lundi mardi mercredi, janvier février mars
bleu blanc rouge, rouge vert bleu, chien et chat, les copains
`
  .split(/[,\n]/)
  .map((phrase) => phrase.trim())
  .filter((phrase) => phrase !== '');
