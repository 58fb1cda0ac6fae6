import { openArchive } from '../../shared/composition/operator.ts';
import { requireWholeStore } from '../../shared/maintenance/backup.ts';
import type { Backend } from '../../shared/port/unavailable.ts';
import type { Making } from '../local/store/embedded-stores.ts';
import {
  type OptionShapes,
  type ParsedArgs,
  readCommandLine,
  textOf,
  UsageError,
} from './command-line.ts';
import { type OpenedStores, onStores } from './command-stores.ts';
import type { Progress } from './progress.ts';
import { CommandRefused } from './terminal.ts';

/** The result of a command. */
export interface CommandAnswer {
  /** The line that `--json` prints; times in RFC 3339. README.md lists its members. */
  readonly document: object;
  /** The text for a person otherwise, with its last line end. */
  readonly text: string;
  /** True if the command printed its answer while it worked. */
  readonly isPrinted?: boolean;
  /** True if some of the work could not be done: the exit code is 1. */
  readonly hasFailures?: boolean;
  /** The consequence of losing the answer, if the command cannot give it again. */
  readonly ifLost?: string;
}

export interface CommandContext extends OpenedStores {
  /** True changes nothing: the answer states what would be done. Always false without `changes`. */
  readonly isDryRun: boolean;
  readonly progress: Progress;
  /** Writes a part of the answer at once. */
  print(text: string): Promise<void>;
  /** Has the first signal end the work in order; see `stopAtSignal`. */
  untilStopped(): AbortSignal;
}

/** One `portal-credentials NAME …`. All have `--data DIR`, `--json`, `--stack` and `--help`. */
export interface Command<Request> {
  /** The summary for the overview, in some words. */
  readonly summary: string;
  readonly help: string;
  /** The options besides the common ones. */
  readonly options: OptionShapes;
  /** The most words that belong to no option. */
  readonly argumentsMax: number;
  /** True adds `--dry-run`, which has the refusals and the exit code of the real run. */
  readonly changes: boolean;
  /** True makes the embedded stores if `--data` holds none. */
  readonly mayMakeStores: boolean;
  /** True for work on a store that may be missing beside its vault, or half restored. */
  readonly restores?: boolean;
  /** True if the answer holds a password that is nowhere else: the output must be kept. */
  readonly hasSecretAnswer?: boolean;
  /** @throws {UsageError} */
  parse(given: ParsedArgs): Request;
  /**
   * States the loss that the operator must confirm: on a terminal, or with `--yes`.
   * @returns undefined if this request destroys nothing
   */
  warning?(request: Request): string | undefined;
  /** Returns the parts that the settings must name if there is no `--data`; by default both. */
  partsFor?(request: Request): readonly Backend[];
  /** Runs the command with `process.env` pointing the composition at the stores. */
  run(request: Request, context: CommandContext): Promise<CommandAnswer>;
}

const COMMON_OPTIONS = {
  data: { type: 'string' },
  json: { type: 'boolean' },
  stack: { type: 'boolean' },
  help: { type: 'boolean' },
} as const satisfies OptionShapes;

export const COMMON_HELP = `\
  --data DIR          works on the embedded store and vault in DIR, while the service is stopped;
                      otherwise on the store and the vault that the settings name
  --json              prints one JSON document, of an error too
  --stack             after an unexpected error, shows where in the code it happened
  --help              prints this
`;

export const DRY_RUN_HELP = `\
  --dry-run           changes nothing, and reports what would be done, or why not
`;

export const YES_HELP = `\
  --yes               does not ask for confirmation; required without a terminal
`;

export interface Printed {
  readonly text: string;
  readonly code: 0 | 1;
  readonly ifLost: string;
}

/** The members that belong to the process, so that tests can replace them. */
export interface ProcessContext extends Pick<CommandContext, 'print' | 'untilStopped'> {
  closeComposition(): Promise<void>;
  readonly progress: Progress;
  /** @returns undefined if there is no terminal to ask on */
  confirm(question: string): Promise<boolean | undefined>;
  /** @returns false if standard output is thrown away */
  keepsOutput(): boolean;
}

/** @throws {UsageError} @throws {CommandRefused} the operator did not agree */
async function requireConsent(
  warning: string | undefined,
  given: ParsedArgs,
  { confirm }: ProcessContext,
): Promise<void> {
  if (warning === undefined || given.options.yes === true) return;
  const answer = await confirm(`${warning} Continue?`);
  if (answer === undefined) throw new UsageError(`${warning} Without a terminal it needs --yes.`);
  if (!answer) throw new CommandRefused('Nothing was done.');
}

/** Returns all options of a command, the common ones too. */
export function shapesOf<Request>(command: Command<Request>): OptionShapes {
  return {
    ...command.options,
    ...(command.changes && { 'dry-run': { type: 'boolean' } }),
    ...(command.warning !== undefined && { yes: { type: 'boolean' } }),
    ...COMMON_OPTIONS,
  };
}

/** Returns the parts to make; a dry run makes them in memory: see `onStores`. */
function makingOf(
  { mayMakeStores, restores = false }: Pick<Command<never>, 'mayMakeStores' | 'restores'>,
  isDryRun: boolean,
): Making {
  if (restores) return isDryRun ? 'tablesInMemory' : 'tables';
  return mayMakeStores ? 'stores' : 'nothing';
}

/**
 * @throws {UsageError} @throws {CommandRefused} @throws {SettingError} @throws {DataDirectoryError}
 * @throws {Unavailable} @throws {ArchiveRefused} a restore into the store is not finished
 */
export async function runCommand<Request>(
  command: Command<Request>,
  argv: readonly string[],
  processContext: ProcessContext,
): Promise<Printed> {
  const given = readCommandLine(argv, command.argumentsMax, shapesOf(command));
  if (given.options.help === true) return { text: command.help, code: 0, ifLost: '' };
  const request = command.parse(given);
  const isDryRun = given.options['dry-run'] === true;
  if (!isDryRun) {
    await requireConsent(command.warning?.(request), given, processContext);
    if (command.hasSecretAnswer === true && !processContext.keepsOutput()) {
      throw new CommandRefused(
        'Standard output is closed or the null device, and the answer holds a password.',
      );
    }
  }
  const parts = command.partsFor?.(request) ?? (['tables', 'vault'] as const);
  const making = makingOf(command, isDryRun);
  const choice = { data: textOf(given, 'data'), parts, making, isDryRun };
  const { progress, print, untilStopped } = processContext;
  const answer = await onStores(choice, processContext.closeComposition, async (stores) => {
    const mustBeWhole = command.changes && command.restores !== true;
    if (mustBeWhole && parts.includes('tables')) {
      await requireWholeStore(openArchive().archive);
    }
    const answered = await command.run(request, {
      ...{ ...stores, isDryRun, progress, print, untilStopped },
    });
    // No password may be shown before it is on disk: a killed process would lose it.
    await stores.flush();
    return answered;
  });
  const isDone = command.changes && !isDryRun;
  const isDocument = given.options.json === true && answer.isPrinted !== true;
  return {
    text: isDocument ? `${JSON.stringify(answer.document)}\n` : answer.text,
    code: answer.hasFailures === true ? 1 : 0,
    ifLost: answer.ifLost ?? (isDone ? 'The work is done all the same.' : ''),
  };
}
