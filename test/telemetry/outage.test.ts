import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createExportWatch } from '../../shared/telemetry/telemetry.ts';
import { type Service, startService } from '../fixture/service.ts';
import { Collector } from './fixture/collector.ts';

/** Checks the target of telemetry, and that calls do not wait for a missing one. */

const NOT_TAKEN = 'telemetry exports fail; unsent telemetry is dropped';
const TAKEN_AGAIN = 'telemetry exports succeed again';
/** In milliseconds, so that a test need not wait for seconds. */
const OFTEN = { OTEL_BSP_SCHEDULE_DELAY: '100', OTEL_METRIC_EXPORT_INTERVAL: '100' };

let collector: Collector;
beforeEach(async () => {
  collector = await Collector.start();
});
afterEach(() => collector.stop());

const count = (text: string, part: string) => text.split(part).length - 1;

async function use(service: Service): Promise<void> {
  const admin = await service.readyAdmin();
  const profile = await service.callChecked('GET', '/api/me', { token: admin.token });
  expect(profile.status).toBe(200);
}

describe('a collector', () => {
  it('receives spans while the service runs, not only at its end', async () => {
    const OTEL_EXPORTER_OTLP_ENDPOINT = `${collector.endpoint}/`;
    const OTEL_EXPORTER_OTLP_HEADERS = 'api-key=of-the-collector';
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS, ...OFTEN };
    const service = await startService({ env });
    await use(service);
    await expect
      .poll(() => collector.spans.map(({ name }) => name), { timeout: 20_000 })
      .toContain('myProfile');
    await expect
      .poll(() => collector.value('credentials.password_changes'), { timeout: 20_000 })
      .toBe(1);
    await service.stopAndAssertNoLeaks();
    expect(new Set(collector.apiKeys)).toEqual(new Set(['of-the-collector']));
  });

  it('may refuse without cost to any call, is logged once, and may recover', async () => {
    collector.isRefusing = true;
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, ...OFTEN };
    const service = await startService({ env });
    await use(service);
    await expect.poll(() => collector.refusals, { timeout: 20_000 }).toBeGreaterThan(3);
    await expect.poll(() => count(service.log, NOT_TAKEN), { timeout: 20_000 }).toBe(1);
    expect(service.log).not.toContain('secret-of-the-collector');
    // The line of the start alone says where it is sent.
    const others = service.log.split('\n').filter((line) => !line.includes('is ready'));
    expect(others.join('\n')).not.toContain(new URL(collector.endpoint).port);
    collector.isRefusing = false;
    // Spans are gone; sums are of the whole life of the process.
    await expect
      .poll(() => collector.value('credentials.password_changes'), { timeout: 20_000 })
      .toBe(1);
    expect(count(service.log, TAKEN_AGAIN)).toBe(0);
    // The exporter of spans has nothing to send, and so nothing to recover by, before a call.
    expect((await service.callChecked('GET', '/api/password-policy')).status).toBe(200);
    await expect.poll(() => count(service.log, TAKEN_AGAIN), { timeout: 20_000 }).toBe(1);
    await service.stopAndAssertNoLeaks();
    expect(count(service.log, NOT_TAKEN)).toBe(1);
    const lines = service.log.split('\n').filter((line) => line.includes('"telemetry exports'));
    const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(parsed).toEqual([
      { time, level: 'warning', message: NOT_TAKEN },
      { time, level: 'information', message: TAKEN_AGAIN },
    ]);
  });

  it('may be missing without cost to any call or delay of the end', async () => {
    const gone = await Collector.start();
    const { endpoint } = gone;
    await gone.stop();
    const service = await startService({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } });
    await use(service);
    await service.stopAndAssertNoLeaks();
  });
});

describe('two telemetry exporters', () => {
  it('are logged as one: failing from the first failure to the last recovery', () => {
    const told: string[] = [];
    const note = (message: string) => told.push(message);
    const watch = createExportWatch({ info: note, warn: note, error: note });
    const [traces, metrics] = [watch(), watch()];
    for (const isTaken of [true, false, false]) traces(isTaken);
    metrics(true);
    metrics(false);
    traces(true);
    expect(told).toEqual([NOT_TAKEN]);
    metrics(true);
    traces(true);
    expect(told).toEqual([NOT_TAKEN, TAKEN_AGAIN]);
  });
});

describe('the console exporter', () => {
  it('prints spans and metrics if it is chosen, and no secret', async () => {
    const env = { OTEL_TRACES_EXPORTER: 'console', OTEL_METRICS_EXPORTER: 'console' };
    const service = await startService({ env });
    await use(service);
    await service.end('SIGTERM');
    for (const word of ['find accounts', 'myProfile', 'credentials.hash.verified', 'work_factor']) {
      expect(service.log).toContain(word);
    }
    expect(service.log).not.toContain('admin@contoso.example');
    // The look for secrets in the log comes with the stop.
    await service.stopAndAssertNoLeaks();
  });
});

describe('telemetry', () => {
  it('is not sent unless it is configured', async () => {
    for (const env of [
      {},
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
        OTEL_TRACES_EXPORTER: 'none',
        OTEL_METRICS_EXPORTER: 'none',
        ...OFTEN,
      },
    ]) {
      const service = await startService({ env });
      await use(service);
      await service.stopAndAssertNoLeaks();
      expect(service.log).not.toContain('credentials.');
    }
    expect(collector.text).toBe('');
  });

  it('sends metrics only if traces are disabled', async () => {
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
      OTEL_TRACES_EXPORTER: 'none',
    };
    const service = await startService({ env });
    await use(service);
    await service.stopAndAssertNoLeaks();
    expect(collector.spans).toEqual([]);
    expect(collector.value('credentials.password_changes')).toBe(1);
  });
});
