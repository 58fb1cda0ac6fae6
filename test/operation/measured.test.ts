import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Tenant } from '../../shared/credential/name.ts';
import { reportCredentials } from '../../shared/maintenance/credential-report.ts';
import { emptyRecord } from '../../shared/operation/attempt.ts';
import { signInKey } from '../../shared/operation/attempt-series.ts';
import { expireTemporaryPasswords } from '../../shared/operation/expire-temporary-passwords.ts';
import { recordLock } from '../../shared/operation/lock.ts';
import type { AttemptRecord, Stored } from '../../shared/port/store.ts';
import type { MetricEvent } from '../../shared/port/telemetry.ts';
import { userId } from '../contract/account-sample.ts';
import { createOperations, nameOf, type Operations } from '../fixture/operations.ts';
import { override } from '../fixture/override.ts';

/** Checks what use cases report of themselves in numbers. */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let operations: Operations;
beforeEach(async () => {
  operations = await createOperations();
});
afterEach(() => operations.stop());

it('measures a lock once, in the call that wrote it', async () => {
  const { userName } = await operations.readyAdmin();
  operations.pass(1);
  const record = { ...emptyRecord(operations.clock.now(), ''), failures: 80 };
  const { attempts } = operations.dependencies;
  const stored = (await attempts.insert(signInKey(userName), record)) as Stored<AttemptRecord>;
  const measured: MetricEvent[] = [];
  const telemetry = override(operations.dependencies.telemetry, {
    measure: (measurement) => void measured.push(measurement),
  });
  const dependencies = { ...operations.dependencies, telemetry };
  const request = { userName, stored, context: operations.context() };
  for (const _ of ['written', 'there already']) {
    await recordLock(dependencies, request);
    expect(measured).toEqual([{ kind: 'lockout' }]);
  }
  expect((await operations.user(userName)).isLocked).toBe(true);
});

it('measures the lag of a sweep by the oldest password that it expired', async () => {
  const admin = await operations.readyAdmin();
  const sweep = () => expireTemporaryPasswords(operations.dependencies, operations.context());
  await operations.addUser(admin, 'ana@contoso.example');
  operations.pass(5 * HOUR_MS);
  await operations.addUser(admin, 'ben@contoso.example');
  // Overdue for longer, but of no user: it is removed and not measured as lag.
  await operations.dependencies.expiries.add({
    userId: userId(),
    userName: nameOf('nobody@contoso.example'),
    issueId: 'issue',
    expiresAtMs: operations.clock.nowMs - 2 * DAY_MS,
    credentialVersion: 1,
  });
  expect(await sweep()).toMatchObject({ expired: 0, removed: 1, oldestLagMs: undefined });
  operations.pass(DAY_MS + HOUR_MS);
  expect(await sweep()).toMatchObject({ expired: 2, oldestLagMs: 6 * HOUR_MS });
});

it('counts imported hashes apart, by their scheme', async () => {
  const of = (wraps: string | undefined) => ({
    tenant: 'a.example' as Tenant,
    permanent: { pepperVersion: 'p1', cost: 12, ...(wraps !== undefined && { wraps }) },
    temporary: undefined,
    history: [],
  });
  const accounts = override(operations.dependencies.accounts, {
    async *listCredentialParameters() {
      yield ['scrypt', undefined, 'bcrypt', 'scrypt', undefined].map(of);
    },
  });
  const { tenants } = await reportCredentials({ accounts, clock: operations.clock }, []);
  const counts = (permanent: number) => ({ permanent, temporary: 0, history: 0 });
  expect(tenants.flatMap(({ hashes }) => hashes)).toStrictEqual([
    { pepperVersion: 'p1', cost: 12, ...counts(2) },
    { pepperVersion: 'p1', cost: 12, wraps: 'bcrypt', ...counts(1) },
    { pepperVersion: 'p1', cost: 12, wraps: 'scrypt', ...counts(2) },
  ]);
});
