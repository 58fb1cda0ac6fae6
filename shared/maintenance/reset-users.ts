import type { Tenant, UserId, UserName } from '../credential/name.ts';
import { Refusal } from '../credential/refusal.ts';
import { rankOf } from '../credential/role.ts';
import { generateTemporaryPassword } from '../credential/temporary-password.ts';
import type { User } from '../credential/user.ts';
import { systemAuthority } from '../operation/authority.ts';
import type { RequestContext } from '../operation/dependency.ts';
import {
  type IssueDependencies,
  issueTemporaryPassword,
} from '../operation/issue-temporary-password.ts';
import type { RandomBytes } from '../port/clock.ts';
import type { AccountStore } from '../port/store.ts';
import {
  isProcessedBy,
  listTenantUsers,
  type RunIdentity,
  type RunOutcome,
  type RunProgress,
  runBatch,
} from './batch.ts';

/** Whom a mass reset is for. */
export type ResetScope =
  | { readonly tenant: Tenant }
  /** Of one or many tenants. */
  | { readonly userNames: readonly UserName[] };

/** What one user will be given. */
export interface PlannedReset {
  readonly userName: UserName;
  readonly userId: UserId;
  /** The temporary password; worth nothing until the reset is written. */
  readonly canonical: string;
}

export interface ResetPlan {
  /** Admins first: an intruder among them can then make no more users. */
  readonly resets: readonly PlannedReset[];
  /** Disabled users of the tenant, who are left alone; a list names whom it wants. */
  readonly disabled: number;
  /** Names of the list that nobody has. */
  readonly unknown: readonly UserName[];
}

type PlanDependencies = {
  readonly accounts: Pick<AccountStore, 'listUsers' | 'findUser'>;
  readonly randomBytes: RandomBytes;
};

/** One after the other: every change of an admin replaces the one row of the tenant. */
function createTurns(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };
}

async function listTenant(
  accounts: Pick<AccountStore, 'listUsers'>,
  tenant: Tenant,
): Promise<readonly User[]> {
  const users: User[] = [];
  for await (const page of listTenantUsers(accounts, tenant)) users.push(...page);
  return users;
}

async function findListed(
  accounts: Pick<AccountStore, 'findUser'>,
  userNames: readonly UserName[],
): Promise<{ readonly users: readonly User[]; readonly unknown: readonly UserName[] }> {
  const users: User[] = [];
  const unknown: UserName[] = [];
  for (const userName of new Set(userNames)) {
    const user = await accounts.findUser(userName);
    if (user === undefined) unknown.push(userName);
    else users.push(user.value);
  }
  return { users, unknown };
}

/**
 * Decides whom to reset and makes their temporary passwords, which are worth nothing yet. They are
 * to be kept before {@link resetUsers} begins: whatever then fails, the password of a reset that
 * was written is known.
 * @throws {Unavailable}
 */
export async function planResets(
  { accounts, randomBytes }: PlanDependencies,
  scope: ResetScope,
): Promise<ResetPlan> {
  const isTenant = 'tenant' in scope;
  const { users, unknown } = isTenant
    ? { users: await listTenant(accounts, scope.tenant), unknown: [] }
    : await findListed(accounts, scope.userNames);
  const chosen = isTenant ? users.filter(({ status }) => status === 'active') : users;
  const resets = [...chosen]
    .sort((one, other) => rankOf(other.roles) - rankOf(one.roles))
    .map(({ userName, userId }): PlannedReset => {
      const { canonical } = generateTemporaryPassword(randomBytes);
      return { userName, userId, canonical };
    });
  return { resets, disabled: users.length - chosen.length, unknown };
}

export interface ResetRun extends RunIdentity {
  readonly resets: readonly PlannedReset[];
  /** The plan was made by an earlier process, which may have done some of it. */
  readonly isResumed: boolean;
}

export interface UserReset {
  readonly userName: UserName;
  /** `resetBefore`: by this run, before it was interrupted. `gone`: the user was deleted. */
  readonly outcome: 'reset' | 'resetBefore' | 'gone';
  /** Of `reset`. */
  readonly expiresAtMs: number | undefined;
}

/** @throws {Refusal} `conflict`, `overloaded` @throws {Unavailable} it may have happened */
async function resetOne(
  dependencies: IssueDependencies,
  run: ResetRun,
  { userName, userId, canonical }: PlannedReset,
  { context, adminTurn }: { context: RequestContext; adminTurn: ReturnType<typeof createTurns> },
): Promise<UserReset> {
  const { accounts } = dependencies;
  const without = (outcome: 'resetBefore' | 'gone') => {
    return { userName, outcome, expiresAtMs: undefined } as const;
  };
  const found = await accounts.findUser(userName);
  if (found?.value.userId !== userId) return without('gone');
  if (run.isResumed && (await isProcessedBy(run, accounts, found.value, 'password.reset'))) {
    return without('resetBefore');
  }
  const judge = async () => {
    const before = await accounts.findUser(userName);
    if (before?.value.userId !== userId) throw new Refusal('not-found');
    return {
      before,
      after: before.value,
      events: [{ type: 'password.reset', details: { clearedLock: before.value.isLocked } }],
      authority: systemAuthority('operator'),
      // No admin can be left out: each of them may be the intruder.
      mayLeaveNoGlobalAdmin: true,
    } as const;
  };
  const issue = { judge, planned: canonical };
  const give = () => issueTemporaryPassword(dependencies, issue, context);
  try {
    const given = await (rankOf(found.value.roles) > 0 ? adminTurn(give) : give());
    return { userName, outcome: 'reset', expiresAtMs: given.temporaryPassword.expiresAtMs };
  } catch (fault) {
    if (fault instanceof Refusal && fault.code === 'not-found') return without('gone');
    throw fault;
  }
}

/**
 * Gives every user of the plan its temporary password. Old passwords and all tokens are dead from
 * each one's write on. Safe to repeat after a crash at any point: who was reset is not reset again,
 * though the user has set a password of the own since.
 */
export function resetUsers(
  dependencies: IssueDependencies,
  run: ResetRun,
  { log }: Pick<RequestContext, 'log'>,
  told: (progress: RunProgress) => void,
): Promise<RunOutcome<UserReset>> {
  const context = { requestId: run.runId, log };
  const turn = { context, adminTurn: createTurns() };
  const work = (reset: PlannedReset) => resetOne(dependencies, run, reset, turn);
  return runBatch(run.resets, context, work, told);
}
