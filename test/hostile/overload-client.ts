import { readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { type RawAnswer, rawRequest } from '../infra/fixture/raw-request.ts';

export interface Answered extends Omit<RawAnswer, 'body'> {
  // biome-ignore lint/suspicious/noExplicitAny: a test reads answers as they come
  readonly body: any;
  readonly durationMs: number;
}

/**
 * A client at a loopback address of its own, by real sockets: to the service each `127.0.n.*` is
 * another network. Linux has all of 127.0.0.0/8; macOS wants `ifconfig lo0 alias` first.
 */
export class Client {
  readonly #origin: string;
  readonly #agent: Agent;

  constructor(origin: string, localAddress: string) {
    this.#origin = origin;
    this.#agent = new Agent({ localAddress, keepAlive: true });
  }

  async send(
    method: string,
    path: string,
    options: { token?: string; body?: object; headers?: Record<string, string> } = {},
  ): Promise<Answered> {
    const { token, body, headers = {} } = options;
    const startedAtMs = performance.now();
    const answer = await rawRequest(this.#origin, path, {
      method,
      agent: this.#agent,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const durationMs = performance.now() - startedAtMs;
    const isJson = answer.headers['content-type']?.includes('json') === true;
    return { ...answer, body: isJson ? JSON.parse(answer.body) : answer.body, durationMs };
  }

  signIn(userName: string, password: string, headers: Record<string, string> = {}) {
    return this.send('POST', '/api/sign-in', { body: { userName, password }, headers });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Resident memory of the process that holds a data directory, in MiB; Linux. */
export function residentMiB(directory: string): number {
  const { pid } = JSON.parse(readFileSync(join(directory, 'lock'), 'utf8'));
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

/** The value below which so many per cent of a sample lie. */
export function percentile(sample: readonly number[], percent: number): number {
  const sorted = sample.toSorted((a, b) => a - b);
  const index = Math.ceil((percent / 100) * sorted.length) - 1;
  return sorted[Math.max(0, index)] ?? Number.NaN;
}
