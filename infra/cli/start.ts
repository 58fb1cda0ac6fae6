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

/** Beside this file in `dist/`, where the build puts both. */
const PACKAGE_DIRECTORY = fileURLToPath(new URL('../package', import.meta.url));
/** How long a stop waits for a start that is under way. */
const EARLY_STOP_MS = 2000;

const PARENT_CHECK_MS = 100;

/**
 * Resolves at the first SIGTERM or SIGINT; repeats mean nothing, for a terminal signals npm and
 * this process, and npm passes its own on. What npm passes on reaches the shell between, which
 * ends by it without a word: without that shell the service stops too.
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

/** What `--json` prints when the service is ready. */
function toDocument({ origin, hashing, admins }: LocalService): object {
  const names = admins.map(({ userName, temporaryPassword }) => ({ userName, temporaryPassword }));
  return { ready: true, origin, admins: names, hashEngine: hashing.engine };
}

/** @returns undefined if nothing was lost with what could not be printed */
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
    log('error', 'The announcement could not be written; the service goes on.');
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
    // Nothing was promised to anybody yet; a store that does not answer must not hold the stop up.
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
