import { encodeCrockford } from '../credential/crockford.ts';
import type { OrphanEvents, Recipient, Settlement } from '../port/notice.ts';
import {
  composeChange,
  composeEvents,
  type EventDraft,
  OPERATION_ID_BYTES,
} from './account-change.ts';
import { systemAuthority } from './authority.ts';
import { composeNotices } from './compose-notices.ts';
import type { ChangeDependencies } from './dependency.ts';
import type { GivenUp } from './send-queue.ts';

type Recorded = Pick<Settlement, 'changes' | 'orphans' | 'dead'>;

function draft({ notice: { event }, tries }: GivenUp): EventDraft {
  const details = { event: event.eventId, type: event.type, tries };
  return { type: 'notice.undeliverable', details };
}

/** Composes events of a deleted user, numbered behind its newest one. */
async function composeOrphans(
  dependencies: ChangeDependencies,
  { notice, recipient }: Pick<GivenUp, 'notice'> & { readonly recipient: Recipient },
  drafts: readonly EventDraft[],
  requestId: string,
): Promise<OrphanEvents> {
  const { tenant } = notice;
  const { userId } = recipient;
  const page = { limit: 1, after: undefined };
  const { items } = await dependencies.accounts.listEvents(tenant, userId, page);
  const { sequence = 0, atMs = 0 } = items[0] ?? {};
  const { actor } = systemAuthority('notice');
  const last = { eventSequence: sequence, lastEventAtMs: atMs };
  const subject = { userId };
  const events = composeEvents(dependencies, { drafts, last, actor, subject, requestId });
  const operationId = encodeCrockford(dependencies.randomBytes(OPERATION_ID_BYTES));
  return { events, notices: composeNotices(dependencies, tenant, events), operationId };
}

/**
 * Plans the records of what was given up: of a mail the event `notice.undeliverable` of the user
 * who did not get it, of a webhook a dead letter.
 * @throws {Unavailable}
 */
export async function planUndeliverable(
  dependencies: ChangeDependencies,
  givenUp: readonly GivenUp[],
  requestId: string,
): Promise<Recorded> {
  const changes: Settlement['changes'][number][] = [];
  const orphans: OrphanEvents[] = [];
  const mails = givenUp.filter(({ target }) => target.recipient !== undefined);
  const dead = givenUp
    .filter(({ target }) => target.recipient === undefined)
    .map(({ notice, tries }) => ({ notice, tries, givenUpAtMs: dependencies.clock.now() }));
  const byRecipient = Map.groupBy(mails, ({ target }) => target.recipient?.userId);
  for (const group of byRecipient.values()) {
    const [first] = group;
    const recipient = first?.target.recipient;
    if (first === undefined || recipient === undefined) continue;
    const drafts = group.map(draft);
    const found = await dependencies.accounts.findUser(recipient.userName);
    if (found?.value.userId === recipient.userId) {
      const authority = systemAuthority('notice');
      const [one, ...others] = drafts as [EventDraft, ...EventDraft[]];
      const change = { before: found, after: found.value, authority, requestId };
      const desired = { ...change, events: [one, ...others] } as const;
      const planned = composeChange(dependencies, desired, undefined);
      changes.push({ ...planned, credential: undefined });
    } else {
      const gone = { notice: first.notice, recipient };
      orphans.push(await composeOrphans(dependencies, gone, drafts, requestId));
    }
  }
  return { changes, orphans, dead };
}
