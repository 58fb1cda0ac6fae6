import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { Answer, AnyEndpoint, Wiring } from './endpoint.ts';
import { Exchange, telemetryOf, type Wired } from './exchange.ts';
import { createCallLog } from './log.ts';
import { PROBLEM_MEDIA_TYPE, type ProblemAnswer, type ProblemCode } from './problem.ts';

const JSON_MEDIA_TYPE = 'application/json; charset=utf-8';

export type Wire = () => Promise<Wiring>;
export type Handler = (
  request: HttpRequest,
  context: InvocationContext,
) => Promise<HttpResponseInit>;

export async function settle(wire: Wire): Promise<Wired> {
  try {
    return { wiring: await wire() };
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

/** Where a call came in. */
export interface Entrance {
  /** The function's name. */
  readonly operation: string;
  /** Undefined: any path that no endpoint has. */
  readonly route?: string;
  /** Of what is answered below 400. */
  readonly cacheControl: string;
}

type Produce = (exchange: Exchange) => Promise<Answer>;

/** What was answered, and why not what was asked for. */
interface Settled {
  readonly response: HttpResponseInit;
  readonly code: ProblemCode | undefined;
}

async function converse(
  { operation, cacheControl }: Entrance,
  exchange: Exchange,
  produce: Produce,
): Promise<Settled> {
  let answer: Answer;
  let problem: ProblemAnswer | undefined;
  try {
    answer = await produce(exchange);
  } catch (fault) {
    problem = exchange.problem(fault, operation);
    answer = problem;
    const { code, status } = problem.body;
    const { noted, context } = exchange;
    const { log, requestId } = context;
    log.info('refused', { requestId, operation, ...noted, status, code });
  }
  const mediaType = problem === undefined ? JSON_MEDIA_TYPE : PROBLEM_MEDIA_TYPE;
  const response = toResponse(answer, mediaType, {
    ...exchange.commonHeaders(),
    'Cache-Control': answer.status >= 400 ? 'no-store' : cacheControl,
    ...(answer.body !== undefined && { 'Content-Language': exchange.language }),
  });
  return { response, code: problem?.body.code };
}

/** A handler around `produce`. Nothing thrown passes it. */
export function respond(entrance: Entrance, wire: Wire, produce: Produce): Handler {
  return async (request, context) => {
    const wired = await settle(wire);
    const { operation: name, route } = entrance;
    const { method } = request;
    const { traceParent } = context.traceContext ?? {};
    const { invocationId } = context;
    const step = { kind: 'function', name, invocationId, method, route, traceParent } as const;
    return telemetryOf(wired).trace(step, async (tell) => {
      const exchange = new Exchange(request, wired, invocationId, createCallLog(context));
      const { response, code } = await converse(entrance, exchange, produce);
      tell({ status: response.status ?? 200, code });
      return response;
    });
  };
}

/** One line for each call that did what it was to change; a refused one has its own. */
function logDone({ noted, context, request }: Exchange, operation: string, status: number): void {
  const { log, requestId } = context;
  const subjectId = request.params.userId ?? noted.actorId;
  const subject = subjectId === undefined ? {} : { subjectId };
  log.info('done', { requestId, operation, status, ...subject, ...noted });
}

/** Turns an endpoint into a function's handler. */
export function serve(endpoint: AnyEndpoint, wire: Wire): Handler {
  const { name: operation, route, method, cacheControl = 'no-store' } = endpoint;
  return respond({ operation, route, cacheControl }, wire, async (exchange) => {
    const answer = await exchange.answer(endpoint);
    if (method !== 'GET') logDone(exchange, operation, answer.status);
    return answer;
  });
}
