import type { Occasion } from './dependency.ts';

/** Waits for what may fail without taking back what was decided; a failure is only logged. */
export async function bestEffort(
  occasion: Occasion,
  step: string,
  work: Promise<unknown>,
): Promise<void> {
  try {
    await work;
  } catch (fault) {
    const error = fault instanceof Error ? fault.name : 'unknown';
    occasion.log.warn('best-effort step failed', {
      operation: step,
      requestId: occasion.requestId,
      error,
    });
  }
}
