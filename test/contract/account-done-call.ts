import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DoneCall } from '../../shared/port/done-call.ts';
import {
  type AccountStoreUnderTest,
  creation,
  found,
  NOW_MS,
  nameOf,
  newOperationId,
  newTenant,
  sampleUser,
  update,
  userId,
} from './account-sample.ts';

function callOf(changed: Partial<DoneCall> = {}): DoneCall {
  const names = { id: newOperationId(), digest: 'pepper-1.digest', issueId: newOperationId() };
  return { ...names, userId: userId(), sequence: 7, atMs: NOW_MS, ...changed };
}

/** Part of {@link describeAccountStore}: calls that are done once. */
export function describeDoneCalls(name: string, start: () => Promise<AccountStoreUnderTest>): void {
  describe(`${name}: calls that are done once`, () => {
    let store: AccountStoreUnderTest;
    beforeAll(async () => {
      store = await start();
    });
    afterAll(() => store.stop());

    it('are written with their change, or neither is', async () => {
      const { accounts } = store;
      const user = sampleUser(nameOf(`ana@${newTenant()}`));
      const { tenant, userName } = user;
      const call = callOf();
      expect(await accounts.findDoneCall(tenant, call.id)).toBeUndefined();
      await accounts.commit(creation(user, { done: { call, etag: undefined } }));
      expect((await accounts.findDoneCall(tenant, call.id))?.value).toEqual(call);

      const before = await found(accounts, userName);
      const again = { call: callOf({ id: call.id, sequence: 8 }), etag: undefined };
      expect(await accounts.commit(update(before, {}, { done: again }))).toBe('conflict');
      expect((await accounts.findDoneCall(tenant, call.id))?.value).toEqual(call);
      expect(await found(accounts, userName)).toEqual(before);
    });

    it('are recognized as their own after a lost answer', async () => {
      const { accounts, loseNextWriteAnswer } = store;
      const user = sampleUser(nameOf(`ana@${newTenant()}`));
      const call = callOf();
      loseNextWriteAnswer();
      const change = creation(user, { done: { call, etag: undefined } });
      expect(await accounts.commit(change)).toBe('committed');
    });

    it('are replaced and removed under their tag alone', async () => {
      const { accounts } = store;
      const user = sampleUser(nameOf(`ana@${newTenant()}`));
      const { tenant, userName } = user;
      const call = callOf();
      await accounts.commit(creation(user, { done: { call, etag: undefined } }));
      const etag = (await accounts.findDoneCall(tenant, call.id))?.etag ?? '';
      const next = { call: callOf({ id: call.id, sequence: 8 }), etag };
      const replace = async () => {
        const before = await found(accounts, userName);
        return accounts.commit(update(before, {}, { done: next }));
      };
      expect(await replace()).toBe('committed');
      expect(await replace()).toBe('conflict');
      expect(await accounts.removeDoneCall(tenant, call.id, etag)).toBe(false);
      const stored = await accounts.findDoneCall(tenant, call.id);
      expect(stored?.value).toEqual(next.call);
      expect(await accounts.removeDoneCall(tenant, call.id, stored?.etag ?? '')).toBe(true);
      expect(await accounts.removeDoneCall(tenant, call.id, stored?.etag ?? '')).toBe(true);
      expect(await replace()).toBe('conflict');
    });
  });
}
