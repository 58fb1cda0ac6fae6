import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import {
  HOST,
  isEqual,
  type JsonAnswer,
  listen,
  portOf,
  randomToken,
  serveJson,
} from './loopback.ts';

const TOKEN_LIFE_SECONDS = 86_400;
/** The one version of the protocol that `@azure/msal-node` speaks on App Service. */
const API_VERSION = '2019-08-01';

export interface IdentityEndpoint {
  /** The value of `IDENTITY_ENDPOINT` on the platform. */
  readonly url: string;
  /** The value of `IDENTITY_HEADER` on the platform. */
  readonly header: string;
  /** The open vaults by URL, each with its clock. */
  readonly vaults: Map<string, () => number>;
  /** Returns the token that opens one vault, the same whenever a vault has this URL. */
  tokenOf(vaultUrl: string): string;
}

let opening: Promise<IdentityEndpoint> | undefined;

/**
 * Opens the platform's identity endpoint, the only one of this process: `@azure/msal-node` keeps
 * the first endpoint that it sees, and its tokens, for as long as the process lives. It never
 * closes, and does not keep the process alive.
 */
export function openIdentityEndpoint(): Promise<IdentityEndpoint> {
  opening ??= start();
  return opening;
}

async function start(): Promise<IdentityEndpoint> {
  const header = randomToken();
  const key = randomToken();
  const tokenOf = (vaultUrl: string) =>
    createHmac('sha256', key).update(vaultUrl).digest('base64url');
  const vaults = new Map<string, () => number>();
  const server = createServer((request, response) => {
    const answer = () => answerOnIdentity(request, { header, vaults, tokenOf });
    void serveJson(response, answer, identityError(500, 'The embedded identity failed.'));
  });
  await listen(server);
  server.unref();
  return { url: `http://${HOST}:${portOf(server)}/msi/token`, header, vaults, tokenOf };
}

// https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
function answerOnIdentity(
  request: IncomingMessage,
  { header, vaults, tokenOf }: Omit<IdentityEndpoint, 'url'>,
): JsonAnswer {
  const url = new URL(`http://${HOST}${request.url ?? ''}`);
  const sent = request.headers['x-identity-header'];
  if (url.pathname !== '/msi/token') return identityError(404, 'There is no such resource.');
  if (typeof sent !== 'string' || !isEqual(sent, header)) {
    return identityError(403, 'X-IDENTITY-HEADER is missing or wrong.');
  }
  if (request.method !== 'GET') return identityError(405, 'Only GET is allowed.');
  if (url.searchParams.get('api-version') !== API_VERSION) {
    return identityError(400, `api-version must be ${API_VERSION}.`);
  }
  const resource = url.searchParams.get('resource') ?? '';
  const now = vaults.get(resource);
  if (now === undefined) return identityError(400, 'This identity opens the vault alone.');
  const expiresOn = String(Math.floor(now() / 1000) + TOKEN_LIFE_SECONDS);
  return {
    status: 200,
    body: {
      access_token: tokenOf(resource),
      expires_on: expiresOn,
      resource,
      token_type: 'Bearer',
    },
  };
}

function identityError(statusCode: number, message: string): JsonAnswer {
  return { status: statusCode, body: { statusCode, message } };
}
