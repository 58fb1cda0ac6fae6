import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { AddressInfo, Server } from 'node:net';

/** The address on which the embedded parts listen. */
export const HOST = '127.0.0.1';
/** The length of a token or header, 256 bits, so that it cannot be guessed. */
const TOKEN_BYTES = 32;

export interface JsonAnswer {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends the answer, or `failure` if it cannot be made. */
export async function serveJson(
  response: ServerResponse,
  answer: () => JsonAnswer | Promise<JsonAnswer>,
  failure: JsonAnswer,
): Promise<void> {
  let answered: JsonAnswer;
  try {
    answered = await answer();
  } catch {
    answered = failure;
  }
  response.writeHead(answered.status, { 'content-type': 'application/json', ...answered.headers });
  response.end(JSON.stringify(answered.body));
}

/** Compares digests, so that the time taken reveals neither content nor length. */
export function isEqual(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

export function randomToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** Listens on a free port of {@link HOST}. */
export function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, HOST, resolve);
  });
}

/** Closes the server and ends its connections. */
export function close(server: Server & { closeAllConnections(): void }): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
