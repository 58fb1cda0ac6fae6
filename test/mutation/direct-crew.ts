import { setImmediate as turn } from 'node:timers/promises';
import bcryptjs from 'bcryptjs';
import type { CrewOptions, HashDone } from '../../shared/crypto/hash-crew.ts';
import type { HashJob, HashReply } from '../../shared/crypto/hash-worker.ts';

function perform(job: HashJob): HashReply {
  if (job.kind === 'hash') {
    return { kind: 'hash', bcrypt: bcryptjs.hashSync(job.preHash, job.cost) };
  }
  const isMatch = bcryptjs.compareSync(job.preHash, job.bcrypt);
  return { kind: 'verify', isMatch, costs: [bcryptjs.getRounds(job.bcrypt)] };
}

/**
 * In the place of shared/crypto/hash-crew.ts while Stryker runs: at the lowest cost the start of a
 * thread takes a hundred times as long as a hash.
 */
export class HashCrew {
  readonly #clock: CrewOptions['clock'];
  #latest: Promise<unknown> = Promise.resolve();
  isClosed = false;

  constructor({ clock }: CrewOptions) {
    this.#clock = clock;
  }

  run(_network: string, job: HashJob): Promise<HashDone> {
    const done = this.#latest.then(async () => {
      const startedAtMs = this.#clock.now();
      await turn();
      return { reply: perform(job), hashingMs: this.#clock.now() - startedAtMs };
    });
    this.#latest = done;
    return done;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.#latest;
  }
}
