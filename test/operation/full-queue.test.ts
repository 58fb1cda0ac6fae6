import { afterEach, beforeEach, expect, it } from 'vitest';
import type { HashQueueSlot } from '../../shared/crypto/password/hash-queue.ts';
import { goodPassword } from '../fixture/good-password.ts';
import { createOperations, type Operations, type SignedInUser } from '../fixture/operations.ts';

/** A flood of sign-ins from everywhere, and callers who have proven who they are. */

let operations: Operations;
let admin: SignedInUser;
let ana: SignedInUser;
const taken: HashQueueSlot[] = [];
beforeEach(async () => {
  operations = await createOperations();
  admin = await operations.readyAdmin();
  ana = await operations.addReadyUser(admin, 'ana@contoso.example');
});
afterEach(async () => {
  free();
  await operations.stop();
});

/** Takes every slot that any network may have. */
function flood(): void {
  for (let network = 0; network < 1000; network += 1) {
    const slot = operations.queue.acquire([`network ${network}`]);
    if (slot !== undefined) taken.push(slot);
  }
}

function free(): void {
  for (const slot of taken.splice(0)) slot.release();
}

it('an admin resets and creates, and users change passwords, while no sign-in has a slot', async () => {
  const eva = await operations.addUser(admin, 'eva@contoso.example');
  const changeToken = await operations.changeToken(eva.userName, eva.temporaryPassword);
  flood();
  expect(await operations.attempt(ana.userName, ana.password)).toBe('overloaded 1');
  const made = await operations.addUser(admin, 'new@contoso.example');
  await operations.reset(admin, made.userId);
  await operations.changePassword(ana.token, goodPassword(50), ana.password);
  await operations.changePassword(changeToken, goodPassword(51));
  free();
  expect(await operations.attempt(ana.userName, goodPassword(50))).toBe('signedIn');
});
