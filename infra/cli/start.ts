import { VERSION } from '../../shared/composition/version.ts';
import { lineLog } from '../local/host/host-log.ts';
import { parseStartOptions, START_HELP } from './command-line.ts';
import { leave, print, returnToCaller, takeTerminal } from './output.ts';
import { serve } from './serve.ts';
import { explainFailure, placesOf } from './terminal.ts';

const PARENT_CHECK_MS = 100;

/**
 * Resolves at the first SIGTERM or SIGINT. Repeats are ignored: a terminal signals npm and this
 * process, and npm forwards its signal to the shell between them. That shell ends silently, so the
 * service also stops when the shell has ended.
 */
function stopSignal(): Promise<'stop'> {
  return new Promise((resolve) => {
    process.on('SIGTERM', () => resolve('stop'));
    process.on('SIGINT', () => resolve('stop'));
    if (process.env.npm_lifecycle_event === undefined) return;
    const parent = process.ppid;
    const check = () => {
      if (process.ppid !== parent) resolve('stop');
    };
    setInterval(check, PARENT_CHECK_MS).unref();
  });
}

async function main(): Promise<number> {
  takeTerminal();
  const log = lineLog((line) => process.stderr.write(line), Date.now);
  process.on('unhandledRejection', (reason) => {
    log('error', `An error was not handled: ${explainFailure(reason).message}`);
  });
  try {
    returnToCaller('start');
    const options = parseStartOptions(process.argv.slice(2));
    if (options.help) await print(START_HELP);
    else if (options.version) await print(`${VERSION}\n`);
    else await serve(options, { log, print, untilStopped: stopSignal() });
    return 0;
  } catch (error) {
    const { message, exitCode } = explainFailure(error);
    const places = process.argv.includes('--stack') ? placesOf(error) : '';
    process.stderr.write(`${message}\n${places}`);
    return exitCode;
  }
}

main().then(leave);
