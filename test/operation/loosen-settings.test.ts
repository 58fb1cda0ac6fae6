import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type Tenant, tenantOf } from '../../shared/credential/name.ts';
import { LOOSENING_DELAY_MS, type SettingsPatch } from '../../shared/credential/tenant-settings.ts';
import { type LoosenRequest, loosenSettings } from '../../shared/maintenance/loosen-settings.ts';
import { deleteUser } from '../../shared/operation/delete-user.ts';
import { readSettings, updateSettings } from '../../shared/operation/tenant-settings.ts';
import { type UserPatch, updateUser } from '../../shared/operation/update-user.ts';
import { MAIL_LANE } from '../../shared/port/notice.ts';
import {
  createOperations,
  nameOf,
  type Operations,
  outcomeText,
  type SignedInUser,
} from '../fixture/operations.ts';
import { override } from '../fixture/override.ts';
import { overtaken, settingsEventsOf } from './fixture/settings-context.ts';

/** Checks how an operator ends the wait of looser rules of resets. */

let operations: Operations;
let admin: SignedInUser;
let tenant: Tenant;

beforeEach(async () => {
  await operations?.stop();
  operations = await createOperations();
  admin = await operations.readyAdmin();
  tenant = (await operations.user(admin.userName)).tenant;
});
afterAll(() => operations.stop());

async function patch(settings: SettingsPatch) {
  const principal = await operations.sessionOf(admin);
  const request = { principal, patch: settings, ifMatch: undefined };
  return updateSettings(operations.dependencies, request, operations.context());
}

/** Requires a reason and a ticket at once, and no reason from tomorrow on: version 2. */
async function requestLooserRules(): Promise<void> {
  await patch({ contact: 'Help desk', reset: { reason: 'required', ticket: 'required' } });
  await patch({ reset: { reason: 'optional' } });
}

interface Options extends Partial<LoosenRequest> {
  readonly on?: Operations;
}

function loosen({ on = operations, ...options }: Options = {}) {
  const request = { tenant, version: 2, isDryRun: false, ...options };
  return loosenSettings(on.dependencies, request, on.context());
}

const read = () => readSettings(operations.dependencies, tenant);

const latestEvent = async () => (await settingsEventsOf(operations, tenant))[0];

/** Another admin, who changes something of the first one. */
async function changeAdmin(change: UserPatch): Promise<void> {
  const other = await operations.addReadyUser(admin, 'other@contoso.example', ['globalAdmin']);
  const principal = await operations.sessionOf(other);
  const request = { principal, userId: admin.userId, patch: change };
  await updateUser(operations.dependencies, request, operations.context());
}

describe('pending rules of resets', () => {
  beforeEach(requestLooserRules);

  it('take effect at once when an operator says so, with an event', async () => {
    expect(await loosen()).toMatchObject({
      version: 2,
      before: { reason: 'required', ticket: 'required' },
      after: { reason: 'optional', ticket: 'required' },
      requestedBy: admin.userName,
    });
    const { settings, tag } = await read();
    expect(settings).toMatchObject({
      contact: 'Help desk',
      reset: { reason: 'optional', ticket: 'required' },
      pending: undefined,
    });
    expect(tag).toBe('"3"');
    expect(await latestEvent()).toMatchObject({
      actor: { system: 'operator' },
      subject: { tenant },
      sequence: 3,
      details: {
        changed: ['reset.reason', 'pending'],
        resetBefore: expect.arrayContaining(['reason=required']),
        resetAfter: expect.arrayContaining(['reason=optional']),
      },
    });
  });

  it('stay as they are in a dry run, which says what it would do', async () => {
    const before = await read();
    for (const version of [undefined, 2]) {
      const rules = { before: { reason: 'required' }, after: { reason: 'optional' } };
      expect(await loosen({ version, isDryRun: true })).toMatchObject({
        version: 2,
        ...rules,
        requestedBy: admin.userName,
      });
    }
    expect(await outcomeText(loosen({ version: 1, isDryRun: true }))).toBe('precondition-failed');
    expect(await read()).toEqual(before);
    expect(await latestEvent()).toMatchObject({ sequence: 2 });
  });

  it('are loosened once', async () => {
    await loosen();
    expect(await loosen()).toMatchObject({ requestedBy: undefined, after: { reason: 'optional' } });
    expect(await latestEvent()).toMatchObject({ sequence: 3 });
  });

  it('need no operator from the moment on at which they take effect', async () => {
    operations.pass(LOOSENING_DELAY_MS - 1);
    expect(await loosen({ isDryRun: true })).toMatchObject({ requestedBy: admin.userName });
    operations.pass(1);
    expect(await loosen()).toMatchObject({ requestedBy: undefined, after: { reason: 'optional' } });
    expect(await latestEvent()).toMatchObject({ sequence: 2 });
  });

  it.each([
    ['taken back', { reason: 'required' }],
    ['replaced by looser ones', null],
  ] as const)('that are %s stay as they are, before or in the same moment', async (_, reset) => {
    const on = overtaken(operations, () => patch({ reset }));
    const outcome = await outcomeText(loosen({ on }));
    // Rules that were taken back are no longer pending; those that replace them were not seen.
    expect(outcome).toBe(reset === null ? 'precondition-failed' : 'done');
    expect((await read()).settings.reset).toMatchObject({ reason: 'required', ticket: 'required' });
    expect(await latestEvent()).toMatchObject({ sequence: 3, actor: { userId: admin.userId } });
    if (reset === null) expect(await outcomeText(loosen())).toBe('precondition-failed');
  });

  it.each<UserPatch>([{ status: 'disabled' }, { roles: ['userManagementAdmin'] }])(
    'stay as they are if their requester is changed: %j',
    async (change) => {
      const on = overtaken(operations, () => changeAdmin(change));
      expect(await outcomeText(loosen({ on }))).toBe('forbidden');
      expect(await outcomeText(loosen())).toBe('forbidden');
      expect((await read()).settings.reset.reason).toBe('required');
    },
  );

  it('stay as they are if the name of their requester is another user’s', async () => {
    const other = await operations.addReadyUser(admin, 'other@contoso.example', ['globalAdmin']);
    const principal = await operations.sessionOf(other);
    const { dependencies } = operations;
    await deleteUser(dependencies, { principal, userId: admin.userId }, operations.context());
    expect(await outcomeText(loosen())).toBe('forbidden');
    await operations.addReadyUser(other, admin.userName, ['globalAdmin']);
    expect(await outcomeText(loosen())).toBe('forbidden');
    // The name of the id may have been read before both happened.
    const { userName } = admin;
    const findUserName = async () => ({ userName, isDeleted: false });
    const accounts = override(dependencies.accounts, { findUserName });
    expect(await outcomeText(loosen({ on: operations.with({ accounts }) }))).toBe('forbidden');
    expect((await read()).settings.reset.reason).toBe('required');
  });

  it('carry a notice by mail in the transaction', async () => {
    const { accounts } = operations.dependencies;
    const written: (readonly string[])[] = [];
    const commitSettings: typeof accounts.commitSettings = (change) => {
      written.push(change.notices.map(({ lane, event }) => `${lane} ${event.type}`));
      return accounts.commitSettings(change);
    };
    const lanes = [MAIL_LANE];
    const on = operations.with({ lanes, accounts: override(accounts, { commitSettings }) });
    await loosen({ on });
    expect(written).toEqual([['mail tenant.settings-changed']]);
  });

  it('of a tenant that never changed a setting are not found', async () => {
    tenant = tenantOf(nameOf('ana@nobody.example'));
    expect(await outcomeText(loosen())).toBe('not-found');
  });
});
