import { Refusal } from '../credential/refusal.ts';
import type { ChangeDependencies } from './dependency.ts';

/** A deciding write that loses is judged again this often before the caller is told. */
export const CONFLICT_TRIES = 3;
const CONFLICT_RETRY_AFTER_SECONDS = 1;

/**
 * Judges and writes again when somebody else's write came between; each try reads anew.
 * @throws {Refusal} `conflict` when the last try lost too
 */
export async function retryOnConflict<Result>(
  _dependencies: Pick<ChangeDependencies, 'randomBytes' | 'pause'>,
  tryOnce: () => Promise<Result | 'conflict'>,
): Promise<Result> {
  for (let tries = 0; tries < CONFLICT_TRIES; tries += 1) {
    const result = await tryOnce();
    if (result !== 'conflict') return result;
  }
  throw new Refusal('conflict', { retryAfterSeconds: CONFLICT_RETRY_AFTER_SECONDS });
}
