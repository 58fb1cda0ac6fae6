import { VERSION } from '../../shared/composition/version.ts';
import { type Printed, runCommand, type Surroundings } from './command.ts';
import { describeCommands, requireCommand } from './command-list.ts';
import { AnswerLost, explainFailure, placesOf } from './terminal.ts';

/** What `name` and its options print; without a name, what there is. */
export async function answer(
  name: string | undefined,
  argv: readonly string[],
  surroundings: Surroundings,
): Promise<Printed> {
  const [topic] = argv;
  if (name === undefined || name === '--help' || (name === 'help' && topic === undefined)) {
    return { text: describeCommands(), code: 0, ifLost: '' };
  }
  if (name === '--version') {
    return { text: `${VERSION}\n`, code: 0, ifLost: '' };
  }
  const [wanted, words] = name === 'help' ? [topic ?? '', ['--help']] : [name, argv];
  return runCommand(requireCommand(wanted), words, surroundings);
}

export interface Reported {
  /** For a person. */
  readonly stderr: string;
  /** For a program that asked for `--json`. */
  readonly stdout: string;
  readonly exitCode: 1 | 2;
}

/** What an error of {@link answer} prints. */
export function reportOf(error: unknown, argv: readonly string[]): Reported {
  const { code, message, exitCode } = explainFailure(error);
  const places = argv.includes('--stack') ? placesOf(error) : '';
  const isForProgram = argv.includes('--json') && !(error instanceof AnswerLost);
  return {
    stderr: `${message}\n${places}`,
    stdout: isForProgram ? `${JSON.stringify({ error: { code, message } })}\n` : '',
    exitCode,
  };
}
