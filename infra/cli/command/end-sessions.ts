import { randomUUID } from 'node:crypto';
import { loadServices } from '../../../shared/composition/app.ts';
import { createRequestContext } from '../../../shared/composition/operator.ts';
import { isProcessedBy, type RunIdentity } from '../../../shared/maintenance/batch.ts';
import {
  endSessions,
  listScope,
  type SessionScope,
} from '../../../shared/maintenance/end-sessions.ts';
import {
  COMMON_HELP,
  type Command,
  type CommandAnswer,
  type CommandContext,
  DRY_RUN_HELP,
  YES_HELP,
} from '../command.ts';
import {
  type ParsedArgs,
  requireTenant,
  requireUserName,
  textOf,
  UsageError,
} from '../command-line.ts';
import { counted, describeFailures } from '../report-text.ts';
import { CommandRefused } from '../terminal.ts';

const DAY_MS = 86_400_000;
/** The days after which a run can no longer be resumed: events are searched so far back. */
const RESUME_DAYS = 7;

const HELP = `\
Ends all sessions of a tenant, of one user, or of all users. Passwords do not change.

  portal-credentials end-sessions TENANT [options]
  portal-credentials end-sessions --user USER_NAME [options]
  portal-credentials end-sessions --all [options]

  --run ID            continues an interrupted run, by the id that it printed first, for
                      ${RESUME_DAYS} days; without it, users already processed get a second event
${YES_HELP}${DRY_RUN_HELP}${COMMON_HELP}`;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface EndSessionsRequest {
  readonly scope: SessionScope;
  /** The id of the run to resume. */
  readonly runId: string | undefined;
}

function parse(given: ParsedArgs): EndSessionsRequest {
  const [tenant] = given.positionals;
  const userName = textOf(given, 'user');
  const isAll = given.options.all === true;
  const chosen = [tenant, userName, isAll || undefined].filter((choice) => choice !== undefined);
  if (chosen.length !== 1) {
    throw new UsageError('Name one: a tenant, such as contoso.example, --user NAME, or --all.');
  }
  const runId = textOf(given, 'run');
  if (runId !== undefined && !UUID.test(runId)) {
    throw new UsageError(`"${runId}" is not the id of a run.`);
  }
  if (tenant !== undefined) return { scope: { tenant: requireTenant(tenant) }, runId };
  if (userName !== undefined) return { scope: { userName: requireUserName(userName) }, runId };
  return { scope: 'all', runId };
}

interface Run extends RunIdentity {
  readonly isResumed: boolean;
  readonly scope: SessionScope;
}

function runOf({ scope, runId }: EndSessionsRequest): Run {
  const nowMs = Date.now();
  if (runId === undefined) {
    return { runId: randomUUID(), startedAtMs: nowMs, isResumed: false, scope };
  }
  return { runId, startedAtMs: nowMs - RESUME_DAYS * DAY_MS, isResumed: true, scope };
}

/**
 * @param isEnough ends the survey early: at the first user, or trace of the run to resume
 * @returns the count of users that the run would reach, and of those that it has reached before
 * @throws {CommandRefused} no user is in the scope, or the run to resume has done nothing in it
 */
async function survey(run: Run, { progress }: CommandContext, isEnough = false) {
  const { accounts } = await loadServices();
  const counts = { users: 0, endedBefore: 0 };
  for await (const page of listScope(accounts, run.scope)) {
    for (const user of page) {
      const isDone = run.isResumed && (await isProcessedBy(run, accounts, user, 'sessions.ended'));
      counts[isDone ? 'endedBefore' : 'users'] += 1;
      if (isEnough && (isDone || !run.isResumed)) return counts;
    }
    progress.update(() => `${counts.users + counts.endedBefore} users looked at.`);
  }
  if (counts.users + counts.endedBefore === 0) {
    throw new CommandRefused('There is no user whose sessions could be ended.');
  }
  if (run.isResumed && counts.endedBefore === 0) {
    throw new CommandRefused(
      `The run ${run.runId} has ended no session here in ${RESUME_DAYS} days. ` +
        'Leave --run out to begin a new one.',
    );
  }
  return counts;
}

async function rehearse(run: Run, context: CommandContext): Promise<CommandAnswer> {
  const { users, endedBefore } = await survey(run, context);
  return {
    document: { dryRun: true, users, endedBefore },
    text:
      `The sessions of ${counted(users, 'user')} would be ended.` +
      `${describeBefore(endedBefore)}\n`,
  };
}

function describeBefore(endedBefore: number): string {
  return endedBefore === 0 ? '' : ` ${endedBefore} had been ended by this run before.`;
}

async function end(run: Run, context: CommandContext): Promise<CommandAnswer> {
  const { progress } = context;
  await survey(run, context, true);
  const isOne = typeof run.scope === 'object' && 'userName' in run.scope;
  if (!isOne) progress.announce(`Run ${run.runId}; when interrupted, continue with --run.`);
  const done = await endSessions(await loadServices(), run, createRequestContext(), (handled) =>
    progress.update(() => `${handled} users.`),
  );
  const { ended, endedBefore, gone, failures, left } = done;
  const isUnfinished = failures.length + left > 0;
  const again = isUnfinished ? `Continue with --run ${run.runId}\n` : '';
  return {
    document: { run: run.runId, ended, endedBefore, gone, failures, left },
    text:
      `The sessions of ${counted(ended, 'user')} are ended.${describeBefore(endedBefore)}\n` +
      `${describeFailures(failures)}${again}`,
    hasFailures: isUnfinished,
    ifLost: `The run was ${run.runId}; its work is done all the same.`,
  };
}

export const endSessionsCommand: Command<EndSessionsRequest> = {
  summary: 'ends all sessions of a tenant, of a user, or of all users',
  help: HELP,
  options: {
    user: { type: 'string' },
    all: { type: 'boolean' },
    run: { type: 'string' },
  },
  argumentsMax: 1,
  changes: true,
  mayMakeStores: false,
  parse,
  warning: ({ scope }) =>
    scope === 'all' ? 'This ends every session of every user of every tenant.' : undefined,
  async run(request, context) {
    const run = runOf(request);
    return context.isDryRun ? rehearse(run, context) : end(run, context);
  },
};
