import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExpiryEntry, ExpiryIndex } from '../../shared/port/expiry.ts';
import { Unavailable } from '../../shared/port/unavailable.ts';
import { nameOf, userId } from './account-sample.ts';

/** The parts of an implementation that the suite needs. */
export interface ExpiryIndexUnderTest {
  readonly expiries: ExpiryIndex;
  /** The next write takes effect, its answer is lost, and it is sent again. */
  loseNextWriteAnswer(): void;
  /** From now on the store does not answer; safe to call twice. */
  stop(): Promise<void>;
}

const HOUR_MS = 3_600_000;
/** A full hour. */
const TEN_MS = Date.UTC(2026, 0, 31, 10);

/** Describes every ExpiryIndex. @param start an empty store */
export function describeExpiryIndex(
  name: string,
  start: () => Promise<ExpiryIndexUnderTest>,
): void {
  describe(`${name}: expiry index`, () => {
    let store: ExpiryIndexUnderTest;
    beforeEach(async () => {
      store = await start();
    });
    afterEach(() => store.stop());
    describeOverdue(() => store.expiries);

    it('recognizes its own entry after a lost answer, and adds it twice as once', async () => {
      const entry = entryOf('issue', TEN_MS);
      store.loseNextWriteAnswer();
      await store.expiries.add(entry);
      await store.expiries.add(entry);
      expect(await overdue(store.expiries, TEN_MS)).toEqual([entry]);
      store.loseNextWriteAnswer();
      await store.expiries.remove(entry);
      await store.expiries.remove(entry);
      expect(await overdue(store.expiries, TEN_MS)).toEqual([]);
    });

    it('keeps an entry of a call apart from one of a password', async () => {
      const entry = entryOf('issue', TEN_MS);
      const ofCall = { ...entry, doneCall: 'c'.repeat(64) };
      await store.expiries.add(entry);
      await store.expiries.add(ofCall);
      expect(await overdue(store.expiries, TEN_MS)).toEqual([ofCall, entry]);
      const other = { ...ofCall, doneCall: 'd'.repeat(64) };
      await expect(store.expiries.add(other)).rejects.toBeInstanceOf(Unavailable);
      await store.expiries.remove(ofCall);
      expect(await overdue(store.expiries, TEN_MS)).toEqual([entry]);
    });

    it('rejects another entry of the same issue', async () => {
      const entry = entryOf('issue', TEN_MS);
      await store.expiries.add(entry);
      const other = { ...entry, credentialVersion: entry.credentialVersion + 1 };
      await expect(store.expiries.add(other)).rejects.toBeInstanceOf(Unavailable);
      expect(await overdue(store.expiries, TEN_MS)).toEqual([entry]);
    });

    it('reports whether an issue has an entry', async () => {
      const entry = entryOf('issue', TEN_MS);
      expect(await store.expiries.has(entry)).toBe(false);
      await store.expiries.add(entry);
      expect(await store.expiries.has(entry)).toBe(true);
      expect(await store.expiries.has(entryOf('another', TEN_MS))).toBe(false);
    });

    it('throws Unavailable in an outage of the expiry index', async () => {
      const { expiries } = store;
      const entry = entryOf('issue', TEN_MS);
      await expiries.add(entry);
      await store.stop();
      await expect(overdue(expiries, TEN_MS)).rejects.toBeInstanceOf(Unavailable);
      await expect(expiries.has(entry)).rejects.toBeInstanceOf(Unavailable);
      await expect(expiries.add(entry)).rejects.toBeInstanceOf(Unavailable);
      await expect(expiries.remove(entry)).rejects.toBeInstanceOf(Unavailable);
    });
  });
}

function describeOverdue(expiries: () => ExpiryIndex): void {
  it('lists entries that expire at the millisecond or before, across hours', async () => {
    const offsets = [-50 * HOUR_MS, -HOUR_MS, -1, 0, 1, HOUR_MS - 1, HOUR_MS, 30 * HOUR_MS];
    for (const offset of offsets) await expiries().add(entryOf(`issue${offset}`, TEN_MS + offset));
    for (const nowOffset of [-HOUR_MS - 1, -HOUR_MS, -1, 0, 1, HOUR_MS - 1, HOUR_MS]) {
      const listed = await overdue(expiries(), TEN_MS + nowOffset);
      const times = listed.map(({ expiresAtMs }) => expiresAtMs - TEN_MS);
      expect(times, String(nowOffset)).toEqual(offsets.filter((offset) => offset <= nowOffset));
    }
  });

  it('lists entries across years, sorted by hour', async () => {
    const times = [Date.UTC(2025, 11, 31, 23), Date.UTC(2026, 0, 1), Date.UTC(2026, 9, 1)];
    for (const atMs of times.toReversed()) await expiries().add(entryOf(`issue${atMs}`, atMs));
    const listed = await overdue(expiries(), Date.UTC(2027, 0, 1));
    expect(listed.map(({ expiresAtMs }) => expiresAtMs)).toEqual(times);
  });

  it('lists many entries of one hour once each, though they are removed', async () => {
    const entries = Array.from({ length: 250 }, (_, index) => entryOf(`issue-${index}`, TEN_MS));
    await Promise.all(entries.map((entry) => expiries().add(entry)));
    const seen = new Set<string>();
    let pages = 0;
    for await (const page of expiries().listOverdue(TEN_MS)) {
      expect(page.length).toBeGreaterThan(0);
      pages += 1;
      for (const { issueId } of page) seen.add(issueId);
      await Promise.all(page.map((entry) => expiries().remove(entry)));
    }
    expect(seen.size).toBe(entries.length);
    expect(pages).toBeGreaterThan(1);
    expect(await overdue(expiries(), TEN_MS)).toEqual([]);
  });
}

function entryOf(issueId: string, expiresAtMs: number): ExpiryEntry {
  const userName = nameOf("o'neil#1@contoso.example");
  return { userId: userId(), userName, issueId, expiresAtMs, credentialVersion: 7 };
}

/** All overdue entries; those of an hour by their time. */
async function overdue(expiries: ExpiryIndex, nowMs: number): Promise<readonly ExpiryEntry[]> {
  const entries: ExpiryEntry[] = [];
  for await (const page of expiries.listOverdue(nowMs)) entries.push(...page);
  return entries.toSorted((one, other) => one.expiresAtMs - other.expiresAtMs);
}
