import { createHash, randomBytes } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import bcryptjs from 'bcryptjs';
import type { HashJob, HashReply } from '../../shared/crypto/password/hash-worker.ts';
import type {
  HashDone,
  HashWorkersOptions,
  HashWorkers as Threads,
} from '../../shared/crypto/password/hash-workers.ts';
import { importedDigest } from '../../shared/crypto/password/imported-digest.ts';
import { parseLegacyHashScheme } from '../../shared/crypto/password/imported-hash.ts';
import type { ClientNetwork } from '../../shared/port/hasher.ts';

function lettersOf(bytes: Buffer, count: number): string {
  return bytes.toString('base64').replaceAll('+', '.').slice(0, count);
}

/** In the form of bcrypt's: cost, 22 characters of salt, 31 of hash. */
function hash(preHash: string, cost: number, salt: string): string {
  const digest = createHash('sha256').update(`${cost} ${salt} ${preHash}`).digest();
  return `$2b$${String(cost).padStart(2, '0')}$${salt}${lettersOf(digest, 31)}`;
}

function perform(job: HashJob): HashReply {
  if (job.kind === 'digest') {
    const wrapping = parseLegacyHashScheme(job.wrapping);
    if (wrapping === undefined) throw new Error('A legacy hash scheme is malformed.');
    const digest = importedDigest(job.password, wrapping, bcryptjs.hashSync);
    return { kind: 'digest', digest };
  }
  if (job.kind === 'hash') {
    const salt = job.salt ?? lettersOf(randomBytes(18), 22);
    return { kind: 'hash', bcrypt: hash(job.preHash, job.cost, salt) };
  }
  const cost = Number(job.bcrypt.slice(4, 6));
  const isMatch = hash(job.preHash, cost, job.bcrypt.slice(7, 29)) === job.bcrypt;
  return { kind: 'verify', isMatch, costs: [cost] };
}

/**
 * Replaces shared/crypto/password/hash-workers.ts while Stryker runs: no threads, and SHA-256
 * in the form of bcrypt. How long a hash takes is no part of what is judged here.
 */
export class HashWorkers implements Pick<Threads, keyof Threads> {
  readonly #clock: HashWorkersOptions['clock'];
  #latest: Promise<unknown> = Promise.resolve();
  isClosed = false;

  constructor({ clock }: HashWorkersOptions) {
    this.#clock = clock;
  }

  prepare(): void {}

  run(_network: ClientNetwork, job: HashJob): Promise<HashDone> {
    const done = this.#latest.then(async () => {
      const startedAtMs = this.#clock.now();
      await turn();
      return { reply: perform(job), waitedMs: 0, hashingMs: this.#clock.now() - startedAtMs };
    });
    this.#latest = done;
    return done;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.#latest;
  }
}
