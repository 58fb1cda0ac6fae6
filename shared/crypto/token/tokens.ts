import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { User } from '../../credential/user.ts';
import type { RandomBytes } from '../../port/clock.ts';
import type { AccessClaims, IssuedToken, Tokens } from '../../port/token.ts';
import { readCompactHeader } from '../sealed/jose-header.ts';
import type { SecretCache } from '../secret/secret-cache.ts';
import { createSigningKeys, SIGNING_ALGORITHM, type SigningKeys } from './signing-keys.ts';
import { parseClaims, type TokenUse } from './token-claims.ts';

/**
 * The most characters. Our tokens take some 2 KiB at most; a text so much longer is refused unread.
 */
const TOKEN_MAX_LENGTH = 8 * 1024;
/** The bytes of `jti`: 128 random bits never repeat. */
const TOKEN_ID_BYTES = 16;
/** `exp` has no fractions of a second. */
const EXP_ROUNDING_SECONDS = 1;
/**
 * The type of RFC 9068 section 2.1, and a type of our own (RFC 8725 section 3.11: explicit typing).
 */
const TYPES: Readonly<Record<TokenUse, string>> = {
  access: 'at+jwt',
  passwordChange: 'password-change+jwt',
};

export interface TokensOptions {
  /** The versions of `token-signing-key`. */
  readonly signingKeys: Pick<SecretCache, 'newest' | 'all' | 'refreshForUnknown'>;
  /** The public origin. */
  readonly issuer: string;
  readonly audience: string;
  readonly accessTokenTtlSeconds: number;
  readonly changeTokenTtlSeconds: number;
  readonly randomBytes: RandomBytes;
}

/** The one set of rules for one kind of token (RFC 8725 section 3.12). */
interface Rules {
  readonly use: TokenUse;
  readonly typ: string;
  readonly audience: string;
  readonly requiredClaims: readonly string[];
}

const COMMON_CLAIMS = ['iss', 'aud', 'sub', 'preferred_username', 'tenant', 'iat', 'exp', 'jti'];
const OWN_CLAIMS = ['exp_ms', 'cv', 'se'];

function rulesOf(use: TokenUse, audience: string): Rules {
  const typ = TYPES[use];
  const requiredClaims = [...COMMON_CLAIMS, ...OWN_CLAIMS];
  if (use === 'passwordChange') {
    return { use, typ, audience: `${audience}/password-change`, requiredClaims };
  }
  return {
    use,
    typ,
    audience,
    requiredClaims: [...requiredClaims, 'client_id', 'auth_time', 'roles'],
  };
}

class JoseTokens implements Tokens {
  readonly #options: TokensOptions;
  readonly #keys: SigningKeys;
  readonly #access: Rules;
  readonly #passwordChange: Rules;
  #isPrepared = false;

  constructor(options: TokensOptions) {
    this.#options = options;
    this.#keys = createSigningKeys(options.signingKeys);
    this.#access = rulesOf('access', options.audience);
    this.#passwordChange = rulesOf('passwordChange', options.audience);
  }

  prepare(): void {
    if (this.#isPrepared) return;
    this.#isPrepared = true;
    this.#keys.newest().catch(() => undefined);
  }

  issueAccess(user: User, nowMs: number): Promise<IssuedToken> {
    const expiresAtMs = nowMs + this.#options.accessTokenTtlSeconds * 1000;
    return this.#issue(this.#access, user, nowMs, expiresAtMs, {
      client_id: this.#options.audience,
      // A token is only issued for a password that was proven at this moment.
      auth_time: Math.floor(nowMs / 1000),
      roles: user.roles,
    });
  }

  issuePasswordChange(user: User, nowMs: number, expiresAtMs: number): Promise<IssuedToken> {
    const ownExpiryMs = nowMs + this.#options.changeTokenTtlSeconds * 1000;
    const earlierMs = Math.min(ownExpiryMs, expiresAtMs);
    return this.#issue(this.#passwordChange, user, nowMs, earlierMs, {});
  }

  /**
   * `exp` is in whole seconds (other services read no finer) and rounded down like `iat`, so that
   * their difference is the lifetime; `exp_ms` is the exact moment and what we enforce.
   */
  async #issue(
    rules: Rules,
    user: User,
    nowMs: number,
    expiresAtMs: number,
    claims: JWTPayload,
  ): Promise<IssuedToken> {
    const key = await this.#keys.newest();
    const jwt = new SignJWT({
      ...claims,
      iss: this.#options.issuer,
      aud: rules.audience,
      sub: user.userId,
      preferred_username: user.userName,
      tenant: user.tenant,
      iat: Math.floor(nowMs / 1000),
      exp: Math.floor(expiresAtMs / 1000),
      exp_ms: expiresAtMs,
      jti: Buffer.from(this.#options.randomBytes(TOKEN_ID_BYTES)).toString('base64url'),
      cv: user.credentialVersion,
      se: user.sessionEpoch,
    });
    const header = { alg: SIGNING_ALGORITHM, typ: rules.typ, kid: key.kid };
    const token = await jwt.setProtectedHeader(header).sign(key.privateKey);
    const expiresInSeconds = Math.max(0, Math.floor((expiresAtMs - nowMs) / 1000));
    return { token, expiresInSeconds };
  }

  async verify(token: string, nowMs: number): Promise<AccessClaims | undefined> {
    const header = readCompactHeader(token, {
      parts: 3,
      maxLength: TOKEN_MAX_LENGTH,
      members: ['alg', 'typ', 'kid'],
    });
    const rules = [this.#access, this.#passwordChange].find(({ typ }) => typ === header?.typ);
    // The algorithm is checked again with the signature; here the check saves a call to the vault.
    if (header?.alg !== SIGNING_ALGORITHM || rules === undefined) return undefined;
    const key = await this.#keys.find(header.kid);
    if (key === undefined) return undefined;
    try {
      const { payload } = await jwtVerify(token, key.publicKey, {
        algorithms: [SIGNING_ALGORITHM],
        issuer: this.#options.issuer,
        audience: rules.audience,
        typ: rules.typ,
        requiredClaims: [...rules.requiredClaims],
        currentDate: new Date(nowMs),
        // `exp` was rounded down by less than this; `exp_ms` then decides.
        clockTolerance: EXP_ROUNDING_SECONDS,
      });
      return parseClaims(payload, { use: rules.use, audience: rules.audience, nowMs });
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }

  async publicKeys(): Promise<{ readonly keys: readonly object[] }> {
    const keys = await this.#keys.all();
    return { keys: keys.map((key) => key.publicJwk) };
  }
}

/**
 * Creates access and change tokens: JWTs signed with the newest key, valid while their key is
 * enabled.
 */
export function createTokens(options: TokensOptions): Tokens {
  return new JoseTokens(options);
}
