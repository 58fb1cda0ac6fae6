import { Cron } from 'croner';

/** The argument of a timer function on the platform. */
export const TIMER_INPUT = {
  json: JSON.stringify({
    Schedule: { AdjustForDST: true },
    ScheduleStatus: null,
    IsPastDue: false,
  }),
};

/** The NCRONTAB of Azure: seconds first, numbers or English names; no other dialect. */
const NCRONTAB = /^(?:[\dA-Za-z*,/-]+ ){5}[\dA-Za-z*,/-]+$/;
const NAMES = 'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|sun|mon|tue|wed|thu|fri|sat';
const NAMES_AND_NUMBERS = new RegExp(`^(?:\\d|[*,/ -]|(?:${NAMES}))*$`, 'i');

/**
 * Parses a schedule, which is not yet running. Days of month and of week must both fit. Times are
 * UTC.
 * @throws an Error if the text is not an NCRONTAB expression of six fields
 */
export function parseSchedule(text: string): Cron {
  const expression = text.trim().replace(/\s+/g, ' ');
  if (!NCRONTAB.test(expression) || !NAMES_AND_NUMBERS.test(expression)) {
    throw new Error(`"${text}" is no NCRONTAB expression of six fields.`);
  }
  return new Cron(expression, {
    mode: '6-part',
    domAndDow: true,
    sloppyRanges: true,
    // Not `timezone: 'UTC'`, for which Intl would load: 11 ms of every start.
    utcOffset: 0,
    unref: true,
  });
}

/** Puts the environment's values in the place of `%NAME%`. */
export function expandSettings(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): string {
  return text.replace(/%([^%]+)%/g, (whole, name: string) => env[name] ?? whole);
}

/** A timer function: its schedule, and never more than one run at a time. */
export class TimerTrigger {
  readonly #run: () => Promise<void>;
  readonly #schedule: Cron;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  /** @param run logs its own failures: a rejection of a scheduled run is ignored */
  constructor(schedule: Cron, run: () => Promise<void>) {
    this.#run = run;
    this.#schedule = schedule;
  }

  start(): void {
    this.#schedule.schedule(() => {
      // A run that is still under way when the next one is due makes that one superfluous.
      if (this.#running === undefined) this.runNow().catch(() => {});
    });
  }

  /** Resolves when a run that began after this call has ended; rejects when it failed. */
  runNow(): Promise<void> {
    if (this.#running === undefined) return this.#begin();
    this.#next ??= this.#running
      .catch(() => {})
      .then(() => {
        this.#next = undefined;
        return this.#begin();
      });
    return this.#next;
  }

  /** Stops the schedule; resolves when no run is under way. */
  async stop(): Promise<void> {
    this.#schedule.stop();
    await Promise.allSettled([this.#running, this.#next]);
  }

  #begin(): Promise<void> {
    const running = this.#run().finally(() => {
      this.#running = undefined;
    });
    this.#running = running;
    return running;
  }
}
