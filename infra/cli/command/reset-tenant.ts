import { readFileSync } from 'node:fs';
import { loadServices } from '../../../shared/composition/app.ts';
import { createRequestContext } from '../../../shared/composition/operator.ts';
import { parseUserName, type UserName } from '../../../shared/credential/name.ts';
import type { ResetTerms } from '../../../shared/credential/reset.ts';
import type { RunFailure, RunOutcome } from '../../../shared/maintenance/batch.ts';
import {
  planResets,
  type ResetPlan,
  type ResetRun,
  type ResetScope,
  resetUsers,
  type UserReset,
} from '../../../shared/maintenance/reset-users.ts';
import { MAIL_LANE } from '../../../shared/port/notice.ts';
import {
  COMMON_HELP,
  type Command,
  type CommandAnswer,
  type CommandContext,
  DRY_RUN_HELP,
  YES_HELP,
} from '../command.ts';
import { type ParsedArgs, requireTenant, textOf, UsageError } from '../command-line.ts';
import { counted, describeFailures } from '../report-text.ts';
import { createResetFile, type ResetFile, readResetFile, requireResetFile } from '../reset-file.ts';
import { parseTerms, TERMS_HELP, TERMS_OPTIONS } from '../reset-terms.ts';
import { CommandRefused } from '../terminal.ts';

const HELP = `\
Gives every active user of a tenant, or every user of a list, a temporary password: for a mass
compromise. Old passwords and all sessions end immediately.

  portal-credentials reset-tenant TENANT --out FILE [options]
  portal-credentials reset-tenant --users LIST --out FILE [options]

  --users LIST        a file with one user name a line, of any tenants
  --tell              notifies each user by mail, after all other mails; without it no user is
  --out FILE          is written before the first reset: JSON lines with each user's temporary
                      password, for your eyes alone (mode 0600); it is never overwritten
${TERMS_HELP}${YES_HELP}${DRY_RUN_HELP}${COMMON_HELP}
If it was interrupted or some resets failed, run it again with the same FILE. It resets only the
remaining users, with the same passwords.
`;

export interface ResetTenantRequest {
  readonly scope: ResetScope;
  /** The file; undefined only in a dry run. */
  readonly out: string | undefined;
  /** True if each user gets a mail. */
  readonly isTold: boolean;
  readonly terms: ResetTerms;
}

function parse(given: ParsedArgs): ResetTenantRequest {
  const [tenant] = given.positionals;
  const list = textOf(given, 'users');
  if ((tenant === undefined) === (list === undefined)) {
    throw new UsageError('Name a tenant, such as contoso.example, or --users LIST.');
  }
  const out = textOf(given, 'out');
  if (out === undefined && given.options['dry-run'] !== true) {
    throw new UsageError('--out FILE is missing: it takes the temporary passwords.');
  }
  const scope =
    tenant === undefined ? { userNames: readList(list ?? '') } : { tenant: requireTenant(tenant) };
  return { scope, out, isTold: given.options.tell === true, terms: parseTerms(given) };
}

function readList(path: string) {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(
      `--users: ${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`,
    );
  }
  const lines = text.split(/\r\n?|\n/).map((line) => line.trim());
  return lines.flatMap((line, index) => {
    const userName = parseUserName(line);
    if (line === '' || userName !== undefined) return userName ?? [];
    // Not the line itself: a file of passwords may have been named by mistake.
    throw new UsageError(`--users: line ${index + 1} of ${path} is not a user name.`);
  });
}

interface Prepared {
  readonly run: ResetRun;
  /** The users left out, which only the process that made the plan can list. */
  readonly plan: Pick<ResetPlan, 'unknown'> & { readonly disabled: number | undefined };
}

/** Lists the names that the plan of an earlier run lacks, for no user had them. */
function unplanned({ resets }: ResetFile, scope: ResetScope): readonly UserName[] {
  const planned = new Set(resets.map(({ userName }) => userName));
  const listed = 'tenant' in scope ? [] : scope.userNames;
  return listed.filter((userName) => !planned.has(userName));
}

/** Reads the plan of the file, or makes one, which is in the file when this resolves. */
async function prepare(
  { scope, isTold, terms }: Omit<ResetTenantRequest, 'out'>,
  out: string,
): Promise<Prepared> {
  const services = await loadServices();
  if (isTold && !services.lanes.includes(MAIL_LANE)) {
    throw new CommandRefused('--tell needs the settings of mail that the app has: see MAIL_FROM.');
  }
  const kept = await readResetFile(out, scope);
  if (kept !== undefined) {
    const plan = { disabled: undefined, unknown: unplanned(kept, scope) };
    return { run: { ...kept, isTold, terms, isResumed: true }, plan };
  }
  const plan = await planResets(services, scope);
  requireSomebody(plan);
  const file = await createResetFile(out, scope, plan.resets, Date.now());
  return { run: { ...file, isTold, terms, isResumed: false }, plan };
}

function requireSomebody({ resets }: ResetPlan): void {
  if (resets.length === 0) throw new CommandRefused('There is no user to reset.');
}

async function rehearse({ scope, out }: ResetTenantRequest): Promise<CommandAnswer> {
  const kept = out === undefined ? undefined : await readResetFile(out, scope);
  if (kept !== undefined) {
    const unknown = unplanned(kept, scope);
    const users = kept.resets.length;
    return {
      document: { dryRun: true, run: kept.runId, file: out, users, unknown },
      text:
        `The run of ${out} would be continued: ${counted(users, 'user')}.\n` +
        describeFailures(unknown.map((userName) => ({ userName, code: 'not-found' }))),
      hasFailures: unknown.length > 0,
    };
  }
  const plan = await planResets(await loadServices(), scope);
  requireSomebody(plan);
  const { resets, disabled, unknown } = plan;
  if (out !== undefined) await requireResetFile(out, scope, resets);
  return {
    document: { dryRun: true, users: resets.length, disabled, unknown },
    text:
      `${counted(resets.length, 'user')} would be reset.\n` +
      describeFailures(unknown.map((userName) => ({ userName, code: 'not-found' }))),
    hasFailures: unknown.length > 0,
  };
}

function conclude(out: string, { run, plan }: Prepared, outcome: RunOutcome<UserReset>) {
  const names = (wanted: UserReset['outcome']) =>
    outcome.results.filter((result) => result.outcome === wanted);
  // Not Math.min of all: a call takes at most some 100,000 arguments.
  const firstExpiresAtMs = outcome.results.reduce(
    (first, { expiresAtMs }) => Math.min(first, expiresAtMs ?? first),
    Number.POSITIVE_INFINITY,
  );
  const firstExpiresAt = Number.isFinite(firstExpiresAtMs)
    ? new Date(firstExpiresAtMs).toISOString()
    : undefined;
  const unknown: RunFailure[] = plan.unknown.map((userName) => ({ userName, code: 'not-found' }));
  const failures = [...outcome.failures, ...unknown];
  const { left } = outcome;
  const receipts = names('reset').map(({ userName, receipt }) => ({ userName, receipt }));
  const counts = {
    reset: names('reset').length,
    resetBefore: names('resetBefore').length,
    gone: names('gone').length,
  };
  const notes = [
    `${counted(counts.reset, 'user')} got a temporary password; all of them are in ${out}.`,
    firstExpiresAt === undefined ? '' : `The first expires at ${firstExpiresAt}.`,
    counts.resetBefore === 0 ? '' : `${counts.resetBefore} had been reset by this run before.`,
    counts.gone === 0 ? '' : `${counts.gone} had been deleted meanwhile.`,
    !plan.disabled ? '' : `${counted(plan.disabled, 'disabled user')} left alone.`,
    left === 0 ? '' : `${left} not tried, because all before them failed.`,
    left + outcome.failures.length === 0 ? '' : 'Run it again with the same --out to continue.',
  ];
  return {
    document: {
      ...{ run: run.runId, file: out, ...counts, disabled: plan.disabled, failures, left },
      firstExpiresAt,
      receipts,
    },
    text: `${notes.filter((note) => note !== '').join('\n')}\n${describeFailures(failures)}`,
    hasFailures: left + failures.length > 0,
  };
}

async function run(
  request: ResetTenantRequest,
  { isDryRun, progress }: CommandContext,
): Promise<CommandAnswer> {
  const { out } = request;
  if (isDryRun || out === undefined) return rehearse(request);
  const prepared = await prepare(request, out);
  const outcome = await resetUsers(
    await loadServices(),
    prepared.run,
    createRequestContext(),
    (done) =>
      progress.update(() => `${done.handled} of ${done.total} users, ${done.failed} failed.`),
  );
  return conclude(out, prepared, outcome);
}

export const resetTenant: Command<ResetTenantRequest> = {
  summary: 'gives all users of a tenant temporary passwords',
  help: HELP,
  options: {
    users: { type: 'string' },
    out: { type: 'string' },
    tell: { type: 'boolean' },
    ...TERMS_OPTIONS,
  },
  argumentsMax: 1,
  changes: true,
  mayMakeStores: false,
  parse,
  warning({ scope }) {
    const whose =
      'tenant' in scope
        ? `every active user of ${scope.tenant}`
        : counted(scope.userNames.length, 'user');
    return `This ends the passwords and all sessions of ${whose}.`;
  },
  run,
};
