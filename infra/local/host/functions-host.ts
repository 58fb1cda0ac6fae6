import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeServer, waitUntil } from './close-server.ts';
import {
  type FunctionApp,
  loadFunctionApp,
  type RegisteredFunction,
  type RpcHttpResponse,
} from './function-app.ts';
import type { HostLog } from './host-log.ts';
import { headersOf, readBody, sendBare, sendRpcResponse, toRpcRequest } from './http-exchange.ts';
import { admit, HEADER_MAX_BYTES, type Platform, readPlatform } from './platform.ts';
import { findRoute, parseRoutes, type Route } from './route.ts';
import { expandSettings, parseSchedule, TIMER_INPUT, TimerTrigger } from './timer-trigger.ts';

const HOST = '127.0.0.1';
/** The time that a stop waits for open requests; a hash or a sweep takes far less. */
const STOP_GRACE_MS = 20_000;
export interface FunctionsHostOptions {
  /** The folder of package.json, the file that its `main` names, and host.json. */
  readonly packageDirectory: string;
  /** The port; 0 picks a free one. */
  readonly port: number;
  readonly log: HostLog;
  /** Runs once the address is known and before the app is loaded; requests wait meanwhile. */
  readonly beforeLoad?: (origin: string) => Promise<void>;
  /**
   * Runs after a function and before its answer is sent, and after each run of a timer (whose
   * method is `TIMER`). When it fails the answer is another one: the change may have happened.
   */
  readonly beforeAnswer?: (done: {
    readonly name: string;
    readonly method: string;
  }) => Promise<void>;
  /** The answer when `beforeAnswer` failed; a bare 503 where there is none. */
  readonly answerNotKept?: (lost: LostAnswer) => Promise<RpcHttpResponse>;
}

/** A request and its answer, which is not sent. */
export interface LostAnswer {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly answer: RpcHttpResponse | undefined;
}

export interface FunctionsHost {
  /** The address, `http://127.0.0.1:<port>`. */
  readonly origin: string;
  /** The names of the functions, in the order in which routes are tried. */
  readonly functions: readonly string[];
  /** Resolves when a run that began after this call has ended; rejects when it failed. */
  runTimer(name: string): Promise<void>;
  /** Stops accepting, answers open requests, runs the `appTerminate` hooks. */
  stop(): Promise<void>;
}

/** A loaded app, with the routes and timers that it registered. */
interface LoadedApp {
  readonly app: FunctionApp;
  readonly routes: readonly Route[];
  /** The timers by function name in lower case. */
  readonly timers: ReadonlyMap<string, TimerTrigger>;
}

/**
 * Starts an Azure Functions host for HTTP and timer triggers on 127.0.0.1. It behaves like the real
 * one also where that is odd, so that an app that works here works there.
 * @throws the error of loading; nothing is left running then
 */
export async function startFunctionsHost(options: FunctionsHostOptions): Promise<FunctionsHost> {
  const host = new Host(options);
  await host.listen();
  try {
    await options.beforeLoad?.(host.origin);
    await host.load();
  } catch (error) {
    await host.abandon();
    throw error;
  }
  return host;
}

class Host implements FunctionsHost {
  readonly #options: FunctionsHostOptions;
  readonly #server: Server;
  readonly #platform: Platform = readPlatform(process.env);
  readonly #inFlight = new Set<Promise<void>>();
  /** The loaded app; undefined if it could not be loaded. */
  readonly #loaded = Promise.withResolvers<LoadedApp | undefined>();
  #app: LoadedApp | undefined;
  #stopped: Promise<void> | undefined;
  origin = '';

  constructor(options: FunctionsHostOptions) {
    this.#options = options;
    this.#server = createServer({ maxHeaderSize: HEADER_MAX_BYTES }, (request, response) => {
      const exchange = this.#exchange(request, response).finally(() => {
        this.#inFlight.delete(exchange);
      });
      this.#inFlight.add(exchange);
    });
  }

  get functions(): readonly string[] {
    const names = this.#app?.app.functions.map(({ name }) => name) ?? [];
    return names.toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  }

  async listen(): Promise<void> {
    const { port } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, HOST, resolve);
    });
    const { port: taken } = this.#server.address() as AddressInfo;
    // As settings spell origins: without the default port, 80.
    this.origin = new URL(`http://${HOST}:${taken}`).origin;
  }

  async load(): Promise<void> {
    const app = await loadFunctionApp(this.#options);
    const routes = parseRoutes(app.functions, app.routePrefix);
    const timers = new Map(
      app.functions.flatMap((target) => {
        const timer = this.#timerOf(target);
        return timer === undefined ? [] : [[target.name.toLowerCase(), timer] as const];
      }),
    );
    this.#app = { app, routes, timers };
    for (const timer of timers.values()) timer.start();
    this.#loaded.resolve(this.#app);
  }

  async runTimer(name: string): Promise<void> {
    const timer = this.#app?.timers.get(name.toLowerCase());
    if (timer === undefined) throw new Error(`There is no timer function "${name}".`);
    await timer.runNow();
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  /** Ends a host whose app could not be loaded. */
  async abandon(): Promise<void> {
    this.#loaded.resolve(undefined);
    await closeServer(this.#server, this.#inFlight, Date.now());
  }

  async #stop(): Promise<void> {
    const deadline = Date.now() + STOP_GRACE_MS;
    const timers = [...(this.#app?.timers.values() ?? [])].map((timer) => timer.stop());
    await closeServer(this.#server, this.#inFlight, deadline);
    await Promise.race([Promise.all(timers), waitUntil(deadline)]);
    await this.#app?.app.terminate();
  }

  #timerOf(target: RegisteredFunction): TimerTrigger | undefined {
    const binding = Object.values(target.bindings).find((each) => each.type === 'timerTrigger');
    if (binding === undefined) return undefined;
    const schedule = parseSchedule(expandSettings(binding.schedule ?? '', process.env));
    return new TimerTrigger(schedule, () => this.#runTimer(target));
  }

  async #runTimer(target: RegisteredFunction): Promise<void> {
    const { app } = this.#app as LoadedApp;
    try {
      await app.invoke(target, { value: TIMER_INPUT });
      await this.#options.beforeAnswer?.({ name: target.name, method: 'TIMER' });
    } catch (error) {
      this.#options.log('error', `[${target.name}] failed: ${describe(error)}`);
      throw error;
    }
  }

  /** Answers a request. Never rejects: no request may stop the host. */
  async #exchange(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await readBody(request);
      const loaded = await this.#loaded.promise;
      if (loaded === undefined) return await sendBare(response, 503);
      if (this.#stopped !== undefined) response.setHeader('connection', 'close');
      const { transportSecurity } = loaded.app;
      const url = await admit(request, response, { ...this.#platform, transportSecurity });
      if (url === undefined) return;
      if (/^\/admin(?:\/|$)/i.test(url.pathname)) {
        return await this.#administer(loaded, request, response, url, body);
      }
      await this.#runHttp(loaded, request, response, url, body);
    } catch (error) {
      // A client that hangs up while sending gets no answer.
      if (request.destroyed && !request.complete) return;
      this.#options.log('error', `A request failed in the host: ${describe(error)}`);
      await sendBare(response, 500);
    }
  }

  async #runHttp(
    { app, routes }: LoadedApp,
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    body: Buffer,
  ): Promise<void> {
    const { method = '' } = request;
    const match = findRoute(routes, method, url.pathname);
    if (match === undefined) return sendBare(response, 404);
    const { target, params } = match;
    const http = toRpcRequest(request, url, params, body);
    let answer: RpcHttpResponse | undefined | 'failed';
    try {
      const { returnValue } = await app.invoke(target, {
        value: { http },
        traceParent: headerOf(request, 'traceparent'),
        traceState: headerOf(request, 'tracestate'),
      });
      answer = returnValue?.http;
    } catch (error) {
      this.#options.log('error', `[${target.name}] failed: ${describe(error)}`);
      answer = 'failed';
    }
    try {
      await this.#options.beforeAnswer?.({ name: target.name, method });
    } catch (error) {
      this.#options.log('error', `[${target.name}] was not made durable: ${describe(error)}`);
      const { answerNotKept } = this.#options;
      if (answerNotKept === undefined) return sendBare(response, 503, { 'retry-after': '1' });
      const lost = answer === 'failed' ? undefined : answer;
      answer = await answerNotKept({
        method,
        url: url.href,
        headers: headersOf(request),
        answer: lost,
      });
    }
    // The stop may have begun meanwhile.
    if (this.#stopped !== undefined && !response.headersSent) {
      response.setHeader('connection', 'close');
    }
    if (answer === 'failed') return sendBare(response, 500);
    await sendRpcResponse(response, answer);
  }

  /** `POST /admin/functions/<name>`: runs a timer in the background, as the real host does. */
  async #administer(
    { timers }: LoadedApp,
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    body: Buffer,
  ): Promise<void> {
    const [, , folder = '', name = '', ...rest] = url.pathname.replace(/\/$/, '').split('/');
    const timer = timers.get(name.toLowerCase());
    if (folder.toLowerCase() !== 'functions' || rest.length > 0 || timer === undefined) {
      return sendBare(response, 404);
    }
    if (request.method !== 'POST') return sendBare(response, 405, { allow: 'POST' });
    // A page of another origin cannot send this media type without a preflight.
    if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
      return sendBare(response, 415);
    }
    if (!isJson(body)) return sendBare(response, 400);
    timer.runNow().catch(() => {});
    await sendBare(response, 202);
  }
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

function isJson(body: Buffer): boolean {
  try {
    JSON.parse(body.toString());
    return true;
  } catch {
    return false;
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
