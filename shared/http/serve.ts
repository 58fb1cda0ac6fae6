import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { Refusal } from '../credential/refusal.ts';
import type { Answer, AnyEndpoint, Services } from './endpoint.ts';
import { createCallLog } from './log.ts';
import { PROBLEM_MEDIA_TYPE, type ProblemAnswer, type ProblemCode } from './problem.ts';
import { type LoadedServices, RequestPipeline, telemetryOf } from './request-pipeline.ts';
import { methodsAt } from './route.ts';

const JSON_MEDIA_TYPE = 'application/json; charset=utf-8';

export type LoadServices = () => Promise<Services>;
export type Handler = (
  request: HttpRequest,
  context: InvocationContext,
) => Promise<HttpResponseInit>;

export async function tryLoadServices(loadServices: LoadServices): Promise<LoadedServices> {
  try {
    return { services: await loadServices() };
  } catch (fault) {
    return { fault };
  }
}

function toResponse(
  answer: Answer,
  mediaType: string,
  headers: Record<string, string>,
): HttpResponseInit {
  const { status, body } = answer;
  if (body === undefined) return { status, headers: { ...headers, ...answer.headers } };
  const isReady = typeof body === 'string' || body instanceof Uint8Array;
  const described = { ...headers, 'Content-Type': mediaType, ...answer.headers };
  return { status, body: isReady ? body : JSON.stringify(body), headers: described };
}

/** The route that a call came by. */
export interface RouteDescription {
  /** The name of the function. */
  readonly operation: string;
  /** The route; undefined: any path that no endpoint has. */
  readonly route?: string;
  /** The header of answers below 400. */
  readonly cacheControl: string;
}

type Handle = (pipeline: RequestPipeline) => Promise<Answer>;

/** The answer, and the reason if it is a problem. */
interface Settled {
  readonly response: HttpResponseInit;
  readonly code: ProblemCode | undefined;
}

async function respond(
  { operation, cacheControl }: RouteDescription,
  pipeline: RequestPipeline,
  handle: Handle,
): Promise<Settled> {
  let answer: Answer;
  let problem: ProblemAnswer | undefined;
  try {
    answer = await handle(pipeline);
  } catch (fault) {
    problem = await pipeline.problem(fault, operation);
    answer = problem;
    const { code, status } = problem.body;
    const { noted, context } = pipeline;
    const { log, requestId } = context;
    log.info('refused', { requestId, operation, ...noted, status, code });
  }
  const mediaType = problem === undefined ? JSON_MEDIA_TYPE : PROBLEM_MEDIA_TYPE;
  const response = toResponse(answer, mediaType, {
    ...pipeline.commonHeaders(),
    'Cache-Control': answer.status >= 400 ? 'no-store' : cacheControl,
    ...(answer.body !== undefined && { 'Content-Language': pipeline.language }),
  });
  return { response, code: problem?.body.code };
}

/** Creates the handler of a function around `handle`. No error passes it. */
export function createHandler(
  description: RouteDescription,
  loadServices: LoadServices,
  handle: Handle,
): Handler {
  return async (request, context) => {
    const loaded = await tryLoadServices(loadServices);
    const { operation: name, route } = description;
    const { method } = request;
    const { traceParent } = context.traceContext ?? {};
    const { invocationId } = context;
    const span = { kind: 'function', name, invocationId, method, route, traceParent } as const;
    return telemetryOf(loaded).trace(span, async (setOutcome) => {
      const pipeline = new RequestPipeline(request, loaded, invocationId, createCallLog(context));
      const { response, code } = await respond(description, pipeline, handle);
      setOutcome({ status: response.status ?? 200, code });
      return response;
    });
  };
}

/** Writes one line for each call that made its change; a refused one has its own. */
function logDone(
  { noted, context, request }: RequestPipeline,
  operation: string,
  status: number,
): void {
  const { log, requestId } = context;
  const subjectId = request.params.userId ?? noted.actorId;
  const subject = subjectId === undefined ? {} : { subjectId };
  log.info('done', { requestId, operation, status, ...subject, ...noted });
}

/**
 * The platform sends a PATCH of `users/summary` to `users/{userId}`, since only that takes it.
 * @throws {Refusal} `method-not-allowed`, if the path is another endpoint's to the letter
 */
function requireMethodOfPath({ method, url }: HttpRequest): void {
  const allow = methodsAt(new URL(url).pathname);
  if (allow.length > 0 && !allow.some((allowed) => allowed === method)) {
    throw new Refusal('method-not-allowed', { allow });
  }
}

/** Turns an endpoint into a function's handler. */
export function serve(endpoint: AnyEndpoint, loadServices: LoadServices): Handler {
  const { name: operation, route, method, cacheControl = 'no-store' } = endpoint;
  // A route without a parameter fits no other path than its own.
  const isTemplate = route.includes('{');
  return createHandler({ operation, route, cacheControl }, loadServices, async (pipeline) => {
    if (isTemplate) requireMethodOfPath(pipeline.request);
    const answer = await pipeline.answer(endpoint);
    if (method !== 'GET') logDone(pipeline, operation, answer.status);
    return answer;
  });
}
