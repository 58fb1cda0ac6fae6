/**
 * The entry of a hash worker: the only place that runs bcrypt. It takes pre-hashed strings, and a
 * password only for another system's hash of it; never a pepper. It answers each job with one
 * reply, and neither logs nor explains why a job failed: the text of an error could hold a part of
 * a hash.
 */
import { constants, getPriority, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import bcryptjs from 'bcryptjs';
import {
  type BcryptEngine,
  type EngineChoice,
  openNativeEngine,
  SALT_BYTES,
} from './bcrypt-engine.ts';
import { importedDigest } from './imported-digest.ts';
import { parseLegacyHashScheme } from './imported-hash.ts';

/** `preHash`: 64 characters, so that bcrypt's 72 bytes hold all of it. `cost`: log2 of rounds. */
export type HashJob =
  | {
      readonly kind: 'hash';
      readonly preHash: string;
      readonly cost: number;
      /** The 22 characters of a stored hash; without it the hash has a salt of its own. */
      readonly salt?: string | undefined;
    }
  | {
      readonly kind: 'verify';
      readonly preHash: string;
      readonly bcrypt: string;
      /**
       * The costs of hashes to compute as well, for their work alone, when the two do not match.
       */
      readonly topUpCosts: readonly number[];
    }
  /** Computes the digest that another system would have stored; see imported-digest.ts. */
  | { readonly kind: 'digest'; readonly password: string; readonly wrapping: string };

export type HashReply =
  | { readonly kind: 'hash'; readonly bcrypt: string }
  | { readonly kind: 'digest'; readonly digest: string }
  | {
      readonly kind: 'verify';
      readonly isMatch: boolean;
      /** The cost of each bcrypt run of this job. */
      readonly costs: readonly number[];
    };

export type WorkerReply = HashReply | { readonly kind: 'failed' };

/** The data that a thread is started with. */
export interface WorkerStart {
  readonly engine: EngineChoice;
}

function hashInScript(text: string, cost: number, salt?: Uint8Array): string {
  if (salt === undefined) return bcryptjs.hashSync(text, cost);
  const digits = String(cost).padStart(2, '0');
  return bcryptjs.hashSync(text, `$2b$${digits}$${bcryptjs.encodeBase64(salt, SALT_BYTES)}`);
}

/**
 * Opens the engine.
 * @throws {Error} the native engine is demanded and not usable here
 */
function openEngine(choice: EngineChoice): BcryptEngine {
  const native = choice === 'bcryptjs' ? undefined : openNativeEngine();
  if (native !== undefined) return native;
  if (choice === 'native') throw new Error('The native bcrypt engine could not be loaded.');
  return { hash: hashInScript, verify: bcryptjs.compareSync };
}

/**
 * Lowers the priority of the thread. Linux gives each thread a priority of its own, and `0` is the
 * calling one: requests without a hash to compute do not wait for a processor behind those with
 * one. (Elsewhere it would be the whole process.)
 */
function giveWay(): void {
  if (process.platform !== 'linux') return;
  try {
    const { PRIORITY_BELOW_NORMAL, PRIORITY_LOW } = constants.priority;
    setPriority(0, Math.min(getPriority() + PRIORITY_BELOW_NORMAL, PRIORITY_LOW));
  } catch {
    // A sandbox forbids it: requests wait a little longer, and that is all.
  }
}

giveWay();
const engine = openEngine((workerData as WorkerStart).engine);

function digestOf(password: string, text: string): string {
  const wrapping = parseLegacyHashScheme(text);
  if (wrapping === undefined) throw new Error('A legacy hash scheme is malformed.');
  // Not the engine, which makes its own salts or takes them as bytes.
  return importedDigest(password, wrapping, bcryptjs.hashSync);
}

function perform(job: HashJob): HashReply {
  if (job.kind === 'digest') {
    return { kind: 'digest', digest: digestOf(job.password, job.wrapping) };
  }
  if (job.kind === 'hash') {
    const { preHash, cost, salt } = job;
    const bytes =
      salt === undefined ? undefined : Uint8Array.from(bcryptjs.decodeBase64(salt, SALT_BYTES));
    return { kind: 'hash', bcrypt: engine.hash(preHash, cost, bytes) };
  }
  const ownCost = bcryptjs.getRounds(job.bcrypt);
  if (engine.verify(job.preHash, job.bcrypt)) {
    return { kind: 'verify', isMatch: true, costs: [ownCost] };
  }
  for (const cost of job.topUpCosts) engine.hash(job.preHash, cost);
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
