import type { Tenant, UserId, UserName } from '../credential/name.ts';
import { Refusal } from '../credential/refusal.ts';
import { NO_TERMS, type ResetTerms } from '../credential/reset.ts';
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

/** The users of a mass reset. */
export type ResetScope =
  | { readonly tenant: Tenant }
  /** Users of one or many tenants. */
  | { readonly userNames: readonly UserName[] };

/** A reset of one user, planned and not yet written. */
export interface PlannedReset {
  readonly userName: UserName;
  readonly userId: UserId;
  /** The temporary password; worth nothing until the reset is written. */
  readonly canonical: string;
}

export interface ResetPlan {
  /** The resets, admins first: an intruder among them can then make no more users. */
  readonly resets: readonly PlannedReset[];
  /**
   * The number of disabled users of the tenant, who stay as they are; a list of names includes
   * them.
   */
  readonly disabled: number;
  /** The names of the list that no user has. */
  readonly unknown: readonly UserName[];
}

type PlanDependencies = {
  readonly accounts: Pick<AccountStore, 'listUsers' | 'findUser'>;
  readonly randomBytes: RandomBytes;
};

/** Makes a queue of turns: every change of an admin replaces the one row of the tenant. */
function createTurns(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };
}

/** A user as a plan needs it: of a large tenant no more is kept. */
interface Target extends Pick<PlannedReset, 'userName' | 'userId'> {
  readonly rank: number;
  readonly isActive: boolean;
}

const targetOf = ({ userName, userId, roles, status }: User): Target => {
  return { userName, userId, rank: rankOf(roles), isActive: status === 'active' };
};

async function listTenant(
  accounts: Pick<AccountStore, 'listUsers'>,
  tenant: Tenant,
): Promise<readonly Target[]> {
  const users: Target[] = [];
  for await (const page of listTenantUsers(accounts, tenant)) users.push(...page.map(targetOf));
  return users;
}

async function findListed(
  accounts: Pick<AccountStore, 'findUser'>,
  userNames: readonly UserName[],
): Promise<{ readonly users: readonly Target[]; readonly unknown: readonly UserName[] }> {
  const users: Target[] = [];
  const unknown: UserName[] = [];
  for (const userName of new Set(userNames)) {
    const user = await accounts.findUser(userName);
    if (user === undefined) unknown.push(userName);
    else users.push(targetOf(user.value));
  }
  return { users, unknown };
}

/**
 * Plans the resets and makes their temporary passwords, which are worth nothing yet. The caller
 * must store them before {@link resetUsers} begins: then the password of each written reset is
 * known after any failure.
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
  const chosen = isTenant ? users.filter(({ isActive }) => isActive) : users;
  const resets = chosen
    .toSorted((one, other) => other.rank - one.rank)
    .map(({ userName, userId }): PlannedReset => {
      const canonical = generateTemporaryPassword(randomBytes);
      return { userName, userId, canonical };
    });
  return { resets, disabled: users.length - chosen.length, unknown };
}

export interface ResetRun extends RunIdentity {
  readonly resets: readonly PlannedReset[];
  /** True if each user gets a mail, after all others; otherwise the operator writes to them. */
  readonly isTold?: boolean;
  /** The terms that the operator states for every reset. */
  readonly terms?: ResetTerms;
  /** True if an earlier process made the plan and may have done some of it. */
  readonly isResumed: boolean;
}

export interface UserReset {
  readonly userName: UserName;
  /** `resetBefore`: by this run, before it was interrupted. `gone`: the user was deleted. */
  readonly outcome: 'reset' | 'resetBefore' | 'gone';
  /** The expiry of a `reset`. */
  readonly expiresAtMs: number | undefined;
  /** The receipt of a `reset`. */
  readonly receipt: string | undefined;
}

/**
 * Resets one user.
 * @throws {Refusal} `conflict`, `overloaded`
 * @throws {Unavailable} it may have happened
 */
async function resetOne(
  dependencies: IssueDependencies,
  run: ResetRun,
  { userName, userId, canonical }: PlannedReset,
  { context, adminTurn }: { context: RequestContext; adminTurn: ReturnType<typeof createTurns> },
): Promise<UserReset> {
  const { accounts } = dependencies;
  const without = (outcome: 'resetBefore' | 'gone') => {
    return { userName, outcome, expiresAtMs: undefined, receipt: undefined } as const;
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
      reset: run.terms ?? NO_TERMS,
      events: [],
      authority: systemAuthority('operator'),
      // Every admin is reset, since each may be the intruder.
      mayLeaveNoGlobalAdmin: true,
      // Thousands of mails at once are a flood, unless an operator wants them.
      mails: run.isTold ? 'bulk' : 'none',
    } as const;
  };
  const issue = { judge, planned: canonical };
  const give = () => issueTemporaryPassword(dependencies, issue, context);
  try {
    const given = await (rankOf(found.value.roles) > 0 ? adminTurn(give) : give());
    const { expiresAtMs } = given.temporaryPassword;
    return { userName, outcome: 'reset', expiresAtMs, receipt: given.receipt };
  } catch (fault) {
    if (fault instanceof Refusal && fault.code === 'not-found') return without('gone');
    throw fault;
  }
}

/**
 * Issues the temporary password of every user of the plan. The write for a user ends the old
 * password and all tokens. Safe to repeat after a crash at any point: a user who was reset is not
 * reset again, even after choosing a new password.
 */
export function resetUsers(
  dependencies: IssueDependencies,
  run: ResetRun,
  { log }: Pick<RequestContext, 'log'>,
  onProgress: (progress: RunProgress) => void,
): Promise<RunOutcome<UserReset>> {
  const context = { requestId: run.runId, log };
  const turn = { context, adminTurn: createTurns() };
  const work = (reset: PlannedReset) => resetOne(dependencies, run, reset, turn);
  return runBatch(run.resets, context, work, onProgress);
}
