import type { Backend } from '../../../shared/port/unavailable.ts';
import { parseSettings, SettingError, type Settings } from '../../../shared/setting.ts';
import { parseSchedule } from '../host/timer-trigger.ts';
import { DataDirectoryError } from './data-directory.ts';
import { type EmbeddedStores, type Environment, embeddedParts } from './embedded-stores.ts';

/** Schedules, which the host reads, with their defaults. */
const SCHEDULES = {
  SWEEP_SCHEDULE: '0 */5 * * * *',
  NOTICE_SCHEDULE: '*/15 * * * * *',
} as const;

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
  const hasMailServer = env.SMTP_URL?.trim() || env.COMMUNICATION_ENDPOINT?.trim();
  const settings = parseSettings({
    ...env,
    ...(!hasMailServer && env.MAIL_FROM?.trim() && { SMTP_URL: 'file:///' }),
    ...(parts.tables && { TABLES_CONNECTION_STRING: 'UseDevelopmentStorage=true' }),
    ...(parts.vault && { KEY_VAULT_URL: 'https://127.0.0.1' }),
    ...(!env.PUBLIC_ORIGIN?.trim() && { PUBLIC_ORIGIN: localOrigin(port) }),
  });
  for (const [name, schedule] of Object.entries(SCHEDULES)) {
    try {
      parseSchedule(env[name]?.trim() || schedule);
    } catch {
      const example = `such as "${schedule}"`;
      throw new SettingError(name, `must be an NCRONTAB expression of six fields, ${example}.`);
    }
  }
  return settings;
}

export function useEnvironment(stores: EmbeddedStores['env'], origin: string): void {
  Object.assign(process.env, stores);
  process.env.PUBLIC_ORIGIN = process.env.PUBLIC_ORIGIN?.trim() || origin;
  for (const [name, schedule] of Object.entries(SCHEDULES)) {
    process.env[name] = process.env[name]?.trim() || schedule;
  }
}
