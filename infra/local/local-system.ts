import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseSettings, SettingError } from '../../shared/setting.ts';
import { DataDirectoryError } from './data-directory.ts';
import {
  type EmbeddedStores,
  type Environment,
  embeddedParts,
  openEmbeddedStores,
} from './embedded-stores.ts';
import { type FunctionsHost, startFunctionsHost } from './functions-host.ts';
import type { HostLog } from './host-log.ts';
import { parseSchedule } from './timer-trigger.ts';

const DEFAULT_SWEEP_SCHEDULE = '0 */5 * * * *';

export interface NewAdmin {
  readonly userName: string;
  readonly temporaryPassword: string;
  /** RFC 3339. */
  readonly expiresAt: string;
}

/** The part of shared/composition.ts that makes first admins; it reads `process.env`. */
export interface AdminMaker {
  createFirstAdmins(request: {
    userNames: string[];
    recover: boolean;
  }): Promise<readonly NewAdmin[]>;
  closeComposition(): Promise<void>;
}

/** Which bcrypt runs, at which cost (log2 of rounds). */
export interface Hashing {
  readonly engine: string;
  readonly cost: number;
}

export interface LocalService {
  /** `http://127.0.0.1:<port>`: where it listens, whatever `PUBLIC_ORIGIN` says. */
  readonly origin: string;
  readonly portalUrl: string;
  /** Which parts run in this process. */
  readonly embedded: { readonly tables: boolean; readonly vault: boolean };
  readonly hashing: Hashing;
  /** Only those made now. */
  readonly admins: readonly NewAdmin[];
  stop(): Promise<void>;
}

/**
 * The whole system on one machine: embeds what the settings do not name, makes the first admins,
 * runs the deployable package. Writes what the app reads into `process.env`.
 * @throws {SettingError} before anything is started
 * @throws {DataDirectoryError}
 */
export async function startLocalService(options: {
  readonly packageDirectory: string;
  readonly port: number;
  readonly admins: readonly string[];
  readonly data: string | undefined;
  readonly log: HostLog;
  readonly adminMaker: AdminMaker & { describeHashing(): Hashing };
}): Promise<LocalService> {
  requireUseOf(options.data, process.env);
  requireSettings(process.env, options.port);
  const { adminMaker } = options;
  const embedded = embeddedParts(process.env);
  let stores: EmbeddedStores | undefined;
  let admins: readonly NewAdmin[] = [];
  let host: FunctionsHost;
  try {
    host = await startFunctionsHost({
      packageDirectory: options.packageDirectory,
      port: options.port,
      log: options.log,
      async beforeLoad(origin) {
        stores = await openEmbeddedStores(process.env, options.data);
        useEnvironment(stores, origin);
        admins = await adminMaker.createFirstAdmins({
          userNames: [...options.admins],
          recover: false,
        });
        await stores.flush();
      },
      async beforeAnswer({ method }) {
        if (!['GET', 'HEAD', 'OPTIONS'].includes(method)) await stores?.flush();
      },
    });
  } catch (error) {
    await adminMaker.closeComposition();
    await stores?.close();
    throw error;
  }
  return {
    origin: host.origin,
    portalUrl: parseSettings(process.env).portalUrl,
    embedded,
    hashing: adminMaker.describeHashing(),
    admins,
    async stop() {
      await host.stop();
      await adminMaker.closeComposition();
      await stores?.close();
    },
  };
}

/** Makes one admin in the store that the settings name, or in the embedded one of `data`. */
export async function createAdmin(options: {
  readonly userName: string;
  readonly recover: boolean;
  readonly data: string | undefined;
  readonly adminMaker: AdminMaker;
}): Promise<NewAdmin | undefined> {
  const { adminMaker, data, userName, recover } = options;
  return onStores(data, adminMaker, async (stores) => {
    const [admin] = await adminMaker.createFirstAdmins({ userNames: [userName], recover });
    // Nobody may be shown a password that a killed process then takes with it.
    await stores.flush();
    return admin;
  });
}

/** Reads the store that the settings name, or the embedded one of `data`, which must be there. */
export async function readStores<Report>(options: {
  readonly data: string | undefined;
  readonly composition: Pick<AdminMaker, 'closeComposition'>;
  readonly read: () => Promise<Report>;
}): Promise<Report> {
  const { data, composition, read } = options;
  if (data !== undefined && !['tables.json', 'vault.json'].some((name) => isIn(data, name))) {
    throw new DataDirectoryError(`--data: ${data} holds neither a store nor a vault.`);
  }
  return onStores(data, composition, read);
}

function isIn(directory: string, name: string): boolean {
  return existsSync(join(directory, name));
}

async function onStores<Result>(
  data: string | undefined,
  composition: Pick<AdminMaker, 'closeComposition'>,
  work: (stores: EmbeddedStores) => Promise<Result>,
): Promise<Result> {
  requireStore(process.env, data);
  requireUseOf(data, process.env);
  requireSettings(process.env, 0);
  const stores = await openEmbeddedStores(process.env, data);
  try {
    useEnvironment(stores, 'http://127.0.0.1');
    return await work(stores);
  } finally {
    await composition.closeComposition();
    await stores.close();
  }
}

/** Without a directory nothing may be embedded: it would be gone at once. */
function requireStore(env: Environment, data: string | undefined): void {
  const parts = embeddedParts(env);
  if (data !== undefined || (!parts.tables && !parts.vault)) return;
  const missing = parts.tables ? 'TABLES_ENDPOINT' : 'KEY_VAULT_URL';
  throw new SettingError(missing, 'must be set, or --data must name the directory of the service.');
}

/** A directory in which nothing would be kept is a misunderstanding. */
function requireUseOf(data: string | undefined, env: Environment): void {
  const parts = embeddedParts(env);
  if (data === undefined || parts.tables || parts.vault) return;
  throw new DataDirectoryError('--data has nothing to keep: the settings name store and vault.');
}

/** Checks every setting as the app will see it, with stand-ins for what is not started yet. */
function requireSettings(env: Environment, port: number): void {
  const parts = embeddedParts(env);
  parseSettings({
    ...env,
    ...(parts.tables && { TABLES_CONNECTION_STRING: 'UseDevelopmentStorage=true' }),
    ...(parts.vault && { KEY_VAULT_URL: 'https://127.0.0.1' }),
    ...(!env.PUBLIC_ORIGIN?.trim() && { PUBLIC_ORIGIN: `http://127.0.0.1:${port}` }),
  });
  try {
    parseSchedule(env.SWEEP_SCHEDULE?.trim() || DEFAULT_SWEEP_SCHEDULE);
  } catch {
    throw new SettingError(
      'SWEEP_SCHEDULE',
      `must be an NCRONTAB expression of six fields, such as "${DEFAULT_SWEEP_SCHEDULE}".`,
    );
  }
}

function useEnvironment(stores: EmbeddedStores, origin: string): void {
  Object.assign(process.env, stores.env);
  process.env.PUBLIC_ORIGIN = process.env.PUBLIC_ORIGIN?.trim() || origin;
  process.env.SWEEP_SCHEDULE = process.env.SWEEP_SCHEDULE?.trim() || DEFAULT_SWEEP_SCHEDULE;
}
