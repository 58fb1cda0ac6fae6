/** Answers each job after a time that does not depend on the machine. */
import { parentPort } from 'node:worker_threads';
import type { HashReply } from '../../shared/crypto/password/hash-worker.ts';

export const JOB_MS = 50;

parentPort?.on('message', () => {
  const reply: HashReply = { kind: 'hash', bcrypt: '' };
  setTimeout(() => parentPort?.postMessage(reply), JOB_MS);
});
