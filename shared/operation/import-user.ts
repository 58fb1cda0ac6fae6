import type { User } from '../credential/user.ts';
import type { ForeignHash } from '../port.ts';
import { composeChange, planAdmins } from './account-change.ts';
import { systemAuthority } from './authority.ts';
import { blankUser, type NewUser } from './create-user.ts';
import type { Dependencies, Occasion } from './dependency.ts';
import { retryOnConflict } from './retry.ts';

export type ImportDependencies = Pick<
  Dependencies,
  'accounts' | 'clock' | 'randomBytes' | 'pause' | 'hasher'
>;

export interface ImportedUser extends NewUser {
  /** What another system stored of the password; without one an admin must reset the user. */
  readonly hash: ForeignHash | undefined;
}

export type ImportOutcome =
  | 'created'
  /** A user of this name and profile is there already. */
  | 'unchanged'
  /** One of another profile is: an import never changes a user. */
  | 'kept';

const PROFILE = ['displayName', 'email', 'locale', 'roles'] as const;

function isSameProfile(user: User, imported: ImportedUser): boolean {
  const profile = (from: Pick<User, (typeof PROFILE)[number]>) =>
    JSON.stringify(PROFILE.map((member) => from[member] ?? null));
  return profile(user) === profile(imported);
}

function withCredential(user: User, hasPassword: boolean, nowMs: number): User {
  if (!hasPassword) return user;
  return { ...user, credential: { kind: 'permanent', changedAtMs: nowMs }, credentialVersion: 1 };
}

/**
 * What an import would do with one user.
 * @throws {Refusal} `validation`, when the tenant has too many admins @throws {Unavailable}
 */
export async function judgeImport(
  dependencies: ImportDependencies,
  imported: ImportedUser,
): Promise<ImportOutcome> {
  const existing = await dependencies.accounts.findUser(imported.userName);
  if (existing !== undefined) {
    return isSameProfile(existing.value, imported) ? 'unchanged' : 'kept';
  }
  const { hash, ...wanted } = imported;
  const after = withCredential(blankUser(dependencies, wanted), hash !== undefined, 0);
  await planAdmins(dependencies, { before: undefined, after });
  return 'created';
}

async function wrapped({ hasher }: ImportDependencies, hash: ForeignHash) {
  const place = await hasher.admit();
  try {
    return await place.wrap(hash);
  } finally {
    place.leave();
  }
}

/**
 * Creates one user with the password of another system, in one transaction with its event. Done
 * again it finds the user and does nothing. Whatever was counted against the name is cleared.
 * @throws {Refusal} `validation`, when the tenant has too many admins; `conflict`
 * @throws {Unavailable} the user may be there now
 */
export async function importUser(
  dependencies: ImportDependencies,
  imported: ImportedUser,
  occasion: Occasion,
): Promise<ImportOutcome> {
  const { accounts, clock } = dependencies;
  const judged = await judgeImport(dependencies, imported);
  if (judged !== 'created') return judged;
  const { hash, ...wanted } = imported;
  const permanent = hash && (await wrapped(dependencies, hash));
  const blank = blankUser(dependencies, wanted);
  return retryOnConflict(dependencies, async () => {
    const after = withCredential(blank, permanent !== undefined, clock.now());
    const desired = {
      before: undefined,
      after,
      events: [{ type: 'user.created', details: { roles: wanted.roles, imported: true } }],
      authority: systemAuthority('bootstrap'),
      requestId: occasion.requestId,
    } as const;
    const admins = await planAdmins(dependencies, desired);
    const planned = composeChange(dependencies, desired, admins);
    const credential = permanent && {
      kind: 'setPermanent' as const,
      // There is no row yet that it could belong to.
      etag: '*',
      permanent,
      history: [],
    };
    const written = await accounts.commit({ ...planned, credential });
    if (written !== 'conflict') return 'created' as const;
    // Somebody else took the name, or wrote the tenant's row.
    const now = await judgeImport(dependencies, imported);
    return now === 'created' ? 'conflict' : now;
  });
}
