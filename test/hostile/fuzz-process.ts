import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Service } from '../fixture/service.ts';

/** Measures the heap of a process after its garbage collection. */
export interface Held {
  readonly heapMiB: number;
  /** Sockets, timers, ports. */
  readonly resources: number;
}

/** The service must be started with this: its inspector then takes a free port. */
export const INSPECTED = { NODE_OPTIONS: '--inspect-port=0' } as const;

/**
 * Reads from the service's process, through Node's inspector, its heap. Its resident memory
 * would say little: Node leaves garbage lie for as long as there is room.
 */
export async function heldBy(service: Service): Promise<Held> {
  const { pid } = JSON.parse(readFileSync(join(service.directory, 'lock'), 'utf8'));
  // Node opens its inspector at this signal, and says where.
  process.kill(pid, 'SIGUSR1');
  const address = () => /Debugger listening on (ws:\S+)/.exec(service.log)?.[1];
  await expect.poll(address, { timeout: 20_000 }).toBeDefined();
  const socket = new WebSocket(address() as string);
  await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
  const ask = (method: string, params: object = {}) =>
    new Promise<Record<string, unknown>>((resolve) => {
      const read = (event: MessageEvent) => resolve(JSON.parse(event.data).result);
      socket.addEventListener('message', read, { once: true });
      socket.send(JSON.stringify({ id: 1, method, params }));
    });
  await ask('HeapProfiler.collectGarbage');
  const { usedSize } = await ask('Runtime.getHeapUsage');
  const expression = 'process.getActiveResourcesInfo().length';
  const { result } = await ask('Runtime.evaluate', { expression });
  socket.close();
  const resources = (result as { readonly value: number }).value;
  return { heapMiB: Math.round(Number(usedSize) / 2 ** 20), resources };
}
