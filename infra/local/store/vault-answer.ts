import type { NewSecretVersion, VaultSecrets, VaultSecretVersion } from './vault-secrets.ts';

/** The rule of Key Vault: https://learn.microsoft.com/azure/key-vault/secrets/about-secrets */
const SECRET_NAME = /^[0-9a-zA-Z-]{1,127}$/;
const VALUE_MAX_BYTES = 25 * 1024;
/** https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret-versions */
const PAGE_MAX_RESULTS = 25;

export interface VaultRequest {
  readonly method: string;
  readonly url: URL;
  /** The parsed JSON; undefined if there is none or it is broken. */
  readonly body: unknown;
}

export interface VaultAnswer {
  readonly status: number;
  readonly body: object;
}

/** Answers a request whose token has been checked, in Key Vault's shapes. */
export async function answerVaultRequest(
  secrets: VaultSecrets,
  request: VaultRequest,
  nowMs: number,
): Promise<VaultAnswer> {
  if (!request.url.searchParams.has('api-version')) {
    return vaultError(400, 'BadParameter', 'api-version must be specified');
  }
  const [, root, name = '', version = '', ...rest] = request.url.pathname.split('/');
  if (root !== 'secrets' || rest.length > 0) {
    return vaultError(404, 'NotFound', 'There is no such resource.');
  }
  if (!SECRET_NAME.test(name)) {
    return vaultError(400, 'BadParameter', 'The request URI contains an invalid name.');
  }
  const { method, url } = request;
  if (method === 'PUT' && version === '') return setSecret(secrets, request, name, nowMs);
  if (method === 'PATCH' && version !== '') {
    return updateSecret(secrets, request, name, version, nowMs);
  }
  if (method !== 'GET') {
    return vaultError(405, 'MethodNotAllowed', `The method ${method} is not allowed here.`);
  }
  return version === 'versions'
    ? listVersions(secrets, url, name)
    : getSecret(secrets, url, name, version);
}

export function vaultError(
  status: number,
  code: string,
  message: string,
  innerCode?: string,
): VaultAnswer {
  const inner = innerCode === undefined ? {} : { innererror: { code: innerCode } };
  return { status, body: { error: { code, message, ...inner } } };
}

function getSecret(secrets: VaultSecrets, url: URL, name: string, version: string): VaultAnswer {
  const versions = secrets.versionsOf(name);
  // The newest version is the current one even while it is disabled.
  const found = version === '' ? versions.at(-1) : versions.find((v) => v.version === version);
  if (found === undefined) return notFound(name);
  if (!found.enabled) {
    const message = 'Operation get is not allowed on a disabled secret.';
    return vaultError(403, 'Forbidden', message, 'SecretDisabled');
  }
  return { status: 200, body: { value: found.value, ...secretItem(url, name, found) } };
}

function listVersions(secrets: VaultSecrets, url: URL, name: string): VaultAnswer {
  const versions = secrets.versionsOf(name);
  if (versions.length === 0) return notFound(name);
  const limit = Number(url.searchParams.get('maxresults') ?? PAGE_MAX_RESULTS);
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_MAX_RESULTS) {
    return vaultError(400, 'BadParameter', `maxresults must be from 1 to ${PAGE_MAX_RESULTS}.`);
  }
  const after = url.searchParams.get('$skiptoken') ?? '';
  // The vault promises no order; the order of the random ids keeps callers from relying on one.
  const left = versions
    .filter((version) => version.version > after)
    .sort((a, b) => (a.version < b.version ? -1 : 1));
  const page = left.slice(0, limit);
  const next = new URL(url);
  next.searchParams.set('$skiptoken', page.at(-1)?.version ?? '');
  return {
    status: 200,
    body: {
      value: page.map((version) => secretItem(url, name, version)),
      nextLink: page.length < left.length ? next.href : null,
    },
  };
}

async function setSecret(
  secrets: VaultSecrets,
  request: VaultRequest,
  name: string,
  nowMs: number,
): Promise<VaultAnswer> {
  const body = members(request.body);
  const { value } = body;
  if (typeof value !== 'string' || Buffer.byteLength(value) > VALUE_MAX_BYTES) {
    const message = `The value must be a string of at most ${VALUE_MAX_BYTES} bytes.`;
    return vaultError(400, 'BadParameter', message);
  }
  const fresh: NewSecretVersion = { value, enabled: true, ...settable(body) };
  const version = await secrets.add(name, fresh, nowMs);
  return { status: 200, body: { value, ...secretItem(request.url, name, version) } };
}

async function updateSecret(
  secrets: VaultSecrets,
  request: VaultRequest,
  name: string,
  version: string,
  nowMs: number,
): Promise<VaultAnswer> {
  const updated = await secrets.update(name, version, settable(members(request.body)), nowMs);
  if (updated === undefined) return notFound(name);
  return { status: 200, body: secretItem(request.url, name, updated) };
}

/** Returns the members that a caller may set besides the value; others stay as they are. */
function settable(body: Record<string, unknown>) {
  const { enabled } = members(body.attributes);
  const { contentType, tags } = body;
  return {
    ...(typeof enabled === 'boolean' ? { enabled } : {}),
    ...(typeof contentType === 'string' ? { contentType } : {}),
    ...(typeof tags === 'object' && tags !== null ? { tags: tags as Record<string, string> } : {}),
  };
}

function members(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function secretItem(url: URL, name: string, version: VaultSecretVersion): object {
  return {
    id: `${url.origin}/secrets/${name}/${version.version}`,
    attributes: {
      enabled: version.enabled,
      created: version.createdSeconds,
      updated: version.updatedSeconds,
      recoveryLevel: 'Purgeable',
      recoverableDays: 0,
    },
    contentType: version.contentType,
    tags: version.tags,
  };
}

function notFound(name: string): VaultAnswer {
  const message = `A secret with (name/id) ${name} was not found in this key vault.`;
  return vaultError(404, 'SecretNotFound', message);
}
