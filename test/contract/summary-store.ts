import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TableStores } from '../../shared/azure/table/table-store.ts';
import { credentialState } from '../../shared/credential/state.ts';
import type { UserCounts } from '../../shared/port/summary.ts';
import {
  type AccountStoreUnderTest,
  created,
  deletion,
  NOW_MS,
  nameOf,
  newTenant,
  pagesOf,
  sampleUser,
} from './account-sample.ts';

type SummaryStoreUnderTest = AccountStoreUnderTest & Pick<TableStores, 'archive' | 'summaries'>;

const COUNTS: UserCounts = {
  total: 3,
  disabled: 1,
  frozen: 0,
  states: { none: 0, temporary: 1, expired: 1, permanent: 1, locked: 0 },
  expiringWithinADay: 1,
  globalAdminsWhoCount: 1,
  asOfMs: NOW_MS,
  isComplete: true,
};

/** Describes every SummaryStore. @param start an empty store */
export function describeSummaryStore(
  name: string,
  start: () => Promise<SummaryStoreUnderTest>,
): void {
  describe(`${name}: summaries`, () => {
    let store: SummaryStoreUnderTest;
    beforeAll(async () => {
      store = await start();
    });
    afterAll(() => store.stop());

    it('keep a row for each tenant, which one of several writers replaces', async () => {
      const { summaries } = store;
      const [tenant, other] = [newTenant(), newTenant()];
      expect(await summaries.find(tenant)).toBeUndefined();
      const claim = { claimedAtMs: NOW_MS, counts: undefined };
      const first = await Promise.all(
        [1, 2, 3].map(() => summaries.keep(tenant, undefined, claim)),
      );
      const [etag, ...others] = first.filter((one) => one !== undefined);
      expect(others).toEqual([]);
      expect(await summaries.find(tenant)).toEqual({ value: claim, etag });
      const counted = { claimedAtMs: NOW_MS + 1, counts: COUNTS };
      const second = await summaries.keep(tenant, etag, counted);
      expect(await summaries.find(tenant)).toEqual({ value: counted, etag: second });
      expect(await summaries.keep(tenant, etag, claim)).toBeUndefined();
      expect(await summaries.find(other)).toBeUndefined();
    });

    it('list the counted part of each user, in pages, without deleted users', async () => {
      const { accounts, summaries } = store;
      const tenant = newTenant();
      const make = (local: string, changed: Parameters<typeof sampleUser>[1]) =>
        created(accounts, sampleUser(nameOf(`${local}@${tenant}`), changed));
      const users = [
        await make('a', { status: 'disabled' }),
        await make('b', { isLocked: true, credential: { kind: 'none' } }),
        await make('c', { isFrozen: true, credential: { kind: 'permanent', changedAtMs: 1 } }),
      ];
      await accounts.commit(deletion(await make('d', {})));
      const pages = await pagesOf((after) =>
        summaries.listCountedUsers(tenant, { limit: 2, after }),
      );
      const seen = pages.flatMap(({ items }) => items);
      expect(seen.map((user) => credentialState(user, NOW_MS))).toEqual([
        'temporary',
        'locked',
        'permanent',
      ]);
      for (const [index, { value }] of users.entries()) {
        const { status, isLocked, isFrozen } = value;
        expect(seen[index]).toMatchObject({ status, isLocked, isFrozen });
      }
    });

    it('are in no backup', async () => {
      const { archive, summaries } = store;
      await summaries.keep(newTenant(), undefined, { claimedAtMs: NOW_MS, counts: COUNTS });
      for await (const page of archive.listEntries()) {
        for (const { rows } of page)
          expect(rows.map(({ rowKey }) => rowKey)).not.toContain('summary');
      }
    });
  });
}
