import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { Answer, AnyEndpoint, Wiring } from './endpoint.ts';
import { Exchange, type Wired } from './exchange.ts';
import { createLog } from './log.ts';
import { PROBLEM_MEDIA_TYPE, type ProblemAnswer } from './problem.ts';

export type Wire = () => Promise<Wiring>;
export type Handler = (
  request: HttpRequest,
  context: InvocationContext,
) => Promise<HttpResponseInit>;

async function settle(wire: Wire): Promise<Wired> {
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

/** A handler around `produce`. Nothing thrown passes it. */
export function respond(
  operation: string,
  cacheable: string,
  wire: Wire,
  produce: (exchange: Exchange) => Promise<Answer>,
): Handler {
  return async (request, context) => {
    const log = createLog(context);
    const requestId = context.invocationId;
    const exchange = new Exchange(request, await settle(wire), requestId, log);
    let answer: Answer;
    let mediaType = 'application/json; charset=utf-8';
    let cacheControl = cacheable;
    try {
      answer = await produce(exchange);
    } catch (fault) {
      const problem: ProblemAnswer = exchange.problem(fault, operation);
      answer = problem;
      mediaType = PROBLEM_MEDIA_TYPE;
      const { code, status } = problem.body;
      const { callerId } = exchange;
      const caller = callerId === undefined ? {} : { userId: callerId };
      log.info('refused', { requestId, operation, status, code, ...caller });
    }
    if (answer.status >= 400) cacheControl = 'no-store';
    return toResponse(answer, mediaType, {
      ...exchange.commonHeaders(),
      'Cache-Control': cacheControl,
      ...(answer.body !== undefined && { 'Content-Language': exchange.language }),
    });
  };
}

/** Turns an endpoint into a function's handler. */
export function serve(endpoint: AnyEndpoint, wire: Wire): Handler {
  return respond(endpoint.name, endpoint.cacheControl ?? 'no-store', wire, (exchange) =>
    exchange.answer(endpoint),
  );
}
