import { createHmac, createPublicKey, createSign, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeJwt, decodeProtectedHeader, type JWTPayload } from 'jose';

type Jwk = Readonly<Record<string, string>>;

/** A token, or the whole value of the Authorization header that carries it. */
export type Forged = string | { readonly authorization: string | string[] };

function encode(value: object | string): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString(
    'base64url',
  );
}

function ecJwk(): Jwk {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
    format: 'jwk',
  }) as Jwk;
}

/**
 * The holder of the key of a running service, read from the vault's file of its data directory:
 * makes tokens that are well signed and wrong all the same, and those that any caller could make.
 */
export class TokenForger {
  /** A good access token, and a good change token of another user. */
  readonly access: string;
  readonly change: string;
  /** Someone of another tenant. */
  readonly stranger: string;
  readonly #key: Jwk;
  readonly #foreignKey = ecJwk();

  constructor(
    directory: string,
    tokens: { readonly access: string; readonly change: string; readonly stranger: string },
  ) {
    this.access = tokens.access;
    this.change = tokens.change;
    this.stranger = tokens.stranger;
    const vault = new Map<string, readonly { readonly value: string }[]>(
      JSON.parse(readFileSync(join(directory, 'vault.json'), 'utf8')),
    );
    this.#key = JSON.parse(vault.get('token-signing-key')?.at(-1)?.value ?? 'null');
  }

  get claims(): JWTPayload {
    return decodeJwt(this.access);
  }

  get header(): object {
    return decodeProtectedHeader(this.access);
  }

  get foreignPublicJwk(): Jwk {
    const { d: _, ...jwk } = this.#foreignKey;
    return jwk;
  }

  /** Signed with the service's key: `header` and `claims` go over those of the good token. */
  signed(claims: object | string = {}, header: object | string = {}): string {
    return this.#sign(claims, header, this.#key);
  }

  /** Signs the same with a key of the right kind that is not ours. */
  signedByForeignKey(header: object = {}): string {
    return this.#sign({}, header, this.#foreignKey);
  }

  /** HS256 under the public key in a spelling that a verifier might take for a secret. */
  signedByPublicKey(spelling: 'pem' | 'der' | 'jwk', header: object = {}): string {
    const { d: _, ...jwk } = this.#key;
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    const secret = {
      pem: () => key.export({ type: 'spki', format: 'pem' }),
      der: () => key.export({ type: 'spki', format: 'der' }),
      jwk: () => JSON.stringify(jwk),
    }[spelling]();
    const content = this.#content({}, { alg: 'HS256', ...header });
    return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
  }

  /** Without a signature, or with that of the good token. */
  unsigned(header: object, signature = ''): string {
    return `${this.#content({}, header)}.${signature}`;
  }

  /** The good token without one of its claims, well signed. */
  without(claim: string): string {
    const { [claim]: _, ...rest } = this.claims;
    return this.signed(JSON.stringify(rest));
  }

  #content(claims: object | string, header: object | string): string {
    const parts = [
      typeof header === 'string' ? header : { ...this.header, ...header },
      typeof claims === 'string' ? claims : { ...this.claims, ...claims },
    ];
    return parts.map(encode).join('.');
  }

  #sign(claims: object | string, header: object | string, key: Jwk): string {
    const content = this.#content(claims, header);
    const signature = createSign('sha256')
      .update(content)
      .sign({ key, format: 'jwk', dsaEncoding: 'ieee-p1363' });
    return `${content}.${signature.toString('base64url')}`;
  }
}
