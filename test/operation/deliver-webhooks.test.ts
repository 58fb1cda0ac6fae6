import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tenantOf } from '../../shared/credential/name.ts';
import { eraseTenant } from '../../shared/maintenance/erase-tenant.ts';
import { importUsers } from '../../shared/maintenance/import-users.ts';
import { dropLane } from '../../shared/maintenance/notice-report.ts';
import { planResets, resetUsers } from '../../shared/maintenance/reset-users.ts';
import { deliverNotices } from '../../shared/operation/deliver-notices.ts';
import { updateUser } from '../../shared/operation/update-user.ts';
import type { DeadLetter, Lane, SendOutcome } from '../../shared/port/notice.ts';
import { each } from '../fixture/archive.ts';
import {
  createOperations,
  nameOf,
  type Operations,
  type SignedInUser,
} from '../fixture/operations.ts';

/** The lanes of webhooks: each with what its target wants, which the store keeps. */

const HOOK = 'hook1';
const OTHER = 'hook2';
const HOUR_MS = 3_600_000;

let operations: Operations;
let admin: SignedInUser;
let ana: SignedInUser;
let eva: SignedInUser;
let sent: { readonly lane: string; readonly type: string; readonly sequence: number }[];

beforeEach(async () => {
  const plain = await createOperations();
  admin = await plain.readyAdmin();
  ana = await plain.addReadyUser(admin, 'ana@contoso.example');
  eva = await plain.addReadyUser(admin, 'eva@contoso.example');
  operations = plain.with({ lanes: [HOOK, OTHER] });
  sent = [];
});
afterEach(() => operations.stop());

async function change(user: SignedInUser, displayName: string): Promise<unknown> {
  const principal = await operations.sessionOf(admin);
  const request = { principal, userId: user.userId, patch: { displayName } };
  return updateUser(operations.dependencies, request, operations.context());
}

type Answer = () => SendOutcome;

function run(answer: Answer = () => 'accepted', name = HOOK) {
  const lane: Lane = {
    ...{ name, label: `${name}.example`, width: 4, isPaced: false },
    listTargets: async () => [{ address: `${name}.example`, recipient: undefined }],
    async send({ event: { type, sequence } }) {
      sent.push({ lane: name, type, sequence });
      return answer();
    },
  };
  const dependencies = { ...operations.dependencies, outbox: operations.tables.outbox };
  return deliverNotices(dependencies, lane, operations.context());
}

const calls = (answer?: Answer) => operations.tables.transport.record(() => run(answer));

async function deadLetters(): Promise<readonly DeadLetter[]> {
  const letters: DeadLetter[] = [];
  for await (const page of operations.tables.outbox.listDead()) letters.push(...page);
  return letters;
}

/** Runs every hour, with the tries of 76 hours and the jitter. */
async function giveUp(): Promise<void> {
  for (let hours = 0; hours < 100; hours += 1) {
    await run(() => 'later');
    operations.pass(hours === 0 ? 6000 : HOUR_MS);
  }
}

describe('every event goes to each webhook', () => {
  it('also one that no mail is about, without names or addresses', async () => {
    await change(ana, 'Ana Silva');
    const rows = [...(await operations.tables.rows('accounts'))];
    const waiting = rows.filter(([key]) => key.includes('outbox:')).map(([, row]) => row);
    expect(waiting).toHaveLength(2);
    expect(waiting.join()).not.toMatch(/Ana|displayName|ana@/);
    await Promise.all([run(), run(undefined, OTHER)]);
    const types = sent.map(({ lane, type }) => `${lane} ${type}`).toSorted();
    expect(types).toEqual([`${HOOK} user.updated`, `${OTHER} user.updated`]);
  });

  it('also those of an import and of a mass reset, of which no mail goes out', async () => {
    const { dependencies } = operations;
    const user = {
      ...{ userName: nameOf('new@contoso.example'), displayName: 'New' },
      ...{ email: 'new@mail.example', secondEmail: undefined, locale: undefined },
      ...{ roles: ['salesAgent'] as const, status: undefined, hash: undefined },
    };
    const options = { isDryRun: false, restoreDeleted: false, context: operations.context() };
    await importUsers(dependencies, each([{ line: 1, user }]), options, () => {});
    const { resets } = await planResets(dependencies, { userNames: [ana.userName] });
    const startedAtMs = operations.clock.nowMs;
    const massReset = { runId: randomUUID(), startedAtMs, resets, isResumed: false };
    await resetUsers(dependencies, massReset, operations.context(), () => {});
    await run();
    expect(sent.map(({ type }) => type).toSorted()).toEqual(['password.reset', 'user.created']);
  });
});

describe('a webhook that answers 410', () => {
  it('gets nothing more until it is resumed, and then everything in order', async () => {
    await change(ana, 'Ana 1');
    expect(await run(() => 'gone')).toMatchObject({ isStopped: true, failed: 0 });
    await change(ana, 'Ana 2');
    operations.pass(200 * HOUR_MS);
    expect(await calls()).toEqual(['GET announcements', 'GET announcements']);
    expect(sent).toHaveLength(1);
    expect(await operations.tables.outbox.findLaneState(HOOK)).toMatchObject({
      stoppedAtMs: expect.any(Number),
    });
    await operations.tables.outbox.resumeLane(HOOK);
    expect((await run()).accepted).toBe(2);
    const [, one, other] = sent;
    expect((one?.sequence ?? 0) + 1).toBe(other?.sequence);
    expect(await deadLetters()).toEqual([]);
  });

  it('is not late, from the stop on until it is resumed', async () => {
    await change(ana, 'Ana 1');
    expect((await run(() => 'gone')).oldestLagMs).toBeUndefined();
    operations.pass(HOUR_MS);
    expect((await run()).oldestLagMs).toBeUndefined();
    await operations.tables.outbox.resumeLane(HOOK);
    // Less the millisecond by which the rest of a queue is put off.
    expect((await run()).oldestLagMs).toBe(HOUR_MS - 1);
  });

  it('stays stopped though another dispatcher was asked to wait', async () => {
    const { outbox } = operations.tables;
    await outbox.stopLane(HOOK, 1);
    await outbox.pauseLane(HOOK, 2);
    expect(await outbox.findLaneState(HOOK)).toEqual({
      stoppedAtMs: 1,
      pausedUntilMs: 2,
      sent: [],
    });
  });

  it('holds back no other webhook', async () => {
    await change(ana, 'Ana 1');
    await run(() => 'gone');
    expect((await run(undefined, OTHER)).accepted).toBe(1);
  });
});

describe('a webhook that answers with Retry-After', () => {
  it('is left alone for so long, by every user and instance', async () => {
    await change(ana, 'Ana 1');
    await change(eva, 'Eva 1');
    await run(() => ({ retryAfterMs: HOUR_MS }));
    expect(sent).toHaveLength(1);
    operations.pass(HOUR_MS - 1);
    // The receiver wanted the wait, and its notices are late all the same.
    expect((await run()).oldestLagMs).toBe(HOUR_MS - 2);
    expect(sent).toHaveLength(1);
    operations.pass(1);
    expect((await run()).accepted).toBe(2);
  });
});

describe('a webhook that fails', () => {
  it('is probed with one message a run until it works', async () => {
    for (const user of [ana, eva, admin]) await change(user, 'New name');
    for (let runs = 1; runs <= 3; runs += 1) {
      await run(() => 'unreachable');
      expect(sent).toHaveLength(runs);
      operations.pass(1000);
    }
    operations.pass(HOUR_MS);
    expect((await run()).accepted).toBe(3);
  });

  it('leaves a dead letter, which an operator sends again', async () => {
    await change(ana, 'Ana 1');
    await giveUp();
    expect(sent).toHaveLength(10);
    const [letter, ...others] = await deadLetters();
    expect(others).toEqual([]);
    expect(letter).toMatchObject({
      tries: 10,
      notice: { lane: HOOK, event: { type: 'user.updated', subject: { userId: ana.userId } } },
    });
    expect(await operations.eventTypes(ana.userName)).not.toContain('notice.undeliverable');
    if (letter === undefined) throw new Error('there is no dead letter');
    const { outbox } = operations.tables;
    // The command was killed before it removed the letter, and runs again.
    await outbox.resend(letter, operations.clock.nowMs);
    await outbox.resend(letter, operations.clock.nowMs);
    expect(await deadLetters()).toEqual([]);
    expect(await outbox.countWaiting()).toContainEqual({
      ...{ lane: HOOK, queues: 1, oldestAtMs: operations.clock.nowMs },
    });
    expect((await run()).accepted).toBe(1);
  });

  it('keeps its dead letters for 30 days', async () => {
    await change(ana, 'Ana 1');
    await giveUp();
    operations.pass(31 * 24 * HOUR_MS);
    await change(eva, 'Eva 1');
    await giveUp();
    expect((await deadLetters()).map(({ notice: { event } }) => event.subject)).toEqual([
      { userId: eva.userId },
    ]);
  });
});

describe('a webhook that is no longer set', () => {
  it('leaves nothing when it is dropped, and another webhook keeps all', async () => {
    await change(ana, 'Ana 1');
    await giveUp();
    for (const name of ['Ana 2', 'Ana 3']) await change(ana, name);
    await change(eva, 'Eva 1');
    await run(() => 'gone');
    const { outbox } = operations.tables;
    const { clock } = operations.dependencies;
    const rowsOf = async (lane: string) => {
      const tables = await Promise.all(
        (['accounts', 'announcements'] as const).map((table) => operations.tables.rows(table)),
      );
      return tables.flatMap((rows) => [...rows.keys()]).filter((key) => key.includes(lane));
    };
    const others = await rowsOf(OTHER);
    expect(others.length).toBeGreaterThan(2);
    const lanes = [{ name: OTHER, label: 'other.example' }];
    const drop = (lane: string, isDryRun = false) =>
      dropLane({ outbox, clock, lanes }, { lane, isDryRun });
    expect(await drop(OTHER)).toBeUndefined();
    expect(await drop('other.example')).toBeUndefined();
    const before = await rowsOf(HOOK);
    expect(await drop(HOOK, true)).toEqual({ waiting: 2, deadLetters: 1 });
    expect(await rowsOf(HOOK)).toEqual(before);
    expect(await drop(HOOK)).toEqual({ waiting: 2, deadLetters: 1 });
    expect(await rowsOf(HOOK)).toEqual([]);
    expect(await rowsOf(OTHER)).toEqual(others);
    expect(await drop(HOOK)).toEqual({ waiting: 0, deadLetters: 0 });
  });
});

it('an erased tenant leaves no dead letter and no announcement', async () => {
  await change(ana, 'Ana 1');
  await giveUp();
  await change(eva, 'Eva 1');
  const { accounts, attempts, expiries } = operations.dependencies;
  const { archive, outbox } = operations.tables;
  const request = { tenant: tenantOf(ana.userName), isDryRun: false };
  await eraseTenant({ accounts, attempts, expiries, archive, outbox }, request, () => {});
  expect([...(await operations.tables.rows('announcements')).keys()]).toEqual([]);
});
