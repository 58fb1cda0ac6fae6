import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TokenCredential } from '../../shared/azure/identity.ts';
import { certify, trust } from '../fixture/certificate.ts';

export interface ScriptedAnswer {
  readonly status: number;
  readonly body: string;
}

/** A vault that gives each authorised request the answer that a test made up for its path. */
export interface FaultyVault {
  readonly url: string;
  /** Requests with a token, as `<path>?<query>`. */
  readonly requests: string[];
  answer: (path: string) => ScriptedAnswer;
  close(): Promise<void>;
}

/** A credential whose token is known, so that a test can look for it where it must not be. */
export const TOKEN = 'token-that-nobody-may-see';
export const credential: TokenCredential = {
  getToken: async () => ({ token: TOKEN, expiresOnTimestamp: Date.now() + 3_600_000 }),
};

export async function startFaultyVault(): Promise<FaultyVault> {
  const { key, cert } = await certify();
  trust(cert);
  const requests: string[] = [];
  const server: Server = createServer({ key, cert }, (request, response) => {
    if (request.headers.authorization === undefined) {
      const challenge =
        'Bearer authorization="https://login.invalid/t", resource="https://v.invalid"';
      response.writeHead(401, { 'www-authenticate': challenge }).end();
      return;
    }
    const path = request.url ?? '';
    requests.push(path);
    const { status, body } = vault.answer(path);
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const vault: FaultyVault = {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answer: () => ({ status: 500, body: '{}' }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return vault;
}
