import type { Tenant, UserName } from '../credential/name.ts';
import type { User } from '../credential/user.ts';
import { systemAuthority } from '../operation/authority.ts';
import type { ChangeDependencies, RequestContext } from '../operation/dependency.ts';
import { retryOnConflict } from '../operation/retry.ts';
import { writeSessionsEnded } from '../operation/session.ts';
import type { AccountStore } from '../port/store.ts';
import {
  isProcessedBy,
  listTenantUsers,
  type RunFailure,
  type RunIdentity,
  runBatch,
} from './batch.ts';

/** The users whose sessions are ended. */
export type SessionScope =
  | { readonly tenant: Tenant }
  | { readonly userName: UserName }
  /** The users of every tenant. */
  | 'all';

export interface EndedSessions {
  readonly ended: number;
  /** The number of users processed by this run before it was interrupted. */
  readonly endedBefore: number;
  /** The number of users who were deleted during the run, and their sessions with them. */
  readonly gone: number;
  readonly failures: readonly RunFailure[];
  readonly left: number;
}

/**
 * Lists the users in the scope, in pages.
 * @throws {Unavailable}
 */
export async function* listScope(
  accounts: Pick<AccountStore, 'listUsers' | 'listAllUsers' | 'findUser'>,
  scope: SessionScope,
): AsyncIterable<readonly User[]> {
  if (scope === 'all') {
    for await (const page of accounts.listAllUsers()) yield page.map(({ value }) => value);
  } else if ('tenant' in scope) {
    yield* listTenantUsers(accounts, scope.tenant);
  } else {
    const user = await accounts.findUser(scope.userName);
    yield user === undefined ? [] : [user.value];
  }
}

type SessionRun = RunIdentity & { readonly isResumed: boolean; readonly scope: SessionScope };

async function endOne(
  dependencies: ChangeDependencies,
  run: SessionRun,
  { userName, userId }: User,
): Promise<'ended' | 'endedBefore' | 'gone'> {
  const { accounts } = dependencies;
  return retryOnConflict(dependencies, async () => {
    const user = await accounts.findUser(userName);
    if (user?.value.userId !== userId) return 'gone';
    if (run.isResumed && (await isProcessedBy(run, accounts, user.value, 'sessions.ended'))) {
      return 'endedBefore';
    }
    const authority = systemAuthority('operator');
    const isOfOne = run.scope !== 'all' && 'userName' in run.scope;
    const mails = isOfOne ? {} : ({ mails: 'bulk' } as const);
    const change = { user, authority, requestId: run.runId, ...mails };
    const outcome = await writeSessionsEnded(dependencies, change);
    return outcome === 'conflict' ? outcome : 'ended';
  });
}

/**
 * Ends every session of the scope: tokens from before stop working, and passwords stay. Safe to
 * repeat; a resumed run leaves out those whose sessions it has ended.
 * @throws {Unavailable} the list itself could not be read
 */
export async function endSessions(
  dependencies: ChangeDependencies,
  run: SessionRun,
  { log }: Pick<RequestContext, 'log'>,
  onProgress: (handled: number) => void,
): Promise<EndedSessions> {
  const context = { requestId: run.runId, log };
  const sum = { ended: 0, endedBefore: 0, gone: 0, failures: [] as RunFailure[], left: 0 };
  let handled = 0;
  for await (const users of listScope(dependencies.accounts, run.scope)) {
    const work = (user: User) => endOne(dependencies, run, user);
    const page = await runBatch(users, context, work, (progress) =>
      onProgress(handled + progress.handled),
    );
    handled += users.length - page.left;
    for (const result of page.results) sum[result] += 1;
    sum.failures.push(...page.failures);
    sum.left += page.left;
    if (page.left > 0) break;
  }
  return sum;
}
