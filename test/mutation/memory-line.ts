import { setImmediate as turn } from 'node:timers/promises';
import { toUnavailable } from '../../shared/azure/table-fault.ts';
import { Unavailable } from '../../shared/port.ts';

export interface MemoryCall {
  readonly method: string;
  /** Of a table, or `$batch`. */
  readonly path: string;
  readonly filter?: string;
}

/** In the place of the wire: calls are seen, and their answers can be lost or never come. */
export class MemoryLine {
  readonly sent: { readonly method: string; readonly url: URL }[] = [];
  /** Sees each answer after the work was done; returns it, or throws. */
  onAnswer:
    | ((answer: unknown, request: { readonly method: string; readonly url: URL }) => unknown)
    | undefined;
  #beforeRetry: (() => Promise<unknown>) | undefined;
  #isStopped = false;
  #etags = 0;

  /** Each call takes a turn of the event loop, so that calls at once come between one another. */
  async call<Answer>({ method, path, filter }: MemoryCall, work: () => Answer): Promise<Answer> {
    const url = new URL(`http://memory/${path}`);
    if (filter !== undefined) url.searchParams.set('$filter', filter);
    const request = { method, url };
    this.sent.push(request);
    await turn();
    if (this.#isStopped) throw new Unavailable('tables', 'stopped');
    let answer = work();
    const beforeRetry = method === 'GET' ? undefined : this.#beforeRetry;
    if (beforeRetry !== undefined) {
      this.#beforeRetry = undefined;
      await beforeRetry();
      // The client sends it again, and finds what it did.
      this.sent.push(request);
      answer = work();
    }
    try {
      await this.onAnswer?.({}, request);
    } catch (error) {
      throw toUnavailable(error);
    }
    return answer;
  }

  newEtag(): string {
    this.#etags += 1;
    return `etag-${this.#etags}`;
  }

  /** What is sent while `work` runs, as `GET accounts`, `POST $batch`. */
  async record(work: () => Promise<unknown>): Promise<readonly string[]> {
    const start = this.sent.length;
    await work();
    return this.sent.slice(start).map(({ method, url }) => `${method} ${url.pathname.slice(1)}`);
  }

  loseNextWriteAnswer(meanwhile: () => Promise<unknown> = async () => {}): void {
    this.#beforeRetry = meanwhile;
  }

  stop(): void {
    this.#isStopped = true;
  }
}
