/** An app in the local host, in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { Client } from '../client.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Makes the host in one file: the types of its sources would count. @returns its path */
export async function buildHost(directory: string): Promise<string> {
  const outfile = join(directory, 'host.mjs');
  const require = 'const require=createRequire(import.meta.url);';
  await build({
    entryPoints: ['test/benchmark/cold-start/host.ts'],
    absWorkingDir: ROOT,
    ...{ bundle: true, minify: true, platform: 'node', target: 'node22', format: 'esm', outfile },
    external: ['@azure/functions-core'],
    banner: { js: `import{createRequire}from'node:module';${require}` },
  });
  return outfile;
}

export interface RunningHost {
  readonly child: ChildProcess;
  readonly client: Client;
}

export interface HostedApp {
  readonly packageDirectory: string;
  readonly caFile: string;
  readonly env: Readonly<Record<string, string>>;
}

export async function startHost(
  host: string,
  { packageDirectory, caFile, env }: HostedApp,
): Promise<RunningHost> {
  const child = spawn(process.execPath, [host, packageDirectory, caFile], {
    env,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const [origin] = await once(createInterface({ input: child.stdout as Readable }), 'line');
  return { child, client: new Client(origin) };
}

/** By a signal unless it is to leave what it compiled behind, which a process does at its end. */
export async function stopHost({ child, client }: RunningHost, how: 'kill' | 'end'): Promise<void> {
  client.close();
  const ended = once(child, 'exit');
  if (how === 'kill') child.kill('SIGKILL');
  else child.send('end');
  await ended;
}
