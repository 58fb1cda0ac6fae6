import type { ProblemBody } from './contract.ts';

/** An answer that says no, as the contract has it. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly body: ProblemBody;
  /** From `Retry-After`, in seconds. */
  readonly retryAfterSeconds: number | undefined;

  constructor(body: ProblemBody, retryAfterSeconds: number | undefined) {
    super(body.title);
    this.body = body;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  get code(): string {
    return this.body.code;
  }
}

/** No answer came, or none that the contract knows. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
  readonly why: 'offline' | 'silent' | 'odd';

  constructor(why: 'offline' | 'silent' | 'odd') {
    super(why);
    this.why = why;
  }
}

/** The session is over; the portal shows the sign-in by itself and nobody else need say so. */
export class SessionEnded extends Error {
  override readonly name = 'SessionEnded';
}

export interface CallOptions {
  /** Undefined: the session's own. */
  readonly token?: string | undefined;
  readonly isAnonymous?: boolean;
  readonly body?: object;
  readonly ifMatch?: string | undefined;
}

export interface Answered<Body> {
  readonly body: Body;
  readonly etag: string | undefined;
}

export interface ApiParts {
  readonly fetch: typeof fetch;
  /** The browser's own view, which words a failure and is never a reason not to send. */
  readonly isOnline: () => boolean;
  readonly token: () => string | undefined;
  /** Texts of answers come in it. */
  readonly language: () => string;
  readonly onProgress: (isWaiting: boolean) => void;
  readonly onSessionEnded: () => void;
  /** The browser's clock, which may be days off. */
  readonly now: () => number;
}

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** Longer than the service waits for its own parts, so that its answer tells what is wrong. */
const ANSWER_WAIT_MS = 30_000;

async function readProblem(response: Response): Promise<Problem> {
  const mediaType = response.headers.get('content-type') ?? '';
  if (!mediaType.startsWith('application/problem+json')) throw new Unreachable('odd');
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const body = (await response.json()) as ProblemBody;
  return new Problem(body, Number.isFinite(seconds) ? seconds : undefined);
}

/** Calls the public HTTP contract; the only place that does. */
export class Api {
  readonly #parts: ApiParts;
  #waiting = 0;
  #hasAnswered = true;
  /** How far the service's clock is ahead of the browser's. */
  #clockOffsetMs = 0;

  constructor(parts: ApiParts) {
    this.#parts = parts;
  }

  /** Whether the last call got no answer, and the browser says why. */
  get isOffline(): boolean {
    return !this.#hasAnswered && !this.#parts.isOnline();
  }

  /** The service's time, which its instants are compared with, to a second or so. */
  serverNow(): number {
    return this.#parts.now() + this.#clockOffsetMs;
  }

  /** @throws {Problem} {@link Unreachable} {@link SessionEnded} */
  async call<Body>(
    method: Method,
    path: string,
    options: CallOptions = {},
  ): Promise<Answered<Body>> {
    const token = options.isAnonymous ? undefined : (options.token ?? this.#parts.token());
    const response = await this.#send(method, path, options, token);
    if (response.ok) {
      const hasBody = response.status !== 204;
      const body = (hasBody ? await response.json() : undefined) as Body;
      return { body, etag: response.headers.get('etag') ?? undefined };
    }
    const problem = await readProblem(response);
    const isOwnSession = token !== undefined && token === this.#parts.token();
    if (problem.code === 'invalid-token' && isOwnSession) {
      this.#parts.onSessionEnded();
      throw new SessionEnded();
    }
    // A late answer to a session that is over already.
    if (problem.code === 'invalid-token' && options.token === undefined) throw new SessionEnded();
    throw problem;
  }

  async #send(
    method: Method,
    path: string,
    { body, ifMatch }: CallOptions,
    token: string | undefined,
  ): Promise<Response> {
    this.#wait(1);
    try {
      const response = await this.#parts.fetch(path, {
        method,
        cache: 'no-store',
        credentials: 'omit',
        redirect: 'error',
        signal: AbortSignal.timeout(ANSWER_WAIT_MS),
        headers: {
          'accept-language': this.#parts.language(),
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(ifMatch !== undefined && { 'if-match': ifMatch }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      this.#hasAnswered = true;
      this.#noteTime(response);
      return response;
    } catch {
      this.#hasAnswered = false;
      throw new Unreachable(this.#parts.isOnline() ? 'silent' : 'offline');
    } finally {
      this.#wait(-1);
    }
  }

  /** A service with a clock sends `Date` with every answer (RFC 9110 section 6.6.1). */
  #noteTime({ headers }: Response): void {
    const serverTimeMs = Date.parse(headers.get('date') ?? '');
    if (!Number.isNaN(serverTimeMs)) this.#clockOffsetMs = serverTimeMs - this.#parts.now();
  }

  #wait(step: 1 | -1): void {
    this.#waiting += step;
    this.#parts.onProgress(this.#waiting > 0);
  }
}
