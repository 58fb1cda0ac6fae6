import { followAddresses } from '../credential/address.ts';
import { encodeCrockford } from '../credential/crockford.ts';
import type { AccountEvent, Actor, EventDetails, EventType, Subject } from '../credential/event.ts';
import { ADMINS_PER_TENANT, adminEntry, hasGlobalAdmin } from '../credential/rank.ts';
import { Refusal } from '../credential/refusal.ts';
import type { ResetTerms } from '../credential/reset.ts';
import { endedReset, recordReset } from '../credential/reset-record.ts';
import { rankOf } from '../credential/role.ts';
import type { Admin, User } from '../credential/user.ts';
import type { Clock, RandomBytes } from '../port/clock.ts';
import type { AccountChange, AccountStore, StoredUser } from '../port/store.ts';
import type { Authority } from './authority.ts';
import { composeNotices, type MailScope } from './compose-notices.ts';
import type { Dependencies } from './dependency.ts';

export interface EventDraft {
  readonly type: EventType;
  readonly details?: EventDetails;
}

/** A change that an operation wants; `planChange` adds the parts that belong to every change. */
export interface DesiredChange {
  readonly before: StoredUser | undefined;
  /** The user after the change, but for its address history and the events' number and time. */
  readonly after: User;
  readonly isDelete?: boolean;
  readonly events: readonly [EventDraft, ...EventDraft[]];
  /** The terms, if the first event is a reset. */
  readonly reset?: ResetTerms;
  readonly authority: Authority;
  readonly requestId: string;
  /**
   * True for the bootstrap alone, which may leave a tenant without a working global admin for a
   * while.
   */
  readonly mayLeaveNoGlobalAdmin?: boolean;
  /**
   * Requires something of the tenant's admins. The change is then held to their row.
   * @throws {Refusal}
   */
  readonly requireOfAdmins?: (admins: readonly Admin[]) => void;
  /** The mails, if they are not as the contract has them; webhooks get every event. */
  readonly mails?: MailScope;
}

export type PlannedChange = Omit<AccountChange, 'credential'>;

type PlanDependencies = Pick<Dependencies, 'lanes'> & {
  readonly accounts: Pick<AccountStore, 'findAdmins'>;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
};

/** 128 bits: no two writes or events share one. */
export const OPERATION_ID_BYTES = 16;

function isSameAdmin(one: Admin | undefined, other: Admin | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Reads the tenant row, and lists the admins after a change that gives a user this entry. */
export async function readAdmins(
  { accounts }: Pick<PlanDependencies, 'accounts'>,
  { tenant, userId }: User,
  newEntry: Admin | undefined,
) {
  const row = await accounts.findAdmins(tenant);
  const listed = row?.value ?? [];
  const others = listed.filter((admin) => admin.userId !== userId);
  const list = newEntry === undefined ? others : [...others, newEntry];
  const isBereft = hasGlobalAdmin(listed) && !hasGlobalAdmin(list);
  return { etag: row?.etag, listed, list, isBereft };
}

/**
 * Plans the tenant row after the change, if the change concerns an admin. Every change of an admin
 * replaces that one row under its tag, so the rule holds with any number of changes at once.
 * @throws {Refusal} that of `requireOfAdmins`; `last-global-admin`; `validation`: too many admins
 */
export async function planAdmins(
  dependencies: PlanDependencies,
  desired: Omit<DesiredChange, 'events' | 'authority' | 'requestId'>,
): Promise<AccountChange['admins']> {
  const { before, after } = desired;
  const oldEntry = before === undefined ? undefined : adminEntry(before.value);
  const newEntry = desired.isDelete ? undefined : adminEntry(after);
  if (isSameAdmin(oldEntry, newEntry) && desired.requireOfAdmins === undefined) return undefined;

  const { etag, listed, list, isBereft } = await readAdmins(dependencies, after, newEntry);
  desired.requireOfAdmins?.(listed);
  if (isBereft && !desired.mayLeaveNoGlobalAdmin) throw new Refusal('last-global-admin');
  if (list.length > ADMINS_PER_TENANT && list.length > listed.length) {
    throw new Refusal('validation', {
      errors: [{ pointer: '/roles', problem: 'tooManyAdmins' }],
    });
  }
  return { etag, list };
}

/**
 * Returns the caller, unless it is the system, or the subject, whose row the change replaces
 * anyway.
 */
function heldTo(
  { authority: { caller }, before, after }: DesiredChange,
  newStamp: () => string,
): AccountChange['authority'] {
  if (caller === undefined) return undefined;
  if (caller.value.userId !== after.userId) return { caller, newStamp: newStamp() };
  if (before?.etag !== caller.etag) throw new Error('a change of oneself was judged by other rows');
  return undefined;
}

interface EventsToCompose {
  readonly drafts: readonly EventDraft[];
  readonly last: Pick<User, 'eventSequence' | 'lastEventAtMs'>;
  readonly actor: Actor;
  readonly subject: Subject;
  readonly requestId: string;
}

/** Numbers events behind the last one and gives them one time, never an earlier one. */
export function composeEvents(
  { clock, randomBytes }: Pick<PlanDependencies, 'clock' | 'randomBytes'>,
  { drafts, last, actor, subject, requestId }: EventsToCompose,
): readonly AccountEvent[] {
  const atMs = Math.max(clock.now(), last.lastEventAtMs);
  return drafts.map(({ type, details = {} }, index) => ({
    eventId: encodeCrockford(randomBytes(OPERATION_ID_BYTES)),
    type,
    atMs,
    actor,
    subject,
    sequence: last.eventSequence + 1 + index,
    requestId,
    details,
  }));
}

function hasLostRank(before: User | undefined, after: User): boolean {
  return before !== undefined && rankOf(before.roles) > 0 && rankOf(after.roles) === 0;
}

/** Adds events (never earlier than the last of this user), tenant row, address history and id. */
export function composeChange(
  dependencies: PlanDependencies,
  desired: DesiredChange,
  admins: AccountChange['admins'],
): PlannedChange {
  const { clock, randomBytes } = dependencies;
  const { after: wanted, before, requestId } = desired;
  const newId = () => encodeCrockford(randomBytes(OPERATION_ID_BYTES));
  const events = composeEvents(dependencies, {
    drafts: desired.events,
    last: wanted,
    actor: desired.authority.actor,
    subject: { userId: wanted.userId },
    requestId,
  });
  const atMs = events.at(-1)?.atMs ?? Math.max(clock.now(), wanted.lastEventAtMs);
  const after = {
    ...wanted,
    addressHistory: followAddresses(wanted, atMs),
    adminUntilMs: hasLostRank(before?.value, wanted) ? atMs : wanted.adminUntilMs,
    lastResetSequence:
      events.findLast(({ type }) => type === 'password.reset')?.sequence ??
      wanted.lastResetSequence,
    eventSequence: wanted.eventSequence + events.length,
    lastEventAtMs: atMs,
  };
  const sides = { before: before?.value, after, mails: desired.mails };
  const isDelete = desired.isDelete ?? false;
  const changed = { before: before?.value, after, isDelete, events };
  const [first] = events;
  return {
    before,
    after,
    isDelete,
    resets: {
      made: desired.reset && first && recordReset(first, after, desired.reset),
      ended: endedReset(changed, atMs),
    },
    admins,
    authority: heldTo(desired, newId),
    events,
    notices: composeNotices(dependencies, after.tenant, events, sides),
    operationId: newId(),
  };
}

/**
 * Runs {@link planAdmins}, then {@link composeChange}.
 * @throws as planAdmins does
 */
export async function planChange(
  dependencies: PlanDependencies,
  desired: DesiredChange,
): Promise<PlannedChange> {
  return composeChange(dependencies, desired, await planAdmins(dependencies, desired));
}
