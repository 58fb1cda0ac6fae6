import { lookup as lookUp } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { isForbiddenAddress, isLoopbackAddress } from '../setting/network.ts';

/** CONTRACT.md "Notices": an answer within 15 s counts. */
export const ANSWER_TIMEOUT_MS = 15_000;
/** The part of an answer that is read, so that its sender sees no reset; none of it is used. */
const ANSWER_BYTES_MAX = 64 * 1024;

export interface PostRequest {
  readonly url: string;
  readonly method: 'POST' | 'OPTIONS';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The time of everything, from the look-up of the name on. */
  readonly timeoutMs: number;
}

export interface PostAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

/** An answer that did not come; the code is Node's own, such as `ECONNREFUSED`. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';

  constructor(code: string) {
    super(`there is no answer (${code})`);
  }
}

/**
 * Makes a look-up that yields no forbidden address, and for http none of another machine. A name
 * is judged here, at each connection, so that one that moves is judged again; an address in the
 * URL gets no look-up, and the settings have judged it.
 */
function createLookup(isPlain: boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookUp(hostname, { ...options, all: true }, (fault, found) => {
      if (fault !== null) return callback(fault, '');
      const isAllowed = ({ address }: { address: string }) =>
        isPlain ? isLoopbackAddress(address) : !isForbiddenAddress(address);
      const allowed = found.filter(isAllowed);
      const [first] = allowed;
      if (first === undefined) {
        const error: NodeJS.ErrnoException = new Error('the name leads to a forbidden address');
        error.code = 'EFORBIDDEN';
        return callback(error, '');
      }
      if (options.all) return callback(null, allowed);
      callback(null, first.address, first.family);
    });
  };
}

/**
 * Sends one request: no redirect is followed, no cookie kept, no proxy used, and each connection
 * serves one request. The status alone counts; of the body at most 64 KiB are read.
 * @throws {NoAnswer}
 */
export function post(request: PostRequest): Promise<PostAnswer> {
  const { url, method, headers: own, body, timeoutMs } = request;
  const isPlain = new URL(url).protocol === 'http:';
  const client = isPlain ? http : https;
  const signal = AbortSignal.timeout(timeoutMs);
  return new Promise((resolve, reject) => {
    const sent = client.request(url, {
      method,
      headers: { ...own, 'content-length': String(Buffer.byteLength(body)) },
      // An agent of its own: the global one may use a proxy.
      agent: new client.Agent({ keepAlive: false }),
      lookup: createLookup(isPlain),
      signal,
    });
    let answer: PostAnswer | undefined;
    /** Ends once the status is known, or cannot be any more. */
    const end = (code: string) => {
      sent.destroy();
      if (answer !== undefined) resolve(answer);
      else reject(new NoAnswer(signal.aborted ? 'ETIMEDOUT' : code));
    };
    sent.on('response', (answered) => {
      const { statusCode: status = 0, headers } = answered;
      answer = { status, retryAfter: headers['retry-after'] };
      let bytes = 0;
      answered.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > ANSWER_BYTES_MAX) end('EMSGSIZE');
      });
      answered.on('error', () => end('ECONNRESET'));
    });
    sent.on('error', (fault: NodeJS.ErrnoException) => end(fault.code ?? fault.name));
    sent.on('close', () => end('ECONNRESET'));
    sent.end(body);
  });
}
