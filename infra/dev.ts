/**
 * `npm run dev`: the service for its developers.
 *
 * A change of the portal rebuilds its page, any other change rebuilds the bundles and restarts the
 * service on the same data directory (`.data/dev`); then each open page reloads itself and signs
 * in as the developer's admin. All of this is in a proxy before the service: the product has no
 * branch for it. 127.0.0.1 only.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { watchTree } from './bundle/watch-tree.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist/dev');
const DEFAULT_DATA = join(ROOT, '.data/dev');
const WATCHED = ['functions', 'shared', 'infra'];
const PORTAL_SOURCES = /^functions\/portal\//;
/** The pause after a change, for an editor writes a file in several steps. */
const SETTLE_MS = 30;
const RELOAD_PATH = '/dev/reload';

/** The admin of a developer's machine. It is public, as this file is, and of use only there. */
const ADMIN = { userName: 'admin@contoso.example', password: 'only a developer signs in so' };

/** Reloads when the service is new; fills in the sign-in form once for each load of the page. */
const PAGE_SCRIPT = `
new EventSource(${JSON.stringify(RELOAD_PATH)}).onmessage = () => location.reload();
const fill = (selector, value) => {
  const field = document.querySelector(selector);
  if (!field) return undefined;
  field.value = value;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  return field;
};
const signIn = () => {
  const password = fill('input[autocomplete=current-password]', ${JSON.stringify(ADMIN.password)});
  if (!password || !fill('input[autocomplete=username]', ${JSON.stringify(ADMIN.userName)})) return;
  observer.disconnect();
  password.form.requestSubmit();
};
const observer = new MutationObserver(signIn);
observer.observe(document.body, { childList: true, subtree: true });
signIn();
`;
const PAGE_SCRIPT_HASH = createHash('sha256').update(PAGE_SCRIPT).digest('base64');

interface Running {
  readonly child: ChildProcess;
  readonly origin: string;
}

/** Builds in a process of its own: it reads the sources anew, and compiles what is new of them. */
async function build(what: 'development' | 'portal'): Promise<void> {
  const child = spawn(process.execPath, [join(ROOT, 'infra/bundle/build.ts'), what], {
    env: { NODE_COMPILE_CACHE: join(DIST, 'compile-cache'), ...process.env },
    stdio: 'inherit',
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error('This does not build yet.');
}

const say = (line: string) => process.stdout.write(`${line}\n`);

async function post(origin: string, path: string, body: object, token?: string) {
  const headers = {
    'content-type': 'application/json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  const answer = await fetch(`${origin}${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  return (await answer.json()) as { readonly changeToken?: string };
}

/** Starts the built service; a new data directory gets the developer's admin. */
async function startService(publicOrigin: string, data: string): Promise<Running> {
  const start = join(DIST, 'local/start.cjs');
  const args = ['--port', '0', '--json', '--data', data, '--admin', ADMIN.userName];
  const child = spawn(process.execPath, [start, ...args], {
    env: { PORTAL_URL: `${publicOrigin}/`, ...process.env, PUBLIC_ORIGIN: publicOrigin },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  for await (const line of lines) {
    const { origin, admins } = JSON.parse(line);
    const [made] = admins;
    if (made !== undefined) {
      const { temporaryPassword: password } = made;
      const { userName } = ADMIN;
      const { changeToken } = await post(origin, '/api/sign-in', { userName, password });
      await post(origin, '/api/me/password', { newPassword: ADMIN.password }, changeToken);
    }
    return { child, origin };
  }
  throw new Error('The service did not start; the lines above say why.');
}

async function stopService({ child }: Running): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** The service, its pages, and the work under way when several files change at once. */
class Development {
  readonly #start: () => Promise<Running>;
  readonly #pages = new Set<ServerResponse>();
  #running: Promise<Running>;
  #changed = new Set<string>();
  /** The changes that are in no build yet, because one failed. */
  #unbuilt: readonly string[] = [];
  #work: Promise<void> | undefined;

  constructor(start: () => Promise<Running>) {
    this.#start = start;
    this.#running = start();
  }

  get running(): Promise<Running> {
    return this.#running;
  }

  note(file: string): void {
    this.#changed.add(file);
    this.#work ??= this.#rebuild().finally(() => {
      this.#work = undefined;
    });
  }

  async #rebuild(): Promise<void> {
    while (this.#changed.size > 0) {
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      const files = [...new Set([...this.#unbuilt, ...this.#changed])];
      this.#changed = new Set();
      const startedAtMs = Date.now();
      try {
        await (files.every((file) => PORTAL_SOURCES.test(file))
          ? build('portal')
          : this.#restart());
        this.#unbuilt = [];
        for (const page of this.#pages) page.write('data: new\n\n');
        say(`${files.join(', ')}: rebuilt in ${Date.now() - startedAtMs} ms`);
      } catch (error) {
        this.#unbuilt = files;
        const message = error instanceof Error ? error.message : String(error);
        say(`${message} The next save tries again.`);
      }
    }
  }

  async #restart(): Promise<void> {
    await build('development');
    const before = await this.#running.catch(() => undefined);
    if (before !== undefined) await stopService(before);
    this.#running = this.#start();
    await this.#running;
  }

  async answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    if (incoming.url === RELOAD_PATH) {
      outgoing.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      this.#pages.add(outgoing);
      outgoing.once('close', () => this.#pages.delete(outgoing));
      return;
    }
    const { origin } = await this.#running;
    const isPage = incoming.method === 'GET' && /^\/(?:\?|$)/.test(incoming.url ?? '');
    if (isPage) {
      await sendPage(outgoing);
      return;
    }
    const { method, headers, url } = incoming;
    const upstream = request(`${origin}${url}`, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    upstream.once('error', () => outgoing.destroy());
    incoming.pipe(upstream);
  }
}

/** Sends the page as it is on disk now, with the script that reloads it. */
async function sendPage(outgoing: ServerResponse): Promise<void> {
  const folder = join(DIST, 'package/portal');
  const [page, policy] = await Promise.all([
    readFile(join(folder, 'page.html'), 'utf8'),
    readFile(join(folder, 'content-security-policy.txt'), 'utf8'),
  ]);
  outgoing.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': policy.replace('script-src', `$& 'sha256-${PAGE_SCRIPT_HASH}'`),
  });
  outgoing.end(page.replace('</body>', `<script type="module">${PAGE_SCRIPT}</script></body>`));
}

/** Stops at the first signal, the service first. */
function stopOnSignal(development: Development): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, async () => {
      // There is none to stop where the last one did not start.
      await development.running.then(stopService, () => {});
      process.exit(0);
    });
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '7071' },
      data: { type: 'string', default: DEFAULT_DATA },
    },
  });
  await mkdir(dirname(values.data), { recursive: true });
  await build('development');
  let development: Development | undefined;
  const server = createServer((incoming, outgoing) => {
    development?.answer(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await once(server.listen(Number(values.port), '127.0.0.1'), 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  development = new Development(() => startService(origin, values.data));
  await development.running;
  stopOnSignal(development);
  for (const folder of WATCHED) {
    await watchTree(join(ROOT, folder), (name) => {
      if (/\.(?:ts|css|html|svg|json)$/.test(name)) development.note(`${folder}/${name}`);
    });
  }
  say(`${origin} signs you in as ${ADMIN.userName} (password: ${ADMIN.password}).`);
  say(`Data: ${values.data}. Save a file, and the page reloads. Ctrl-C stops it.`);
}

await main();
