import { openArchive } from '../../shared/composition/operator.ts';
import type { UserName } from '../../shared/credential/name.ts';
import { pseudonymsUnder } from '../../shared/crypto/secret/pseudonym.ts';
import type { Pseudonyms } from '../../shared/port/log.ts';

export interface VersionedPseudonyms extends Pseudonyms {
  readonly pepperVersion: string;
  /** The creation of the pepper, RFC 3339. */
  readonly pepperCreatedAt: string;
}

/**
 * Opens the peppers, whose newest the log uses ten to twenty minutes after it was made.
 * @returns the pseudonyms of a name under every enabled version, newest first
 * @throws {Unavailable} the vault does not answer
 */
export async function openPseudonyms(): Promise<
  (userName: UserName) => readonly VersionedPseudonyms[]
> {
  const peppers = (await openArchive().peppers.all()).toReversed();
  return (userName) =>
    peppers.map((pepper) => ({
      pepperVersion: pepper.version,
      pepperCreatedAt: new Date(pepper.createdAtMs).toISOString(),
      ...pseudonymsUnder(pepper, userName),
    }));
}
