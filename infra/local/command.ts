import { openArchive } from '../../shared/composition.ts';
import { requireWholeStore } from '../../shared/operation/backup.ts';
import { type Given, type OptionShapes, readCommandLine, textOf } from './command-line.ts';
import { type OpenedStores, onStores } from './command-stores.ts';
import type { Making } from './embedded-stores.ts';
import type { Progress } from './progress.ts';
import type { Part } from './store-setting.ts';

/** What came of it. */
export interface CommandAnswer {
  /** What `--json` prints, in one line; times in RFC 3339. */
  readonly document: object;
  /** What a person reads otherwise, with its last line end. */
  readonly text: string;
  /** Some of it could not be done: the exit code is 1. */
  readonly hasFailures?: boolean;
}

export interface CommandContext extends OpenedStores {
  /** Nothing may be changed: only told what would be. Always false without `changes`. */
  readonly isDryRun: boolean;
  readonly progress: Progress;
}

/** One `npm run NAME -- …`. All have `--data DIR`, `--json` and `--help`. */
export interface Command<Request> {
  readonly help: string;
  /** Options besides the common ones. */
  readonly options: OptionShapes;
  /** Words that belong to no option. */
  readonly argumentsMax: number;
  /** It has `--dry-run`. */
  readonly changes: boolean;
  /** It makes the embedded stores where `--data` holds none. */
  readonly mayMakeStores: boolean;
  /** It fills a store, which may be missing beside its vault, or half restored. */
  readonly restores?: boolean;
  /** @throws {UsageError} */
  parse(given: Given): Request;
  /** What the settings must name when there is no `--data`; by default both. */
  partsFor?(request: Request): readonly Part[];
  /** With `process.env` pointing the composition at the stores. */
  run(request: Request, context: CommandContext): Promise<CommandAnswer>;
}

const COMMON_OPTIONS = {
  data: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const satisfies OptionShapes;

export const COMMON_HELP = `\
  --data DIR          works on the embedded store and vault in DIR, while the service is stopped;
                      otherwise on the store and the vault that the settings name
  --json              prints one line of JSON
  --help              prints this
`;

export const DRY_RUN_HELP = `\
  --dry-run           changes nothing, and tells what would be done
`;

export interface Printed {
  readonly text: string;
  readonly code: 0 | 1;
}

/** What does not change anything makes nothing either. */
function makingOf(
  { mayMakeStores, restores = false }: Pick<Command<never>, 'mayMakeStores' | 'restores'>,
  isDryRun: boolean,
): Making {
  if (restores) return isDryRun ? 'tablesInMemory' : 'tables';
  return mayMakeStores && !isDryRun ? 'stores' : 'nothing';
}

/**
 * @param surroundings what belongs to the process, so that tests can stand in for it
 * @throws {UsageError} @throws {SettingError} @throws {DataDirectoryError} @throws {Unavailable}
 * @throws {ArchiveRefused} a restore into the store is not finished
 */
export async function runCommand<Request>(
  command: Command<Request>,
  argv: readonly string[],
  surroundings: { readonly closeComposition: () => Promise<void>; readonly progress: Progress },
): Promise<Printed> {
  const dryRun: OptionShapes = command.changes ? { 'dry-run': { type: 'boolean' } } : {};
  const shapes = { ...command.options, ...dryRun, ...COMMON_OPTIONS };
  const given = readCommandLine(argv, command.argumentsMax, shapes);
  if (given.options.help === true) return { text: command.help, code: 0 };
  const request = command.parse(given);
  const isDryRun = given.options['dry-run'] === true;
  const parts = command.partsFor?.(request) ?? (['tables', 'vault'] as const);
  const choice = { data: textOf(given, 'data'), parts, making: makingOf(command, isDryRun) };
  const answer = await onStores(choice, surroundings.closeComposition, async (stores) => {
    const mustBeWhole = command.changes && command.restores !== true;
    if (mustBeWhole && parts.includes('tables')) {
      await requireWholeStore(openArchive().archive);
    }
    const { progress } = surroundings;
    const answered = await command.run(request, { ...stores, isDryRun, progress });
    // Nobody may be shown a password that a killed process then takes with it.
    await stores.flush();
    return answered;
  });
  return {
    text: given.options.json === true ? `${JSON.stringify(answer.document)}\n` : answer.text,
    code: answer.hasFailures === true ? 1 : 0,
  };
}
