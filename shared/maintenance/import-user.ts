import type { EventDetails } from '../credential/event.ts';
import type { User, UserStatus } from '../credential/user.ts';
import { composeChange, planAdmins } from '../operation/account-change.ts';
import { systemAuthority } from '../operation/authority.ts';
import { blankUser, type NewUser } from '../operation/create-user.ts';
import type { Dependencies, RequestContext } from '../operation/dependency.ts';
import { retryOnConflict } from '../operation/retry.ts';
import type { ImportedHash } from '../port/hasher.ts';

export type ImportDependencies = Pick<
  Dependencies,
  'accounts' | 'clock' | 'randomBytes' | 'pause' | 'lanes' | 'hasher'
>;

export interface ImportedUser extends NewUser {
  /** The status; undefined: a new user is active, and an existing user keeps its own. */
  readonly status: UserStatus | undefined;
  /** The password as another system hashed it; without one an admin must reset the user. */
  readonly hash: ImportedHash | undefined;
}

export type ImportOutcome =
  | 'created'
  /** A user of this name and profile exists already. */
  | 'unchanged'
  /** A user of this name has another profile: an import never changes a user. */
  | 'kept'
  /** A user of this name was deleted here, and no user has the name now. */
  | 'deleted';

/** The past of the name, for the import to judge by. */
export interface NamePast {
  readonly wasDeleted: boolean;
  /** True if the operator wants deleted users back. */
  readonly restoreDeleted: boolean;
}

const PROFILE = ['displayName', 'email', 'secondEmail', 'locale', 'roles'] as const;

function isSameProfile(user: User, imported: ImportedUser): boolean {
  if (imported.status !== undefined && imported.status !== user.status) return false;
  const profile = (from: Pick<User, (typeof PROFILE)[number]>) =>
    JSON.stringify(PROFILE.map((member) => from[member] ?? null));
  return profile(user) === profile(imported);
}

function newUser(
  dependencies: ImportDependencies,
  { hash, status = 'active', ...wanted }: ImportedUser,
): User {
  const user = { ...blankUser(dependencies, wanted), status };
  if (hash === undefined) return user;
  const credential = { kind: 'permanent', changedAtMs: user.createdAtMs } as const;
  return { ...user, credential, credentialVersion: 1 };
}

/** Returns the special facts of the import, so that the trail explains how the user was made. */
function createdDetails({ roles, status }: ImportedUser, { wasDeleted }: NamePast): EventDetails {
  return {
    roles,
    imported: true,
    ...(status === 'disabled' && { status }),
    ...(wasDeleted && { deletedBefore: true }),
  };
}

/**
 * Judges what an import would do with one user.
 * @throws {Refusal} `validation`, when the tenant has too many admins
 * @throws {Unavailable}
 */
export async function judgeImport(
  dependencies: ImportDependencies,
  imported: ImportedUser,
  { wasDeleted, restoreDeleted }: NamePast,
): Promise<ImportOutcome> {
  const existing = await dependencies.accounts.findUser(imported.userName);
  if (existing !== undefined) {
    return isSameProfile(existing.value, imported) ? 'unchanged' : 'kept';
  }
  if (wasDeleted && !restoreDeleted) return 'deleted';
  await planAdmins(dependencies, { before: undefined, after: newUser(dependencies, imported) });
  return 'created';
}

async function wrapped({ hasher }: ImportDependencies, hash: ImportedHash) {
  const slot = await hasher.acquire();
  try {
    return await slot.wrap(hash);
  } finally {
    slot.release();
  }
}

/**
 * Creates one user with the password of another system, in one transaction with its event. A
 * repetition finds the user and does nothing. Earlier counts against the name are cleared.
 * @throws {Refusal} `validation`, when the tenant has too many admins; `conflict`
 * @throws {Unavailable} the user may exist now
 */
export async function importUser(
  dependencies: ImportDependencies,
  imported: ImportedUser,
  past: NamePast,
  context: RequestContext,
): Promise<ImportOutcome> {
  const { accounts } = dependencies;
  const judged = await judgeImport(dependencies, imported, past);
  if (judged !== 'created') return judged;
  const { hash } = imported;
  const permanent = hash && (await wrapped(dependencies, hash));
  const after = newUser(dependencies, imported);
  return retryOnConflict(dependencies, async () => {
    const desired = {
      before: undefined,
      after,
      events: [{ type: 'user.created', details: createdDetails(imported, past) }],
      authority: systemAuthority('operator'),
      requestId: context.requestId,
      mails: 'none',
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
    // Another writer took the name, or wrote the tenant's row.
    const now = await judgeImport(dependencies, imported, past);
    return now === 'created' ? 'conflict' : now;
  });
}
