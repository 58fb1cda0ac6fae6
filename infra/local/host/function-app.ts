import { randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { HostLog, LogLevel, LogSource } from './host-log.ts';
import { supplyModule } from './supplied-module.ts';

/** The members of a registration by `app.http` or `app.timer` that a host reads. */
export interface Binding {
  readonly type: string;
  readonly direction?: string;
  readonly route?: string;
  readonly methods?: readonly string[];
  readonly schedule?: string;
}

type Callback = (...inputs: unknown[]) => unknown;

export interface RegisteredFunction {
  readonly name: string;
  /** The bindings by their names. */
  readonly bindings: Readonly<Record<string, Binding>>;
  readonly callback: Callback;
}

export interface FunctionApp {
  readonly functions: readonly RegisteredFunction[];
  /** The `routePrefix` of host.json; the platform's default is `api`. */
  readonly routePrefix: string;
  /** The `hsts` of host.json as the header's value; undefined if it has none. */
  readonly transportSecurity: string | undefined;
  /**
   * Runs a function once, hooks included; returns its answer in the host's protocol.
   * @throws the error of the function, unless a hook cleared it
   */
  invoke(target: RegisteredFunction, trigger: TriggerInput): Promise<RpcResponse>;
  /** Runs the `appTerminate` hooks. */
  terminate(): Promise<void>;
}

export interface TriggerInput {
  /** The trigger's value in the host's protocol: `{http: …}` or `{json: …}`. */
  readonly value: object;
  /** The W3C trace context of the caller. */
  readonly traceParent?: string | undefined;
  readonly traceState?: string | undefined;
}

export interface RpcResponse {
  readonly returnValue?: { readonly http?: RpcHttpResponse } | null;
}

export interface RpcHttpResponse {
  readonly statusCode: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies?: readonly RpcCookie[];
  readonly body?: { readonly bytes?: Uint8Array } | null;
}

export interface RpcCookie {
  readonly name: string;
  readonly value: string;
  readonly domain?: { readonly value: string };
  readonly path?: { readonly value: string };
  readonly expires?: { readonly value: { readonly seconds: number } };
  readonly maxAge?: { readonly value: number };
  readonly secure?: { readonly value: boolean };
  readonly httpOnly?: { readonly value: boolean };
  readonly sameSite: 'none' | 'lax' | 'strict' | 'explicitNone';
}

/** The inner face of `@azure/functions`; its shapes are those of the platform's protocol. */
interface ProgrammingModel {
  getCapabilities(capabilities: object): Promise<object>;
  getInvocationModel(context: object): InvocationModel;
}

interface InvocationModel {
  getArguments(): Promise<{ context: object; inputs: unknown[] }>;
  invokeFunction(context: object, inputs: unknown[], callback: Callback): Promise<unknown>;
  getResponse(context: object, result: unknown): Promise<RpcResponse>;
}

type HookCallback = (context: Record<string, unknown>) => unknown;

const HOOKS = ['appStart', 'appTerminate', 'preInvocation', 'postInvocation', 'log'] as const;
type HookName = (typeof HOOKS)[number];

/** The names of functions that the platform allows. */
const FUNCTION_NAME = /^[A-Za-z][\w-]{0,127}$/;

/**
 * Loads the package of a function app as the platform's worker does: `@azure/functions-core` is
 * supplied, the file that `main` names is loaded, its registrations are kept.
 */
export async function loadFunctionApp(options: {
  readonly packageDirectory: string;
  readonly log: HostLog;
}): Promise<FunctionApp> {
  const directory = resolve(options.packageDirectory);
  const manifest = await readJson<{ main?: string }>(join(directory, 'package.json'));
  const hostFile = await readJson<HostFile>(join(directory, 'host.json'));
  if (manifest.main === undefined) throw new Error(`${directory}/package.json names no "main".`);
  const worker = new Worker(options.log);
  supplyModule('@azure/functions-core', worker.core());
  const require = createRequire(join(directory, 'package.json'));
  const main = require.resolve(join(directory, manifest.main));
  // A second host in this process gets a copy of its own: the package registers while it loads.
  delete require.cache[main];
  require(main);
  await worker.start();
  return {
    functions: [...worker.functions.values()],
    routePrefix: hostFile.extensions?.http?.routePrefix ?? 'api',
    transportSecurity: transportSecurityOf(hostFile),
    invoke: (target, trigger) => worker.invoke(target, trigger),
    terminate: () => worker.runHooks('appTerminate', { hookData: {} }),
  };
}

interface HostFile {
  readonly extensions?: {
    readonly http?: {
      readonly routePrefix?: string;
      readonly hsts?: { readonly isEnabled?: boolean; readonly maxAge?: string };
    };
  };
}

/** Returns the header of RFC 6797 section 6.1. `maxAge` is .NET's `days.hours:minutes:seconds`. */
function transportSecurityOf({ extensions }: HostFile): string | undefined {
  const { isEnabled = false, maxAge = '' } = extensions?.http?.hsts ?? {};
  if (!isEnabled) return undefined;
  const [, ...parts] = /^(\d+)\.(\d\d):(\d\d):(\d\d)$/.exec(maxAge) ?? [];
  if (parts.length === 0) throw new Error(`The local host cannot read the maxAge "${maxAge}".`);
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.map(Number);
  return `max-age=${((days * 24 + hours) * 60 + minutes) * 60 + seconds}`;
}

async function readJson<Shape>(file: string): Promise<Shape> {
  return JSON.parse(await readFile(file, 'utf8')) as Shape;
}

/** The worker's half of the protocol: registrations, hooks, invocations. */
class Worker {
  readonly functions = new Map<string, RegisteredFunction>();
  readonly #log: HostLog;
  readonly #hooks = new Map<HookName, HookCallback[]>(HOOKS.map((name) => [name, []]));
  #model: ProgrammingModel | undefined;
  #isStarted = false;

  constructor(log: HostLog) {
    this.#log = log;
  }

  /** Returns the module of `require('@azure/functions-core')`. */
  core(): object {
    return {
      version: '4.0.0',
      hostVersion: '4.1000.0',
      Disposable,
      setProgrammingModel: (model: ProgrammingModel) => {
        this.#model = model;
      },
      getProgrammingModel: () => this.#model,
      log: (level: LogLevel, category: string, message: string) =>
        this.#write(level, category, message, undefined),
      registerHook: (name: HookName, callback: HookCallback) => this.#registerHook(name, callback),
      registerFunction: (
        metadata: { name: string; bindings: RegisteredFunction['bindings'] },
        callback: Callback,
      ) => this.#registerFunction({ ...metadata, callback }),
    };
  }

  async start(): Promise<void> {
    if (this.#model === undefined) throw new Error('The package registers no functions.');
    this.#isStarted = true;
    await this.runHooks('appStart', { hookData: {} });
    await this.#model.getCapabilities({});
  }

  async runHooks(name: HookName, context: Record<string, unknown>): Promise<void> {
    for (const callback of this.#hooks.get(name) ?? []) await callback(context);
  }

  async invoke(target: RegisteredFunction, trigger: TriggerInput): Promise<RpcResponse> {
    const core = this.#coreContext(target, trigger);
    const model = (this.#model as ProgrammingModel).getInvocationModel(core);
    const { context, inputs } = await model.getArguments();
    const shared = { hookData: {}, invocationContext: context };
    const before = { ...shared, inputs, functionCallback: target.callback };
    core.state = 'preInvocationHooks';
    await this.runHooks('preInvocation', before);
    core.state = 'invocation';
    const after: Record<string, unknown> = { ...shared, inputs: before.inputs };
    try {
      const { functionCallback } = before;
      after.result = await model.invokeFunction(context, before.inputs, functionCallback);
    } catch (error) {
      after.error = error ?? new Error('The function threw nothing.');
    }
    core.state = 'postInvocationHooks';
    await this.runHooks('postInvocation', after);
    if (after.error !== undefined && after.error !== null) throw after.error;
    return model.getResponse(context, after.result);
  }

  #coreContext(target: RegisteredFunction, trigger: TriggerInput) {
    const invocationId = randomUUID();
    const [name] = Object.entries(target.bindings).find(([, each]) => isTrigger(each)) ?? [];
    const parent = trigger.traceParent ?? newTraceParent();
    return {
      invocationId,
      metadata: { name: target.name, bindings: target.bindings },
      state: undefined as string | undefined,
      log: (level: LogLevel, category: string, message: string) =>
        this.#write(level, category, message, {
          operation: target.name,
          requestId: invocationId,
        }),
      request: {
        invocationId,
        functionId: target.name,
        inputData: [{ name, data: trigger.value }],
        triggerMetadata: {},
        traceContext: { traceParent: parent, traceState: trigger.traceState ?? '', attributes: {} },
      },
    };
  }

  #registerHook(name: HookName, callback: HookCallback): Disposable {
    const callbacks = this.#hooks.get(name);
    if (callbacks === undefined) throw new RangeError(`Unrecognized hook "${name}".`);
    callbacks.push(callback);
    return new Disposable(() => {
      const index = callbacks.indexOf(callback);
      if (index >= 0) callbacks.splice(index, 1);
    });
  }

  #registerFunction(registered: RegisteredFunction): Disposable {
    const { name } = registered;
    if (this.#isStarted) throw new Error('Functions can be registered only while the app loads.');
    if (!FUNCTION_NAME.test(name)) throw new Error(`"${name}" cannot be a function's name.`);
    const key = name.toLowerCase();
    if (this.functions.has(key)) throw new Error(`Two functions are called "${name}".`);
    this.functions.set(key, registered);
    return new Disposable(() => this.functions.delete(key));
  }

  #write(level: LogLevel, category: string, message: string, source: LogSource | undefined): void {
    const entry: Record<string, unknown> = { level, category, message, hookData: {} };
    for (const callback of this.#hooks.get('log') ?? []) callback(entry);
    this.#log(entry.level as LogLevel, String(entry.message), source);
  }
}

/** Undoes a registration. */
class Disposable {
  readonly #undo: () => void;

  constructor(undo: () => void) {
    this.#undo = undo;
  }

  dispose(): void {
    this.#undo();
  }
}

export function isTrigger(binding: Binding): boolean {
  return binding.type.toLowerCase().endsWith('trigger');
}

/** Makes a W3C Trace Context (section 3.2), sampled, as a platform with telemetry does. */
function newTraceParent(): string {
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
}
