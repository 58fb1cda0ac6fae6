import type { UserId } from '../credential/name.ts';
import type { StoredUser } from '../port/store.ts';
import { planChange } from './account-change.ts';
import { systemAuthority } from './authority.ts';
import type { ChangeDependencies, Dependencies, RequestContext } from './dependency.ts';
import { findDevice } from './device.ts';
import { retryOnConflict } from './retry.ts';

type IssuerDependencies = ChangeDependencies & Pick<Dependencies, 'devices'>;

/** A sign-in that proved a temporary password. */
interface ProvenIssue {
  readonly user: StoredUser;
  /** The device token of the sign-in, any value that the caller sent as one. */
  readonly deviceToken: unknown;
}

/** Returns the issue that is not noted yet, if an admin made it. */
function openIssue({ value }: StoredUser): { issueId: string; issuedBy: UserId } | undefined {
  const { credential, usedByIssuer } = value;
  if (credential.kind !== 'temporary' || credential.issuedBy === undefined) return undefined;
  const { issueId, issuedBy } = credential;
  return issueId === usedByIssuer ? undefined : { issueId, issuedBy };
}

/**
 * Notes, once for an issue, that its password was proven with the device token of the admin who
 * issued it. Only a proven password costs its reads. No address is a sign of it: offices share one.
 * @throws {Refusal} `conflict`
 * @throws {Unavailable}
 */
export async function noteIssuersDevice(
  dependencies: IssuerDependencies,
  { user, deviceToken }: ProvenIssue,
  { requestId }: RequestContext,
): Promise<void> {
  const { accounts } = dependencies;
  const { tenant, userName } = user.value;
  const proven = openIssue(user);
  if (proven === undefined || typeof deviceToken !== 'string') return;
  const { issueId, issuedBy } = proven;
  const issuer = await accounts.findUserName(tenant, issuedBy);
  if (issuer === undefined || issuer.isDeleted) return;
  const device = await findDevice(dependencies, issuer.userName, deviceToken);
  if (device?.value.userId !== issuedBy) return;
  let before: StoredUser | undefined = user;
  await retryOnConflict(dependencies, async () => {
    if (before === undefined || openIssue(before)?.issueId !== issueId) return 'noted';
    const planned = await planChange(dependencies, {
      before,
      after: { ...before.value, usedByIssuer: issueId },
      events: [{ type: 'temporary-password.used-by-issuer', details: { issuedBy } }],
      authority: systemAuthority('sign-in'),
      requestId,
    });
    const outcome = await accounts.commit({ ...planned, credential: undefined });
    if (outcome === 'conflict') before = await accounts.findUser(userName);
    return outcome;
  });
}
