/** The platform's levels. */
export type LogLevel =
  | 'trace'
  | 'debug'
  | 'information'
  | 'warning'
  | 'error'
  | 'critical'
  | 'none';

export type HostLog = (level: LogLevel, message: string) => void;

/** Lines for a person at a terminal: time of day, level, message. Trace and debug are left out. */
export function lineLog(write: (line: string) => void, now: () => Date): HostLog {
  return (level, message) => {
    if (level === 'trace' || level === 'debug' || level === 'none') return;
    write(`${now().toISOString().slice(11, 23)} ${level.padEnd(11)} ${message}\n`);
  };
}
