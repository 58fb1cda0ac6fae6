/**
 * The entry of a hash worker: the only place that runs bcrypt. It takes pre-hashed strings, never
 * passwords, answers each job with one reply, and neither logs nor says why a job failed: the
 * text of an error could hold a part of a hash.
 */
import { parentPort } from 'node:worker_threads';
import bcrypt from 'bcryptjs';

/** `preHash`: 64 characters, so that bcrypt's 72 bytes hold all of it. `cost`: log2 of rounds. */
export type HashJob =
  | { readonly kind: 'hash'; readonly preHash: string; readonly cost: number }
  | {
      readonly kind: 'verify';
      readonly preHash: string;
      readonly bcrypt: string;
      /** Hashes to compute as well, for their work alone, when the two do not match. */
      readonly topUpCosts: readonly number[];
    };

export type HashReply =
  | { readonly kind: 'hash'; readonly bcrypt: string }
  | {
      readonly kind: 'verify';
      readonly isMatch: boolean;
      /** The cost of each bcrypt run that this took. */
      readonly costs: readonly number[];
    };

export type WorkerReply = HashReply | { readonly kind: 'failed' };

function perform(job: HashJob): HashReply {
  if (job.kind === 'hash') return { kind: 'hash', bcrypt: bcrypt.hashSync(job.preHash, job.cost) };
  const ownCost = bcrypt.getRounds(job.bcrypt);
  if (bcrypt.compareSync(job.preHash, job.bcrypt)) {
    return { kind: 'verify', isMatch: true, costs: [ownCost] };
  }
  for (const cost of job.topUpCosts) bcrypt.hashSync(job.preHash, cost);
  return { kind: 'verify', isMatch: false, costs: [ownCost, ...job.topUpCosts] };
}

function reply(job: HashJob): WorkerReply {
  try {
    return perform(job);
  } catch {
    return { kind: 'failed' };
  }
}

parentPort?.on('message', (job: HashJob) => parentPort?.postMessage(reply(job)));
