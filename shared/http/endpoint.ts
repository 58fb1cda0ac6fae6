import type * as z from 'zod';
import type { UserName } from '../credential/name.ts';
import type { RefusalCode } from '../credential/refusal.ts';
import type { Principal } from '../operation/authenticate.ts';
import type { Dependencies, RequestContext } from '../operation/dependency.ts';
import type { KeyedCall } from '../operation/one-call.ts';
import type { Precondition } from '../operation/target.ts';
import type { ClientNetwork } from '../port/hasher.ts';
import type { LogFields, SignInPseudonyms } from '../port/log.ts';
import type { Lane, Outbox, OutboxReport } from '../port/notice.ts';
import type { AccessClaims } from '../port/token.ts';
import type { Backend } from '../port/unavailable.ts';
import type { Language } from './language.ts';
import type { LateSchema } from './late-schema.ts';
import type { Catalogue } from './text/en.ts';

/** The values that the edge has beside the dependencies of operations. */
export interface Services extends Dependencies {
  /** The origin of issuer, problem types and links. */
  readonly publicOrigin: string;
  readonly portalUrl: string;
  readonly portalOrigins: readonly string[];
  /** The number of our proxies before the platform's own: see client-network.ts. */
  readonly trustedProxyHops: number;
  /** Returns the engine of bcrypt that hashes here. */
  readonly hashEngine: () => 'native' | 'bcryptjs';
  readonly outbox: Outbox & OutboxReport;
  /** Opens a lane for each name in `lanes`. */
  readonly openLanes: () => readonly Lane[];
  /** The version of the running service, by package.json. */
  readonly version: string;
  /**
   * Returns the pseudonyms of a name and of a client's network.
   * @throws {Unavailable} no pepper can be read, without which a sign-in fails too
   */
  readonly pseudonymsOf: (
    userName: UserName,
    network: ClientNetwork | undefined,
  ) => Promise<SignInPseudonyms>;
  /** Finds the parts that do not answer; the finding is kept for a few seconds. */
  readonly findUnavailableParts: () => Promise<readonly Backend[]>;
}

/**
 * The callers of an endpoint: all; holders of an access token; of either token (the password
 * change); admins of any rank; global admins.
 */
export type Access = 'anonymous' | 'session' | 'sessionOrChange' | 'admin' | 'globalAdmin';

/** The fields that an endpoint adds to the one line of the log about its call. */
export type Noted = Pick<LogFields, 'actorId' | 'subjectId' | 'code' | keyof SignInPseudonyms>;

export interface Call<A extends Access, Body, Query, Prefetched = undefined> {
  /**
   * The services.
   * @throws {SettingError} when a setting is wrong
   */
  readonly services: Services;
  readonly principal: A extends 'anonymous' ? undefined : Principal;
  /** The result of the endpoint's `prefetch`. */
  readonly prefetched: Prefetched;
  readonly body: Body;
  readonly query: Query;
  readonly params: Readonly<Record<string, string>>;
  readonly ifMatch: Precondition | undefined;
  /** The `Idempotency-Key` with the body, of an endpoint that takes one. */
  readonly keyedCall: KeyedCall | undefined;
  readonly context: RequestContext;
  readonly language: Language;
  readonly text: Catalogue;
  /**
   * Adds to the line of the log about this call. The caller is in it, and the user of the path, or
   * else the caller, as the subject.
   */
  readonly note: (fields: Noted) => void;
  /**
   * Returns the texts for another user than the caller, such as one who has just proven a password.
   */
  readonly textFor: (locale: string | undefined) => Catalogue;
}

export interface Answer {
  readonly status: number;
  /** The body, which becomes JSON, unless it is text or bytes of another media type. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface DescribedAnswer {
  readonly description: string;
  readonly schema?: LateSchema<z.ZodType>;
  readonly mediaType?: string;
  readonly headers?: readonly string[];
}

export interface Endpoint<
  A extends Access = Access,
  Body extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Prefetched = undefined,
> {
  /** The function's name, unique; also the `operationId`. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** The route without a leading slash, as the host has it. */
  readonly route: string;
  readonly summary: string;
  readonly access: A;
  /** The schema of the body; undefined: the endpoint takes no body or `{}`. */
  readonly body?: LateSchema<Body>;
  /** True if a described body may be absent, which is as good as `{}`. */
  readonly isBodyOptional?: boolean;
  /** The media types beside `application/json`. */
  readonly mediaTypes?: readonly string[];
  readonly query?: LateSchema<Query>;
  /** True if the endpoint honours `If-Match`. */
  readonly isConditional?: boolean;
  /** True if the endpoint takes an `Idempotency-Key`; others ignore it. */
  readonly isIdempotent?: boolean;
  /** The header for caches that may keep the answer; every other answer is `no-store`. */
  readonly cacheControl?: string;
  readonly answers: Readonly<Record<number, DescribedAnswer>>;
  /** Reads the rows that the token alone names; runs beside the read of the caller. */
  readonly prefetch?: (services: Services, claims: AccessClaims) => Promise<Prefetched>;
  /** The refusals beside those that follow from access and input. */
  readonly refusals: readonly RefusalCode[];
  readonly handle: (call: Call<A, z.output<Body>, z.output<Query>, Prefetched>) => Promise<Answer>;
}

/** Lists the methods that an endpoint answers: HEAD wherever GET is (RFC 9110 section 9.1). */
export function methodsOf({
  method,
}: Pick<Endpoint, 'method'>): readonly (Endpoint['method'] | 'HEAD')[] {
  return method === 'GET' ? ['GET', 'HEAD'] : [method];
}

/** Checks an endpoint's types against each other. */
export function defineEndpoint<
  A extends Access,
  Body extends z.ZodType = z.ZodType<Record<string, never>>,
  Query extends z.ZodType = z.ZodType<Record<string, never>>,
  Prefetched = undefined,
>(endpoint: Endpoint<A, Body, Query, Prefetched>): Endpoint<A, Body, Query, Prefetched> {
  return endpoint;
}

/** Any endpoint, for lists of them; `handle` takes what its own schemas gave. */
// biome-ignore lint/suspicious/noExplicitAny: a call's types are known only to its own endpoint
export type AnyEndpoint = Endpoint<any, any, any, any>;
