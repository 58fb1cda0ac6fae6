import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Refusal } from '../../shared/credential/refusal.ts';
import { resetPassword } from '../../shared/operation/reset-password.ts';
import { createOperationsOn, type Operations, type SignedInUser } from '../fixture/operations.ts';
import { startTables, type TestTables } from '../fixture/tables.ts';
import { isLong } from './fixture/replay.ts';

/** A gateway that repeats everything at once, and loses answers, on a table server. */

vi.setConfig({ testTimeout: 120_000 });
const CALLS = 12;
const ROUNDS = isLong ? 4 : 2;

let operations: Operations<TestTables>;
let admin: SignedInUser;

beforeAll(async () => {
  operations = createOperationsOn(await startTables());
  admin = await operations.readyAdmin();
});
afterAll(() => operations.stop());

async function reset({ userId }: SignedInUser, key: string): Promise<string> {
  const principal = await operations.sessionOf(admin);
  const request = { principal, userId, once: { key, body: '{}' } };
  try {
    const done = await resetPassword(operations.dependencies, request, operations.context());
    return done.temporaryPassword.canonical;
  } catch (fault) {
    if (fault instanceof Refusal) return fault.code;
    throw fault;
  }
}

it.each(['every answer arrives', 'the answer of the change is lost'])(
  'one of many calls with one key issues a password when %s',
  async (title) => {
    for (let round = 1; round <= ROUNDS; round += 1) {
      const name = `user-${round}-${title.length}@contoso.example`;
      const user = await operations.addReadyUser(admin, name);
      if (title.includes('lost')) operations.tables.transport.loseNextWriteAnswer();
      const key = `key-${name}`;
      const answers = await Promise.all(Array.from({ length: CALLS }, () => reset(user, key)));
      const refused = answers.filter((one) => ['already-done', 'conflict'].includes(one));
      const issued = answers.filter((one) => !refused.includes(one));
      expect(issued).toHaveLength(1);
      expect(await reset(user, key)).toBe('already-done');
      expect(await operations.attempt(user.userName, issued[0] ?? '')).toBe(
        'passwordChangeRequired',
      );
      const types = await operations.eventTypes(user.userName);
      expect(types.filter((type) => type === 'password.reset')).toHaveLength(1);
    }
  },
);
