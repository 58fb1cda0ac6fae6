import type { InvocationContext, Timer } from '@azure/functions';
import { expireTemporaryPasswords } from '../operation/expire-temporary-passwords.ts';
import type { Log } from '../port/log.ts';
import type { Telemetry } from '../port/telemetry.ts';
import { Unavailable } from '../port/unavailable.ts';
import type { Services } from './endpoint.ts';
import { createCallLog, describeFault } from './log.ts';
import { requireServices, telemetryOf } from './request-pipeline.ts';
import { type LoadServices, tryLoadServices } from './serve.ts';

const NAME = 'expireTemporaryPasswords';

async function run(services: Services, context: { requestId: string; log: Log }): Promise<void> {
  const { requestId, log } = context;
  const report = await expireTemporaryPasswords(services, context);
  const { expired, removed, left, failed, isUnfinished, oldestLagMs: lagMs } = report;
  const outcome = isUnfinished ? 'unfinished' : 'done';
  services.telemetry.measure({ kind: 'sweep', outcome, expired, lagMs });
  const message = isUnfinished
    ? 'the sweep ran out of time; the next run goes on'
    : 'the sweep is done';
  log.info(message, { requestId, count: expired, removed, left, failed });
}

function measureFailure(telemetry: Telemetry, fault: unknown): void {
  telemetry.measure({ kind: 'sweep', outcome: 'failed', expired: 0 });
  const isOutage = fault instanceof Unavailable;
  const code = isOutage ? 'dependency-unavailable' : 'internal-error';
  const parts = isOutage ? { parts: [fault.part] } : {};
  telemetry.measure({ kind: 'failure', operation: NAME, code, ...parts });
}

/** Creates the timer's handler: a failed run is a failed invocation, which the platform shows. */
export function sweep(loadServices: LoadServices) {
  return async (timer: Timer, context: InvocationContext): Promise<void> => {
    const log = createCallLog(context);
    const requestId = context.invocationId;
    const loaded = await tryLoadServices(loadServices);
    const telemetry = telemetryOf(loaded);
    const { traceParent } = context.traceContext ?? {};
    const span = { kind: 'function', name: NAME, invocationId: requestId, traceParent } as const;
    await telemetry.trace(span, async () => {
      try {
        await run(requireServices(loaded), { requestId, log });
        if (timer.isPastDue) log.warn('the sweep is late', { requestId });
      } catch (fault) {
        measureFailure(telemetry, fault);
        log.error('the sweep failed', { requestId, ...describeFault(fault) });
        throw new Error('the sweep failed; see the log');
      }
    });
  };
}
