import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { retryDelayMs } from '../../shared/credential/notice.ts';
import { planResets, resetUsers } from '../../shared/maintenance/reset-users.ts';
import { deliverNotices } from '../../shared/operation/deliver-notices.ts';
import { updateUser } from '../../shared/operation/update-user.ts';
import { type Lane, MAIL_LANE, type SendOutcome, type Target } from '../../shared/port/notice.ts';
import { createOperations, type Operations, type SignedInUser } from '../fixture/operations.ts';

let plain: Operations;
let operations: Operations;
let admin: SignedInUser;
let ana: SignedInUser;
let sent: { readonly to: string; readonly type: string }[];

beforeEach(async () => {
  plain = await createOperations();
  admin = await plain.readyAdmin();
  ana = await plain.addReadyUser(admin, 'ana@contoso.example');
  await change({ email: 'ana@mail.example', secondEmail: 'ana@home.example' }, plain);
  operations = plain.with({ lanes: [MAIL_LANE] });
  sent = [];
});
afterEach(() => plain.stop());

async function change(patch: object, on = operations): Promise<unknown> {
  const principal = await on.sessionOf(admin);
  const request = { principal, userId: ana.userId, patch };
  return updateUser(on.dependencies, request, on.context());
}

/** A lane of which `answer` says how it takes each message. */
function laneOf(answer: (target: Target) => SendOutcome | Promise<SendOutcome>): Lane {
  return {
    name: MAIL_LANE,
    label: MAIL_LANE,
    width: 4,
    isPaced: true,
    listTargets: async ({ person }) =>
      (person?.addresses ?? []).map((address) => ({ address, recipient: person })),
    async send({ event }, target) {
      sent.push({ to: target.address, type: event.type });
      return answer(target);
    },
  };
}

function run(answer: Parameters<typeof laneOf>[0] = () => 'accepted') {
  const dependencies = { ...operations.dependencies, outbox: operations.tables.outbox };
  return deliverNotices(dependencies, laneOf(answer), operations.context());
}

const NOTHING_DUE = ['GET announcements', 'GET announcements'];

async function resetAll(isTold: boolean) {
  const { dependencies } = operations;
  const { tenant } = await operations.user(ana.userName);
  const { resets } = await planResets(dependencies, { tenant });
  const startedAtMs = operations.clock.nowMs;
  const massReset = { runId: randomUUID(), startedAtMs, resets, isTold, isResumed: false };
  const { results } = await resetUsers(dependencies, massReset, operations.context(), () => {});
  expect(results.map(({ outcome }) => outcome)).toEqual(['reset', 'reset']);
}

describe('a mass reset', () => {
  it('notifies no user: thousands of mails at once are a flood', async () => {
    await resetAll(false);
    expect(await operations.tables.transport.record(() => run())).toEqual(NOTHING_DUE);
    expect(sent).toEqual([]);
  });

  it('notifies each user once if an operator wants it, and no admin of the others', async () => {
    const principal = await operations.sessionOf(admin);
    const patch = { email: 'admin@mail.example' };
    const own = { principal, userId: admin.userId, patch };
    await updateUser(plain.dependencies, own, plain.context());
    await resetAll(true);
    await run();
    await run();
    expect(sent.map(({ to }) => to).toSorted()).toEqual([
      'admin@mail.example',
      'ana@home.example',
      'ana@mail.example',
    ]);
  });

  it('comes after all other mails, though it was first', async () => {
    const eva = await plain.addReadyUser(admin, 'eva@contoso.example');
    const principal = await operations.sessionOf(admin);
    const patch = { email: 'eva@mail.example' };
    await updateUser(plain.dependencies, { principal, userId: eva.userId, patch }, plain.context());
    const { tenant } = await operations.user(ana.userName);
    const { resets } = await planResets(operations.dependencies, { tenant });
    const ofAna = resets.filter(({ userId }) => userId === ana.userId);
    const massReset = { runId: randomUUID(), startedAtMs: operations.clock.nowMs, resets: ofAna };
    const told = { ...massReset, isTold: true, isResumed: false };
    await resetUsers(operations.dependencies, told, operations.context(), () => {});
    operations.pass(1000);
    const session = await operations.sessionOf(admin);
    const disabled = {
      principal: session,
      userId: eva.userId,
      patch: { status: 'disabled' },
    } as const;
    await updateUser(operations.dependencies, disabled, operations.context());
    await run();
    expect(sent.map(({ type }) => type)).toEqual([
      'user.disabled',
      'password.reset',
      'password.reset',
    ]);
  });
});

describe('a run', () => {
  it('costs two calls when nothing is due, and with the lane five for a queue', async () => {
    expect(await operations.tables.transport.record(() => run())).toEqual(NOTHING_DUE);
    await change({ status: 'disabled' });
    const calls = await operations.tables.transport.record(() => run());
    expect(calls.toSorted()).toEqual(
      [
        'DELETE announcements',
        // What is due of either rank, and the state of the lane.
        'GET announcements',
        'GET announcements',
        'GET announcements',
        'GET accounts',
        'PATCH accounts',
        'POST $batch',
      ].toSorted(),
    );
    expect(sent.map(({ to }) => to).toSorted()).toEqual(['ana@home.example', 'ana@mail.example']);
    expect(await operations.tables.transport.record(() => run())).toEqual(NOTHING_DUE);
  });

  it('finds nothing of a change that was made while there was no lane', async () => {
    await change({ status: 'disabled' }, plain);
    await run();
    expect(sent).toEqual([]);
  });

  it('notifies the old and the new address of a change of address', async () => {
    await change({ email: 'new@mail.example' });
    await run();
    expect(sent.map(({ to }) => to).toSorted()).toEqual([
      'ana@home.example',
      'ana@mail.example',
      'new@mail.example',
    ]);
  });

  it('holds back nothing of one address for what another does not accept', async () => {
    await change({ status: 'disabled' });
    await change({ status: 'active' });
    await run(({ address }) => (address === 'ana@home.example' ? 'refused' : 'accepted'));
    const to = (address: string) => sent.filter((each) => each.to === address);
    expect(to('ana@mail.example').map(({ type }) => type)).toEqual([
      'user.disabled',
      'user.enabled',
    ]);
    expect(to('ana@home.example').map(({ type }) => type)).toEqual(['user.disabled']);
  });

  it('tries one message while the lane does not answer', async () => {
    for (let n = 0; n < 5; n += 1) {
      await operations.addUser(admin, `u${n}@contoso.example`);
      await change({ status: n % 2 === 0 ? 'disabled' : 'active' });
    }
    const report = await run(() => 'unreachable');
    expect(sent).toHaveLength(1);
    expect(report).toMatchObject({ accepted: 0, isUnfinished: true });
  });

  it('is late by the age of its oldest notice while the lane does not answer', async () => {
    await change({ status: 'disabled' });
    expect((await run(() => 'unreachable')).oldestLagMs).toBe(0);
    operations.pass(3_600_000);
    // One hour since the event, though the second try is due since 5 s after it.
    expect((await run(() => 'unreachable')).oldestLagMs).toBe(3_600_000);
    operations.pass(300_000 * 1.1);
    expect((await run(() => 'unreachable')).oldestLagMs).toBe(3_600_000 + 300_000 * 1.1);
    operations.pass(1_800_000 * 1.1);
    expect((await run()).accepted).toBe(2);
    expect((await run()).oldestLagMs).toBeUndefined();
  });

  it('is not late by what one address refuses: that ends as undeliverable', async () => {
    await change({ status: 'disabled' });
    await run(() => 'refused');
    operations.pass(6000);
    await run(() => 'refused');
    operations.pass(300_000 * 1.1);
    expect((await run(() => 'refused')).oldestLagMs).toBeLessThan(60_000);
  });

  it('gives up ten tries and 76 hours later, with an event of the user', async () => {
    await change({ status: 'disabled' });
    for (let hours = 0; hours < 100; hours += 1) {
      await run(() => 'refused');
      operations.pass(hours === 0 ? 6000 : 3_600_000);
    }
    expect(sent.filter(({ to }) => to === 'ana@mail.example')).toHaveLength(10);
    expect(sent.filter(({ to }) => to === 'ana@home.example')).toHaveLength(10);
    expect(await operations.eventTypes(ana.userName)).toEqual(
      expect.arrayContaining(['user.disabled', 'notice.undeliverable']),
    );
    expect(retryDelayMs({ tries: 10, waitedMs: 0, part: 0 })).toBeUndefined();
  });

  it('gives up at once what cannot be rendered, and continues with the next', async () => {
    await change({ status: 'disabled' });
    const report = await run(() => 'unrenderable');
    expect(report.undeliverable).toBe(2);
    await change({ status: 'active' });
    expect((await run()).accepted).toBe(2);
  });

  it('of two at once sends each message once', async () => {
    await change({ status: 'disabled' });
    await Promise.all([run(), run()]);
    expect(sent).toHaveLength(2);
  });

  it('begins no message 20 s into its look at a queue, and leaves the rest to the next run', async () => {
    for (const status of ['disabled', 'active', 'disabled']) await change({ status });
    const slow = 'ana@mail.example';
    await run(({ address }) => {
      if (address === slow) operations.pass(12_000);
      return 'accepted';
    });
    expect(sent.filter(({ to }) => to === slow)).toHaveLength(2);
    operations.pass(1);
    await run();
    expect(sent.filter(({ to }) => to === slow)).toHaveLength(3);
  });

  it('has the queue alone for a minute, after which another may take it', async () => {
    await change({ status: 'disabled' });
    const taken: number[] = [];
    await run(async (): Promise<SendOutcome> => {
      operations.pass(59_999);
      taken.push((await run()).accepted);
      operations.pass(1);
      taken.push((await run()).accepted);
      return 'accepted';
    });
    expect(taken).toEqual([0, 2]);
    // The run that came too late wrote nothing over it.
    expect((await run()).accepted).toBe(0);
  });

  it('looks again for a commit that is under way, and forgets it after an hour', async () => {
    const queue = { tenant: (await operations.user(ana.userName)).tenant, lane: MAIL_LANE };
    const nowMs = operations.clock.nowMs;
    await operations.tables.outbox.announce({
      ...{ id: 'x'.repeat(26), queue: { ...queue, subject: ana.userId }, sequence: 99 },
      ...{ announcedAtMs: nowMs, dueAtMs: nowMs },
    });
    const looks: number[] = [];
    for (let seconds = 0; seconds <= 4000; seconds += 5) {
      const calls = await operations.tables.transport.record(() => run());
      if (calls.includes('GET accounts')) looks.push(seconds);
      operations.pass(5000);
    }
    expect(looks).toEqual([0, 15, 60, 300, 900, 3600]);
    expect((await operations.tables.rows('announcements')).size).toBe(0);
  });
});
