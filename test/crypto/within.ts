import type { HashSlot, PasswordHasher } from '../../shared/port/hasher.ts';

/** Does the work with a slot in the hash queue, and leaves it whatever happens. */
export async function within<Result>(
  hasher: PasswordHasher,
  work: (slot: HashSlot) => Promise<Result> | Result,
): Promise<Result> {
  const slot = await hasher.acquire();
  try {
    return await work(slot);
  } finally {
    slot.release();
  }
}
