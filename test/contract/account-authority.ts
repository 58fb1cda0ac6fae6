import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { User } from '../../shared/credential/user.ts';
import type { AccountChange, StoredUser } from '../../shared/port/store.ts';
import {
  type AccountStoreUnderTest,
  created,
  creation,
  deletion,
  everythingOf,
  found,
  NOW_MS,
  nameOf,
  newOperationId,
  newTenant,
  sampleUser,
  update,
} from './account-sample.ts';

const CALLS_AT_ONCE = 20;

const REVOCATIONS: Readonly<Record<string, (caller: StoredUser) => AccountChange>> = {
  roles: (caller) => update(caller, { roles: ['salesAgent'] }),
  status: (caller) => update(caller, { status: 'disabled' }),
  'session epoch': (caller) => update(caller, { sessionEpoch: caller.value.sessionEpoch + 1 }),
  'credential version': (caller) =>
    update(caller, { credentialVersion: caller.value.credentialVersion + 1 }),
  credential: (caller) => update(caller, { credential: { kind: 'none' } }),
  deletion: (caller) => deletion(caller),
};

/** Part of {@link describeAccountStore}: a change holds only while its caller's rights do. */
export function describeAuthority(name: string, start: () => Promise<AccountStoreUnderTest>): void {
  describe(`${name}: the authority of a change`, () => {
    let store: AccountStoreUnderTest;
    beforeAll(async () => {
      store = await start();
    });
    afterAll(() => store.stop());
    describeRevocations(() => store);
    describeConcurrency(() => store);
  });
}

const by = (caller: StoredUser): Partial<AccountChange> => ({
  authority: { caller, newStamp: newOperationId() },
});

/** An admin, and users of the same tenant. */
async function castOf({ accounts }: AccountStoreUnderTest, hasActed: boolean, users = 1) {
  const tenant = newTenant();
  const admin = sampleUser(nameOf(`admin@${tenant}`), { roles: ['globalAdmin'] });
  let caller = await created(accounts, admin);
  const targets: StoredUser[] = [];
  for (let index = 0; index < users; index += 1) {
    targets.push(await created(accounts, sampleUser(nameOf(`user${index}@${tenant}`))));
  }
  if (hasActed) {
    const other = sampleUser(nameOf(`other@${tenant}`));
    expect(await accounts.commit(creation(other, by(caller)))).toBe('committed');
    caller = await found(accounts, admin.userName);
    expect(caller.authorityStamp).toBeDefined();
  }
  return { caller, targets, target: targets[0] as StoredUser };
}

function describeRevocations(store: () => AccountStoreUnderTest): void {
  const cases = Object.keys(REVOCATIONS).flatMap((what) =>
    [false, true].map((hasActed) => ({ what, hasActed })),
  );

  it.each(cases)(
    'rejects a caller whose $what changed (who had acted before: $hasActed)',
    async ({ what, hasActed }) => {
      const { accounts } = store();
      const { caller, target } = await castOf(store(), hasActed);
      expect(await accounts.commit(REVOCATIONS[what]?.(caller) as AccountChange)).toBe('committed');
      const before = await everythingOf(accounts, target.value);
      const after: Partial<User> = { displayName: 'Late' };
      expect(await accounts.commit(update(target, after, by(caller)))).toBe('conflict');
      expect(await accounts.commit(deletion(target, by(caller)))).toBe('conflict');
      const late = sampleUser(nameOf(`late@${target.value.tenant}`));
      expect(await accounts.commit(creation(late, by(caller)))).toBe('conflict');
      expect(await everythingOf(accounts, target.value)).toEqual(before);
      expect(await accounts.findUser(late.userName)).toBeUndefined();
    },
  );

  it('keeps the authority of a caller who is renamed, signs in or is locked', async () => {
    const { accounts } = store();
    const { caller, target } = await castOf(store(), true);
    expect(await accounts.commit(update(caller, { displayName: 'New' }))).toBe('committed');
    const renamed = await found(accounts, caller.value.userName);
    expect(await accounts.commit(update(renamed, { isLocked: true }))).toBe('committed');
    await accounts.recordSignIn(await found(accounts, caller.value.userName), NOW_MS);
    expect((await found(accounts, caller.value.userName)).authorityStamp).toBe(
      caller.authorityStamp,
    );
    expect(await accounts.commit(update(target, {}, by(caller)))).toBe('committed');
  });

  it('issues a new authority to a caller whose rights changed, never the old', async () => {
    const { accounts } = store();
    const { caller, target } = await castOf(store(), true);
    const end = (user: StoredUser) => update(user, { sessionEpoch: user.value.sessionEpoch + 1 });
    expect(await accounts.commit(end(caller))).toBe('committed');
    const again = await found(accounts, caller.value.userName);
    expect(again.authorityStamp).toBeUndefined();
    expect(await accounts.commit(update(target, {}, by(again)))).toBe('committed');
    const renewed = await found(accounts, caller.value.userName);
    expect(renewed.authorityStamp).not.toBe(caller.authorityStamp);
    const changed = await found(accounts, target.value.userName);
    expect(await accounts.commit(update(changed, {}, by(caller)))).toBe('conflict');
    expect(await accounts.commit(update(changed, {}, by(renewed)))).toBe('committed');
    expect(await accounts.commit(end(renewed))).toBe('committed');
  });

  it('ends the rights of a target who is a caller elsewhere', async () => {
    const { accounts } = store();
    const { caller: rogue, target } = await castOf(store(), true);
    const tenant = rogue.value.tenant;
    const boss = await created(
      accounts,
      sampleUser(nameOf(`boss@${tenant}`), { roles: ['globalAdmin'] }),
    );
    const demotion = update(rogue, { roles: ['salesAgent'] }, by(boss));
    expect(await accounts.commit(demotion)).toBe('committed');
    expect(await accounts.commit(update(target, {}, by(rogue)))).toBe('conflict');
  });
}

function describeConcurrency(store: () => AccountStoreUnderTest): void {
  it(`commits all of ${CALLS_AT_ONCE} changes that one caller makes at once`, async () => {
    const { accounts } = store();
    const { caller, targets } = await castOf(store(), true, CALLS_AT_ONCE);
    const changes = targets.map((target) => accounts.commit(update(target, {}, by(caller))));
    expect(new Set(await Promise.all(changes))).toEqual(new Set(['committed']));
  });

  it('rejects every one of many parallel changes after a revocation', async () => {
    const { accounts } = store();
    const { caller, targets } = await castOf(store(), true, CALLS_AT_ONCE);
    const end = update(caller, { sessionEpoch: caller.value.sessionEpoch + 1 });
    expect(await accounts.commit(end)).toBe('committed');
    const changes = targets.map((target) => accounts.commit(update(target, {}, by(caller))));
    expect(new Set(await Promise.all(changes))).toEqual(new Set(['conflict']));
  });

  it('recognizes its own change, though the caller was revoked before the retry', async () => {
    const { accounts, loseNextWriteAnswer } = store();
    for (const hasActed of [false, true]) {
      const { caller, target } = await castOf(store(), hasActed);
      loseNextWriteAnswer(async () => {
        const now = await found(accounts, caller.value.userName);
        const end = update(now, { sessionEpoch: now.value.sessionEpoch + 1 });
        expect(await accounts.commit(end)).toBe('committed');
      });
      const change = update(target, { displayName: 'Mine' }, by(caller));
      expect(await accounts.commit(change)).toBe('committed');
      expect((await found(accounts, target.value.userName)).value.displayName).toBe('Mine');
    }
  });

  it('recognizes its own revocation if the answer was lost', async () => {
    const { accounts, loseNextWriteAnswer } = store();
    const { caller, target } = await castOf(store(), true);
    loseNextWriteAnswer();
    const end = update(caller, { sessionEpoch: caller.value.sessionEpoch + 1 });
    expect(await accounts.commit(end)).toBe('committed');
    expect(await accounts.commit(update(target, {}, by(caller)))).toBe('conflict');
  });
}
