import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tellsAdmins, tellsUser, toNoticeEvent } from '../../shared/credential/notice.ts';
import { createOperations, type Operations, type SignedInUser } from '../fixture/operations.ts';
import { down, override } from '../fixture/override.ts';
import { eventsOf } from './fixture/admin-context.ts';

/** CONTRACT.md `temporary-password.used-by-issuer`. */

let operations: Operations;
let admin: SignedInUser;
let other: SignedInUser;
let ana: SignedInUser;

beforeEach(async () => {
  operations = await createOperations();
  admin = await operations.readyAdmin();
  other = await operations.addReadyUser(admin, 'uma@contoso.example', ['userManagementAdmin']);
  ana = await operations.addReadyUser(admin, 'ana@contoso.example');
});
afterEach(() => operations.stop());

async function noted(): Promise<readonly unknown[]> {
  const events = await eventsOf(operations, ana);
  return events
    .filter(({ type }) => type === 'temporary-password.used-by-issuer')
    .map(({ actor, details }) => ({ actor, details }));
}

const CHANGE = 'passwordChangeRequired';

describe('a temporary password on the device of its issuer', () => {
  it('is an event, once for each issue, and never a refusal', async () => {
    const password = await operations.reset(admin, ana.userId);
    for (let index = 0; index < 2; index += 1) {
      expect(await operations.attempt(ana.userName, password, admin.deviceToken)).toBe(CHANGE);
    }
    const event = { actor: { system: 'sign-in' }, details: { issuedBy: admin.userId } };
    expect(await noted()).toEqual([event]);
    const next = await operations.reset(admin, ana.userId);
    const sent = Array.from({ length: 3 }, () =>
      operations.attempt(ana.userName, next, admin.deviceToken),
    );
    expect(await Promise.all(sent)).toEqual([CHANGE, CHANGE, CHANGE]);
    expect(await noted()).toEqual([event, event]);
    await operations.chooseOwnPassword(ana.userName, next);
  });

  it('is a mail to the user and to every other global admin', async () => {
    const password = await operations.reset(admin, ana.userId);
    await operations.attempt(ana.userName, password, admin.deviceToken);
    const [event] = await eventsOf(operations, ana);
    if (event === undefined) throw new Error('there is no event');
    const notice = { event: toNoticeEvent(event), person: undefined };
    expect(tellsUser(notice.event)).toBe(true);
    expect(tellsAdmins(notice)).toBe(true);
  });

  it('is shown by no other token, and by none that ended', async () => {
    const password = await operations.reset(admin, ana.userId);
    for (const token of [other.deviceToken, ana.deviceToken, 'x', 7, undefined]) {
      expect(await operations.attempt(ana.userName, password, token)).toBe(CHANGE);
    }
    await operations.changePassword(admin.token, 'velvet orbit lantern 77', admin.password);
    expect(await operations.attempt(ana.userName, password, admin.deviceToken)).toBe(CHANGE);
    expect(await noted()).toEqual([]);
  });

  it('is not looked for before the password is proven', async () => {
    await operations.reset(admin, ana.userId);
    const { accounts } = operations.dependencies;
    let reads = 0;
    const counted = operations.with({
      accounts: override(accounts, {
        findUserName: (...parameters) => {
          reads += 1;
          return accounts.findUserName(...parameters);
        },
      }),
    });
    const guess = `${'0'.repeat(26)}00`;
    const outcome = await counted.attempt(ana.userName, guess, admin.deviceToken);
    expect([outcome, reads]).toEqual(['invalid-credentials', 0]);
  });

  it('does not keep the user out where the event cannot be written', async () => {
    const password = await operations.reset(admin, ana.userId);
    const { accounts } = operations.dependencies;
    const broken = operations.with({ accounts: override(accounts, { commit: down() }) });
    expect(await broken.attempt(ana.userName, password, admin.deviceToken)).toBe(CHANGE);
    expect(await noted()).toEqual([]);
    expect(await operations.attempt(ana.userName, password, admin.deviceToken)).toBe(CHANGE);
    expect(await noted()).toHaveLength(1);
  });
});
