import {
  type Answered,
  type CallName,
  type CallOptions,
  Client,
  type Operations,
  Problem,
  UnknownAnswer,
} from '../client/index.ts';

/** The call had no answer, or none of the contract. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
  readonly why: 'offline' | 'silent' | 'odd';

  constructor(why: 'offline' | 'silent' | 'odd') {
    super(why);
    this.why = why;
  }
}

/** The session is over, and the portal opens the sign-in itself. */
export class SessionEnded extends Error {
  override readonly name = 'SessionEnded';
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

/** The client as the portal uses it: with its session, its progress and the service's clock. */
export class Api {
  readonly #parts: ApiParts;
  readonly #client: Client;
  #waiting = 0;
  #sent = 0;
  /** The call that was sent last of those that are settled, and whether it was answered. */
  #newest = { call: 0, hasAnswered: true };
  /** The lead of the service's clock over the browser's. */
  #clockOffsetMs = 0;

  constructor(parts: ApiParts) {
    this.#parts = parts;
    const { token, language } = parts;
    this.#client = new Client({ fetch: (...request) => this.#fetch(request), token, language });
  }

  /** True if the call sent last had no answer, and the browser says that it is offline. */
  get isOffline(): boolean {
    return !this.#newest.hasAnswered && !this.#parts.isOnline();
  }

  /** The service's time, which its instants are compared with, to a second or so. */
  serverNow(): number {
    return this.#parts.now() + this.#clockOffsetMs;
  }

  /** @throws {Problem} {@link Unreachable} {@link SessionEnded} */
  readonly call: Client['call'] = async <Name extends CallName>(
    name: Name,
    ...rest: unknown[]
  ): Promise<Answered<Operations[Name]['answer']>> => {
    const options = (rest[0] ?? {}) as CallOptions<Name>;
    const { token } = options;
    const own = token === undefined ? this.#parts.token() : undefined;
    try {
      return await this.#client.call<CallName>(name, { ...options } as CallOptions<CallName>);
    } catch (fault) {
      if (fault instanceof UnknownAnswer) throw new Unreachable('odd');
      if (!(fault instanceof Problem) || fault.code !== 'invalid-token') throw fault;
      if (own !== undefined && own === this.#parts.token()) this.#parts.onSessionEnded();
      // Also a late answer to a session that is over already.
      if (token === undefined) throw new SessionEnded();
      throw fault;
    }
  };

  async #fetch(request: Parameters<typeof fetch>): Promise<Response> {
    this.#sent += 1;
    const call = this.#sent;
    this.#wait(1);
    try {
      const response = await this.#parts.fetch(...request);
      this.#settle(call, true);
      this.#noteTime(response);
      return response;
    } catch {
      this.#settle(call, false);
      throw new Unreachable(this.#parts.isOnline() ? 'silent' : 'offline');
    } finally {
      this.#wait(-1);
    }
  }

  /** A slow answer to an earlier call says nothing about the network of now. */
  #settle(call: number, hasAnswered: boolean): void {
    if (call > this.#newest.call) this.#newest = { call, hasAnswered };
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
