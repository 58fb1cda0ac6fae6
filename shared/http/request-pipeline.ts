import type { HttpRequest } from '@azure/functions';
import type { Tenant } from '../credential/name.ts';
import { Refusal } from '../credential/refusal.ts';
import { rankOf } from '../credential/role.ts';
import { type Principal, requirePrincipal, verifyToken } from '../operation/authenticate.ts';
import type { RequestContext } from '../operation/dependency.ts';
import type { Log } from '../port/log.ts';
import { type FailureCode, NO_TELEMETRY, type Telemetry } from '../port/telemetry.ts';
import { Unavailable, type UnavailablePart } from '../port/unavailable.ts';
import { clientNetwork } from './client-network.ts';
import { corsHeaders } from './cors.ts';
import type { Access, Answer, AnyEndpoint, Call, Noted, Services } from './endpoint.ts';
import { parseKeyedCall } from './idempotency-key.ts';
import { catalogue, type Language, negotiateLanguage } from './language.ts';
import { describeFault } from './log.ts';
import {
  internalProblem,
  PROBLEM_STATUS,
  type ProblemAnswer,
  type ProblemContext,
  refusalProblem,
  unavailableProblem,
} from './problem.ts';
import { NotReady } from './readiness.ts';
import { bearerToken, parseBody, parseIfMatch, parseQuery } from './request.ts';
import { EmptyBody, EmptyQuery } from './schema.ts';

/** The statuses of CONTRACT.md "GET /api/tenant" with which a proven caller may need help. */
const CONTACT_STATUSES: readonly number[] = [403, 409];

/** The parts that do not answer, or the version that the vault lacks. */
interface Outage {
  readonly parts?: readonly UnavailablePart[];
  readonly pepperVersion?: string;
}

/** The pseudonyms by which the spread of refused sign-ins is counted. */
function originOf({ namePseudonym: name, networkPseudonym: network }: Noted) {
  return name === undefined || network === undefined ? {} : { origin: { name, network } };
}

/** The services, or why there are none: the app must load and answer even with bad settings. */
export type LoadedServices = { readonly services: Services } | { readonly fault: unknown };

/**
 * Returns the services.
 * @throws the fault that prevented them, such as a SettingError
 */
export function requireServices(loaded: LoadedServices): Services {
  if ('services' in loaded) return loaded.services;
  throw loaded.fault;
}

export function telemetryOf(loaded: LoadedServices): Telemetry {
  return 'services' in loaded ? loaded.services.telemetry : NO_TELEMETRY;
}

/** Counts the failed run of a timer as a failed call is counted. */
export function measureFailedRun(telemetry: Telemetry, operation: string, fault: unknown): void {
  const isOutage = fault instanceof Unavailable;
  const code = isOutage ? 'dependency-unavailable' : 'internal-error';
  const parts = isOutage ? { parts: [fault.part] } : {};
  telemetry.measure({ kind: 'failure', operation, code, ...parts });
}

/** The path of one call through the checks, in the contract's order. */
export class RequestPipeline {
  readonly request: HttpRequest;
  readonly loaded: LoadedServices;
  readonly context: RequestContext;
  language: Language;
  /** The fields for the line of the log; the caller's id once a token has proven it. */
  noted: Noted = {};
  /** The tenant of a caller that a token has proven. */
  #provenTenant: Tenant | undefined;

  constructor(request: HttpRequest, loaded: LoadedServices, requestId: string, log: Log) {
    this.request = request;
    this.loaded = loaded;
    const hops = 'services' in loaded ? loaded.services.trustedProxyHops : 0;
    const network = clientNetwork(request.headers.get('x-forwarded-for'), hops);
    this.context = { requestId, log, network };
    this.language = this.languageFor(undefined);
  }

  languageFor(locale: string | undefined): Language {
    return negotiateLanguage(this.request.headers.get('accept-language'), locale);
  }

  note(fields: Noted): void {
    this.noted = { ...this.noted, ...fields };
  }

  async authenticate({
    access,
    prefetch,
  }: AnyEndpoint): Promise<{ readonly principal?: Principal; readonly prefetched?: unknown }> {
    if (access === 'anonymous') return {};
    const services = requireServices(this.loaded);
    const uses = access === 'sessionOrChange' ? ['access', 'passwordChange'] : ['access'];
    const claims = await verifyToken(
      services,
      bearerToken(this.request),
      uses as ('access' | 'passwordChange')[],
    );
    const [principal, prefetched] = await Promise.all([
      requirePrincipal(services, claims),
      prefetch?.(services, claims),
    ]);
    this.note({ actorId: principal.user.value.userId });
    this.language = this.languageFor(principal.user.value.locale);
    const { roles, tenant } = principal.user.value;
    this.#provenTenant = tenant;
    const isAllowed =
      access === 'globalAdmin'
        ? roles.includes('globalAdmin')
        : access !== 'admin' || rankOf(roles) > 0;
    if (!isAllowed) throw new Refusal('forbidden');
    return { principal, prefetched };
  }

  async answer(endpoint: AnyEndpoint): Promise<Answer> {
    const { principal, prefetched } = await this.authenticate(endpoint);
    const { input, body } = await parseBody(
      {
        schema: (endpoint.body ?? EmptyBody)(),
        isOptional: endpoint.body === undefined || endpoint.isBodyOptional === true,
        mediaTypes: ['application/json', ...(endpoint.mediaTypes ?? [])],
      },
      this.request,
    );
    const query = parseQuery((endpoint.query ?? EmptyQuery)(), this.request);
    const { loaded } = this;
    const call: Call<Access, unknown, unknown, unknown> = {
      get services() {
        return requireServices(loaded);
      },
      principal,
      prefetched,
      body,
      query,
      params: this.request.params,
      ifMatch: endpoint.isConditional ? parseIfMatch(this.request) : undefined,
      keyedCall: endpoint.isIdempotent ? parseKeyedCall(this.request, input) : undefined,
      context: this.context,
      language: this.language,
      text: catalogue(this.language),
      note: (fields) => this.note(fields),
      textFor: (locale) => {
        this.language = this.languageFor(locale);
        return catalogue(this.language);
      },
    };
    return endpoint.handle(call);
  }

  problemContext(): ProblemContext {
    const services = 'services' in this.loaded ? this.loaded.services : undefined;
    return {
      origin: services?.publicOrigin ?? new URL(this.request.url).origin,
      requestId: this.context.requestId,
      text: catalogue(this.language),
      policy: services?.policy,
    };
  }

  /**
   * Makes the problem of a fault, at the only place that catches: a refusal, an outage, or a
   * defect.
   */
  async problem(fault: unknown, operation: string): Promise<ProblemAnswer> {
    const context = this.problemContext();
    const { log, requestId } = this.context;
    const measure = (code: FailureCode, more: Outage & ReturnType<typeof originOf> = {}) =>
      telemetryOf(this.loaded).measure({ kind: 'failure', operation, code, ...more });
    if (fault instanceof Refusal) {
      measure(fault.code, originOf(this.noted));
      return refusalProblem(fault, { ...context, contact: await this.#contactFor(fault) });
    }
    if (fault instanceof Unavailable) {
      const { part, pepperVersion } = fault;
      const isPepper = pepperVersion !== undefined;
      measure('dependency-unavailable', isPepper ? { pepperVersion } : { parts: [part] });
      const what = isPepper ? 'a pepper version is missing' : 'a part does not answer';
      log.error(what, { requestId, operation, part, ...(isPepper && { pepperVersion }) });
      return unavailableProblem(context, part === 'mail' ? [part] : []);
    }
    if (fault instanceof NotReady) {
      measure('dependency-unavailable', { parts: fault.parts });
      const part = fault.parts.join(', ');
      const why = fault.cause === undefined ? { part } : describeFault(fault.cause);
      log.error('not ready', { requestId, operation, ...why });
      return unavailableProblem(context, fault.parts);
    }
    measure('internal-error');
    log.error('a fault', { requestId, operation, ...describeFault(fault) });
    return internalProblem(context);
  }

  /**
   * The contact of the caller's tenant, where a refusal may name it: never to one who is unproven.
   * It only helps, so that an outage leaves it out.
   */
  async #contactFor({ code, extra }: Refusal): Promise<string | undefined> {
    const isFor =
      code === 'temporary-password-expired' || CONTACT_STATUSES.includes(PROBLEM_STATUS[code]);
    const tenant = extra.provenTenant ?? this.#provenTenant;
    if (!isFor || tenant === undefined || !('services' in this.loaded)) return undefined;
    return this.loaded.services.accounts.findRecentContact(tenant).catch(() => undefined);
  }

  portalOrigins(): readonly string[] {
    return 'services' in this.loaded ? this.loaded.services.portalOrigins : [];
  }

  commonHeaders(): Record<string, string> {
    const { Vary: vary, ...cors } = corsHeaders(this.request, this.portalOrigins());
    return {
      ...cors,
      'X-Content-Type-Options': 'nosniff',
      'x-request-id': this.context.requestId,
      Vary: vary === undefined ? 'Accept-Language' : `Accept-Language, ${vary}`,
    };
  }
}
