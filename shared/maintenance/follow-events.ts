import type { AccountEvent } from '../credential/event.ts';
import type { Tenant } from '../credential/name.ts';
import { pages } from '../port/pages.ts';
import type { AccountStore } from '../port/store.ts';

/**
 * The time by which an event may show up later than its moment: its write was retried, or clocks
 * differ.
 */
export const OVERLAP_MS = 5 * 60_000;
/** The number of events in memory at a time. */
const BATCH_MAX = 10_000;
const EVENTS_PER_PAGE = 200;

export interface FollowedEvent {
  readonly tenant: Tenant;
  readonly event: AccountEvent;
}

/** A reader of new events, in rounds that overlap by {@link OVERLAP_MS}. */
export class EventFollower {
  readonly #accounts: Pick<AccountStore, 'listEvents'>;
  #fromMs: number;
  /** The ids of events that were returned, with their moments; none is older than the overlap. */
  readonly #taken: Map<string, number>;

  /** @param taken ids of events that an earlier run returned */
  constructor(
    accounts: Pick<AccountStore, 'listEvents'>,
    fromMs: number,
    taken: ReadonlyMap<string, number> = new Map(),
  ) {
    this.#accounts = accounts;
    this.#fromMs = fromMs;
    this.#taken = new Map(taken);
  }

  /** Returns the moment from which another run would continue. */
  get fromMs(): number {
    return this.#fromMs;
  }

  /**
   * Reads the new events of these tenants, the oldest first within each batch. An event counts as
   * returned when the next batch is requested.
   * @throws {Unavailable} the next round repeats this one
   */
  async *round(
    tenants: AsyncIterable<Tenant>,
    nowMs: number,
  ): AsyncGenerator<readonly FollowedEvent[]> {
    const nextFromMs = Math.max(this.#fromMs, nowMs - OVERLAP_MS);
    let batch: FollowedEvent[] = [];
    for await (const tenant of tenants) {
      for await (const events of this.#readNew(tenant)) {
        batch.push(...events.map((event) => ({ tenant, event })));
        if (batch.length < BATCH_MAX) continue;
        yield* this.#hand(batch, nextFromMs);
        batch = [];
      }
    }
    yield* this.#hand(batch, nextFromMs);
    this.#fromMs = nextFromMs;
    for (const [id, atMs] of this.#taken) if (atMs < nextFromMs) this.#taken.delete(id);
  }

  *#hand(batch: FollowedEvent[], nextFromMs: number): Generator<readonly FollowedEvent[]> {
    if (batch.length === 0) return;
    yield batch.sort((a, b) => a.event.atMs - b.event.atMs);
    for (const { event } of batch) {
      if (event.atMs >= nextFromMs) this.#taken.set(event.eventId, event.atMs);
    }
  }

  async *#readNew(tenant: Tenant): AsyncGenerator<readonly AccountEvent[]> {
    const list = (after: string | undefined) =>
      this.#accounts.listEvents(tenant, undefined, { limit: EVENTS_PER_PAGE, after });
    for await (const events of pages(list)) {
      const recent = events.filter(({ atMs }) => atMs >= this.#fromMs);
      yield recent.filter(({ eventId }) => !this.#taken.has(eventId));
      if (recent.length < events.length) return;
    }
  }
}
