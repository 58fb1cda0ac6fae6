/** `npm run -s NAME -- …`: one bundle for all operations commands, called with the name first. */
import { closeComposition } from '../../shared/composition/app.ts';
import { VERSION } from '../../shared/composition/version.ts';
import { endAtSignal } from '../local/store/interrupted.ts';
import { type Printed, runCommand } from './command.ts';
import { chooseCommand, describeCommands, isCommand, namesOf } from './command-list.ts';
import { completionScript } from './completion.ts';
import { confirm, keepsOutput, leave, print, returnToCaller, takeTerminal } from './output.ts';
import { createProgress } from './progress.ts';
import { AnswerLost, explainFailure, placesOf } from './terminal.ts';

/** Turns `help …` into `… --help`. */
function withoutHelp(words: readonly string[]): readonly string[] {
  return words[0] === 'help' ? [...words.slice(1), '--help'] : words;
}

/** Answers a command with its name first; without a name, tells which there are. */
async function answer(given: readonly string[]): Promise<Printed> {
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
  const progress = createProgress((line) => process.stderr.write(line), Date.now);
  const surroundings = { closeComposition, progress, confirm, keepsOutput };
  return runCommand(command, argv, surroundings);
}

/** @throws {AnswerLost} */
async function deliver({ text, ifLost }: Printed): Promise<void> {
  try {
    await print(text);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new AnswerLost(`The answer could not be written (${code}). ${ifLost}`.trimEnd());
  }
}

/** Says it on standard error for a person, and with `--json` on standard output for a program. */
async function report(error: unknown, argv: readonly string[]): Promise<number> {
  const { code, message, exitCode } = explainFailure(error);
  const places = argv.includes('--stack') ? placesOf(error) : '';
  process.stderr.write(`${message}\n${places}`);
  if (argv.includes('--json') && !(error instanceof AnswerLost)) {
    // Standard error has said it, should this fail too.
    await print(`${JSON.stringify({ error: { code, message } })}\n`).catch(() => {});
  }
  return exitCode;
}

async function main(): Promise<number> {
  takeTerminal();
  endAtSignal();
  const argv = process.argv.slice(2);
  try {
    returnToCaller(argv[0] ?? '');
    const printed = await answer(argv);
    await deliver(printed);
    return printed.code;
  } catch (error) {
    return report(error, argv);
  }
}

main().then(leave);
