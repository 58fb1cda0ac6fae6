import type { Reset, VerificationKind } from '../client/index.ts';
import { byWhom, type EventApp } from './event-text.ts';

/** Returns the resets of a user as rows of a file. */
export function resetRows(
  app: EventApp,
  user: { readonly userId: string; readonly name: string; readonly userName: string },
  items: readonly Reset[],
): string[][] {
  const { resets, reset } = app.translator.text;
  const kindName = (kind: VerificationKind | undefined) => (kind ? reset.kind[kind].name : '');
  const rows = items.map(({ verification, actor, ...item }): string[] => [
    item.at,
    user.name,
    user.userName,
    user.userId,
    byWhom(app, { actor, subject: { userId: user.userId } }),
    'userId' in actor ? actor.userId : actor.system,
    resets.outcome[item.outcome],
    item.outcomeAt ?? '',
    item.expiresAt ?? '',
    item.delivery === undefined ? '' : resets.delivery[item.delivery],
    kindName(verification?.kind),
    verification === undefined ? '' : verification.isProven ? resets.yes : resets.no,
    verification?.reference ?? '',
    item.reason ?? '',
    item.ticket ?? '',
    item.eventId,
  ]);
  return [[...resets.csv], ...rows];
}
