import { stampLine } from '../../../shared/http/log.ts';

/** The levels of the platform. */
export type LogLevel =
  | 'trace'
  | 'debug'
  | 'information'
  | 'warning'
  | 'error'
  | 'critical'
  | 'none';

/** The call that a message belongs to: the function's name, and its invocation. */
export interface LogSource {
  readonly operation: string;
  readonly requestId: string;
}

export type HostLog = (level: LogLevel, message: string, source?: LogSource) => void;

/**
 * Makes a log of JSON lines, each with its time (RFC 3339, UTC), level, call and message. The lines
 * of the app are merged into it. Trace and debug are left out.
 */
export function lineLog(write: (line: string) => void, now: () => number): HostLog {
  return (level, message, source) => {
    if (level === 'trace' || level === 'debug' || level === 'none') return;
    write(`${stampLine(now(), level, message, { ...source })}\n`);
  };
}
