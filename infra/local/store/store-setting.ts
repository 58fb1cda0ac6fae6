import type { Backend } from '../../../shared/port/unavailable.ts';
import { parseSettings, SettingError, type Settings } from '../../../shared/setting.ts';
import { parseSchedule } from '../host/timer-trigger.ts';
import { DataDirectoryError } from './data-directory.ts';
import { type EmbeddedStores, type Environment, embeddedParts } from './embedded-stores.ts';

const DEFAULT_SWEEP_SCHEDULE = '0 */5 * * * *';

/** Requires a directory for embedded parts: without one they would be gone at once. */
export function requireStore(
  env: Environment,
  data: string | undefined,
  needed: readonly Backend[],
): void {
  const embedded = embeddedParts(env);
  const lacking = needed.find((part) => embedded[part]);
  if (data !== undefined || lacking === undefined) return;
  const missing = lacking === 'tables' ? 'TABLES_ENDPOINT' : 'KEY_VAULT_URL';
  throw new SettingError(missing, 'must be set, or --data must name the directory of the service.');
}

/** Rejects a directory in which nothing would be kept. */
export function requireUseOf(data: string | undefined, env: Environment): void {
  const parts = embeddedParts(env);
  if (data === undefined || parts.tables || parts.vault) return;
  throw new DataDirectoryError('--data has nothing to keep: the settings name store and vault.');
}

/** Returns the origin as browsers and tokens spell it: without 80, the default port of http. */
export function localOrigin(port: number): string {
  return new URL(`http://127.0.0.1:${port}`).origin;
}

/**
 * Checks every setting as the app will see it, with stand-ins for parts that are not started yet.
 * @throws {SettingError}
 */
export function requireSettings(env: Environment, port: number): Settings {
  const parts = embeddedParts(env);
  const settings = parseSettings({
    ...env,
    ...(parts.tables && { TABLES_CONNECTION_STRING: 'UseDevelopmentStorage=true' }),
    ...(parts.vault && { KEY_VAULT_URL: 'https://127.0.0.1' }),
    ...(!env.PUBLIC_ORIGIN?.trim() && { PUBLIC_ORIGIN: localOrigin(port) }),
  });
  try {
    parseSchedule(env.SWEEP_SCHEDULE?.trim() || DEFAULT_SWEEP_SCHEDULE);
  } catch {
    throw new SettingError(
      'SWEEP_SCHEDULE',
      `must be an NCRONTAB expression of six fields, such as "${DEFAULT_SWEEP_SCHEDULE}".`,
    );
  }
  return settings;
}

export function useEnvironment(stores: EmbeddedStores['env'], origin: string): void {
  Object.assign(process.env, stores);
  process.env.PUBLIC_ORIGIN = process.env.PUBLIC_ORIGIN?.trim() || origin;
  process.env.SWEEP_SCHEDULE = process.env.SWEEP_SCHEDULE?.trim() || DEFAULT_SWEEP_SCHEDULE;
}
