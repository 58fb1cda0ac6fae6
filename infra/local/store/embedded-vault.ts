import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { answerVaultRequest, type VaultAnswer, vaultError } from './vault-answer.ts';
import { VaultSecrets, type VaultSecretVersion } from './vault-secrets.ts';

const HOST = '127.0.0.1';
/** 256 bits: neither a token nor the identity header can be guessed. */
const TOKEN_BYTES = 32;
const TOKEN_LIFE_SECONDS = 86_400;
/** Ten times the largest secret. */
const BODY_MAX_BYTES = 256 * 1024;
/** The one version of the protocol that `@azure/identity` speaks on App Service. */
const IDENTITY_API_VERSION = '2019-08-01';

export interface EmbeddedVault {
  /** `https://127.0.0.1:<port>`. */
  readonly url: string;
  /** The certificate authority to trust, PEM. */
  readonly ca: string;
  /** What the platform puts into `IDENTITY_ENDPOINT`. */
  readonly identityEndpoint: string;
  /** What the platform puts into `IDENTITY_HEADER`. */
  readonly identityHeader: string;
  /** Adds a version, as of `createdAtMs` when given. When this resolves it is on disk. */
  setSecret(
    name: string,
    value: string,
    options?: { readonly createdAtMs?: number },
  ): Promise<VaultSecretVersion>;
  /** In the order of their making, disabled ones too. */
  versionsOf(name: string): readonly VaultSecretVersion[];
  close(): Promise<void>;
}

/**
 * A Key Vault (secrets only) on a free port of 127.0.0.1, and beside it the platform's identity
 * endpoint, so that the credential that runs in the cloud runs here; it asks the first endpoint
 * that a process sees for as long as the process lives. `directory` keeps the secrets
 * in `vault.json`; undefined keeps them in memory.
 */
export async function startEmbeddedVault(options: {
  readonly directory: string | undefined;
  /** Milliseconds since the epoch; the machine's clock otherwise. */
  readonly now?: () => number;
}): Promise<EmbeddedVault> {
  const { directory, now = Date.now } = options;
  const file = directory === undefined ? undefined : join(directory, 'vault.json');
  const secrets = await VaultSecrets.open(file);
  const certificate = await makeCertificate();
  const token = randomToken();
  const identityHeader = randomToken();
  const vault = createHttpsServer(certificate.server, (request, response) => {
    void serve(response, () => answerOnVault(secrets, request, vaultUrl(), token, now()));
  });
  const vaultUrl = () => `https://${HOST}:${portOf(vault)}`;
  const identity = createHttpServer((request, response) => {
    void serve(response, () => answerOnIdentity(request, vaultUrl(), identityHeader, token, now()));
  });
  await Promise.all([listen(vault), listen(identity)]);
  return {
    url: vaultUrl(),
    ca: certificate.ca,
    identityEndpoint: `http://${HOST}:${portOf(identity)}/msi/token`,
    identityHeader,
    setSecret: (name, value, { createdAtMs = now() } = {}) =>
      secrets.add(name, { value, enabled: true }, createdAtMs),
    versionsOf: (name) => secrets.versionsOf(name),
    close: async () => {
      await Promise.all([close(vault), close(identity)]);
    },
  };
}

type Answer = VaultAnswer & { readonly headers?: Readonly<Record<string, string>> };

async function answerOnVault(
  secrets: VaultSecrets,
  request: IncomingMessage,
  vaultUrl: string,
  token: string,
  nowMs: number,
): Promise<Answer> {
  const body = await readJson(request);
  if (!isEqual(request.headers.authorization ?? '', `Bearer ${token}`)) {
    // The resource is this vault alone: the client caches tokens by it, for the whole process.
    const challenge = `Bearer authorization="${vaultUrl}/tenant", resource="${vaultUrl}"`;
    const message = 'AKV10000: Request is missing a Bearer or PoP token.';
    return {
      ...vaultError(401, 'Unauthorized', message),
      headers: { 'www-authenticate': challenge },
    };
  }
  const url = new URL(vaultUrl + (request.url ?? ''));
  return answerVaultRequest(secrets, { method: request.method ?? '', url, body }, nowMs);
}

// https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
async function answerOnIdentity(
  request: IncomingMessage,
  vaultUrl: string,
  identityHeader: string,
  token: string,
  nowMs: number,
): Promise<Answer> {
  const url = new URL(`http://${HOST}${request.url ?? ''}`);
  const header = request.headers['x-identity-header'];
  if (url.pathname !== '/msi/token') return identityError(404, 'There is no such resource.');
  if (typeof header !== 'string' || !isEqual(header, identityHeader)) {
    return identityError(403, 'X-IDENTITY-HEADER is missing or wrong.');
  }
  if (request.method !== 'GET') return identityError(405, 'Only GET is allowed.');
  if (url.searchParams.get('api-version') !== IDENTITY_API_VERSION) {
    return identityError(400, `api-version must be ${IDENTITY_API_VERSION}.`);
  }
  const resource = url.searchParams.get('resource') ?? '';
  if (resource !== vaultUrl) return identityError(400, 'This identity knows the vault alone.');
  const expiresOn = String(Math.floor(nowMs / 1000) + TOKEN_LIFE_SECONDS);
  return {
    status: 200,
    body: { access_token: token, expires_on: expiresOn, resource, token_type: 'Bearer' },
  };
}

function identityError(statusCode: number, message: string): Answer {
  return { status: statusCode, body: { statusCode, message } };
}

/** A certificate for 127.0.0.1 under an authority of its own, both made for this start. */
async function makeCertificate() {
  const kind = { keyType: 'ec', algorithm: 'sha256' } as const;
  // Authorities are looked up by name, and a process may trust those of several vaults.
  const name = `embedded vault authority ${randomBytes(8).toString('hex')}`;
  const authority = await generate([{ name: 'commonName', value: name }], {
    ...kind,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const leaf = await generate([{ name: 'commonName', value: HOST }], {
    ...kind,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: HOST }] },
    ],
  });
  return { ca: authority.cert, server: { key: leaf.private, cert: leaf.cert } };
}

async function serve(response: ServerResponse, answer: () => Promise<Answer>): Promise<void> {
  let answered: Answer;
  try {
    answered = await answer();
  } catch {
    answered = vaultError(500, 'InternalServerError', 'The embedded vault failed.');
  }
  response.writeHead(answered.status, { 'content-type': 'application/json', ...answered.headers });
  response.end(JSON.stringify(answered.body));
}

/** Undefined: no JSON, or too much of it. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= BODY_MAX_BYTES) chunks.push(chunk);
  }
  try {
    return size <= BODY_MAX_BYTES ? JSON.parse(Buffer.concat(chunks).toString()) : undefined;
  } catch {
    return undefined;
  }
}

/** Compares digests, so that the time taken reveals neither content nor length. */
function isEqual(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function randomToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, HOST, resolve);
  });
}

function close(server: Server & { closeAllConnections(): void }): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
