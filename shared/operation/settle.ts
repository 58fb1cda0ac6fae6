import { type Pace, prunePace } from '../credential/pace.ts';
import {
  type Outbox,
  type Queue,
  type QueuedNotice,
  SETTLED_AT_ONCE,
  type Settlement,
  type StoredPace,
} from '../port/notice.ts';
import type { ChangeDependencies } from './dependency.ts';
import type { SentQueue } from './send-queue.ts';
import { planUndeliverable } from './undeliverable.ts';

interface Look {
  readonly queue: Queue;
  /** The notices as they were sent; the first has the lease. */
  readonly before: readonly QueuedNotice[];
  readonly pace: StoredPace;
  readonly sent: SentQueue;
  readonly requestId: string;
}

/** The rows of a transaction. */
const ROWS_AT_ONCE = 100;

const isDone = ({ deliveries }: QueuedNotice) => deliveries?.length === 0;

function split(rows: readonly QueuedNotice[]): Pick<Settlement, 'done' | 'changed'> {
  const changed = rows.filter((row) => !isDone(row));
  return {
    done: rows.filter(isDone),
    changed: changed.map((row) => ({ ...row, leasedUntilMs: 0 })),
  };
}

/** Returns the pace to write; undefined: it is as it was. A deleted user gets no more mails. */
function planPace({ pace, sent }: Look, nowMs: number): StoredPace | undefined {
  if (sent.pace === pace.value) return undefined;
  const isGone = sent.notices.some((row) => row.event.type === 'user.deleted' && isDone(row));
  const value: Pace = isGone ? {} : prunePace(sent.pace, nowMs);
  return { value, etag: pace.etag };
}

/**
 * Writes the result of a look: in one transaction, but for the rest of a long queue, which goes
 * before it, so that the lease ends last.
 * @throws {Unavailable}
 */
export async function settle(
  dependencies: ChangeDependencies & { readonly outbox: Outbox },
  look: Look,
): Promise<'committed' | 'conflict'> {
  const { outbox, clock } = dependencies;
  const { queue, before, sent, requestId } = look;
  const touched = sent.notices.filter((row, index) => index === 0 || row !== before[index]);
  const losers = new Set(sent.givenUp.map(({ notice }) => notice.event.sequence));
  const isFirst = (row: QueuedNotice) =>
    row.event.sequence === before[0]?.event.sequence || losers.has(row.event.sequence);
  const [first, others] = [touched.filter(isFirst), touched.filter((row) => !isFirst(row))];
  const room = SETTLED_AT_ONCE - first.length;
  const rest = others.slice(room);
  for (let start = 0; start < rest.length; start += ROWS_AT_ONCE) {
    const rows = split(rest.slice(start, start + ROWS_AT_ONCE));
    const part = { queue, ...rows, pace: undefined, changes: [], orphans: [], dead: [] };
    if ((await outbox.settle(part)) === 'conflict') return 'conflict';
  }
  const recorded = await planUndeliverable(dependencies, sent.givenUp, requestId);
  const pace = planPace(look, clock.now());
  return outbox.settle({
    queue,
    ...split([...first, ...others.slice(0, room)]),
    pace,
    ...recorded,
  });
}
