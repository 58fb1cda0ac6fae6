import {
  isVoid,
  judgeAttempt,
  LOCKED_RETRY_AFTER_SECONDS,
  type SeriesMoments,
  UNDER_WAY_MAX_MS,
} from '../credential/lockout.ts';
import { Refusal } from '../credential/refusal.ts';
import type { Clock, RandomBytes } from '../port/clock.ts';
import type { AttemptKey, AttemptRecord, AttemptStore, Stored } from '../port/store.ts';
import type { AttemptSeries } from './attempt-series.ts';

/** The most lost writes of a counter with many writers; the next call counts again. */
const COUNT_TRIES = 3;
/** The pause that a refused caller is asked for when others' writes won each time. */
export const COUNT_RETRY_AFTER_SECONDS = 1;
/**
 * The tries to settle. Of one name, up to 20 attempts (the most that SIGN_IN_FREE_ATTEMPTS can be)
 * are under way, and in an outage all settle at once. Each lost write is another's success, so as
 * many tries and some for counts in between suffice for all of them. (With three, attempts stayed
 * spent.)
 */
const SETTLE_TRIES = 30;
/** 64 bits: no two attempts under way in one row share one. */
const ATTEMPT_ID_BYTES = 8;
/** The most networks that are counted (CONTRACT.md, `User.attempts`). */
const NETWORK_LIMIT = 100;

export interface AttemptDependencies {
  readonly attempts: AttemptStore;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly freeAttempts: number;
}

/** An attempt that was counted and is a failure until it is settled. */
export interface CountedAttempt {
  readonly key: AttemptKey;
  readonly id: string;
  readonly stored: Stored<AttemptRecord>;
  /** The row before the attempt; undefined if there was no row, or it is not known. */
  readonly previous: AttemptRecord | undefined;
}

/** The refusal of {@link countAttempt}. */
export class AttemptRefused extends Refusal {
  constructor(retryAfterSeconds: number) {
    super('too-many-attempts', { retryAfterSeconds });
  }
}

/**
 * The refusal of a series with all the failures that it may have: strangers are locked out,
 * sessions end.
 */
export class SeriesFull extends AttemptRefused {
  readonly stored: Stored<AttemptRecord>;

  constructor(stored: Stored<AttemptRecord>) {
    super(LOCKED_RETRY_AFTER_SECONDS);
    this.stored = stored;
  }
}

/** Adds one attempt to the row. */
function withAttempt(
  record: AttemptRecord,
  { id, nowMs, series }: { id: string; nowMs: number; series: AttemptSeries },
): AttemptRecord {
  const { networkTag: tag } = series;
  const isNewNetwork = tag !== undefined && !record.networks.includes(tag);
  return {
    ...record,
    failures: record.failures + 1,
    lastFailureAtMs: nowMs,
    underWay: [
      ...record.underWay.filter(({ atMs }) => Math.abs(nowMs - atMs) < UNDER_WAY_MAX_MS),
      { id, atMs: nowMs },
    ],
    networks: isNewNetwork ? [...record.networks, tag].slice(0, NETWORK_LIMIT) : record.networks,
  };
}

/** Makes a row that counts nothing yet. */
export function emptyRecord(
  nowMs: number,
  scope: string,
  policyCallsAtMs: readonly number[] = [],
): AttemptRecord {
  return {
    failures: 0,
    startedAtMs: nowMs,
    lastFailureAtMs: nowMs,
    isLockNoted: false,
    scope,
    policyCallsAtMs,
    underWay: [],
    networks: [],
  };
}

/**
 * Returns the record to count the next attempt on.
 * @throws {AttemptRefused} the waits refuse it
 * @throws {SeriesFull} the limit refuses it
 */
async function judgeNext(
  { clock, freeAttempts }: AttemptDependencies,
  found: Stored<AttemptRecord>,
  series: AttemptSeries,
): Promise<AttemptRecord> {
  const { value } = found;
  const nowMs = clock.now();
  const { scope, limit, findMoments } = series;
  if (value.scope !== scope || value.failures === 0) {
    return emptyRecord(nowMs, scope, value.policyCallsAtMs);
  }
  const rule = { nowMs, freeAttempts, limit };
  let judged = judgeAttempt(value, rule);
  let user: SeriesMoments | undefined;
  if (judged.verdict !== 'allowed' && findMoments !== undefined) {
    user = await findMoments();
    judged = judgeAttempt(value, rule, user);
  }
  let base = value;
  if (judged.verdict === 'allowed' && judged.isNewSeries) {
    base = renewed(value, nowMs, user);
    // Attempts under way in the old series count in the new one.
    if (base.failures > 0) judged = judgeAttempt(base, rule);
  }
  if (judged.verdict === 'full') throw new SeriesFull(found);
  if (judged.verdict === 'wait') throw new AttemptRefused(judged.retryAfterSeconds);
  return base;
}

/** Begins a new series in the row of an old one; attempts that are under way stay counted. */
function renewed(
  { underWay, scope, policyCallsAtMs, lastFailureAtMs }: AttemptRecord,
  nowMs: number,
  user: Pick<SeriesMoments, 'attemptsClearedAtMs'> | undefined,
): AttemptRecord {
  // Clocks of instances differ: the start of the new series must be after the user's moment.
  const startedAtMs = Math.max(nowMs, (user?.attemptsClearedAtMs ?? 0) + 1);
  const record = emptyRecord(startedAtMs, scope, policyCallsAtMs);
  const pending = underWay.filter(({ atMs }) => Math.abs(nowMs - atMs) < UNDER_WAY_MAX_MS);
  if (pending.length === 0) return { ...record, lastFailureAtMs: nowMs };
  return { ...record, failures: pending.length, lastFailureAtMs, underWay: pending };
}

/**
 * Counts one attempt by a conditional write before anything is hashed, so that a burst of guesses
 * is counted one by one. A first attempt costs one insert and no read.
 * @throws {AttemptRefused} the waits refuse it, or it could not be counted
 * @throws {SeriesFull} the series has reached its limit
 */
export async function countAttempt(
  dependencies: AttemptDependencies,
  series: AttemptSeries,
): Promise<CountedAttempt> {
  const { attempts, clock, randomBytes } = dependencies;
  const { key, scope } = series;
  const id = Buffer.from(randomBytes(ATTEMPT_ID_BYTES)).toString('hex');
  let isInsertDue = true;
  for (let tries = 0; tries < COUNT_TRIES; tries += 1) {
    const nowMs = clock.now();
    if (isInsertDue) {
      const first = withAttempt(emptyRecord(nowMs, scope), { id, nowMs, series });
      const inserted = await attempts.insert(key, first);
      if (inserted !== undefined) return { key, id, stored: inserted, previous: undefined };
    }
    const found = await attempts.find(key);
    isInsertDue = found === undefined;
    if (found === undefined) continue;
    // A write whose answer was lost has counted, even if another writer has changed the row since.
    if (isUnderWay(found.value, id)) return { key, id, stored: found, previous: undefined };
    const base = await judgeNext(dependencies, found, series);
    const next = withAttempt(base, { id, nowMs: clock.now(), series });
    const stored = await attempts.replace(key, found.etag, next);
    if (stored !== undefined) return { key, id, stored, previous: found.value };
  }
  throw new AttemptRefused(COUNT_RETRY_AFTER_SECONDS);
}

function isUnderWay({ underWay }: AttemptRecord, id: string): boolean {
  return underWay.some((attempt) => attempt.id === id);
}

function withoutAttempt(record: AttemptRecord, id: string): AttemptRecord {
  return { ...record, underWay: record.underWay.filter((attempt) => attempt.id !== id) };
}

/**
 * Changes the row until a write wins, or the attempt is no longer under way in it: then it was
 * settled by a write whose answer was lost.
 * @returns the row after it; undefined if there is no row, or the attempt is not in it
 */
async function settle(
  attempts: AttemptStore,
  { key, id, stored }: CountedAttempt,
  settled: (current: Stored<AttemptRecord>) => AttemptRecord | undefined,
): Promise<Stored<AttemptRecord> | undefined> {
  let current: Stored<AttemptRecord> | undefined = stored;
  for (let tries = 0; tries < SETTLE_TRIES; tries += 1) {
    const next = settled(current);
    if (next === undefined) {
      if (await attempts.remove(key, current.etag)) return undefined;
    } else {
      const written = await attempts.replace(key, current.etag, next);
      if (written !== undefined) return written;
    }
    current = await attempts.find(key);
    if (current === undefined || !isUnderWay(current.value, id)) return current;
  }
  return undefined;
}

/**
 * Returns the record if it is worth keeping: without failures, only for the calls that reached the
 * policy.
 */
function worthKeeping(record: AttemptRecord): AttemptRecord | undefined {
  return record.failures < 1 && record.policyCallsAtMs.length === 0 ? undefined : record;
}

/**
 * Settles an attempt as a success, which ends the series. Attempts that are still under way begin
 * the next one.
 */
export async function clearAttempt(
  { attempts, clock }: Pick<AttemptDependencies, 'attempts' | 'clock'>,
  counted: CountedAttempt,
): Promise<void> {
  await settle(attempts, counted, ({ value }) =>
    worthKeeping(cleared(value, counted.id, clock.now())),
  );
}

/** Returns the record after a success of one attempt. */
export function cleared(record: AttemptRecord, id: string, nowMs: number): AttemptRecord {
  const next = renewed(withoutAttempt(record, id), nowMs, undefined);
  return { ...next, networks: next.failures > 0 ? record.networks : [] };
}

/**
 * Settles an attempt as a verified failure. A series that the user's row voids keeps this failure
 * and the attempts under way alone: no remainder of a crash can lock.
 * @returns the row after it; undefined if another writer ended the series
 */
export async function failAttempt(
  { attempts, clock }: Pick<AttemptDependencies, 'attempts' | 'clock'>,
  counted: CountedAttempt,
  user: Pick<SeriesMoments, 'attemptsClearedAtMs'> | undefined,
): Promise<Stored<AttemptRecord> | undefined> {
  return settle(attempts, counted, ({ value }) => {
    const failed = withoutAttempt(value, counted.id);
    if (!isVoid(value, user)) return failed;
    const { lastFailureAtMs, networks } = value;
    const next = renewed(failed, clock.now(), user);
    return { ...next, failures: next.failures + 1, lastFailureAtMs, networks };
  });
}

/** Refunds this one attempt, as if it had not been made; the others of the series stay. */
export async function refundAttempt(
  attempts: AttemptStore,
  counted: CountedAttempt,
): Promise<void> {
  await settle(attempts, counted, (current) => {
    const isUntouched = current.etag === counted.stored.etag;
    if (isUntouched && counted.previous !== undefined) return counted.previous;
    const without = withoutAttempt(current.value, counted.id);
    return worthKeeping({ ...without, failures: Math.max(0, without.failures - 1) });
  });
}
