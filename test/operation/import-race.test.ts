import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Tenant, UserId } from '../../shared/credential/name.ts';
import { parseImportedHash } from '../../shared/crypto/password/imported-hash.ts';
import type { ImportedUser } from '../../shared/maintenance/import-user.ts';
import {
  type ImportLine,
  importUsers,
  LINES_LISTED,
} from '../../shared/maintenance/import-users.ts';
import { CONFLICT_TRIES } from '../../shared/operation/retry.ts';
import type { HashSlot, ImportedHash } from '../../shared/port/hasher.ts';
import type { AccountStore } from '../../shared/port/store.ts';
import { Unavailable } from '../../shared/port/unavailable.ts';
import { each } from '../fixture/archive.ts';
import { createOperations, nameOf, type Operations } from '../fixture/operations.ts';
import { down, override, withPlaces } from '../fixture/override.ts';
import { losing } from './fixture/admin-context.ts';

/** Checks what an import reports and leaves behind with concurrent writes and many faults. */

const WRONG = 'no password of anybody';
const HASH = parseImportedHash(
  '$scrypt$ln=10,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$7AnzIswxwEinpwz+ntydndYfVHPvOACmX9Vvo8hO1qM',
) as ImportedHash;

let operations: Operations;
beforeEach(async () => {
  operations = await createOperations();
});
afterEach(() => operations.stop());

function user(name: string, more: Partial<ImportedUser> = {}): ImportedUser {
  return {
    userName: nameOf(`${name}@contoso.example`),
    displayName: 'Ana Silva',
    email: 'ana@mail.example',
    secondEmail: undefined,
    locale: 'fr-CA',
    roles: ['salesAgent'],
    status: undefined,
    hash: undefined,
    ...more,
  };
}

const admin = (name: string) => user(name, { roles: ['userManagementAdmin'] });

async function run(
  users: readonly (ImportedUser | ImportLine)[],
  on = operations,
  isDryRun = false,
) {
  const lines = users.map((one, index) => ('line' in one ? one : { line: index + 1, user: one }));
  const options = { isDryRun, restoreDeleted: false, context: on.context() };
  const told: number[] = [];
  const report = await importUsers(on.dependencies, each(lines), options, (done) =>
    told.push(done),
  );
  return { ...report, told };
}

/** An instance whose commits of this name wait for another write. */
function before(userName: string, between: () => Promise<unknown>): Operations {
  const { accounts } = operations.dependencies;
  let isFirst = true;
  const commit: AccountStore['commit'] = async (change) => {
    if (isFirst && change.after.userName === userName) {
      isFirst = false;
      await between();
    }
    return accounts.commit(change);
  };
  return operations.with({ accounts: override(accounts, { commit }) });
}

describe('importing a name that exists', () => {
  it.each([
    ['displayName', { displayName: 'Ana' }],
    ['email', { email: undefined }],
    ['locale', { locale: 'pt' }],
    ['roles', { roles: ['helpdeskAgent'] }],
  ] as const)('keeps the existing user if %s differs', async (_member, other) => {
    await run([user('ana')]);
    expect(await run([user('ana')])).toMatchObject({ unchanged: 1, kept: 0, keptLines: [] });
    expect(await run([user('ana', other as Partial<ImportedUser>)])).toMatchObject({
      unchanged: 0,
      kept: 1,
      withoutPassword: 0,
      keptLines: [{ line: 1, userName: 'ana@contoso.example' }],
    });
  });

  it('spends no hash', async () => {
    await run([user('ana', { hash: HASH })]);
    let slots = 0;
    const hasher = withPlaces(operations.dependencies.hasher, () => {
      slots += 1;
      return {};
    });
    await run([user('ana', { hash: HASH })], operations.with({ hasher }));
    expect(slots).toBe(0);
  });

  it('keeps the user who took the name meanwhile, with the counted failures', async () => {
    const ana = user('ana');
    const took = { ...ana, displayName: 'Somebody else' };
    for (const [theirs, expected] of [
      [ana, { created: 0, unchanged: 1, kept: 0 }],
      [took, { created: 0, unchanged: 0, kept: 1 }],
    ] as const) {
      const userName = nameOf(`x${expected.kept}@contoso.example`);
      const on = before(userName, async () => {
        await run([{ ...theirs, userName }]);
        await operations.attempt(userName, WRONG);
      });
      expect(await run([{ ...ana, userName }], on)).toMatchObject(expected);
      expect(await operations.eventTypes(userName)).toEqual(['user.created']);
      expect(await operations.counted(userName)).toMatchObject({ failures: 1 });
    }
  });
});

describe('importing admins', () => {
  it('retries an admin that lost to another write of the tenant', async () => {
    const on = before('root@contoso.example', () => run([admin('other')]));
    expect(await run([admin('root')], on)).toMatchObject({ created: 1, failed: 0 });
    const row = await operations.dependencies.accounts.findAdmins('contoso.example' as Tenant);
    expect(row?.value).toHaveLength(2);
  });

  it('writes one at a time in a tenant and continues after a failed one', async () => {
    const { accounts } = operations.dependencies;
    const underWay = new Set<string>();
    let mostOthers = 0;
    const commit: AccountStore['commit'] = async (change) => {
      const { userName, tenant } = change.after;
      const isAdmin = change.admins !== undefined;
      if (isAdmin) expect(underWay.has(tenant)).toBe(false);
      underWay.add(isAdmin ? tenant : userName);
      mostOthers = Math.max(mostOthers, underWay.size);
      await new Promise(setImmediate);
      const isLost = userName === 'first@contoso.example';
      const outcome = isLost ? 'conflict' : await accounts.commit(change);
      underWay.delete(isAdmin ? tenant : userName);
      return outcome;
    };
    const on = operations.with({ accounts: override(accounts, { commit }) });
    const file = [admin('first'), admin('second'), user('ana'), user('ben'), admin('third')];
    const report = await run(file, on);
    expect(report).toMatchObject({ lines: 5, created: 4, failed: 1, withoutPassword: 4 });
    const sentence = 'Others wrote at the same time; import it again.';
    const userName = 'first@contoso.example';
    expect(report.problems).toEqual([{ line: 1, userName, errors: [{ sentence }] }]);
    expect(mostOthers).toBeGreaterThan(1);
  });

  it('takes no slot in a dry run for admins who exist already', async () => {
    const there = Array.from({ length: 96 }, (_, index) => {
      const id = String(index).padStart(26, '0') as UserId;
      const userName = nameOf(`there-${index}@contoso.example`);
      return {
        userId: id,
        userName,
        displayName: 'There',
        isGlobal: false,
        isEffective: true,
        isLocked: false,
      };
    });
    await run([admin('old')]);
    const row = await operations.dependencies.accounts.findAdmins('contoso.example' as Tenant);
    const list = [...there, ...(row?.value ?? [])];
    await operations.tables.archive.putAdmins('contoso.example' as Tenant, list, 'op');
    // 97 are there, so three find a slot, and others of the tenant need none.
    const others = [user('ana'), { ...admin('far'), userName: nameOf('far@other.example') }];
    const file = [admin('old'), ...['a', 'b', 'c', 'd', 'e'].map(admin), ...others];
    const dry = await run(file, operations, true);
    expect(dry).toMatchObject({ created: 5, unchanged: 1, failed: 2 });
    expect(dry.problems.map(({ errors }) => errors)).toEqual(
      Array(2).fill([{ pointer: '/roles', problem: 'tooManyAdmins' }]),
    );
    expect(await run(file)).toMatchObject({ created: 5, unchanged: 1, failed: 2 });
  });
});

describe('the import report', () => {
  it('reports progress for each line and lists lines in order', async () => {
    await run([user('a'), user('b'), user('c')]);
    const { accounts } = operations.dependencies;
    // The first is found last.
    const findUser: AccountStore['findUser'] = async (userName) => {
      if (userName.startsWith('a@'))
        for (let turn = 0; turn < 9; turn += 1) await accounts.findUser(userName);
      return accounts.findUser(userName);
    };
    const lost = losing(
      operations.with({ accounts: override(accounts, { findUser }) }),
      CONFLICT_TRIES,
    );
    const others = ['a', 'b', 'c'].map((name) => user(name, { displayName: 'Other' }));
    const wrong = { line: 5, userName: undefined, errors: [{ sentence: 'wrong' }] };
    const report = await run([...others, user('lost'), wrong], lost);
    expect(report.keptLines.map(({ line }) => line)).toEqual([1, 2, 3]);
    expect(report.problems.map(({ line }) => line)).toEqual([4, 5]);
    expect(report.told.at(-1)).toBe(5);
    expect(report.told).toHaveLength(5);
  });

  it('lists a limited number of lines and counts the others', async () => {
    const lines = Array.from({ length: LINES_LISTED + 1 }, (_, index) => {
      return { line: index + 1, userName: undefined, errors: [{ sentence: 'wrong' }] };
    });
    const { problems, ...counts } = await run(lines);
    expect(counts).toMatchObject({ lines: LINES_LISTED + 1, failed: LINES_LISTED + 1, created: 0 });
    expect(problems).toHaveLength(LINES_LISTED);
    expect(problems.at(-1)?.line).toBe(LINES_LISTED);
  });
});

it('releases the slot in the hash queue, whatever the hash returns', async () => {
  const ben = user('ben', { hash: HASH });
  let left = 0;
  const onWhich = (more: Partial<HashSlot>) => {
    const hasher = withPlaces(operations.dependencies.hasher, (slot) => ({
      ...more,
      release: () => {
        left += 1;
        slot.release();
      },
    }));
    return operations.with({ hasher });
  };
  await run([user('ana', { hash: HASH })], onWhich({}));
  expect(left).toBe(1);
  const broken = run([ben], onWhich({ wrap: down('vault') }));
  await expect(broken).rejects.toBeInstanceOf(Unavailable);
  expect(left).toBe(2);
  expect(await operations.dependencies.accounts.findUser(ben.userName)).toBeUndefined();
});
