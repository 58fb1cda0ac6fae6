import type { TableEntity } from '@azure/data-tables';
import { parseUserId, type Tenant } from '../../credential/name.ts';
import {
  type PendingRules,
  RESET_RULE_CHOICES,
  RESET_RULES,
  type ResetRules,
  type TenantSettings,
} from '../../credential/tenant-settings.ts';
import type { Stored } from '../../port/store.ts';
import { SETTINGS_KEY } from './account-key.ts';
import { type Row, RowReader, toInt64 } from './row.ts';

function ruleColumns(prefix: string, rules: ResetRules | undefined): object {
  return Object.fromEntries(RESET_RULES.map((rule) => [`${prefix}_${rule}`, rules?.[rule]]));
}

export function settingsRow(
  tenant: Tenant,
  settings: TenantSettings,
  operationId: string,
): TableEntity {
  const { pending } = settings;
  return {
    partitionKey: tenant,
    rowKey: SETTINGS_KEY,
    operationId,
    contact: settings.contact,
    contactSinceMs: toInt64(settings.contactSinceMs),
    contactBefore: settings.contactBefore,
    ...ruleColumns('reset', settings.reset),
    ...ruleColumns('pending', pending?.reset),
    pendingAtMs: toInt64(pending?.effectiveAtMs),
    pendingBy: pending?.by,
    version: settings.version,
    eventSequence: settings.eventSequence,
    lastEventAtMs: toInt64(settings.lastEventAtMs),
  };
}

function parseRules(reader: RowReader, prefix: string): ResetRules {
  const read = (rule: (typeof RESET_RULES)[number]) =>
    reader.choice<string>(`${prefix}_${rule}`, RESET_RULE_CHOICES[rule]);
  return Object.fromEntries(RESET_RULES.map((rule) => [rule, read(rule)])) as ResetRules;
}

function parsePending(reader: RowReader): PendingRules | undefined {
  if (!reader.has('pendingAtMs')) return undefined;
  return {
    reset: parseRules(reader, 'pending'),
    effectiveAtMs: reader.ms('pendingAtMs'),
    by: reader.parsed('pendingBy', parseUserId),
  };
}

/**
 * Parses the settings of a tenant.
 * @throws {Unavailable} the row is not as {@link settingsRow} writes it
 */
export function parseSettingsRow(row: Row): Stored<TenantSettings> {
  const reader = new RowReader('settings', row);
  const value: TenantSettings = {
    contact: reader.optionalString('contact'),
    contactSinceMs: reader.ms('contactSinceMs'),
    contactBefore: reader.optionalString('contactBefore'),
    reset: parseRules(reader, 'reset'),
    pending: parsePending(reader),
    version: reader.count('version'),
    eventSequence: reader.count('eventSequence'),
    lastEventAtMs: reader.ms('lastEventAtMs'),
  };
  return { value, etag: reader.etag };
}
