import type { InvocationContext } from '@azure/functions';
import type { Log, LogFields } from '../port.ts';
import { SettingError } from '../setting.ts';

type Sink = Pick<InvocationContext, 'info' | 'warn' | 'error'>;

/** The members of {@link LogFields}: whatever else slips into an object is not written. */
const ALLOWED_FIELDS = [
  'requestId',
  'operation',
  'code',
  'status',
  'durationMs',
  'userId',
  'part',
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

/** Structured lines into the platform's own log of one invocation. */
export function createLog(sink: Sink): Log {
  return {
    info: (message, fields = {}) => sink.info(line(message, fields)),
    warn: (message, fields = {}) => sink.warn(line(message, fields)),
    error: (message, fields = {}) => sink.error(line(message, fields)),
  };
}

/**
 * What a log may say of a fault: its name and where it arose. Messages of SDKs quote requests, so
 * no message is written, and of the stack only the frames. The sentence about a setting is ours.
 */
export function describeFault(fault: unknown): Pick<LogFields, 'error' | 'stack' | 'setting'> {
  if (!(fault instanceof Error)) return { error: 'not an Error' };
  const frames = (fault.stack ?? '').split('\n').filter((text) => /^\s+at /.test(text));
  const setting = fault instanceof SettingError ? { setting: fault.message } : {};
  return { ...setting, error: fault.name, stack: frames.slice(0, 12).join('\n') };
}
