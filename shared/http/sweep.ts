import type { InvocationContext, Timer } from '@azure/functions';
import { expireTemporaryPasswords } from '../operation/expire-temporary-passwords.ts';
import type { Log } from '../port/log.ts';
import type { Services } from './endpoint.ts';
import { createCallLog, describeFault } from './log.ts';
import { measureFailedRun, requireServices, telemetryOf } from './request-pipeline.ts';
import { type LoadServices, tryLoadServices } from './serve.ts';

const NAME = 'expireTemporaryPasswords';

async function run(services: Services, context: { requestId: string; log: Log }): Promise<void> {
  const { requestId, log } = context;
  const report = await expireTemporaryPasswords(services, context);
  const { expired, removed, left, failed, isUnfinished, oldestLagMs: lagMs } = report;
  const outcome = isUnfinished ? 'unfinished' : 'done';
  services.telemetry.measure({ kind: 'sweep', outcome, expired, lagMs });
  const message = isUnfinished
    ? 'the sweep ran out of time; the next run continues'
    : 'the sweep is done';
  log.info(message, { requestId, count: expired, removed, left, failed });
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
        telemetry.measure({ kind: 'sweep', outcome: 'failed', expired: 0 });
        measureFailedRun(telemetry, NAME, fault);
        log.error('the sweep failed', { requestId, ...describeFault(fault) });
        throw new Error('the sweep failed; see the log');
      }
    });
  };
}
