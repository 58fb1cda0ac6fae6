import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkHostile, isLong } from './fixture/replay.ts';
import { operationsOf, requestsOf } from './fuzz-request.ts';
import { FuzzTarget } from './fuzz-target.ts';

/**
 * Every operation of the OpenAPI document of the running service, with generated input, good and
 * bad: `HOSTILE=long` sends 20,000 requests, otherwise a few hundred go.
 */

/** Sent at the same moment: as many as half of the hash queue's sixteen places. */
const BATCH = 8;
const BATCHES = { short: 30, long: 2_500 };
/** After so many batches the people are made again. */
const BATCHES_A_ROUND = 15;
/** The growth that caches may still have after the first round. */
const GROWTH_MAX_MIB = 16;
/** Connections that pools keep, and what is under way at that moment. */
const RESOURCES_MAX = 64;

/** The answers of each operation to its own method. */
type Answered = ReadonlyMap<string, ReadonlySet<number>>;

/** Operations that were only ever refused: what is behind their checks was not tried. */
function neverDone(answered: Answered): readonly string[] {
  return [...answered].flatMap(([operationId, statuses]) =>
    [...statuses].some((status) => status < 400) ? [] : [operationId],
  );
}

let target: FuzzTarget;
beforeAll(async () => {
  target = await FuzzTarget.start();
});
afterAll(() => target.stop());

it('shows an example in the document for each text that has a form', () => {
  const { CreateUserBody, UpdateUserBody, SignInBody } = target.document.components.schemas;
  for (const body of [CreateUserBody, UpdateUserBody, SignInBody]) {
    for (const name of ['userName', 'displayName', 'email', 'locale']) {
      const member = body?.properties?.[name];
      if (member !== undefined) expect(JSON.stringify(member), name).toContain('"examples":["');
    }
  }
});

it('answers any request as the document says, never by a 500, without leaks', async () => {
  const own = operationsOf(target.document);
  const answered = new Map([...own.keys()].map((id) => [id, new Set<number>()]));
  let batches = 0;
  let before = await target.held();
  const batch = fc.array(requestsOf(target.document), { minLength: BATCH, maxLength: BATCH });
  const property = fc
    .asyncProperty(batch, async (requests) => {
      await Promise.all(
        requests.map(async (request) => {
          const status = await target.send(request);
          const { operationId, method } = request;
          if (own.get(operationId) === method) answered.get(operationId)?.add(status);
        }),
      );
    })
    .beforeEach(async () => {
      if (batches % BATCHES_A_ROUND === 0) await target.renew();
      // The first round warms caches and pools up.
      if (batches === BATCHES_A_ROUND) before = await target.held();
      batches += 1;
    });
  await checkHostile(property, BATCHES);
  if (isLong) expect(neverDone(answered)).toEqual([]);
  expect(target.faults()).toEqual([]);
  const after = await target.held();
  expect(after.heapMiB - before.heapMiB).toBeLessThan(GROWTH_MAX_MIB);
  expect(after.resources - before.resources).toBeLessThan(RESOURCES_MAX);
  await target.expectWell();
});
