/** The built service in a process of its own, and a plain client; benchmarks share them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const START = fileURLToPath(new URL('../../dist/local/start.cjs', import.meta.url));
export const LOOP_DELAY = fileURLToPath(new URL('./loop-delay.cjs', import.meta.url));
export const PASSWORD = 'orbit lantern velvet 93';

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers are read as they come
  readonly body: any;
  readonly durationMs: number;
}

export interface CallOptions {
  readonly body?: object;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Keeps its connections; as many at a time as calls are under way. */
export class Client {
  readonly #origin: string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(origin: string) {
    this.#origin = origin;
  }

  call(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
    const text = options.body === undefined ? '' : JSON.stringify(options.body);
    const headers = {
      ...(text !== '' && {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
      }),
      ...(options.token !== undefined && { authorization: `Bearer ${options.token}` }),
      ...options.headers,
    };
    const startedAtMs = performance.now();
    return new Promise((resolve, reject) => {
      const target = new URL(path, this.#origin);
      const outgoing = request(target, { method, headers, agent: this.#agent }, (answer) => {
        let received = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk) => {
          received += chunk;
        });
        answer.on('end', () => {
          const durationMs = performance.now() - startedAtMs;
          const isJson = answer.headers['content-type']?.includes('json');
          const body = isJson ? JSON.parse(received) : received;
          resolve({ status: answer.statusCode ?? 0, body, durationMs });
        });
      });
      outgoing.on('error', reject);
      outgoing.end(text);
    });
  }

  signIn(userName: string, password: string, headers: Record<string, string> = {}) {
    return this.call('POST', '/api/sign-in', { body: { userName, password }, headers });
  }

  /** Temporary password to {@link PASSWORD}; the access token. */
  async chooseOwnPassword(userName: string, temporaryPassword: string): Promise<string> {
    const { changeToken } = (await this.signIn(userName, temporaryPassword)).body;
    const body = { newPassword: PASSWORD };
    const changed = await this.call('POST', '/api/me/password', { body, token: changeToken });
    if (changed.status !== 200) throw new Error(`a change was answered ${changed.status}`);
    return changed.body.accessToken;
  }

  /** A new user with {@link PASSWORD}. */
  async addUser(adminToken: string, userName: string): Promise<{ userId: string; token: string }> {
    const body = { userName, displayName: userName, roles: ['salesAgent'] };
    const made = await this.call('POST', '/api/users', { body, token: adminToken });
    if (made.status !== 201) throw new Error(`a user was answered ${made.status}`);
    const token = await this.chooseOwnPassword(userName, made.body.temporaryPassword.value);
    return { userId: made.body.user.userId, token };
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** The report of loop-delay.cjs. The delay has the monitor's own millisecond in it. */
export interface ProcessLoad {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly cpuMs: number;
  readonly rssMiB: number;
}

export interface RunningService {
  readonly origin: string;
  readonly client: Client;
  /** `native` or `bcryptjs`. */
  readonly hashEngine: string;
  /** Since the last `reset`, but for memory and processor time, which are as of now. */
  load(question: 'reset' | 'tell'): Promise<ProcessLoad>;
  /** The first admin's access token; the password is {@link PASSWORD}. */
  signInAdmin(): Promise<string>;
  stop(): Promise<void>;
}

/** Reads the report of a process that loaded {@link LOOP_DELAY}. */
export async function loadOf(
  child: ChildProcess,
  question: 'reset' | 'tell',
): Promise<ProcessLoad> {
  const told = once(child, 'message');
  child.send(question);
  const [load] = await told;
  return load as ProcessLoad;
}

export async function startService(
  env: Record<string, string>,
  options: readonly string[] = [],
): Promise<RunningService> {
  const args = ['--require', LOOP_DELAY, START, '--port', '0', '--json', ...options];
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
  });
  const [line] = await once(createInterface({ input: child.stdout as Readable }), 'line');
  const { origin, admins, hashEngine } = JSON.parse(line);
  const client = new Client(origin);
  const [admin] = admins;
  return {
    origin,
    client,
    hashEngine,
    load: (question) => loadOf(child, question),
    signInAdmin: () => client.chooseOwnPassword(admin.userName, admin.temporaryPassword),
    async stop() {
      client.close();
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
