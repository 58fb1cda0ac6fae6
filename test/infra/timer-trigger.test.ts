import { describe, expect, it } from 'vitest';
import {
  expandSettings,
  parseSchedule,
  TimerTrigger,
} from '../../infra/local/host/timer-trigger.ts';

const next = (expression: string, from: string) =>
  parseSchedule(expression).nextRun(new Date(from))?.toISOString();

describe('NCRONTAB schedules', () => {
  it('have six fields, seconds first, in UTC', () => {
    expect(next('0 */5 * * * *', '2026-01-01T00:00:00Z')).toBe('2026-01-01T00:05:00.000Z');
    expect(next('30 5 9 * * Mon-Fri', '2026-01-02T10:00:00Z')).toBe('2026-01-05T09:05:30.000Z');
    expect(next('0 5/20 * * * *', '2026-01-01T00:06:00Z')).toBe('2026-01-01T00:25:00.000Z');
    expect(next('  0  0 0 1 JAN *  ', '2026-06-01T00:00:00Z')).toBe('2027-01-01T00:00:00.000Z');
  });

  it('require day of month and day of week both, as NCRONTAB does', () => {
    expect(next('0 0 0 13 * FRI', '2026-01-01T00:00:00Z')).toBe('2026-02-13T00:00:00.000Z');
  });

  it('are rejected with another number of fields, dialect or value', () => {
    const bad = ['', '*/5 * * * *', '* * * * * * *', '@daily', '0 0 0 L * *', '0 0 0 ? * *'];
    for (const text of [
      ...bad,
      '60 * * * * *',
      'x * * * * *',
      '0 0 0 * * FRI#2',
      '0 */0 * * * *',
    ]) {
      expect(() => parseSchedule(text), text).toThrow();
    }
  });

  it('expand settings and keep an unset one as it is', () => {
    expect(expandSettings('%A% x %B%', { A: '1' })).toBe('1 x %B%');
  });
});

describe('timer runs', () => {
  const schedule = () => parseSchedule('0 0 0 31 2 *');

  it('share one further run among all calls during one', async () => {
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let begun = 0;
    const timer = new TimerTrigger(schedule(), () => gates[begun++]?.promise ?? Promise.resolve());
    const first = timer.runNow();
    const later = [timer.runNow(), timer.runNow()];
    gates[0]?.resolve();
    await first;
    gates[1]?.resolve();
    await Promise.all(later);
    expect(begun).toBe(2);
  });

  it('run again after a failure, and stop once none is under way', async () => {
    let begun = 0;
    let ended = 0;
    const timer = new TimerTrigger(schedule(), async () => {
      begun += 1;
      await Promise.resolve();
      ended += 1;
      if (begun === 1) throw new Error('first');
    });
    const failed = timer.runNow();
    const second = timer.runNow();
    await expect(failed).rejects.toThrow('first');
    await timer.stop();
    expect(ended).toBe(2);
    await second;
  });
});
