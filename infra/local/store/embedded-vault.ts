import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { openIdentityEndpoint } from './identity-endpoint.ts';
import { close, HOST, isEqual, type JsonAnswer, listen, portOf, serveJson } from './loopback.ts';
import { answerVaultRequest, vaultError } from './vault-answer.ts';
import { VaultSecrets, type VaultSecretVersion } from './vault-secrets.ts';

/** The limit of a body, ten times the largest secret. */
const BODY_MAX_BYTES = 256 * 1024;
const FAILURE = vaultError(500, 'InternalServerError', 'The embedded vault failed.');

export interface EmbeddedVault {
  /** The address, `https://127.0.0.1:<port>`. */
  readonly url: string;
  /** The certificate authority to trust, PEM. */
  readonly ca: string;
  /** The value of `IDENTITY_ENDPOINT` on the platform. */
  readonly identityEndpoint: string;
  /** The value of `IDENTITY_HEADER` on the platform. */
  readonly identityHeader: string;
  /** Adds a version, as of `createdAtMs` when given. When this resolves it is on disk. */
  setSecret(
    name: string,
    value: string,
    options?: { readonly createdAtMs?: number },
  ): Promise<VaultSecretVersion>;
  /** Returns the versions in the order of their making, disabled ones too. */
  versionsOf(name: string): readonly VaultSecretVersion[];
  close(): Promise<void>;
}

/** Made once: after each authority more, Node reads all that it trusts anew. */
let certificateOfProcess: ReturnType<typeof makeCertificate> | undefined;

/**
 * Starts a Key Vault (secrets only) on a free port of 127.0.0.1. The platform's identity endpoint
 * issues the token for it, so that the credential of the cloud runs here too. `directory` keeps the
 * secrets in `vault.json`; undefined keeps them in memory.
 */
export async function startEmbeddedVault(options: {
  readonly directory: string | undefined;
  /** Returns milliseconds since the epoch; by default, the machine's clock. */
  readonly now?: () => number;
}): Promise<EmbeddedVault> {
  const { directory, now = Date.now } = options;
  const file = directory === undefined ? undefined : join(directory, 'vault.json');
  const secrets = await VaultSecrets.open(file);
  certificateOfProcess ??= makeCertificate();
  const certificate = await certificateOfProcess;
  const identity = await openIdentityEndpoint();
  const vault = createServer(certificate.server, (request, response) => {
    const answer = () => answerOnVault(secrets, request, url, identity.tokenOf(url), now());
    void serveJson(response, answer, FAILURE);
  });
  await listen(vault);
  const url = `https://${HOST}:${portOf(vault)}`;
  identity.vaults.set(url, now);
  return {
    url,
    ca: certificate.ca,
    identityEndpoint: identity.url,
    identityHeader: identity.header,
    setSecret: (name, value, { createdAtMs = now() } = {}) =>
      secrets.add(name, { value, enabled: true }, createdAtMs),
    versionsOf: (name) => secrets.versionsOf(name),
    close: async () => {
      identity.vaults.delete(url);
      await close(vault);
    },
  };
}

async function answerOnVault(
  secrets: VaultSecrets,
  request: IncomingMessage,
  vaultUrl: string,
  token: string,
  nowMs: number,
): Promise<JsonAnswer> {
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

/** Makes a certificate for 127.0.0.1 under an authority of its own. */
async function makeCertificate() {
  const kind = { keyType: 'ec', algorithm: 'sha256' } as const;
  // Authorities are looked up by name, and a process may trust that of another one.
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
  // As Node lists it.
  const ca = `${authority.cert}\n`;
  return { ca, server: { key: leaf.private, cert: leaf.cert } };
}

/** @returns undefined if the body is not JSON, or is too long */
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
