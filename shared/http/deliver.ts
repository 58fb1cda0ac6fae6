import type { InvocationContext, Timer } from '@azure/functions';
import { deliverNotices } from '../operation/deliver-notices.ts';
import type { Log } from '../port/log.ts';
import { MAIL_LANE } from '../port/notice.ts';
import type { Services } from './endpoint.ts';
import { createCallLog, describeFault } from './log.ts';
import { measureFailedRun, requireServices, telemetryOf } from './request-pipeline.ts';
import { type LoadServices, tryLoadServices } from './serve.ts';

const NAME = 'deliverNotices';

/** Runs each lane on its own: one that fails holds back no other. */
async function run(services: Services, log: Log, requestId: string): Promise<void> {
  const runs = services.openLanes().map(async (lane) => {
    const report = await deliverNotices(services, lane, { requestId });
    const { accepted, failed, undeliverable, isUnfinished, isStopped, oldestLagMs: lagMs } = report;
    const { label: host } = lane;
    const channel = lane.name === MAIL_LANE ? 'mail' : 'webhook';
    services.telemetry.measure({
      kind: 'notices',
      ...{ channel, accepted, failed, undeliverable, lagMs },
    });
    if (isStopped) log.error('a webhook is stopped: it answered 410', { requestId, host });
    if (accepted + failed + undeliverable === 0 && !isUnfinished) return;
    const message = isUnfinished ? 'notices are left; the next run continues' : 'notices are sent';
    log.info(message, { requestId, operation: NAME, host, count: accepted, failed });
  });
  const ended = await Promise.allSettled(runs);
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}

/** Makes the timer's handler, which returns at once if no lane is set. */
export function deliver(loadServices: LoadServices) {
  return async (_timer: Timer, context: InvocationContext): Promise<void> => {
    const loaded = await tryLoadServices(loadServices);
    if ('services' in loaded && loaded.services.lanes.length === 0) return;
    const log = createCallLog(context);
    const { invocationId: requestId, traceContext } = context;
    const { traceParent } = traceContext ?? {};
    const span = { kind: 'function', name: NAME, invocationId: requestId, traceParent } as const;
    const telemetry = telemetryOf(loaded);
    await telemetry.trace(span, async () => {
      try {
        await run(requireServices(loaded), log, requestId);
      } catch (fault) {
        measureFailedRun(telemetry, NAME, fault);
        log.error('notices could not be sent', { requestId, ...describeFault(fault) });
        throw new Error('notices could not be sent; see the log');
      }
    });
  };
}
