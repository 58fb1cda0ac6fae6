import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Admin } from '../../shared/credential/user.ts';
import type { AccountStore } from '../../shared/port/store.ts';
import { Unavailable } from '../../shared/port/unavailable.ts';
import {
  type AccountStoreUnderTest,
  created,
  creation,
  deletion,
  eventsOf,
  everythingOf,
  filter,
  found,
  hashOf,
  NOW_MS,
  nameOf,
  newTenant,
  sampleUser,
  update,
  userId,
} from './account-sample.ts';

const RACERS = 30;

/** Part of {@link describeAccountStore}: the winner of a race, and lost answers. */
export function describeAccountRaces(
  name: string,
  start: () => Promise<AccountStoreUnderTest>,
): void {
  describe(`${name}: accounts, many at once`, () => {
    let store: AccountStoreUnderTest;
    beforeAll(async () => {
      store = await start();
    });
    afterAll(() => store.stop());
    describeRaces(() => store);
    describeLostAnswers(() => store);
  });

  it(`${name}: an outage of the account store`, async () => {
    const store = await start();
    const { accounts } = store;
    const stored = await created(accounts, sampleUser(nameOf(`ana@${newTenant()}`)));
    const { userName, tenant, userId: id } = stored.value;
    const credential = await accounts.findCredential(userName);
    await store.stop();
    const page = { limit: 10, after: undefined };
    const calls = [
      accounts.findUser(userName),
      accounts.findUserName(tenant, id),
      accounts.findCredential(userName),
      accounts.findAdmins(tenant),
      accounts.listUsers(tenant, filter(), page),
      accounts.listEvents(tenant, undefined, page),
      accounts.commit(creation(sampleUser(nameOf(`bob@${tenant}`)))),
      accounts.commit(deletion(stored)),
      accounts.recordSignIn(stored, NOW_MS),
      credential && accounts.replacePermanentHash(userName, credential, hashOf('x')),
    ];
    for (const outcome of await Promise.allSettled(calls)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { part: 'tables' } });
      expect(outcome.status === 'rejected' && outcome.reason).toBeInstanceOf(Unavailable);
    }
  });
}

function describeRaces(store: () => AccountStoreUnderTest): void {
  it('writes nothing of a stale change', async () => {
    const { accounts } = store();
    const stale = await created(accounts, sampleUser(nameOf(`ana@${newTenant()}`)));
    expect(await accounts.commit(update(stale, { displayName: 'Second' }))).toBe('committed');
    const before = await everythingOf(accounts, stale.value);
    const credential = { kind: 'issueTemporary', temporary: hashOf('late') } as const;
    const admins = { etag: undefined, list: [adminOf(stale.value.userName)] };
    const late = update(stale, { credentialVersion: 2 }, { credential, admins });
    expect(await accounts.commit(late)).toBe('conflict');
    expect(await accounts.commit(deletion(stale))).toBe('conflict');
    expect(await everythingOf(accounts, stale.value)).toEqual(before);
  });

  it('rejects a change by the tag of the row alone, without an event between', async () => {
    const { accounts } = store();
    const stale = await created(accounts, sampleUser(nameOf(`ana@${newTenant()}`)));
    await accounts.recordSignIn(stale, NOW_MS + 1);
    const before = await everythingOf(accounts, stale.value);
    expect(before.user?.value.lastSignInAtMs).toBe(NOW_MS + 1);
    expect(await accounts.commit(update(stale))).toBe('conflict');
    expect(await accounts.commit(update(stale, {}, { events: [] }))).toBe('conflict');
    expect(await accounts.commit(deletion(stale))).toBe('conflict');
    expect(await everythingOf(accounts, stale.value)).toEqual(before);
  });

  it('rejects a change by the number of its event alone, under a fresh tag', async () => {
    const { accounts } = store();
    const first = await created(accounts, sampleUser(nameOf(`ana@${newTenant()}`)));
    expect(await accounts.commit(update(first))).toBe('committed');
    const { value } = first;
    const before = await everythingOf(accounts, value);
    const fresh = await found(accounts, value.userName);
    const repeated = update({ ...fresh, value }, { displayName: 'Numbered as the one before' });
    expect(await accounts.commit(repeated)).toBe('conflict');
    expect(await accounts.commit(deletion({ ...fresh, value }))).toBe('conflict');
    expect(await everythingOf(accounts, value)).toEqual(before);
  });

  it(`commits exactly one of ${RACERS} changes of the same row`, async () => {
    const { accounts } = store();
    const stored = await created(accounts, sampleUser(nameOf(`ana@${newTenant()}`)));
    const changes = Array.from({ length: RACERS }, (_, index) => {
      const credential = { kind: 'issueTemporary', temporary: hashOf(`racer-${index}`) } as const;
      return update(stored, { displayName: `Racer ${index}` }, { credential });
    });
    const winner = await raceOf(accounts, changes);
    expect((await found(accounts, stored.value.userName)).value).toEqual(winner.after);
    const credential = await accounts.findCredential(stored.value.userName);
    expect(credential?.value.temporary).toEqual(
      winner.credential?.kind === 'issueTemporary' && winner.credential.temporary,
    );
    const [event, ...others] = await eventsOf(accounts, stored.value.tenant);
    expect([event]).toEqual(winner.events);
    expect(others).toHaveLength(1);
  });

  it('commits exactly one of many creations of a name', async () => {
    const { accounts } = store();
    const userName = nameOf(`ana@${newTenant()}`);
    const changes = Array.from({ length: RACERS }, () => creation(sampleUser(userName)));
    const winner = await raceOf(accounts, changes);
    expect((await found(accounts, userName)).value).toEqual(winner.after);
    for (const { after } of changes) {
      const id = await accounts.findUserName(after.tenant, after.userId);
      expect(id !== undefined).toBe(after.userId === winner.after.userId);
    }
  });

  it('commits exactly one of many creations of a deleted user’s name', async () => {
    const { accounts } = store();
    const stored = await created(accounts, sampleUser(nameOf(`ana@${newTenant()}`)));
    const { userName } = stored.value;
    const changes = Array.from({ length: RACERS }, () => creation(sampleUser(userName)));
    const [gone, winner] = await Promise.all([
      accounts.commit(deletion(stored)),
      // Those who came before the deletion lose to the living; then one of all wins.
      (async () => {
        await Promise.all(changes.slice(1).map((change) => accounts.commit(change)));
        return accounts.findUser(userName);
      })(),
    ]);
    expect(gone).toBe('committed');
    const last = await accounts.commit(creation(sampleUser(userName)));
    expect(last).toBe(winner === undefined ? 'committed' : 'conflict');
    await found(accounts, userName);
  });

  it('commits one of two changes of different admins, by the row of admins', async () => {
    const { accounts } = store();
    const tenant = newTenant();
    const [ana, bob] = [nameOf(`ana@${tenant}`), nameOf(`bob@${tenant}`)];
    const first = { etag: undefined, list: [adminOf(ana)] };
    const creations = [ana, bob].map((userName) =>
      creation(sampleUser(userName), { admins: first }),
    );
    const winner = await raceOf(accounts, creations);
    const loser = winner.after.userName === ana ? bob : ana;
    await created(accounts, sampleUser(loser));

    const admins = { etag: (await accounts.findAdmins(tenant))?.etag, list: [adminOf(bob)] };
    const users = await Promise.all([found(accounts, ana), found(accounts, bob)]);
    await raceOf(
      accounts,
      users.map((user) => update(user, { roles: ['globalAdmin'] }, { admins })),
    );
    const holders = await Promise.all([found(accounts, ana), found(accounts, bob)]);
    const promoted = holders.filter(({ value }) => value.roles.includes('globalAdmin'));
    expect(promoted).toHaveLength(1);
  });
}

/** Writes that took effect, whose answers were lost, and which then were sent again. */
function describeLostAnswers(store: () => AccountStoreUnderTest): void {
  it('recognizes its own creation, change and deletion', async () => {
    const { accounts, loseNextWriteAnswer } = store();
    const user = sampleUser(nameOf(`o'neil#1@${newTenant()}`));
    // Tables and such are there now; what is lost below is the answer to the write itself.
    await created(accounts, sampleUser(nameOf(`other@${user.tenant}`)));
    loseNextWriteAnswer();
    const before = await created(accounts, user);
    loseNextWriteAnswer();
    const admins = { etag: undefined, list: [adminOf(user.userName)] };
    const change = update(before, { displayName: 'Changed' }, { admins });
    expect(await accounts.commit(change)).toBe('committed');
    const changed = await found(accounts, user.userName);
    expect(changed.value).toEqual(change.after);
    loseNextWriteAnswer();
    expect(await accounts.commit(deletion(changed))).toBe('committed');
    expect(await accounts.findUser(user.userName)).toBeUndefined();
    expect(await eventsOf(accounts, user.tenant, user.userId)).toHaveLength(3);
    const successor = sampleUser(user.userName);
    expect((await created(accounts, successor)).value).toEqual(successor);
  });

  it('recognizes its own change without an event', async () => {
    const { accounts, loseNextWriteAnswer } = store();
    const before = await created(accounts, sampleUser(nameOf(`ana@${newTenant()}`)));
    loseNextWriteAnswer();
    expect(await accounts.commit(update(before, {}, { events: [] }))).toBe('committed');
    const changed = await found(accounts, before.value.userName);
    loseNextWriteAnswer();
    expect(await accounts.commit(deletion(changed, { events: [] }))).toBe('committed');
  });

  it('recognizes its own rehash', async () => {
    const { accounts, loseNextWriteAnswer } = store();
    const { value } = await created(accounts, sampleUser(nameOf(`ana@${newTenant()}`)));
    const credential = await accounts.findCredential(value.userName);
    if (credential === undefined) throw new Error('the credential should be there');
    loseNextWriteAnswer();
    const rehashed = hashOf('rehashed');
    expect(await accounts.replacePermanentHash(value.userName, credential, rehashed)).toBe(
      'replaced',
    );
  });

  it('still reports a conflict if the lost answer was one', async () => {
    const { accounts, loseNextWriteAnswer } = store();
    const stale = await created(accounts, sampleUser(nameOf(`ana@${newTenant()}`)));
    expect(await accounts.commit(update(stale))).toBe('committed');
    const before = await everythingOf(accounts, stale.value);
    loseNextWriteAnswer();
    expect(await accounts.commit(update(stale))).toBe('conflict');
    loseNextWriteAnswer();
    expect(await accounts.commit(creation(sampleUser(stale.value.userName)))).toBe('conflict');
    expect(await everythingOf(accounts, stale.value)).toEqual(before);
  });
}

type Change = Parameters<AccountStore['commit']>[0];

/** Commits all at once; exactly one gets through. */
async function raceOf(accounts: AccountStore, changes: readonly Change[]): Promise<Change> {
  const outcomes = await Promise.all(changes.map((change) => accounts.commit(change)));
  const winners = changes.filter((_, index) => outcomes[index] === 'committed');
  expect(winners).toHaveLength(1);
  return winners[0] as Change;
}

function adminOf(userName: Admin['userName']): Admin {
  return {
    userId: userId(),
    userName,
    displayName: 'Ana',
    isGlobal: true,
    isEffective: true,
    isLocked: false,
  };
}
