import type { Clock } from '../port/clock.ts';
import type { Backend } from '../port/unavailable.ts';

/**
 * The error of the readiness check: not every part answers, or a setting is wrong (then it is the
 * cause, and no part is named). It is a 503 in any case, since probes wait until the service is
 * ready.
 */
export class NotReady extends Error {
  override readonly name = 'NotReady';
  readonly parts: readonly Backend[];

  constructor(parts: readonly Backend[], options?: { cause?: unknown }) {
    super(`not ready: ${parts.join(', ') || 'a setting'}`, options);
    this.parts = parts;
  }
}

/**
 * The time for which a finding is kept (CONTRACT.md, "Service"): probes from many places cost the
 * parts one call in it.
 */
export const FINDING_KEPT_MS = 5_000;

/**
 * Creates the check, which queries every part at most once in 5 s.
 * @returns the parts that fail, in order
 */
export function createReadiness(
  clock: Clock,
  probes: Readonly<Record<Backend, () => Promise<void>>>,
): () => Promise<readonly Backend[]> {
  let finding: { readonly atMs: number; readonly parts: Promise<readonly Backend[]> } | undefined;

  const ask = async (): Promise<readonly Backend[]> => {
    const parts: readonly Backend[] = ['tables', 'vault'];
    const results = await Promise.allSettled(parts.map((part) => probes[part]()));
    return parts.filter((_, index) => results[index]?.status === 'rejected');
  };

  return () => {
    const nowMs = clock.now();
    if (finding === undefined || nowMs - finding.atMs >= FINDING_KEPT_MS) {
      finding = { atMs: nowMs, parts: ask() };
    }
    return finding.parts;
  };
}
