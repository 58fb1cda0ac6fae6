import bcryptjs from 'bcryptjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { UserName } from '../../shared/credential/name.ts';
import { parseImportedHash } from '../../shared/crypto/password/imported-hash.ts';
import { importUsers } from '../../shared/maintenance/import-users.ts';
import type { ImportedHash } from '../../shared/port/hasher.ts';
import { each } from '../fixture/archive.ts';
import { createOperations, nameOf, type Operations, outcomeText } from '../fixture/operations.ts';

/** Passwords of another system through sign-in, change and reset: what they match, and become. */

let operations: Operations;
beforeEach(async () => {
  operations = await createOperations();
});
afterEach(() => operations.stop());

const ana = nameOf('ana@contoso.example');
const LONG = `${'lantern '.repeat(10)}!`;
const ACCENTS = 'Éléphant à côté naïf 7';
const COMPATIBLE = 'ﬁn de l’été １２３ ok 9';

/** A user with bcrypt's hash of this password, as another system made it. */
async function imported(password: string, userName: UserName = ana): Promise<void> {
  const hash = parseImportedHash(bcryptjs.hashSync(password, 4)) as ImportedHash;
  const profile = {
    displayName: 'Ana',
    email: undefined,
    secondEmail: undefined,
    locale: undefined,
    status: undefined,
  };
  const user = { ...profile, userName, roles: ['salesAgent'] as const, hash };
  const options = { isDryRun: false, restoreDeleted: false, context: operations.context() };
  await importUsers(operations.dependencies, each([{ line: 1, user }]), options, () => {});
}

async function stored() {
  return (await operations.dependencies.accounts.findCredential(ana))?.value.permanent;
}

describe('an imported password longer than the 72 bytes of bcrypt', () => {
  it('is not replaced by a text mistyped behind the 72nd byte', async () => {
    await imported(LONG);
    const before = await stored();
    expect(await operations.attempt(ana, `${LONG.slice(0, 74)}XX`)).toBe('signedIn');
    expect(await stored()).toEqual(before);
    expect(await operations.attempt(ana, LONG)).toBe('signedIn');
  });

  it('is accepted as the current password of a change, which ends the import', async () => {
    await imported(LONG);
    const session = await operations.sessionOf({ userName: ana });
    await operations.changePassword(session, 'nine brass kettles', LONG);
    expect(await stored()).not.toHaveProperty('wrapping');
    expect(await operations.attempt(ana, LONG)).toBe('invalid-credentials');
    expect(await operations.attempt(ana, 'nine brass kettles')).toBe('signedIn');
  });

  it('does not reject a new password with the same 72 bytes as in-history', async () => {
    const prefix = 'Nine brass kettles hang above the old stove while four grey cats watch them';
    expect(prefix.length).toBeGreaterThan(72);
    await imported(`${prefix} sleep`);
    const admin = await operations.readyAdmin();
    const temporary = await operations.reset(admin, (await operations.user(ana)).userId);
    const token = await operations.changeToken(ana, temporary);
    const change = operations.changePassword(token, `${prefix} boil`);
    expect(await outcomeText(change)).toBe('signedIn');
  });
});

describe('an imported password with accents', () => {
  it.each([
    ['NFC', 'NFD', ACCENTS],
    ['NFD', 'NFC', ACCENTS],
    ['NFKC', 'NFC', COMPATIBLE],
    ['NFKC', 'NFD', COMPATIBLE],
  ] as const)('hashed in %s signs in as typed in %s', async (hashed, typed, text) => {
    await imported(text.normalize(hashed));
    for (let time = 0; time < 2; time += 1) {
      expect(await operations.attempt(ana, text.normalize(typed))).toBe('signedIn');
    }
    expect(await operations.counted(ana)).toBeUndefined();
  });

  it('matches in any form as the current and as an earlier password of a change', async () => {
    await imported(ACCENTS.normalize('NFC'));
    const typed = ACCENTS.normalize('NFD');
    const session = await operations.sessionOf({ userName: ana });
    await operations.changePassword(session, 'nine brass kettles', typed);
    const next = await operations.sessionOf({ userName: ana });
    const again = operations.changePassword(next, typed, 'nine brass kettles');
    expect(await outcomeText(again)).toBe('password-rejected');
  });
});
