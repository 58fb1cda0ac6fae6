import type { RequestContext } from './dependency.ts';

/** Waits for work whose failure undoes no decision; a failure is only logged. */
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
