import { decodeJwt } from 'jose';
import type { Forged, TokenForger } from './token-forger.ts';

/** RFC 8725 chapter 2 and 3, each threat with what an attacker would send. */
export type Forgery = readonly [name: string, forge: (forger: TokenForger) => Forged];

const nowSeconds = () => Math.floor(Date.now() / 1000);
const parts = (token: string) => token.split('.');
const signatureOf = ({ access }: TokenForger) => parts(access)[2] ?? '';

/** "alg" none and its kin (sections 2.1, 3.1). */
const ALGORITHMS: readonly Forgery[] = [
  ['alg none, unsigned', (f) => f.unsigned({ alg: 'none' })],
  ['alg None, unsigned', (f) => f.unsigned({ alg: 'None' })],
  ['alg NONE with the good signature', (f) => f.unsigned({ alg: 'NONE' }, signatureOf(f))],
  ['no alg, unsigned', (f) => f.unsigned({ alg: undefined })],
  ['the good header, unsigned', (f) => f.unsigned({})],
  ['ES256 with a signature of zeros', (f) => f.unsigned({}, 'A'.repeat(86))],
  ['HS256 with the public key as PEM', (f) => f.signedByPublicKey('pem')],
  ['HS256 with the public key as DER', (f) => f.signedByPublicKey('der')],
  ['HS256 with the public key as JWK', (f) => f.signedByPublicKey('jwk')],
  ['HMAC that calls itself ES256', (f) => f.signedByPublicKey('pem', { alg: 'ES256' })],
  ['our signature that calls itself ES384', (f) => f.signed({}, { alg: 'ES384' })],
  ['our signature that calls itself RS256', (f) => f.signed({}, { alg: 'RS256' })],
  [
    'alg twice, none last',
    (f) => f.signed({}, JSON.stringify(f.header).replace(/}$/, ',"alg":"none"}')),
  ],
];

/** Keys that the token brings or names (section 3.10). */
const KEYS: readonly Forgery[] = [
  ['a foreign key under our kid', (f) => f.signedByForeignKey()],
  ['a foreign key under a kid of its own', (f) => f.signedByForeignKey({ kid: 'foreign' })],
  ['a foreign key that it embeds', (f) => f.signedByForeignKey({ jwk: f.foreignPublicJwk })],
  ['our key and an embedded one', (f) => f.signed({}, { jwk: f.foreignPublicJwk })],
  ['a jku', (f) => f.signedByForeignKey({ jku: 'https://attacker.example/jwks.json' })],
  ['an x5u', (f) => f.signedByForeignKey({ x5u: 'https://attacker.example/key.pem' })],
  ['an x5c', (f) => f.signedByForeignKey({ x5c: ['MIIB'] })],
  ['our key and no kid', (f) => f.signed({}, { kid: undefined })],
  ['a kid that is a path', (f) => f.signed({}, { kid: '../../../dev/null' })],
  ['a kid of the prototype', (f) => f.signed({}, { kid: '__proto__' })],
  ['a kid that is an object', (f) => f.signed({}, { kid: { $ne: '' } })],
  ['a critical extension', (f) => f.signed({}, { crit: ['b64'], b64: true })],
];

/** One kind for another (sections 2.8, 3.11, 3.12). */
const KINDS: readonly Forgery[] = [
  ['typ JWT', (f) => f.signed({}, { typ: 'JWT' })],
  ['no typ', (f) => f.signed({}, { typ: undefined })],
  ['typ AT+JWT', (f) => f.signed({}, { typ: 'AT+JWT' })],
  ['the typ of a change token', (f) => f.signed({}, { typ: 'password-change+jwt' })],
  ['the aud of a change token', (f) => f.signed({ aud: decodeJwt(f.change).aud })],
  [
    'the claims of a change token under at+jwt',
    (f) => f.signed(JSON.stringify(decodeJwt(f.change))),
  ],
  [
    'typ and aud of a change token',
    (f) => f.signed({ aud: decodeJwt(f.change).aud }, { typ: 'password-change+jwt' }),
  ],
  ['aud as a list', (f) => f.signed({ aud: [decodeJwt(f.access).aud] })],
  ['aud of another service', (f) => f.signed({ aud: 'another' })],
  ['another issuer', (f) => f.signed({ iss: 'https://attacker.example' })],
  ['our issuer with a slash', (f) => f.signed({ iss: `${f.claims.iss}/` })],
  ['another client', (f) => f.signed({ client_id: 'another' })],
];

const REQUIRED_CLAIMS = [
  'iss',
  'aud',
  'sub',
  'client_id',
  'preferred_username',
  'tenant',
  'iat',
  'exp',
  'exp_ms',
  'jti',
  'auth_time',
  'roles',
  'cv',
  'se',
];

const CLAIMS: readonly Forgery[] = [
  ...REQUIRED_CLAIMS.map((claim): Forgery => [`no ${claim}`, (f) => f.without(claim)]),
  ['no claims', (f) => f.signed('{}')],
  ['claims that are a list', (f) => f.signed('[]')],
  ['claims that are no JSON', (f) => f.signed('sub=ana')],
  ['exp in the past', (f) => f.signed({ exp: nowSeconds() - 1 })],
  ['exp_ms in the past', (f) => f.signed({ exp_ms: Date.now() - 1 })],
  ['exp as text', (f) => f.signed({ exp: `${nowSeconds() + 600}` })],
  ['exp null', (f) => f.signed({ exp: null })],
  ['iat an hour ahead', (f) => f.signed({ iat: nowSeconds() + 3600 })],
  ['nbf an hour ahead', (f) => f.signed({ nbf: nowSeconds() + 3600 })],
  ['a role that there is not', (f) => f.signed({ roles: ['root'] })],
];

/** Forgeries with another user, or with another time of the same user. */
const SUBJECTS: readonly Forgery[] = [
  ['another tenant', (f) => f.signed({ tenant: decodeJwt(f.stranger).tenant })],
  [
    'a name of another tenant',
    (f) => f.signed({ preferred_username: decodeJwt(f.stranger).preferred_username }),
  ],
  [
    'name and tenant of another tenant',
    (f) => {
      const { preferred_username, tenant } = decodeJwt(f.stranger);
      return f.signed({ preferred_username, tenant });
    },
  ],
  ['the id of another tenant', (f) => f.signed({ sub: decodeJwt(f.stranger).sub })],
  ['the id of nobody', (f) => f.signed({ sub: '0'.repeat(26) })],
  ['the name of nobody', (f) => f.signed({ preferred_username: 'nobody@contoso.example' })],
  ['the name in capitals', (f) => f.signed({ preferred_username: 'ADMIN@contoso.example' })],
  ['an earlier credential', (f) => f.signed({ cv: Number(f.claims.cv) - 1 })],
  ['a later credential', (f) => f.signed({ cv: Number(f.claims.cv) + 1 })],
  ['an ended session', (f) => f.signed({ se: Number(f.claims.se) - 1 })],
  ['a session to come', (f) => f.signed({ se: Number(f.claims.se) + 1 })],
];

/** The compact form and the header that carries it. */
const SHAPES: readonly Forgery[] = [
  ['the token twice', (f) => f.access + f.access],
  ['the token twice with a dot', (f) => `${f.access}.${f.access}`],
  ['its signature twice', (f) => `${f.access}.${signatureOf(f)}`],
  [
    'its claims twice',
    (f) =>
      parts(f.access)
        .toSpliced(1, 0, parts(f.access)[1] ?? '')
        .join('.'),
  ],
  ['one part', (f) => parts(f.access)[0] ?? ''],
  ['two parts', (f) => parts(f.access).slice(0, 2).join('.')],
  ['padding', (f) => `${f.access}=`],
  ['a word behind it', (f) => `${f.access} ${f.access}`],
  ['dots only', () => '..'],
  ['JSON serialization', (f) => JSON.stringify({ payload: parts(f.access)[1], signatures: [] })],
  ['two headers', (f) => ({ authorization: [`Bearer ${f.access}`, `Bearer ${f.access}`] })],
  ['two in one header', (f) => ({ authorization: `Bearer ${f.access}, Bearer ${f.access}` })],
  ['an empty token in quotes', () => ({ authorization: 'Bearer ""' })],
  // The server itself refuses a header of more than 16 KiB.
  ['9 KiB of claims, well signed', (f) => f.signed({ jti: 'x'.repeat(6_750) })],
  ['12 KiB of nothing', () => 'x'.repeat(12 * 1024)],
  ['12 KiB of dots', () => '.'.repeat(12 * 1024)],
];

export const FORGERIES: readonly Forgery[] = [
  ...ALGORITHMS,
  ...KEYS,
  ...KINDS,
  ...CLAIMS,
  ...SUBJECTS,
  ...SHAPES,
];
