import type { Operations } from './operations.ts';
import type * as schema from './schemas.ts';

/** A call by method and path, such as `GET /api/users`. */
export type CallName = keyof Operations;

/** RFC 9457 with the contract's extension members; the service may know more codes than we do. */
export type ProblemBody = Omit<schema.Problem, 'code'> & { readonly code: string };

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

/** An answer that the contract does not know, such as that of a proxy. */
export class UnknownAnswer extends Error {
  override readonly name = 'UnknownAnswer';
}

type Parameters<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? { readonly [Key in Name]: string } & Parameters<Rest>
  : unknown;

interface CommonOptions {
  /** The default is the one of {@link ClientParts.token}; null sends none. */
  readonly token?: string | null | undefined;
  /** The ETag of the version that a change is meant for. */
  readonly ifMatch?: string | undefined;
  /** Up to 64 visible ASCII characters: the same for a repeated call, which is then done once. */
  readonly idempotencyKey?: string | undefined;
}

type BodyOption<Body> = undefined extends Body
  ? { readonly body?: undefined }
  : Record<string, never> extends Body
    ? { readonly body?: Body }
    : { readonly body: Body };

type PathOption<Name extends string> =
  unknown extends Parameters<Name>
    ? { readonly path?: undefined }
    : { readonly path: Parameters<Name> };

/** The options of a call, beside its name. */
export type CallOptions<Name extends CallName> = CommonOptions &
  PathOption<Name> &
  BodyOption<Operations[Name]['body']> & {
    readonly query?: {
      readonly [Key in keyof Operations[Name]['query']]?: string | number | boolean | undefined;
    };
  };

export interface Answered<Body> {
  readonly body: Body;
  readonly etag: string | undefined;
  readonly headers: Headers;
}

export interface ClientParts {
  /** The public origin of the service; the page's own by default. */
  readonly origin?: string;
  readonly fetch?: typeof fetch;
  readonly token?: () => string | undefined;
  /** Texts of answers come in it. */
  readonly language?: () => string;
}

/** Longer than the service waits for its own parts, so that its answer states the fault. */
const ANSWER_WAIT_MS = 30_000;

function addressOf(origin: string, name: CallName, options: CallOptions<CallName>): string {
  const template = name.slice(name.indexOf(' ') + 1);
  const values: Readonly<Record<string, string>> = options.path ?? {};
  const path = template.replace(/\{(\w+)\}/g, (_, key: string) =>
    encodeURIComponent(values[key] ?? ''),
  );
  const given = Object.entries(options.query ?? {}).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(
    given.map(([key, value]): [string, string] => [key, `${value}`]),
  );
  return `${origin}${path}${given.length === 0 ? '' : `?${query}`}`;
}

async function readProblem(response: Response): Promise<Problem> {
  const mediaType = response.headers.get('content-type') ?? '';
  if (!mediaType.startsWith('application/problem+json')) throw new UnknownAnswer();
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const body = (await response.json()) as ProblemBody;
  return new Problem(body, Number.isFinite(seconds) ? seconds : undefined);
}

/** Returns a string of structured fields (RFC 9651 section 3.3.3). */
function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** Calls the public HTTP contract, typed from its OpenAPI document. */
export class Client {
  readonly #parts: ClientParts;

  constructor(parts: ClientParts = {}) {
    this.#parts = parts;
  }

  /**
   * Makes a call and reads its answer.
   * @throws {Problem} the service said no
   * @throws {UnknownAnswer} something else than the service answered
   * @throws {unknown} what `fetch` throws if no answer came
   */
  async call<Name extends CallName>(
    name: Name,
    ...[options]: Record<string, never> extends CallOptions<Name>
      ? [options?: CallOptions<Name>]
      : [options: CallOptions<Name>]
  ): Promise<Answered<Operations[Name]['answer']>> {
    const response = await this.#send(name, (options ?? {}) as CallOptions<CallName>);
    if (!response.ok) throw await readProblem(response);
    const hasBody = response.status !== 204;
    const body = (hasBody ? await response.json() : undefined) as Operations[Name]['answer'];
    const etag = response.headers.get('etag') ?? undefined;
    return { body, etag, headers: response.headers };
  }

  #send(name: CallName, options: CallOptions<CallName>): Promise<Response> {
    const { origin = '', fetch: send = fetch, language } = this.#parts;
    const { body, ifMatch, idempotencyKey } = options;
    const token = options.token === undefined ? this.#parts.token?.() : options.token;
    return send(addressOf(origin, name, options), {
      method: name.slice(0, name.indexOf(' ')),
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_WAIT_MS),
      headers: {
        ...(language && { 'accept-language': language() }),
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(ifMatch !== undefined && { 'if-match': ifMatch }),
        ...(idempotencyKey !== undefined && { 'idempotency-key': quoted(idempotencyKey) }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }
}
