import type { AccountEvent } from '../../shared/credential/event.ts';
import type { Tenant, UserId, UserName } from '../../shared/credential/name.ts';
import { viewEvent } from '../../shared/http/view.ts';
import type { EventGap } from '../../shared/maintenance/read-events.ts';
import type { NamedId } from '../../shared/port/store.ts';

/** The names of the ids of a tenant, of deleted users too. */
export type Names = ReadonlyMap<UserId, UserName>;

export async function readNames(pages: AsyncIterable<readonly NamedId[]>): Promise<Names> {
  const names = new Map<UserId, UserName>();
  for await (const page of pages) for (const one of page) names.set(one.userId, one.userName);
  return names;
}

/** Returns an event of the contract, with its tenant, its number and the names of its users. */
export function reportEvent(event: AccountEvent, tenant: Tenant, names: Names) {
  const { actor, subject, ...rest } = viewEvent(event);
  const named = ({ userId }: { readonly userId: UserId }) => {
    const userName = names.get(userId);
    return { userId, ...(userName !== undefined && { userName }) };
  };
  return {
    tenant,
    ...rest,
    sequence: event.sequence,
    actor: 'userId' in actor ? named(actor) : actor,
    subject: 'userId' in subject ? named(subject) : subject,
  };
}

export type ReportedEvent = ReturnType<typeof reportEvent>;

/** Returns `2026-11-28T20:00:00.000Z  user.created  admin@x.example → ana@x.example  <id>`. */
export function describeEvent({ at, type, actor, subject, requestId }: ReportedEvent): string {
  const by = 'system' in actor ? actor.system : (actor.userName ?? actor.userId);
  const user = 'tenant' in subject ? subject.tenant : (subject.userName ?? subject.userId);
  return `${at}  ${type.padEnd(26)}  ${by} → ${user}  ${requestId}`;
}

/** The limit of lines of gaps for a person; `--json` has them all. */
const GAPS_SHOWN = 20;

export function describeGaps(gaps: readonly EventGap[]): string {
  if (gaps.length === 0) return '';
  const lines = gaps.slice(0, GAPS_SHOWN).map(({ tenant, userId, first, last }) => {
    const numbers = first === last ? `${first}` : `${first} to ${last}`;
    return `  ${tenant} ${userId}: ${numbers}\n`;
  });
  const more = gaps.length - lines.length;
  const rest = more > 0 ? `  and ${more} more (--json names them)\n` : '';
  return `NOT COMPLETE. The store lacks events, by their numbers:\n${lines.join('')}${rest}`;
}
