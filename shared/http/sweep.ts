import type { InvocationContext, Timer } from '@azure/functions';
import { expireTemporaryPasswords } from '../operation/expire-temporary-passwords.ts';
import { createLog, describeFault } from './log.ts';
import type { Wire } from './serve.ts';

/** The timer's handler: a failed run is a failed invocation, which the platform shows. */
export function sweep(wire: Wire) {
  return async (timer: Timer, context: InvocationContext): Promise<void> => {
    const log = createLog(context);
    const requestId = context.invocationId;
    try {
      const report = await expireTemporaryPasswords(await wire(), { requestId, log });
      const { expired: count, removed, left, failed } = report;
      const message = report.isUnfinished
        ? 'the sweep ran out of time; the next run goes on'
        : 'the sweep is done';
      log.info(message, { requestId, count, removed, left, failed });
      if (timer.isPastDue) log.warn('the sweep came late', { requestId });
    } catch (fault) {
      log.error('the sweep failed', { requestId, ...describeFault(fault) });
      throw new Error('the sweep failed; see the log');
    }
  };
}
