import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { closeComposition, loadServices } from '../../shared/composition/app.ts';
import { createFirstAdmins, describeHashing } from '../../shared/composition/operator.ts';
import { VERSION } from '../../shared/composition/version.ts';
import { serveNotKept } from '../../shared/http/not-kept.ts';
import type { HostLog } from '../local/host/host-log.ts';
import { type LocalService, startLocalService } from '../local/local-system.ts';
import { announceService } from './announcement.ts';
import type { StartOptions } from './command-line.ts';
import { keepsOutput } from './output.ts';
import { startedLine } from './started-line.ts';
import { AnswerLost } from './terminal.ts';

/** The package, which the build puts beside this file in `dist/`. */
const PACKAGE_DIRECTORY = fileURLToPath(new URL('../package', import.meta.url));
/** The time that a stop waits for a start that is under way. */
const EARLY_STOP_MS = 2000;

interface ServeContext {
  readonly log: HostLog;
  /** Resolves when the text is written; rejects when it cannot be. */
  readonly print: (text: string) => Promise<void>;
  /** Resolves when the service must stop. */
  readonly untilStopped: Promise<'stop'>;
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
async function announce(
  service: LocalService,
  options: StartOptions,
  { log, print }: ServeContext,
): Promise<void> {
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

/** Serves until it is stopped, and announces the service once it is ready. */
export async function serve(options: StartOptions, context: ServeContext): Promise<void> {
  const { log, untilStopped } = context;
  const starting = startLocalService({
    ...options,
    packageDirectory: PACKAGE_DIRECTORY,
    log,
    adminMaker: { createFirstAdmins, closeComposition, describeHashing },
    answerNotKept: serveNotKept(loadServices),
  });
  const service = await Promise.race([starting, untilStopped]);
  if (service === 'stop') {
    // Nothing was promised yet; a store that does not answer must not delay the stop.
    const stopping = starting.then((started) => started.stop()).catch(() => {});
    await Promise.race([stopping, wait(EARLY_STOP_MS)]);
    return;
  }
  log('information', startedLine(service, VERSION));
  try {
    await announce(service, options, context);
    await untilStopped;
  } finally {
    log('information', 'the service stops: it answers what is in flight');
    await service.stop();
    log('information', 'the service has stopped');
  }
}
