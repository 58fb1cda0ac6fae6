import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFirstAdmins } from '../../shared/maintenance/create-first-admin.ts';
import {
  createOperations,
  nameOf,
  type Operations,
  outcomeText,
  type SignedInUser,
} from '../fixture/operations.ts';
import { down, override } from '../fixture/override.ts';

/** No temporary password exists without an entry of the expiry index. */

let operations: Operations;
/** An instance that cannot write the index. */
let blind: Operations;
let admin: SignedInUser;
let user: SignedInUser;
let made = 0;

beforeAll(async () => {
  operations = await createOperations();
  const { expiries } = operations.dependencies;
  blind = operations.with({ expiries: override(expiries, { add: down() }) });
  admin = await operations.readyAdmin();
});
afterAll(() => operations.stop());
beforeEach(async () => {
  made += 1;
  user = await operations.addReadyUser(admin, `user-${made}@contoso.example`);
});

describe('an expiry index that cannot be written', () => {
  it('fails a reset as unavailable; the old password and session stay valid', async () => {
    const before = await operations.user(user.userName);
    expect(await outcomeText(blind.reset(admin, user.userId))).toBe('unavailable');
    expect(await operations.user(user.userName)).toEqual(before);
    expect((await operations.principal(user.token)).user.value.userId).toBe(user.userId);
    expect(await operations.attempt(user.userName, user.password)).toBe('signedIn');
  });

  it('fails an admin recovery as unavailable; the old password stays valid', async () => {
    const request = { userNames: [admin.userName], recover: true };
    const recovered = createFirstAdmins(blind.dependencies, request, blind.context());
    expect(await outcomeText(recovered)).toBe('unavailable');
    expect(await operations.attempt(admin.userName, admin.password)).toBe('signedIn');
  });

  it('fails a creation as unavailable and leaves the name free', async () => {
    const name = `free-${made}@contoso.example`;
    expect(await outcomeText(blind.addUser(admin, name))).toBe('unavailable');
    expect(await operations.dependencies.accounts.findUser(nameOf(name))).toBeUndefined();
    expect(await outcomeText(operations.addUser(admin, name))).toBe('done');
  });
});
