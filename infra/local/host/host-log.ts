import { stampLine } from '../../../shared/http/log.ts';

/** The platform's levels. */
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
 * Lines of JSON, each with its time (RFC 3339, UTC), its level, the call that it belongs to, and
 * its message; the lines of the app are merged into it. Trace and debug are left out.
 */
export function lineLog(write: (line: string) => void, now: () => number): HostLog {
  return (level, message, source) => {
    if (level === 'trace' || level === 'debug' || level === 'none') return;
    write(`${stampLine(now(), level, message, { ...source })}\n`);
  };
}
