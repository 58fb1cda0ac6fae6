import { expect, it, vi } from 'vitest';
import { archiveDependencies, backUpTo, restoreFrom } from '../fixture/archive.ts';
import { goodPassword } from '../fixture/good-password.ts';
import { createOperationsOn, type Operations } from '../fixture/operations.ts';
import { startTables, type TestTables } from '../fixture/tables.ts';

/** Backs up while all passwords change all the time: each backup is whole for each user. */

vi.setConfig({ testTimeout: 120_000 });

const USERS = 6;
const BACKUPS = 3;

interface Person {
  readonly userName: Awaited<ReturnType<Operations['addUser']>>['userName'];
  readonly userId: Awaited<ReturnType<Operations['addUser']>>['userId'];
  /** Every password that this user ever had, temporary ones too. */
  readonly passwords: string[];
}

/** Reset and change in turns, until it is over. */
async function live(
  operations: Operations<TestTables>,
  admin: Awaited<ReturnType<Operations['readyAdmin']>>,
  person: Person,
  isOver: () => boolean,
): Promise<void> {
  for (let round = 1; !isOver(); round += 1) {
    const temporary = await operations.reset(admin, person.userId);
    person.passwords.push(temporary);
    const next = goodPassword(100 * person.passwords.length + round);
    person.passwords.push(next);
    await operations.chooseOwnPassword(person.userName, temporary, next);
    // The policy takes so many calls in a quarter of an hour.
    operations.pass(60_000);
  }
}

it('restores for every user a password that the user had during the backup', async () => {
  const operations = createOperationsOn(await startTables(), { accessTokenTtlSeconds: 86_400 });
  const dependencies = archiveDependencies(operations);
  const admin = await operations.readyAdmin();
  const people: Person[] = [];
  for (let number = 0; number < USERS; number += 1) {
    const made = await operations.addUser(admin, `user-${number}@contoso.example`);
    people.push({ ...made, passwords: [made.temporaryPassword] });
  }
  let isOver = false;
  const lives = people.map((person) => live(operations, admin, person, () => isOver));
  const archives: (readonly string[])[] = [];
  const areQuiet = () => people.some(({ passwords }) => passwords.length < 3);
  while (archives.length < BACKUPS || areQuiet()) {
    archives.push((await backUpTo(dependencies)).parts);
  }
  isOver = true;
  await Promise.all(lives);

  const slot = await operations.dependencies.hasher.acquire();
  for (const parts of archives.slice(-BACKUPS)) {
    const report = await restoreFrom(dependencies, parts, { replace: true });
    expect(report).toMatchObject({ users: USERS + 1, withoutPassword: [], damaged: [] });
    for (const { userName, passwords } of people) {
      const { credential } = await operations.user(userName);
      const found = await operations.dependencies.accounts.findCredential(userName);
      const isPermanent = credential.kind === 'permanent';
      const hash = isPermanent ? found?.value.permanent : found?.value.temporary;
      let isTheirs = false;
      for (const password of passwords) isTheirs ||= await slot.verify(password, hash);
      expect(isTheirs, userName).toBe(true);
      // And the next change is written: no event, id or row of hashes is in its way.
      await operations.reset(admin, (await operations.user(userName)).userId);
    }
  }
  slot.release();
  await operations.stop();
});
