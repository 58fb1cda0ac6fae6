import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Tenant, UserId } from '../../shared/credential/name.ts';
import type { Role } from '../../shared/credential/role.ts';
import { parseImportedHash } from '../../shared/crypto/password/imported-hash.ts';
import type { ImportedUser } from '../../shared/maintenance/import-user.ts';
import { type ImportLine, importUsers } from '../../shared/maintenance/import-users.ts';
import type { ImportedHash } from '../../shared/port/hasher.ts';
import { each } from '../fixture/archive.ts';
import { goodPassword } from '../fixture/good-password.ts';
import { createOperations, nameOf, type Operations } from '../fixture/operations.ts';
import { withPlaces } from '../fixture/override.ts';

/** Users of another system come with their hashes, and their passwords stay theirs. */

const PASSWORD = 'correct horse battery staple';
/** A hash made by Python's hashlib. */
const SCRYPT = parseImportedHash(
  '$scrypt$ln=10,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$7AnzIswxwEinpwz+ntydndYfVHPvOACmX9Vvo8hO1qM',
) as ImportedHash;

let operations: Operations;
beforeEach(async () => {
  operations = await createOperations();
});
afterEach(() => operations.stop());

function user(name: string, more: Partial<ImportedUser> = {}): ImportedUser {
  return {
    userName: nameOf(name),
    displayName: 'Ana Silva',
    email: undefined,
    secondEmail: undefined,
    locale: 'fr-CA',
    roles: ['salesAgent'],
    status: undefined,
    hash: SCRYPT,
    ...more,
  };
}

async function run(
  users: readonly (ImportedUser | ImportLine)[],
  isDryRun = false,
  restoreDeleted = false,
) {
  const lines = users.map((one, index) => ('line' in one ? one : { line: index + 1, user: one }));
  const context = operations.context();
  return importUsers(
    operations.dependencies,
    each(lines),
    { isDryRun, restoreDeleted, context },
    () => {},
  );
}

const ana = nameOf('ana@contoso.example');

async function stored() {
  return (await operations.dependencies.accounts.findCredential(ana))?.value.permanent;
}

describe('an imported user', () => {
  it('signs in with the old password, which is then rehashed natively', async () => {
    expect(await run([user(ana)])).toMatchObject({ lines: 1, created: 1, failed: 0 });
    expect(await operations.user(ana)).toMatchObject({
      displayName: 'Ana Silva',
      locale: 'fr-CA',
      credential: { kind: 'permanent' },
      credentialVersion: 1,
    });
    expect(await stored()).toMatchObject({ wrapping: SCRYPT.wrapping });
    expect(await operations.attempt(ana, 'another password')).toBe('invalid-credentials');
    expect(await operations.attempt(ana, SCRYPT.digest)).toBe('invalid-credentials');
    expect(await operations.attempt(ana, PASSWORD)).toBe('signedIn');
    expect(await stored()).not.toHaveProperty('wrapping');
    expect(await operations.attempt(ana, PASSWORD)).toBe('signedIn');
  });

  it('is created in one operator event, and counted failures are cleared', async () => {
    await operations.attempt(ana, 'typed before the name was there');
    await run([user(ana)]);
    expect(await operations.counted(ana)).toBeUndefined();
    const { tenant, userId } = await operations.user(ana);
    const page = { limit: 10, after: undefined };
    const { items } = await operations.dependencies.accounts.listEvents(tenant, userId, page);
    expect(items).toMatchObject([
      {
        type: 'user.created',
        actor: { system: 'operator' },
        details: { roles: ['salesAgent'], imported: true },
      },
    ]);
  });

  it('cannot choose the imported password again after a change', async () => {
    await run([user(ana)]);
    const session = await operations.sessionOf({ userName: ana });
    await operations.changePassword(session, goodPassword(1), PASSWORD);
    const again = operations.changePassword(
      await operations.sessionOf({ userName: ana }),
      PASSWORD,
      goodPassword(1),
    );
    await expect(again).rejects.toThrow('password-rejected');
  });

  it('cannot choose the imported password again after a reset', async () => {
    await run([user(ana)]);
    const admin = await operations.readyAdmin();
    const { userId } = await operations.user(ana);
    const temporary = await operations.reset(admin, userId);
    expect(await operations.attempt(ana, PASSWORD)).toBe('invalid-credentials');
    const token = await operations.changeToken(ana, temporary);
    await expect(operations.changePassword(token, PASSWORD)).rejects.toThrow('password-rejected');
    await operations.changePassword(token, goodPassword(1));
    expect(await stored()).not.toHaveProperty('wrapping');
    const session = await operations.sessionOf({ userName: ana });
    const again = operations.changePassword(session, PASSWORD, goodPassword(1));
    await expect(again).rejects.toThrow('password-rejected');
    expect(await operations.attempt(ana, goodPassword(1))).toBe('signedIn');
  });

  it('gets unavailable, and no counted attempt, if the hash cannot be computed', async () => {
    await run([user(ana), user('ben@contoso.example', { hash: undefined })]);
    const { hasher } = operations.dependencies;
    const lacking = operations.with({
      hasher: withPlaces(hasher, (place) => ({
        async verify(password, hash) {
          if (hash?.wrapping === undefined) return place.verify(password, hash);
          throw new Error('The hash worker refused its job.');
        },
      })),
    });
    await expect(lacking.signIn(ana, PASSWORD)).rejects.toThrow('refused its job');
    expect(await operations.counted(ana)).toBeUndefined();
    expect(await lacking.attempt(nameOf('ben@contoso.example'), PASSWORD)).toBe(
      'invalid-credentials',
    );
    expect(await operations.attempt(ana, PASSWORD)).toBe('signedIn');
  });

  it('has no password if the file has no hash, until an admin resets it', async () => {
    const report = await run([user(ana, { hash: undefined })]);
    expect(report).toMatchObject({ created: 1, withoutPassword: 1 });
    expect((await operations.user(ana)).credential).toEqual({ kind: 'none' });
    expect(await operations.attempt(ana, PASSWORD)).toBe('invalid-credentials');
    const admin = await operations.readyAdmin();
    const temporary = await operations.reset(admin, (await operations.user(ana)).userId);
    await operations.chooseOwnPassword(ana, temporary, goodPassword(3));
  });

  it('may be the first global admin, who can reset others', async () => {
    await run([user('root@contoso.example', { roles: ['globalAdmin'] }), user(ana)]);
    const root = await operations.signIn(nameOf('root@contoso.example'), PASSWORD);
    expect(root.status).toBe('signedIn');
    const row = await operations.dependencies.accounts.findAdmins(root.user.tenant);
    expect(row?.value).toMatchObject([{ isGlobal: true, isEffective: true }]);
  });
});

describe('importing the same file again', () => {
  it('changes nothing and keeps users who changed in between', async () => {
    const file = [user(ana), user('ben@contoso.example')];
    await run(file);
    expect(await run(file)).toMatchObject({ created: 0, unchanged: 2, kept: 0, failed: 0 });
    const session = await operations.sessionOf({ userName: ana });
    await operations.changePassword(session, goodPassword(1), PASSWORD);
    const others = [user(ana), user('ben@contoso.example', { displayName: 'Ben' })];
    expect(await run(others)).toMatchObject({
      unchanged: 1,
      kept: 1,
      keptLines: [{ line: 2, userName: 'ben@contoso.example' }],
    });
    expect(await operations.attempt(ana, goodPassword(1))).toBe('signedIn');
    expect((await operations.user(nameOf('ben@contoso.example'))).displayName).toBe('Ana Silva');
  });

  it('resumes where an interrupted run stopped', async () => {
    const file = Array.from({ length: 12 }, (_, index) => user(`user-${index}@contoso.example`));
    let writes = 0;
    operations.tables.transport.onAnswer = (answer, { method }) => {
      writes += method === 'POST' ? 1 : 0;
      if (writes < 5) return answer;
      throw Object.assign(new Error('gone'), { statusCode: 500 });
    };
    await expect(run(file)).rejects.toThrow(/does not answer/);
    operations.tables.transport.onAnswer = undefined;
    const { created, unchanged } = await run(file);
    expect(created + unchanged).toBe(12);
    expect(unchanged).toBeGreaterThan(0);
    for (const { userName } of file) {
      expect(await operations.eventTypes(userName)).toEqual(['user.created']);
    }
  });

  it('imports a repeated name once and reports the second line', async () => {
    const report = await run([user(ana), user(ana, { displayName: 'Somebody else' })]);
    expect(report).toMatchObject({ created: 1, failed: 1 });
    expect(report.problems).toEqual([
      { line: 2, userName: ana, errors: [{ sentence: 'Line 1 has the same user name.' }] },
    ]);
  });
});

describe('an invalid import line', () => {
  it('is reported by its number while the other lines are imported', async () => {
    const errors = [{ pointer: '/email', problem: 'email' }] as const;
    const bad = { line: 2, userName: nameOf('cy@contoso.example'), errors };
    const report = await run([user(ana), bad, user('ben@contoso.example')]);
    expect(report).toMatchObject({ lines: 3, created: 2, failed: 1 });
    expect(report.problems).toEqual([bad]);
  });

  it('is reported for the 101st admin of a tenant, in a dry run too', async () => {
    const roles: readonly Role[] = ['userManagementAdmin'];
    const there = Array.from({ length: 95 }, (_, index) => {
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
    await operations.tables.archive.putAdmins('contoso.example' as Tenant, there, 'op');
    const admins = Array.from({ length: 6 }, (_, index) =>
      user(`admin-${index}@contoso.example`, { roles, hash: undefined }),
    );
    for (const isDryRun of [true, false]) {
      const report = await run([...admins, user(`${isDryRun}@contoso.example`)], isDryRun);
      expect(report).toMatchObject({ created: 6, failed: 1 });
      expect(report.problems[0]?.errors).toEqual([{ pointer: '/roles', problem: 'tooManyAdmins' }]);
    }
    const row = await operations.dependencies.accounts.findAdmins('contoso.example' as Tenant);
    expect(row?.value).toHaveLength(100);
  });
});

it('writes nothing in a dry run and returns the report of the real run', async () => {
  const file = [user(ana), user('ben@contoso.example', { hash: undefined })];
  const dry = await run(file, true);
  expect(dry).toMatchObject({ created: 2, withoutPassword: 1 });
  expect(await operations.dependencies.accounts.findUser(ana)).toBeUndefined();
  expect(await run(file)).toEqual(dry);
});
