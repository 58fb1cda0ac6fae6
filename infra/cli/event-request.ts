import { EVENT_TYPES, type EventType } from '../../shared/credential/event.ts';
import type { Tenant, UserName } from '../../shared/credential/name.ts';
import type { EventQuery } from '../../shared/maintenance/read-events.ts';
import {
  type ParsedArgs,
  requireTenant,
  requireUserName,
  textOf,
  UsageError,
} from './command-line.ts';

export type Scope = { readonly tenant: Tenant } | { readonly userName: UserName } | 'all';

export interface EventsRequest extends Pick<EventQuery, 'types' | 'sinceMs' | 'untilMs'> {
  readonly scope: Scope;
  readonly file: string | undefined;
  /** True for Account Change of OCSF, for a SIEM. */
  readonly isOcsf: boolean;
  /** True for one document a line, also without a file. */
  readonly isJson: boolean;
  readonly isFollowed: boolean;
}

function parseScope(given: ParsedArgs): Scope {
  const tenant = textOf(given, 'tenant');
  const userName = textOf(given, 'user');
  const isAll = given.options['all-tenants'] === true;
  const chosen = [tenant, userName, isAll || undefined].filter((choice) => choice !== undefined);
  if (chosen.length !== 1) {
    throw new UsageError('Name one: --tenant TENANT, --user USER_NAME, or --all-tenants.');
  }
  if (tenant !== undefined) return { tenant: requireTenant(tenant) };
  return userName === undefined ? 'all' : { userName: requireUserName(userName) };
}

function parseTypes(text: string | undefined): ReadonlySet<EventType> | undefined {
  if (text === undefined) return undefined;
  const types = text.split(',').map((word) => {
    const type = EVENT_TYPES.find((one) => one === word.trim());
    if (type !== undefined) return type;
    throw new UsageError(
      `--type: unknown event "${word}". Choose one of ${EVENT_TYPES.join(', ')}.`,
    );
  });
  return new Set(types);
}

/** A day, which is its first moment in UTC, or a moment. */
const TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/;

function parseTime(given: ParsedArgs, name: string): number | undefined {
  const text = textOf(given, name);
  if (text === undefined) return undefined;
  const ms = TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(ms)) return ms;
  throw new UsageError(
    `--${name} must be a day or a time such as 2026-11-28T20:00:00Z, not "${text}".`,
  );
}

/** @throws {UsageError} */
export function parseEventsRequest(given: ParsedArgs): EventsRequest {
  const sinceMs = parseTime(given, 'since') ?? 0;
  const untilMs = parseTime(given, 'until') ?? Number.POSITIVE_INFINITY;
  if (sinceMs >= untilMs) throw new UsageError('--since must be before --until.');
  const types = parseTypes(textOf(given, 'type'));
  const format = textOf(given, 'format');
  if (format !== undefined && format !== 'ocsf') {
    throw new UsageError(`--format must be ocsf, not "${format}".`);
  }
  const isFollowed = given.options.follow === true;
  if (isFollowed && untilMs !== Number.POSITIVE_INFINITY) {
    throw new UsageError('--follow and --until exclude each other.');
  }
  return {
    ...{ scope: parseScope(given), types, sinceMs, untilMs, isFollowed },
    file: textOf(given, 'out'),
    isOcsf: format === 'ocsf',
    isJson: given.options.json === true,
  };
}
