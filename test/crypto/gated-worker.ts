/**
 * Says which job began, by its password or pre-hash, and answers on a signal. `crash` ends
 * the thread and `refuse` is refused, both at once.
 */
import { BroadcastChannel, parentPort } from 'node:worker_threads';
import type { HashJob, HashReply, WorkerReply } from '../../shared/crypto/password/hash-worker.ts';

/** Written again in the test, since a thread that imports this file answers its jobs. */
const GATE = 'gated-worker';
export type GateMessage = { readonly began: string } | { readonly end: string };

const gate = new BroadcastChannel(GATE);
let running: { readonly name: string; readonly reply: HashReply } | undefined;

parentPort?.on('message', (job: HashJob) => {
  if (job.kind === 'verify') {
    parentPort?.postMessage({ kind: 'verify', isMatch: false, costs: [] } satisfies HashReply);
    return;
  }
  const isDigest = job.kind === 'digest';
  const reply: HashReply = isDigest ? { kind: 'digest', digest: '' } : { kind: 'hash', bcrypt: '' };
  const name = isDigest ? job.password : job.preHash;
  if (name === 'crash') process.exit(1);
  if (name === 'refuse') {
    parentPort?.postMessage({ kind: 'failed' } satisfies WorkerReply);
    return;
  }
  running = { name, reply };
  gate.postMessage({ began: running.name } satisfies GateMessage);
});

gate.onmessage = ({ data }: { readonly data: unknown }) => {
  const message = data as GateMessage;
  if (!('end' in message) || message.end !== running?.name) return;
  const { reply } = running;
  running = undefined;
  parentPort?.postMessage(reply);
};
