import { VERSION } from '../../shared/composition/version.ts';
import { type Printed, type ProcessContext, runCommand } from './command.ts';
import { chooseCommand, describeCommands, isCommand, namesOf } from './command-list.ts';
import { completionScript } from './completion.ts';
import { AnswerLost, explainFailure, placesOf } from './terminal.ts';

/** Turns `help …` into `… --help`. */
function withoutHelp(words: readonly string[]): readonly string[] {
  return words[0] === 'help' ? [...words.slice(1), '--help'] : words;
}

/** Answers a command with its name first; without a name, lists the commands. */
export async function answer(
  given: readonly string[],
  processContext: ProcessContext,
): Promise<Printed> {
  const words = withoutHelp(given);
  const [name = '--help', next = '--help'] = words;
  if (name === '--help') return { text: describeCommands(), code: 0, ifLost: '' };
  if (name === 'completion') return { text: completionScript(words[1]), code: 0, ifLost: '' };
  if (name === '--version') return { text: `${VERSION}\n`, code: 0, ifLost: '' };
  const group = next === '--help' ? namesOf(name) : [];
  if (group.length > 0 && !isCommand(name)) {
    return { text: describeCommands(group), code: 0, ifLost: '' };
  }
  const { command, argv } = chooseCommand(words);
  return runCommand(command, argv, processContext);
}

export interface Reported {
  /** The text for a person. */
  readonly stderr: string;
  /** The document for a program, with `--json`. */
  readonly stdout: string;
  readonly exitCode: 1 | 2 | 3;
}

/** Returns the output for an error of {@link answer}. */
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
