import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { closeComposition, loadServices } from '../../shared/composition/app.ts';
import { createFirstAdmins, describeHashing } from '../../shared/composition/operator.ts';
import { VERSION } from '../../shared/composition/version.ts';
import { serveNotKept } from '../../shared/http/not-kept.ts';
import { type HostLog, lineLog } from '../local/host/host-log.ts';
import { type LocalService, startLocalService } from '../local/local-system.ts';
import { announceService } from './announcement.ts';
import { parseStartOptions, START_HELP, type StartOptions } from './command-line.ts';
import { keepsOutput, leave, print, returnToCaller, takeTerminal } from './output.ts';
import { startedLine } from './started-line.ts';
import { AnswerLost, explainFailure, placesOf } from './terminal.ts';

/** The package, which the build puts beside this file in `dist/`. */
const PACKAGE_DIRECTORY = fileURLToPath(new URL('../package', import.meta.url));
/** The time that a stop waits for a start that is under way. */
const EARLY_STOP_MS = 2000;

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

/** Returns the document that `--json` prints when the service is ready. */
function toDocument({ origin, hashing, admins }: LocalService): object {
  const names = admins.map(({ userName, temporaryPassword }) => ({ userName, temporaryPassword }));
  return { ready: true, origin, admins: names, hashEngine: hashing.engine };
}

/** @returns undefined if nothing was lost with the unprinted answer */
function describeLoss({ admins }: LocalService): string | undefined {
  if (admins.length === 0) return undefined;
  const names = admins.map(({ userName }) => userName).join(', ');
  return (
    `The temporary password of ${names} was made, could not be printed and is lost. ` +
    'With --data, stop the service and: npm run -s create-admin -- USER_NAME --recover'
  );
}

/** @throws {AnswerLost} it holds a password, and could not be written */
async function announce(service: LocalService, options: StartOptions, log: HostLog) {
  const text = options.json
    ? `${JSON.stringify(toDocument(service))}\n`
    : announceService(service, options);
  const loss = describeLoss(service);
  try {
    await print(text);
  } catch {
    if (loss !== undefined) throw new AnswerLost(loss);
    log('error', 'The announcement could not be written; the service continues.');
    return;
  }
  // To run a service with its output thrown away is usual, and no reason to stop it.
  if (loss !== undefined && !keepsOutput()) log('error', loss);
}

async function serve(options: StartOptions): Promise<void> {
  const log = lineLog((line) => process.stderr.write(line), Date.now);
  process.on('unhandledRejection', (reason) => {
    log('error', `An error was not handled: ${explainFailure(reason).message}`);
  });
  const signalled = stopSignal();
  const starting = startLocalService({
    ...options,
    packageDirectory: PACKAGE_DIRECTORY,
    log,
    adminMaker: { createFirstAdmins, closeComposition, describeHashing },
    answerNotKept: serveNotKept(loadServices),
  });
  const service = await Promise.race([starting, signalled]);
  if (service === 'stop') {
    // Nothing was promised yet; a store that does not answer must not delay the stop.
    const stopping = starting.then((started) => started.stop()).catch(() => {});
    await Promise.race([stopping, wait(EARLY_STOP_MS)]);
    return;
  }
  log('information', startedLine(service, VERSION));
  try {
    await announce(service, options, log);
    await signalled;
  } finally {
    log('information', 'the service stops: it answers what is in flight');
    await service.stop();
    log('information', 'the service has stopped');
  }
}

async function main(): Promise<number> {
  takeTerminal();
  try {
    returnToCaller('start');
    const options = parseStartOptions(process.argv.slice(2));
    if (options.help) await print(START_HELP);
    else if (options.version) await print(`${VERSION}\n`);
    else await serve(options);
    return 0;
  } catch (error) {
    const { message, exitCode } = explainFailure(error);
    const places = process.argv.includes('--stack') ? placesOf(error) : '';
    process.stderr.write(`${message}\n${places}`);
    return exitCode;
  }
}

main().then(leave);
