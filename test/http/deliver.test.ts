import azureFunctions, { type Timer } from '@azure/functions';
import { expect, it } from 'vitest';
import { deliver } from '../../shared/http/deliver.ts';
import type { Services } from '../../shared/http/endpoint.ts';
import { NO_TELEMETRY } from '../../shared/port/telemetry.ts';

it('the timer of notices returns at once while neither mail nor a webhook is set', async () => {
  const opened: string[] = [];
  const traced: string[] = [];
  const servicesOf = (lanes: readonly string[]) =>
    ({
      lanes,
      openLanes: () => {
        opened.push(lanes.join());
        return [];
      },
      telemetry: {
        ...NO_TELEMETRY,
        trace: (span: { readonly name: string }, work: () => Promise<void>) => {
          traced.push(span.name);
          return work();
        },
      },
    }) as unknown as Services;
  const { InvocationContext } = azureFunctions;
  const run = (lanes: readonly string[]) =>
    deliver(async () => servicesOf(lanes))({} as Timer, new InvocationContext());
  await run([]);
  expect([opened, traced]).toEqual([[], []]);
  await run(['mail']);
  expect([opened, traced]).toEqual([['mail'], ['deliverNotices']]);
});
