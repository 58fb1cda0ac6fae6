import { randomUUID } from 'node:crypto';
import azureFunctions from '@azure/functions';
import type { Handler } from '../../shared/http/serve.ts';
import { parseSettings, type Settings } from '../../shared/setting.ts';
import type { RpcHttpResponse } from './host/function-app.ts';
import { type FunctionsHost, type LostAnswer, startFunctionsHost } from './host/functions-host.ts';
import type { HostLog } from './host/host-log.ts';
import { type MailFolder, openMailFolder } from './mail-folder.ts';
import { type EmbeddedStores, embeddedParts, openEmbeddedStores } from './store/embedded-stores.ts';
import { requireSettings, requireUseOf, useEnvironment } from './store/store-setting.ts';

export interface NewAdmin {
  readonly userName: string;
  readonly temporaryPassword: string;
  /** The expiry of the temporary password, RFC 3339. */
  readonly expiresAt: string;
  /** The receipt of an admin who was reset. */
  readonly receipt?: string | undefined;
}

/** The part of shared/composition/operator.ts that makes first admins; it reads `process.env`. */
export interface AdminMaker {
  createFirstAdmins(request: {
    userNames: string[];
    recover: boolean;
  }): Promise<readonly NewAdmin[]>;
  closeComposition(): Promise<void>;
}

/** The bcrypt that runs, and its cost (log2 of rounds). */
export interface Hashing {
  readonly engine: string;
  readonly cost: number;
}

export interface LocalService {
  /** The origin on which it listens, `http://127.0.0.1:<port>`, whatever `PUBLIC_ORIGIN` is. */
  readonly origin: string;
  readonly portalUrl: string;
  /** The parts that run in this process. */
  readonly embedded: { readonly tables: boolean; readonly vault: boolean };
  /** The folder of the mails; undefined: a server is named, or no sender. */
  readonly mailDirectory: string | undefined;
  readonly hashing: Hashing;
  /** The settings that the app has read. */
  readonly settings: Settings;
  /** The admins made by this start. */
  readonly admins: readonly NewAdmin[];
  stop(): Promise<void>;
}

/** Makes the answer in place of a lost one, under the id that the function has logged. */
async function replace(
  { method, url, headers, answer }: LostAnswer,
  handler: Handler,
  log: HostLog,
): Promise<RpcHttpResponse> {
  const request = new azureFunctions.HttpRequest({ method, url, headers });
  const context = new azureFunctions.InvocationContext({
    invocationId: answer?.headers['x-request-id'] ?? randomUUID(),
    logHandler: (level, ...args) => log(level, args.join(' ')),
  });
  const { status, headers: sent, body } = await handler(request, context);
  return {
    statusCode: `${status}`,
    headers: sent as Readonly<Record<string, string>>,
    body: { bytes: Buffer.from(String(body)) },
  };
}

/**
 * Starts the whole system on one machine: embeds the stores that the settings do not name, makes
 * the first admins, runs the deployable package. Writes the app's settings into `process.env`.
 * @throws {SettingError} before anything is started
 * @throws {DataDirectoryError} the directory is in use, or is not a data directory
 */
export async function startLocalService(options: {
  readonly packageDirectory: string;
  readonly port: number;
  readonly admins: readonly string[];
  readonly data: string | undefined;
  readonly log: HostLog;
  readonly adminMaker: AdminMaker & { describeHashing(): Hashing };
  readonly answerNotKept: Handler;
}): Promise<LocalService> {
  requireUseOf(options.data, process.env);
  requireSettings(process.env, options.port);
  const { adminMaker } = options;
  const embedded = embeddedParts(process.env);
  let stores: EmbeddedStores | undefined;
  let mails: MailFolder | undefined;
  let admins: readonly NewAdmin[] = [];
  let host: FunctionsHost;
  try {
    host = await startFunctionsHost({
      packageDirectory: options.packageDirectory,
      port: options.port,
      log: options.log,
      async beforeLoad(origin) {
        stores = await openEmbeddedStores(process.env, options.data, 'stores');
        useEnvironment(stores.env, origin);
        mails = await openMailFolder(options.data, embedded.tables);
        admins = await adminMaker.createFirstAdmins({
          userNames: [...options.admins],
          recover: false,
        });
        await stores.flush();
      },
      async beforeAnswer({ name, method }) {
        const isReading = ['GET', 'HEAD', 'OPTIONS'].includes(method);
        // Ready promises to keep later changes, so it fails while the last change is not kept.
        if (!isReading || name === 'healthReady') await stores?.flush();
      },
      answerNotKept: (lost) => replace(lost, options.answerNotKept, options.log),
    });
  } catch (error) {
    await adminMaker.closeComposition();
    await stores?.close();
    await mails?.close();
    throw error;
  }
  const settings = parseSettings(process.env);
  return {
    origin: host.origin,
    portalUrl: settings.portalUrl,
    settings,
    embedded,
    mailDirectory: mails?.directory,
    hashing: adminMaker.describeHashing(),
    admins,
    async stop() {
      await host.stop();
      await adminMaker.closeComposition();
      await stores?.close();
      await mails?.close();
    },
  };
}
