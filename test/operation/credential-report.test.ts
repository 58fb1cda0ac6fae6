import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeReport } from '../../infra/cli/report-text.ts';
import { type Tenant, tenantOf } from '../../shared/credential/name.ts';
import { SECRET_SUPERSEDED_MS, writtenUntilMs } from '../../shared/crypto/secret/secret-cache.ts';
import { reportCredentials } from '../../shared/maintenance/credential-report.ts';
import { goodPassword } from '../fixture/good-password.ts';
import {
  createOperations,
  nameOf,
  type Operations,
  type SignedInUser,
} from '../fixture/operations.ts';
import { override } from '../fixture/override.ts';

/** A pepper "can be retired" only when nothing that is stored needs it, in whatever slot. */

let operations: Operations;
let admin: SignedInUser;

beforeEach(async () => {
  operations = await createOperations();
  admin = await operations.readyAdmin();
});
afterEach(() => operations.stop());

/** Reports as the composition does, with the versions that the vault has now. */
async function report(told?: (credentials: number) => void) {
  const { versions } = operations.peppers;
  const until = writtenUntilMs(versions);
  const peppers = versions.map(({ version, createdAtMs }, index) => {
    return { version, createdAtMs, writtenUntilMs: until[index] };
  });
  return reportCredentials(operations.dependencies, peppers, told);
}

async function verdict(version: string) {
  const { peppers } = await report();
  return peppers.find((pepper) => pepper.version === version);
}

it('sorts tenants, versions and costs, and lists missing versions first', async () => {
  const of = (tenant: string, pepperVersion: string, cost = 12) => ({
    tenant: tenant as Tenant,
    permanent: undefined,
    temporary: { pepperVersion, cost },
    history: [],
  });
  const pages = [
    [of('b.example', 'p2'), of('b.example', 'p1', 10), of('b.example', 'p1', 4)],
    [of('c.example', 'p3'), of('a.example', 'p9')],
  ];
  const accounts = override(operations.dependencies.accounts, {
    async *listCredentialParameters() {
      yield* pages;
    },
  });
  const peppers = [{ version: 'p0', createdAtMs: 0, writtenUntilMs: undefined }];
  const made = await reportCredentials({ accounts, clock: operations.clock }, peppers);
  const hashes = made.tenants.map(({ tenant, hashes }) => [
    tenant,
    ...hashes.map(({ pepperVersion, cost, temporary }) => `${pepperVersion} ${cost}: ${temporary}`),
  ]);
  expect(hashes).toEqual([
    ['a.example', 'p9 12: 1'],
    ['b.example', 'p1 4: 1', 'p1 10: 1', 'p2 12: 1'],
    ['c.example', 'p3 12: 1'],
  ]);
  expect(made.peppers.map(({ version }) => version)).toEqual(['p1', 'p2', 'p3', 'p9', 'p0']);
});

describe('counting credentials', () => {
  it('counts each hash of each tenant by pepper version and cost', async () => {
    const ana = await operations.addReadyUser(admin, 'ana@contoso.example');
    await operations.addUser(admin, 'ben@contoso.example');
    operations.peppers.add('pepper-2');
    const raised = operations.withWorkFactor(5);
    await raised.readyAdmin('admin@fabrikam.example');
    await raised.signIn(ana.userName, ana.password);
    const session = await raised.sessionOf(ana);
    await raised.changePassword(session, goodPassword(7), ana.password);

    const heard: number[] = [];
    const { tenants, atMs } = await report((credentials) => heard.push(credentials));
    expect(heard).toEqual([4]);
    expect(atMs).toBe(operations.clock.now());
    expect(tenants).toEqual([
      {
        tenant: 'contoso.example',
        credentials: 3,
        withoutPassword: 0,
        hashes: [
          { pepperVersion: 'pepper-1', cost: 4, permanent: 1, temporary: 1, history: 0 },
          { pepperVersion: 'pepper-2', cost: 5, permanent: 1, temporary: 0, history: 1 },
        ],
      },
      {
        tenant: 'fabrikam.example',
        credentials: 1,
        withoutPassword: 0,
        hashes: [{ pepperVersion: 'pepper-2', cost: 5, permanent: 1, temporary: 0, history: 0 }],
      },
    ]);
  });

  it('counts each credential once, with a hash or without a password', async () => {
    const hash = { pepperVersion: 'p', cost: 4 };
    const tenant = tenantOf(nameOf('ana@x.example'));
    const none = { tenant, permanent: undefined, temporary: undefined, history: [] };
    const kinds = [
      none,
      { ...none, permanent: hash },
      { ...none, temporary: hash },
      { ...none, history: [hash] },
      { ...none, permanent: hash, temporary: hash },
      none,
    ];
    const accounts = override(operations.dependencies.accounts, {
      async *listCredentialParameters() {
        yield kinds;
      },
    });
    const { tenants } = await reportCredentials({ ...operations.dependencies, accounts }, []);
    expect(tenants[0]).toMatchObject({ credentials: 6, withoutPassword: 2 });
    const text = describeReport({ atMs: 0, tenants, peppers: [] });
    expect(text).toContain('x.example: 6 credentials\n');
    expect(text).toContain('\n  without a password: 2\n');
  });

  it('counts nothing in an empty store', async () => {
    const empty = await createOperations();
    const peppers = [{ version: 'p', createdAtMs: 0, writtenUntilMs: undefined }];
    expect(await reportCredentials(empty.dependencies, peppers)).toEqual({
      atMs: empty.clock.now(),
      tenants: [],
      peppers: [{ ...peppers[0], permanent: 0, temporary: 0, history: 0, canBeRetired: false }],
    });
    await empty.stop();
  });
});

describe('canBeRetired of a pepper', () => {
  const needs = (permanent: number, temporary: number, history: number, canBeRetired: boolean) => ({
    permanent,
    temporary,
    history,
    canBeRetired,
  });

  it('becomes true when its last permanent hash has moved', async () => {
    const ana = await operations.addReadyUser(admin, 'ana@contoso.example');
    operations.peppers.add('pepper-2');
    expect(await verdict('pepper-1')).toMatchObject(needs(2, 0, 0, false));
    await operations.signIn(ana.userName, ana.password);
    expect(await verdict('pepper-1')).toMatchObject(needs(1, 0, 0, false));
    await operations.signIn(admin.userName, admin.password);
    expect(await verdict('pepper-1')).toMatchObject(needs(0, 0, 0, true));
    expect(await verdict('pepper-2')).toMatchObject(needs(2, 0, 0, false));
  });

  it('is false for the pepper of a temporary password, even an expired one', async () => {
    const ana = await operations.addUser(admin, 'ana@contoso.example');
    operations.peppers.add('pepper-2');
    await operations.signIn(admin.userName, admin.password);
    expect(await verdict('pepper-1')).toMatchObject(needs(0, 1, 0, false));
    operations.pass(2 * 24 * 60 * 60 * 1000);
    expect(await operations.attempt(ana.userName, ana.temporaryPassword)).toBe(
      'temporary-password-expired',
    );
    expect(await verdict('pepper-1')).toMatchObject(needs(0, 1, 0, false));
    await operations.reset(admin, ana.userId);
    expect(await verdict('pepper-1')).toMatchObject(needs(0, 0, 0, true));
  });

  it('is false while a permanent password behind a reset or a history needs it', async () => {
    const ana = await operations.addReadyUser(admin, 'ana@contoso.example');
    operations.peppers.add('pepper-2');
    await operations.signIn(admin.userName, admin.password);
    const temporaryPassword = await operations.reset(admin, ana.userId);
    expect(await verdict('pepper-1')).toMatchObject(needs(1, 0, 0, false));
    let { token, password } = await operations.chooseOwnPassword(
      ana.userName,
      temporaryPassword,
      goodPassword(10),
    );
    // The history holds five: as many changes push the old hash out.
    for (let change = 1; change <= 5; change += 1) {
      expect(await verdict('pepper-1')).toMatchObject(needs(0, 0, 1, false));
      const next = goodPassword(10 + change);
      const changed = await operations.changePassword(token, next, password);
      [token, password] = [changed.access.token, next];
    }
    expect(await verdict('pepper-1')).toMatchObject(needs(0, 0, 0, true));
  });

  it('is false for the newest and while instances may still write with it', async () => {
    const value = 'a value of no matter here, long enough';
    const nowMs = operations.clock.now();
    operations.peppers.versions.splice(
      0,
      1,
      { version: 'pepper-0', value, createdAtMs: 0 },
      ...operations.peppers.versions,
      { version: 'pepper-2', value, createdAtMs: nowMs },
    );
    await operations.signIn(admin.userName, admin.password);
    operations.pass(SECRET_SUPERSEDED_MS - 1);
    const of = async () => (await report()).peppers.map(({ canBeRetired }) => canBeRetired);
    expect(await of()).toEqual([true, false, false]);
    operations.pass(1);
    expect(await of()).toEqual([true, true, false]);
  });

  it('is false for one missing in the vault, which is listed first', async () => {
    operations.peppers.add('pepper-2');
    operations.peppers.versions.shift();
    const { peppers } = await report();
    expect(peppers).toStrictEqual([
      {
        version: 'pepper-1',
        createdAtMs: undefined,
        writtenUntilMs: undefined,
        ...needs(1, 0, 0, false),
      },
      { version: 'pepper-2', createdAtMs: 0, writtenUntilMs: undefined, ...needs(0, 0, 0, false) },
    ]);
    expect(await operations.attempt(admin.userName, admin.password)).toBe('unavailable');
  });
});
