import type { RequestContext } from './dependency.ts';

/** Waits for what may fail without taking back what was decided; a failure is only logged. */
export async function bestEffort(
  context: RequestContext,
  step: string,
  work: Promise<unknown>,
): Promise<void> {
  try {
    await work;
  } catch (fault) {
    const error = fault instanceof Error ? fault.name : 'unknown';
    context.log.warn('best-effort step failed', {
      operation: step,
      requestId: context.requestId,
      error,
    });
  }
}
