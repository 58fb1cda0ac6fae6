/** `portal-credentials NAME …`, `npm run -s cli -- NAME …`: one bundle for all commands. */
import { closeComposition } from '../../shared/composition/app.ts';
import { endAtSignal, stopAtSignal } from '../local/store/interrupted.ts';
import { answer, reportOf } from './answer.ts';
import type { Printed } from './command.ts';
import { confirm, keepsOutput, leave, print, returnToCaller, takeTerminal } from './output.ts';
import { createProgress } from './progress.ts';
import { AnswerLost } from './terminal.ts';

/** @throws {AnswerLost} */
async function deliver({ text, ifLost }: Printed): Promise<void> {
  if (text === '') return;
  try {
    await print(text);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new AnswerLost(`The answer could not be written (${code}). ${ifLost}`.trimEnd());
  }
}

/** Reports on standard error for a person, and with `--json` on standard output for a program. */
async function report(error: unknown, argv: readonly string[]): Promise<number> {
  const { stderr, stdout, exitCode } = reportOf(error, argv);
  process.stderr.write(stderr);
  // Standard error has the report, should this fail too.
  if (stdout !== '') await print(stdout).catch(() => {});
  return exitCode;
}

async function main(): Promise<number> {
  takeTerminal();
  endAtSignal();
  const argv = process.argv.slice(2);
  const progress = createProgress((line) => process.stderr.write(line), Date.now);
  try {
    returnToCaller('cli', 'create-admin', 'webhook-secret');
    const printed = await answer(argv, {
      ...{ closeComposition, progress, confirm, keepsOutput, print },
      untilStopped: stopAtSignal,
    });
    await deliver(printed);
    return printed.code;
  } catch (error) {
    return report(error, argv);
  }
}

main().then(leave);
