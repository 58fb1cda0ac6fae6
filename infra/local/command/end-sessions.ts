import { randomUUID } from 'node:crypto';
import { createOccasion, wire } from '../../../shared/composition.ts';
import {
  endSessions,
  listScope,
  type SessionScope,
} from '../../../shared/operation/end-sessions.ts';
import { COMMON_HELP, type Command, DRY_RUN_HELP } from '../command.ts';
import { type Given, requireTenant, requireUserName, textOf, UsageError } from '../command-line.ts';
import { counted, describeFailures } from '../report-text.ts';
import { CommandRefused } from '../terminal.ts';

const DAY_MS = 86_400_000;
/** Days after which a run can no longer be gone on with: events are searched so far back. */
const RESUME_DAYS = 7;

const HELP = `\
Ends all sessions of a tenant, of one user, or of everybody. Passwords stay.

  npm run -s end-sessions -- TENANT [options]
  npm run -s end-sessions -- --user USER_NAME [options]
  npm run -s end-sessions -- --all [options]

  --run ID            goes on with a run that was interrupted, by the id that it printed, for
                      ${RESUME_DAYS} days; without it who is done gets another event
${DRY_RUN_HELP}${COMMON_HELP}`;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface EndSessionsRequest {
  readonly scope: SessionScope;
  /** Of the run to go on with. */
  readonly runId: string | undefined;
}

function parse(given: Given): EndSessionsRequest {
  const [tenant] = given.words;
  const userName = textOf(given, 'user');
  const isAll = given.options.all === true;
  const chosen = [tenant, userName, isAll || undefined].filter((choice) => choice !== undefined);
  if (chosen.length !== 1) {
    throw new UsageError('Name one: a tenant, such as contoso.example, --user NAME, or --all.');
  }
  const runId = textOf(given, 'run');
  if (runId !== undefined && !UUID.test(runId)) {
    throw new UsageError(`"${runId}" is no id of a run.`);
  }
  if (tenant !== undefined) return { scope: { tenant: requireTenant(tenant) }, runId };
  if (userName !== undefined) return { scope: { userName: requireUserName(userName) }, runId };
  return { scope: 'all', runId };
}

async function countUsers(scope: SessionScope): Promise<number> {
  const { accounts } = await wire();
  let users = 0;
  for await (const page of listScope(accounts, scope)) users += page.length;
  return users;
}

export const endSessionsCommand: Command<EndSessionsRequest> = {
  summary: 'ends all sessions of a tenant, of a user, or of everybody',
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
  async run({ scope, runId }, { isDryRun, progress }) {
    if (isDryRun) {
      const users = await countUsers(scope);
      const text = `The sessions of ${counted(users, 'user')} would be ended.\n`;
      return { document: { dryRun: true, users }, text };
    }
    const nowMs = Date.now();
    const isResumed = runId !== undefined;
    const startedAtMs = isResumed ? nowMs - RESUME_DAYS * DAY_MS : nowMs;
    const run = { runId: runId ?? randomUUID(), startedAtMs, isResumed, scope };
    const done = await endSessions(await wire(), run, createOccasion(), (handled) =>
      progress.tell(() => `${handled} users; when interrupted, go on with --run ${run.runId}`),
    );
    const { ended, endedBefore, gone, failures, left } = done;
    if (ended + endedBefore + gone + failures.length === 0) {
      throw new CommandRefused('There is nobody whose sessions could be ended.');
    }
    const isUnfinished = failures.length + left > 0;
    const before = endedBefore === 0 ? '' : ` ${endedBefore} had been ended by this run before.`;
    const again = isUnfinished ? `Go on with --run ${run.runId}\n` : '';
    return {
      document: { run: run.runId, ended, endedBefore, gone, failures, left },
      text:
        `The sessions of ${counted(ended, 'user')} are ended.${before}\n` +
        `${describeFailures(failures)}${again}`,
      hasFailures: isUnfinished,
    };
  },
};
