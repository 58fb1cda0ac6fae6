import type { HashPlace, PasswordHasher } from '../../shared/port/hasher.ts';

/** Does the work with a place in the hash queue, and leaves it whatever happens. */
export async function within<Result>(
  hasher: PasswordHasher,
  work: (place: HashPlace) => Promise<Result> | Result,
): Promise<Result> {
  const place = await hasher.admit();
  try {
    return await work(place);
  } finally {
    place.leave();
  }
}
