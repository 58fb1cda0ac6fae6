import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Backend } from '../../shared/port/unavailable.ts';
import type { Settings } from '../../shared/setting.ts';
import { DataDirectoryError, requireUsable } from '../local/store/data-directory.ts';
import { type Making, openEmbeddedStores } from '../local/store/embedded-stores.ts';
import {
  requireSettings,
  requireStore,
  requireUseOf,
  useEnvironment,
} from '../local/store/store-setting.ts';

export interface StoreChoice {
  /** The folder of the embedded store and vault (`--data`); undefined for those of the settings. */
  readonly data: string | undefined;
  /** The parts that the work touches; the settings need not name the others. */
  readonly parts: readonly Backend[];
  /** The embedded parts that are made if the folder lacks them. */
  readonly making: Making;
  /** True makes nothing in the folder; new parts are in memory. */
  readonly isDryRun: boolean;
}

export interface OpenedStores {
  /** The settings, with stand-ins for the addresses that are not set. */
  readonly settings: Settings;
  /** Resolves when the answers of the embedded store are on disk; at once for any other store. */
  flush(): Promise<void>;
}

/**
 * Does the work with `process.env` pointing the composition at store and vault. Answered changes
 * are on disk after `flush`, and when this resolves.
 * @throws {SettingError} before anything is opened
 * @throws {DataDirectoryError} the folder is in use, or is not a data directory
 */
export async function onStores<Result>(
  { data, parts, making, isDryRun }: StoreChoice,
  closeComposition: () => Promise<void>,
  work: (stores: OpenedStores) => Promise<Result>,
): Promise<Result> {
  requireStore(process.env, data, parts);
  requireUseOf(data, process.env);
  const settings = requireSettings(process.env, 0);
  if (data !== undefined && making !== 'stores' && !holdsStores(data)) {
    throw new DataDirectoryError(`--data: ${data} holds neither a store nor a vault.`);
  }
  const isToBeMade = data !== undefined && isDryRun && !holdsStores(data);
  if (isToBeMade) await requireUsable(data);
  const kept = isToBeMade ? undefined : data;
  const made = isDryRun && making === 'stores' && !isToBeMade ? 'nothing' : making;
  // Without a directory nothing is embedded, not even a part that the work does without.
  const stores = data === undefined ? undefined : await openEmbeddedStores(process.env, kept, made);
  try {
    useEnvironment(stores?.env ?? {}, 'http://127.0.0.1');
    return await work({ settings, flush: async () => stores?.flush() });
  } finally {
    await closeComposition();
    await stores?.close();
  }
}

function holdsStores(directory: string): boolean {
  return ['tables.json', 'vault.json'].some((name) => existsSync(join(directory, name)));
}
