/** `npm run -s NAME -- …`: one bundle for all operations commands, called with the name first. */
import { closeComposition } from '../../shared/composition/app.ts';
import { VERSION } from '../../shared/composition/version.ts';
import { endAtSignal } from '../local/store/interrupted.ts';
import { type Printed, runCommand } from './command.ts';
import { describeCommands, requireCommand } from './command-list.ts';
import { confirm, keepsOutput, leave, print, returnToCaller, takeTerminal } from './output.ts';
import { createProgress } from './progress.ts';
import { AnswerLost, explainFailure, placesOf } from './terminal.ts';

/** What `name` and its options print; without a name, what there is. */
async function answer(name: string | undefined, argv: readonly string[]): Promise<Printed> {
  const [topic] = argv;
  if (name === undefined || name === '--help' || (name === 'help' && topic === undefined)) {
    return { text: describeCommands(), code: 0, ifLost: '' };
  }
  if (name === '--version') {
    return { text: `${VERSION}\n`, code: 0, ifLost: '' };
  }
  const [wanted, words] = name === 'help' ? [topic ?? '', ['--help']] : [name, argv];
  const progress = createProgress((line) => process.stderr.write(line), Date.now);
  const surroundings = { closeComposition, progress, confirm, keepsOutput };
  return runCommand(requireCommand(wanted), words, surroundings);
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
  const [name, ...argv] = process.argv.slice(2);
  try {
    returnToCaller(name ?? '');
    const printed = await answer(name, argv);
    await deliver(printed);
    return printed.code;
  } catch (error) {
    return report(error, argv);
  }
}

main().then(leave);
