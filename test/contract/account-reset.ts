import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResetRecord } from '../../shared/credential/reset-record.ts';
import type { User } from '../../shared/credential/user.ts';
import {
  type AccountStoreUnderTest,
  creation,
  deletion,
  found,
  NOW_MS,
  nameOf,
  newOperationId,
  newTenant,
  sampleUser,
  update,
} from './account-sample.ts';

/** The record of a reset that is open. */
export function recordOf({ userId }: User, sequence: number, changed: Partial<ResetRecord> = {}) {
  const record: ResetRecord = {
    eventId: newOperationId(),
    atMs: NOW_MS + sequence,
    actor: { system: 'operator' },
    userId,
    sequence,
    expiresAtMs: NOW_MS + 100,
    terms: { delivery: 'shown' },
    outcome: 'open',
    outcomeAtMs: undefined,
    ...changed,
  };
  return record;
}

/** Part of {@link describeAccountStore}: the records of resets. */
export function describeResetRecords(
  name: string,
  start: () => Promise<AccountStoreUnderTest>,
): void {
  describe(`${name}: records of resets`, () => {
    let store: AccountStoreUnderTest;
    beforeAll(async () => {
      store = await start();
    });
    afterAll(() => store.stop());

    it('are written with a change, with every member, and end with another', async () => {
      const { accounts } = store;
      const user = sampleUser(nameOf(`ana@${newTenant()}`));
      const { tenant, userId, userName } = user;
      const verification = { kind: 'video', reference: 'desk 4', isProven: false } as const;
      const terms = { reason: 'é', ticket: 'A#1', verification, delivery: 'split' } as const;
      const made = recordOf(user, 2, { actor: { userId }, terms });
      await accounts.commit(creation(user, { resets: { made } }));
      expect(await accounts.findReset(tenant, userId, 2)).toEqual(made);
      expect(await accounts.findReset(tenant, userId, 3)).toBeUndefined();
      const next = recordOf(user, 10);
      const end = { outcome: 'superseded', outcomeAtMs: NOW_MS + 9 } as const;
      const ended = { userId, sequence: 2, ...end };
      const before = await found(accounts, userName);
      const lost = update(
        { ...before, etag: 'W/"datetime\'old\'"' },
        {},
        { resets: { made: next, ended } },
      );
      expect(await accounts.commit(lost)).toBe('conflict');
      expect(await accounts.findReset(tenant, userId, 2)).toEqual(made);
      const change = update(before, {}, { resets: { made: next, ended } });
      expect(await accounts.commit(change)).toBe('committed');
      const both = [next, { ...made, ...end }];
      expect(await accounts.listResets(tenant, userId, { first: 2, last: 10 })).toEqual(both);
      expect(await accounts.listResets(tenant, userId, { first: 3, last: 9 })).toEqual([]);
      expect(await accounts.listResets(tenant, userId, { first: 3, last: 10 })).toEqual([next]);
      const gone = deletion(await found(accounts, userName));
      expect(await accounts.commit(gone)).toBe('committed');
      expect(await accounts.findReset(tenant, userId, 10)).toEqual(next);
    });

    it('that a store lacks keep no change from being made, and are still absent', async () => {
      const { accounts } = store;
      const user = sampleUser(nameOf(`ana@${newTenant()}`));
      const { tenant, userId } = user;
      const ended = { userId, sequence: 1, outcome: 'used', outcomeAtMs: NOW_MS } as const;
      expect(await accounts.commit(creation(user, { resets: { ended } }))).toBe('committed');
      expect(await accounts.findReset(tenant, userId, 1)).toBeUndefined();
      expect(await accounts.listResets(tenant, userId, { first: 1, last: 1 })).toEqual([]);
    });
  });
}
