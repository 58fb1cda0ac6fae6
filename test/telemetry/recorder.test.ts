import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Log, LogFields } from '../../shared/port/log.ts';
import type { Span } from '../../shared/port/telemetry.ts';
import { Recorder, SPANS_PER_CALL_LIMIT, WAITING_LIMIT } from '../../shared/telemetry/recorder.ts';
import type { Exporter, FinishedSpan, Report } from '../../shared/telemetry/report.ts';
import { ManualClock } from '../crypto/vault-double.ts';

/** Checks what waits for the exporter, what becomes of it, and that no call waits. */

const CALL: Span = {
  kind: 'function',
  name: 'signIn',
  invocationId: '6f0c2f0e-6f7e-4f0e-9f0e-0f0e0f0e0f0e',
  method: 'POST',
  route: 'api/sign-in',
};
const FIND: Span = { kind: 'tables', operation: 'find', table: 'accounts' };
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';
const lockout = { kind: 'lockout' } as const;

class ListExporter implements Exporter {
  readonly reports: Report[] = [];
  isClosed = false;

  take(report: Report): void {
    this.reports.push(report);
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  get spans(): readonly FinishedSpan[] {
    return this.reports.flatMap((report) => ('finished' in report ? [report.finished] : []));
  }
}

let clock: ManualClock;
let exporter: ListExporter;
let loads: number;
let lines: { readonly message: string; readonly fields: LogFields | undefined }[];

const note = (message: string, fields?: LogFields) => lines.push({ message, fields });
const log: Log = { info: note, warn: note, error: note };

beforeEach(() => {
  vi.useFakeTimers();
  clock = new ManualClock();
  exporter = new ListExporter();
  loads = 0;
  lines = [];
});
afterEach(() => {
  vi.useRealTimers();
});

function recorder(load: () => Promise<Exporter> = async () => exporter): Recorder {
  const counted = () => {
    loads += 1;
    return load();
  };
  return new Recorder({ load: counted, clock, randomBytes: (size) => randomBytes(size), log });
}

const nothing = async () => {};

/** A call with one span in it, and a table's answer to that. */
function call(on: Recorder, traceParent?: string): Promise<string> {
  return on.trace({ ...CALL, traceParent } as Span, async (setOutcome) => {
    clock.nowMs += 5;
    const answer = await on.trace(FIND, async (tellFind) => {
      clock.nowMs += 20;
      tellFind({ status: 404 });
      return 'answer';
    });
    setOutcome({ status: 401, code: 'invalid-credentials' });
    return answer;
  });
}

/** Until the exporter is loaded. */
const settle = () => vi.runAllTimersAsync();

describe('the recorder before its exporter is loaded', () => {
  it('loads nothing until a call has been answered', async () => {
    const on = recorder();
    on.measure(lockout);
    await on.trace(FIND, nothing);
    await settle();
    expect(loads).toBe(0);
    const answered = Promise.withResolvers<void>();
    const running = on.trace(CALL, () => answered.promise);
    await settle();
    expect(loads).toBe(0);
    answered.resolve();
    await running;
    expect(loads).toBe(0);
    await settle();
    expect(loads).toBe(1);
  });

  it('keeps reports and passes them on with their own ids and times', async () => {
    const on = recorder();
    const startedAtMs = clock.nowMs;
    expect(await call(on)).toBe('answer');
    on.measure(lockout);
    clock.nowMs += 60_000;
    await settle();
    const [find, root] = exporter.spans;
    expect(root).toMatchObject({
      span: { name: 'signIn' },
      status: 401,
      code: 'invalid-credentials',
      parent: undefined,
      startedAtMs,
      endedAtMs: startedAtMs + 25,
    });
    expect(find).toMatchObject({
      span: FIND,
      status: 404,
      error: undefined,
      traceId: root?.traceId,
      parent: { spanId: root?.spanId, isRemote: false },
      startedAtMs: startedAtMs + 5,
      endedAtMs: startedAtMs + 25,
    });
    expect(exporter.reports.at(-1)).toEqual({ event: lockout });
    await call(on);
    await settle();
    expect(exporter.spans).toHaveLength(4);
    expect(loads).toBe(1);
  });

  it(`keeps ${WAITING_LIMIT} reports and drops later ones`, async () => {
    const on = recorder();
    for (let index = 0; index <= WAITING_LIMIT; index += 1) on.measure(lockout);
    await call(on);
    await settle();
    expect(exporter.reports).toHaveLength(WAITING_LIMIT);
  });
});

describe('a trace', () => {
  it('continues from the parent that the platform passes', async () => {
    const on = recorder();
    await call(on, `00-${TRACE}-${CALLER}-01`);
    await settle();
    expect(exporter.spans.map(({ traceId }) => traceId)).toEqual([TRACE, TRACE]);
    expect(exporter.spans[1]?.parent).toEqual({ spanId: CALLER, isRemote: true });
  });

  it.each([
    '',
    'nonsense',
    `01-${TRACE}-${CALLER}-01`,
    `00-${'0'.repeat(32)}-${CALLER}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${CALLER}-01`,
    `00-${TRACE}-${CALLER}-01-x`,
  ])('begins anew if the passed parent is %j', async (traceParent) => {
    const on = recorder();
    await call(on, traceParent);
    await settle();
    expect(exporter.spans).toHaveLength(2);
    expect(exporter.spans[1]?.parent).toBeUndefined();
    expect(exporter.spans[1]?.traceId).not.toBe(TRACE);
  });

  it('is not recorded if the platform does not sample it; measurements are', async () => {
    const on = recorder();
    expect(await call(on, `00-${TRACE}-${CALLER}-00`)).toBe('answer');
    on.measure(lockout);
    await settle();
    expect(exporter.reports).toEqual([{ event: lockout }]);
  });

  it('keeps parallel calls apart', async () => {
    const on = recorder();
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const calls = gates.map(({ promise }) =>
      on.trace(CALL, async () => {
        await promise;
        await on.trace(FIND, nothing);
      }),
    );
    for (const gate of gates.reverse()) gate.resolve();
    await Promise.all(calls);
    await settle();
    const roots = exporter.spans.filter(({ span }) => span.kind === 'function');
    const finds = exporter.spans.filter(({ span }) => span.kind === 'tables');
    expect(new Set(roots.map(({ traceId }) => traceId)).size).toBe(2);
    for (const { traceId, parent } of finds) {
      expect(roots.find((root) => root.traceId === traceId)?.spanId).toBe(parent?.spanId);
    }
  });

  it(`has ${SPANS_PER_CALL_LIMIT} spans and the call's own, and the work continues`, async () => {
    const on = recorder();
    let done = 0;
    await on.trace(CALL, async () => {
      for (let index = 0; index <= SPANS_PER_CALL_LIMIT; index += 1) {
        await on.trace(FIND, async () => {
          done += 1;
        });
      }
    });
    await settle();
    expect(done).toBe(SPANS_PER_CALL_LIMIT + 1);
    expect(exporter.spans).toHaveLength(SPANS_PER_CALL_LIMIT + 1);
  });

  it('passes a fault through and records only its class', async () => {
    const on = recorder();
    const fault = new RangeError('FECA-0720 is secret');
    await expect(on.trace(CALL, () => on.trace(FIND, () => Promise.reject(fault)))).rejects.toBe(
      fault,
    );
    await settle();
    expect(exporter.spans.map(({ error }) => error)).toEqual(['RangeError', 'RangeError']);
    expect(JSON.stringify(exporter.reports)).not.toContain('FECA');
  });
});

describe('a failure of telemetry', () => {
  it('costs no call anything if loading fails, and logs one line', async () => {
    const on = recorder(() => Promise.reject(new TypeError('https://key@collector.example')));
    await call(on);
    await settle();
    expect(await call(on)).toBe('answer');
    on.measure(lockout);
    await settle();
    await on.close();
    expect(loads).toBe(1);
    const message = 'telemetry could not start; the service continues without it';
    expect(lines).toEqual([{ message, fields: { error: 'TypeError' } }]);
  });

  it('costs only the report that could not be taken', async () => {
    let taken = 0;
    const on = recorder(async () => ({
      take: () => {
        taken += 1;
        throw new Error('no');
      },
      close: () => Promise.reject(new Error('no')),
    }));
    await call(on);
    await settle();
    expect(await call(on)).toBe('answer');
    on.measure(lockout);
    expect(taken).toBe(5);
    await on.close();
  });
});

describe('the end of the recorder', () => {
  it('loads the exporter for reports of a short run and sends them', async () => {
    const on = recorder();
    await call(on);
    await on.close();
    expect(exporter.spans).toHaveLength(2);
    expect(exporter.isClosed).toBe(true);
    await on.close();
    expect(await call(on)).toBe('answer');
    on.measure(lockout);
    await settle();
    expect(exporter.reports).toHaveLength(2);
    expect(loads).toBe(1);
  });

  it('loads nothing if no call was made', async () => {
    const on = recorder();
    on.measure(lockout);
    await on.close();
    expect(loads).toBe(0);
  });

  it('does not wait for an exporter that hangs', async () => {
    const never = new Promise<void>(() => {});
    for (const load of [
      async () => ({ take() {}, close: () => never }),
      () => never.then(() => exporter),
    ]) {
      const on = recorder(load);
      await call(on);
      const closing = on.close();
      await settle();
      await closing;
    }
  });
});
