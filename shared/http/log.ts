import type { InvocationContext } from '@azure/functions';
import type { Log, LogFields } from '../port/log.ts';
import { parseTraceParent } from '../port/telemetry.ts';
import { SettingError } from '../setting.ts';

type Sink = Pick<InvocationContext, 'info' | 'warn' | 'error'>;

/** The members of {@link LogFields}: no other member of an object is written. */
const ALLOWED_FIELDS = [
  'requestId',
  'traceId',
  'operation',
  'code',
  'status',
  'durationMs',
  'actorId',
  'subjectId',
  'namePseudonym',
  'tenantPseudonym',
  'networkPseudonym',
  'part',
  'host',
  'count',
  'failed',
  'removed',
  'left',
  'setting',
  'error',
  'stack',
  'pepperVersion',
] as const satisfies readonly (keyof LogFields)[];

function line(message: string, fields: LogFields): string {
  const allowed = ALLOWED_FIELDS.filter((name) => fields[name] !== undefined);
  return JSON.stringify({ message, ...Object.fromEntries(allowed.map((n) => [n, fields[n]])) });
}

/**
 * Creates a log of structured lines into a sink that adds time and level; `common` is in each of
 * them.
 */
function createLog(sink: Sink, common: LogFields): Log {
  return {
    info: (message, fields = {}) => sink.info(line(message, { ...common, ...fields })),
    warn: (message, fields = {}) => sink.warn(line(message, { ...common, ...fields })),
    error: (message, fields = {}) => sink.error(line(message, { ...common, ...fields })),
  };
}

/**
 * Creates a log of lines into the platform's own log of one invocation, each with the id of its
 * trace.
 */
export function createCallLog(context: Sink & Pick<InvocationContext, 'traceContext'>): Log {
  const traceId = parseTraceParent(context.traceContext?.traceParent)?.traceId;
  return createLog(context, traceId === undefined ? {} : { traceId });
}

/** The levels, by the platform's words. */
export type Level = 'information' | 'warning' | 'error';

/**
 * Returns one line of JSON with its time (RFC 3339, UTC) and level first. A message that is a line
 * of {@link createCallLog} keeps its own members; `others` are added where it lacks them.
 */
export function stampLine(
  nowMs: number,
  level: string,
  message: string,
  others: Readonly<Record<string, unknown>> = {},
): string {
  const stamp = { time: new Date(nowMs).toISOString(), level };
  return JSON.stringify({ ...stamp, ...others, ...membersOf(message) });
}

function membersOf(message: string): object {
  if (!message.startsWith('{"message":')) return { message };
  try {
    return JSON.parse(message) as object;
  } catch {
    return { message };
  }
}

/**
 * Creates a log for lines outside of calls, which are not in the platform's log: with time and
 * level.
 */
export function createProcessLog(write: (line: string) => void, now: () => number): Log {
  const at = (level: Level) => (text: string) => write(`${stampLine(now(), level, text)}\n`);
  const sink = { info: at('information'), warn: at('warning'), error: at('error') };
  return createLog(sink, {});
}

/**
 * Describes a fault by its name and where it arose. Messages of SDKs quote requests, so no message
 * is written, and of the stack only the frames. The sentence about a setting is written here.
 */
export function describeFault(fault: unknown): Pick<LogFields, 'error' | 'stack' | 'setting'> {
  if (!(fault instanceof Error)) return { error: 'not an Error' };
  const frames = (fault.stack ?? '').split('\n').filter((text) => /^\s+at /.test(text));
  const setting = fault instanceof SettingError ? { setting: fault.message } : {};
  return { ...setting, error: fault.name, stack: frames.slice(0, 12).join('\n') };
}
