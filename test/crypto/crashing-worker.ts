/** The real worker, which stops when a job says so. */
import { parentPort } from 'node:worker_threads';
import type { HashJob } from '../../shared/crypto/password/hash-worker.ts';

const CRASH = 'crash';
const CRASH_WHEN_IDLE = 'crash when idle';

parentPort?.on('message', (job: HashJob) => {
  if (job.kind === 'digest') return;
  if (job.preHash === CRASH) process.exit(1);
  if (job.preHash === CRASH_WHEN_IDLE) setImmediate(() => process.exit(1));
});
await import('../../shared/crypto/password/hash-worker.ts');
