import { afterEach, beforeEach, expect, it } from 'vitest';
import { deliverNotices } from '../../shared/operation/deliver-notices.ts';
import { updateUser } from '../../shared/operation/update-user.ts';
import { type Lane, MAIL_LANE } from '../../shared/port/notice.ts';
import { createOperations, type Operations } from '../fixture/operations.ts';

/** Goal: notices leave a fifth of what the mail provider takes to mailed parts. */

const MINUTE_MS = 60_000;
const USERS = 90;

let operations: Operations;
let sentAtMs: number[];

beforeEach(async () => {
  const plain = await createOperations();
  const admin = await plain.readyAdmin();
  operations = plain.with({ lanes: [MAIL_LANE] });
  const principal = await plain.sessionOf(admin);
  for (let count = 0; count < USERS; count += 1) {
    const { userId } = await plain.addUser(admin, `user${count}@contoso.example`);
    const patch = { email: `user${count}@mail.example` };
    const request = { principal, userId, patch };
    await updateUser(operations.dependencies, request, operations.context());
  }
  sentAtMs = [];
});
afterEach(() => operations.stop());

function run(perHour: number | undefined) {
  const lane: Lane = {
    ...{ name: MAIL_LANE, label: MAIL_LANE, width: 8, perHour, isPaced: true },
    listTargets: async ({ person }) =>
      (person?.addresses ?? []).map((address) => ({ address, recipient: person })),
    async send() {
      sentAtMs.push(operations.clock.nowMs);
      return 'accepted';
    },
  };
  const dependencies = { ...operations.dependencies, outbox: operations.tables.outbox };
  return deliverNotices(dependencies, lane, operations.context());
}

it('sends 24 notices in a minute and 80 in an hour, and the rest later', async () => {
  expect(await run(100)).toMatchObject({ accepted: 24, failed: 0, isUnfinished: true });
  expect(await run(100)).toMatchObject({ accepted: 0, isUnfinished: true });
  for (let minute = 0; minute < 30; minute += 1) {
    operations.pass(MINUTE_MS);
    await run(100);
  }
  expect(sentAtMs).toHaveLength(80);
  operations.pass(31 * MINUTE_MS);
  expect(await run(100)).toMatchObject({ accepted: USERS - 80, failed: 0 });
});

it('holds nothing back where no limit is set', async () => {
  expect(await run(undefined)).toMatchObject({ accepted: USERS, isUnfinished: false });
});
