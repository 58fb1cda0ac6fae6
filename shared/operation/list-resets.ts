import type { AccountEvent, EventType } from '../credential/event.ts';
import type { Tenant, UserId } from '../credential/name.ts';
import { Refusal } from '../credential/refusal.ts';
import { endShown, type ResetEnd, type ResetRecord } from '../credential/reset-record.ts';
import { isTemporary } from '../credential/state.ts';
import type { TemporaryCredential } from '../credential/user.ts';
import type { Page } from '../port/store.ts';
import type { Dependencies } from './dependency.ts';
import { type ListRequest, readPage, type SealedPage } from './list-users.ts';

type ResetDependencies = Pick<Dependencies, 'accounts' | 'clock' | 'cursors'>;

/** A reset of the list. One from before 1.1 has no terms, and its expiry may be forgotten. */
export type ResetSeen = ResetEnd &
  Pick<ResetRecord, 'eventId' | 'atMs' | 'actor'> &
  Partial<Pick<ResetRecord, 'terms' | 'expiresAtMs'>>;

/** The subject of a list, as of the reads that it takes. */
interface Listed {
  readonly tenant: Tenant;
  readonly userId: UserId;
  /** The temporary password that the user has now. */
  readonly current: TemporaryCredential | undefined;
}

/** The events that end a temporary password. */
const ENDING_TYPES: readonly EventType[] = [
  'password.reset',
  'temporary-password.used',
  'temporary-password.expired',
  'user.deleted',
];
const EVENTS_AT_ONCE = 1000;

function endOf({ type, actor, atMs }: AccountEvent): ResetEnd {
  if (type === 'temporary-password.used') return { outcome: 'used', outcomeAtMs: atMs };
  if (type === 'user.deleted') return { outcome: 'deleted', outcomeAtMs: atMs };
  if (type === 'password.reset') return { outcome: 'superseded', outcomeAtMs: atMs };
  const isFrozen = 'system' in actor && actor.system === 'notice';
  return { outcome: isFrozen ? 'frozen' : 'expired', outcomeAtMs: atMs };
}

/** Describes a reset without a record by the event that ended it, or by the present password. */
function describeEarlier(
  { eventId, atMs, actor }: AccountEvent,
  ending: AccountEvent | undefined,
  { current }: Listed,
  nowMs: number,
): ResetSeen {
  const reset = { eventId, atMs, actor };
  if (ending !== undefined) return { ...reset, ...endOf(ending) };
  const open = { outcome: 'open', outcomeAtMs: undefined } as const;
  if (current === undefined) return { ...reset, ...open };
  const { expiresAtMs } = current;
  return { ...reset, expiresAtMs, ...endShown({ ...open, expiresAtMs }, nowMs) };
}

/** Finds for each reset the event that ended its password: the first one after it. */
async function findEndings(
  { accounts }: ResetDependencies,
  { tenant, userId }: Listed,
  resets: readonly AccountEvent[],
): Promise<ReadonlyMap<string, AccountEvent>> {
  const endings = new Map<string, AccountEvent>();
  const oldest = resets.at(-1)?.sequence ?? Number.POSITIVE_INFINITY;
  let later: AccountEvent | undefined;
  for (let after: string | undefined; ; ) {
    const request = { limit: EVENTS_AT_ONCE, after };
    const page: Page<AccountEvent> = await accounts.listEvents(tenant, userId, request, {
      types: ENDING_TYPES,
    });
    for (const event of page.items) {
      if (later !== undefined) endings.set(event.eventId, later);
      later = event;
    }
    after = page.next;
    if (after === undefined || (later?.sequence ?? 0) <= oldest) return endings;
  }
}

/** Adds to the events of resets what became of each. */
async function describe(
  dependencies: ResetDependencies,
  listed: Listed,
  events: readonly AccountEvent[],
): Promise<readonly ResetSeen[]> {
  const { accounts, clock } = dependencies;
  const [newest, oldest] = [events[0], events.at(-1)];
  if (newest === undefined || oldest === undefined) return [];
  const numbers = { first: oldest.sequence, last: newest.sequence };
  const records = await accounts.listResets(listed.tenant, listed.userId, numbers);
  const byEvent = new Map(records.map((record) => [record.eventId, record]));
  const earlier = events.filter(({ eventId }) => !byEvent.has(eventId));
  const endings =
    earlier.length === 0 ? undefined : await findEndings(dependencies, listed, earlier);
  const nowMs = clock.now();
  return events.map((event) => {
    const record = byEvent.get(event.eventId);
    if (record !== undefined) return { ...record, ...endShown(record, nowMs) };
    return describeEarlier(event, endings?.get(event.eventId), listed, nowMs);
  });
}

/**
 * Lists the resets of one user, newest first, with what became of each; a deleted user's too. The
 * events are the list: those of a version before 1.1 have no record beside them.
 * @throws {Refusal} `not-found` for an id that this tenant never had, else as listUsers does
 */
export async function listResets(
  dependencies: ResetDependencies,
  request: ListRequest & { readonly userId: UserId | undefined },
): Promise<SealedPage<ResetSeen>> {
  const { accounts } = dependencies;
  const { userId } = request;
  const { tenant } = request.principal.user.value;
  const known = userId === undefined ? undefined : await accounts.findUserName(tenant, userId);
  if (userId === undefined || known === undefined) throw new Refusal('not-found');
  const user = known.isDeleted ? undefined : await accounts.findUser(known.userName);
  const credential = user?.value.userId === userId ? user.value.credential : undefined;
  const current = credential && isTemporary(credential) ? credential : undefined;
  const binding = JSON.stringify(['resets', tenant, userId]);
  return readPage(dependencies, request, binding, async (page) => {
    const filter = { types: ['password.reset'] } as const;
    const { items, next } = await accounts.listEvents(tenant, userId, page, filter);
    return { items: await describe(dependencies, { tenant, userId, current }, items), next };
  });
}
