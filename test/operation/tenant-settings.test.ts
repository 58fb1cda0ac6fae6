import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { SettingsPatch } from '../../shared/credential/tenant-settings.ts';
import { readSettings, updateSettings } from '../../shared/operation/tenant-settings.ts';
import { updateUser } from '../../shared/operation/update-user.ts';
import { MAIL_LANE } from '../../shared/port/notice.ts';
import {
  createOperations,
  type Operations,
  outcomeText,
  type SignedInUser,
} from '../fixture/operations.ts';
import { overtaken, settingsEventsOf } from './fixture/settings-context.ts';

let operations: Operations;
let admin: SignedInUser;

beforeEach(async () => {
  await operations?.stop();
  operations = await createOperations();
  admin = await operations.readyAdmin();
});
afterAll(() => operations.stop());

async function patch(
  settings: SettingsPatch,
  { as = admin, on = operations, ifMatch = undefined as readonly string[] | undefined } = {},
) {
  const principal = await operations.sessionOf(as);
  const request = { principal, patch: settings, ifMatch };
  return updateSettings(on.dependencies, request, operations.context());
}

async function read() {
  const { tenant } = await operations.user(admin.userName);
  return readSettings(operations.dependencies, tenant);
}

async function settingsEvents() {
  const { tenant } = await operations.user(admin.userName);
  return settingsEventsOf(operations, tenant);
}

describe('settings of a tenant', () => {
  it('are the defaults until they change, each change with a tag and an event of its own', async () => {
    const before = await read();
    expect(before).toMatchObject({ tag: '"0"', settings: { contact: undefined } });
    const after = await patch({ contact: 'Help desk', reset: { reason: 'required' } });
    expect(after.tag).toBe('"1"');
    expect(await read()).toEqual(after);
    const { tenant } = await operations.user(admin.userName);
    expect(await settingsEvents()).toMatchObject([
      {
        actor: { userId: admin.userId },
        subject: { tenant },
        sequence: 1,
        details: {
          changed: ['contact', 'reset.reason'],
          resetBefore: expect.arrayContaining(['reason=optional']),
          resetAfter: expect.arrayContaining(['reason=required']),
        },
      },
    ]);
    expect(JSON.stringify(await settingsEvents())).not.toContain('Help desk');
  });

  it('that do not change are no event and keep their tag', async () => {
    await patch({ contact: 'Help desk' });
    const same = await patch({ contact: 'Help desk', reset: { reason: 'optional' } });
    expect(same.tag).toBe('"1"');
    expect(await settingsEvents()).toHaveLength(1);
  });

  it('are changed under the tag that was read, or not at all', async () => {
    await patch({ contact: 'One' }, { ifMatch: ['"0"'] });
    const stale = patch({ contact: 'Two' }, { ifMatch: ['"0"'] });
    expect(await outcomeText(stale)).toBe('precondition-failed');
    expect((await read()).settings.contact).toBe('One');
  });

  it('are changed by eight at once with one event each, numbered without a hole', async () => {
    await Promise.all(Array.from({ length: 8 }, (_, n) => patch({ contact: `Desk ${n}` })));
    const events = await settingsEvents();
    expect(events.map(({ sequence }) => sequence)).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
  });

  it('are not for a user management admin to change', async () => {
    const as = await operations.addReadyUser(admin, 'uma@contoso.example', ['userManagementAdmin']);
    expect(await outcomeText(patch({ contact: 'x' }, { as }))).toBe('forbidden');
  });

  it('are not changed by an admin who is demoted between judgement and commit', async () => {
    const other = await operations.addReadyUser(admin, 'other@contoso.example', ['globalAdmin']);
    const on = overtaken(operations, async () => {
      const principal = await operations.sessionOf(admin);
      const request = {
        principal,
        userId: other.userId,
        patch: { roles: ['salesAgent'] },
      } as const;
      await updateUser(operations.dependencies, request, operations.context());
    });
    expect(await outcomeText(patch({ contact: 'Mine' }, { as: other, on }))).toBe('forbidden');
    expect((await read()).settings.contact).toBeUndefined();
    expect(await settingsEvents()).toEqual([]);
  });

  it('ask for split delivery only where mail can be sent', async () => {
    const wanted = { reset: { delivery: 'split' } } as const;
    expect(await outcomeText(patch(wanted))).toBe('validation');
    const on = operations.with({ lanes: [MAIL_LANE] });
    expect((await patch(wanted, { on })).settings.reset.delivery).toBe('split');
    expect((await patch({ contact: 'x' })).settings.reset.delivery).toBe('split');
  });
});
