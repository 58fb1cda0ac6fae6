import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  answerNotKept,
  closeComposition,
  createFirstAdmins,
  describeHashing,
} from '../../shared/composition.ts';
import { announceService } from './announcement.ts';
import { parseStartOptions, START_HELP } from './command-line.ts';
import { lineLog } from './host-log.ts';
import { startLocalService } from './local-system.ts';
import { explainFailure, takeTerminal } from './terminal.ts';

/** Beside this file in `dist/`, where the build puts both. */
const PACKAGE_DIRECTORY = fileURLToPath(new URL('../package', import.meta.url));
/** How long a stop waits for a start that is under way. */
const EARLY_STOP_MS = 2000;

const PARENT_CHECK_MS = 100;

/**
 * Resolves at the first SIGTERM or SIGINT; repeats mean nothing, for a terminal signals npm and
 * this process, and npm passes its own on. What npm passes on reaches the shell between, which
 * dies of it and tells nobody: without that shell the service stops too.
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

async function main(): Promise<void> {
  const options = parseStartOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(START_HELP);
    return;
  }
  takeTerminal();
  const log = lineLog(
    (line) => process.stderr.write(line),
    () => new Date(),
  );
  process.on('unhandledRejection', (reason) => {
    log('error', `Nobody caught: ${explainFailure(reason).text}`);
  });
  const signalled = stopSignal();
  const starting = startLocalService({
    ...options,
    packageDirectory: PACKAGE_DIRECTORY,
    log,
    adminMaker: { createFirstAdmins, closeComposition, describeHashing },
    answerNotKept,
  });
  const service = await Promise.race([starting, signalled]);
  if (service === 'stop') {
    // Nothing was promised to anybody yet; a store that does not answer must not hold the stop up.
    const stopping = starting.then((started) => started.stop()).catch(() => {});
    await Promise.race([stopping, wait(EARLY_STOP_MS)]);
    process.exit(0);
  }
  if (options.json) {
    const { origin, hashing } = service;
    const admins = service.admins.map(({ userName, temporaryPassword }) => ({
      userName,
      temporaryPassword,
    }));
    process.stdout.write(
      `${JSON.stringify({ ready: true, origin, admins, hashEngine: hashing.engine })}\n`,
    );
  } else {
    process.stdout.write(announceService(service, options));
  }
  await signalled;
  await service.stop();
  process.exit(0);
}

main().catch((error: unknown) => {
  const { text, code } = explainFailure(error);
  process.stderr.write(`${text}\n`);
  process.exit(code);
});
