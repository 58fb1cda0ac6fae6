import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallAnswer, Service, SignedInAdmin } from '../fixture/service.ts';
import { startOpenedService } from './fixture/opened-service.ts';
import { expectRefused } from './fixture/refused.ts';

/** CONTRACT.md `GET /api/events`: `type`, `actor`, `from` and `to`, of a user's events too. */

interface Event {
  readonly eventId: string;
  readonly type: string;
  readonly at: string;
  readonly actor: { readonly userId?: string; readonly system?: string };
}

let service: Service;
let stop: () => Promise<void>;
let admin: SignedInAdmin;
let manager: { readonly userId: string; readonly token: string };
let ana: string;
let paths: readonly string[];

beforeAll(async () => {
  const opened = await startOpenedService();
  service = opened.service;
  stop = () => opened.stop();
  admin = await service.readyAdmin(0);
  const roles = ['userManagementAdmin'];
  manager = await service.addReadyUser(admin.token, 'uma@contoso.example', roles);
  ana = (await service.addUser(admin.token, 'ana@contoso.example')).userId;
  for (const [token, status] of [
    [admin.token, 'disabled'],
    [manager.token, 'active'],
    [manager.token, 'disabled'],
  ] as const) {
    await service.callChecked('PATCH', `/api/users/${ana}`, { token, body: { status } });
  }
  paths = ['/api/events', `/api/users/${ana}/events`];
});
afterAll(() => stop());

function get(path: string, query: Readonly<Record<string, string>>): Promise<CallAnswer> {
  return service.callChecked('GET', `${path}?${new URLSearchParams(query)}`, {
    token: admin.token,
  });
}

/** All pages, two events at a time. */
async function walk(path: string, query: Readonly<Record<string, string>> = {}) {
  const events: Event[] = [];
  let after: string | undefined;
  do {
    const { status, body } = await get(path, { ...query, limit: '2', ...(after && { after }) });
    expect(status).toBe(200);
    events.push(...body.items);
    after = body.next;
  } while (after !== undefined);
  return events;
}

/** The filtered list of each path is the whole list without what does not pass. */
async function expectFiltered(
  query: Readonly<Record<string, string>>,
  passes: (event: Event) => boolean,
): Promise<void> {
  for (const path of paths) {
    const expected = (await walk(path)).filter(passes);
    expect(await walk(path, query), `${path} ${JSON.stringify(query)}`).toEqual(expected);
  }
}

describe('filters of events', () => {
  it('narrow by one type, by several, and by one that never happened', async () => {
    await expectFiltered({ type: 'user.enabled' }, ({ type }) => type === 'user.enabled');
    const types = ['user.disabled', 'user.created'];
    await expectFiltered({ type: types.join() }, ({ type }) => types.includes(type));
    await expectFiltered({ type: 'credential.locked' }, () => false);
  });

  it('narrow by the user who caused them', async () => {
    for (const userId of [admin.userId, manager.userId]) {
      await expectFiltered({ actor: userId }, ({ actor }) => actor.userId === userId);
    }
    await expectFiltered({ actor: ana }, () => false);
    const both = { actor: manager.userId, type: 'user.enabled' };
    await expectFiltered(both, (event) => event.type === 'user.enabled');
  });

  it('narrow by time: from counts, to does not', async () => {
    const all = await walk(paths[1] ?? '');
    const [, newer, , older] = all.map(({ at }) => at);
    if (newer === undefined || older === undefined) throw new Error('too few events');
    await expectFiltered({ from: older, to: newer }, ({ at }) => at >= older && at < newer);
    await expectFiltered({ from: newer }, ({ at }) => at >= newer);
    await expectFiltered({ to: older }, ({ at }) => at < older);
    await expectFiltered({ from: newer, to: older }, () => false);
    await expectFiltered({ from: '0000-01-01T00:00:00Z' }, () => true);
    await expectFiltered({ to: '9999-12-31T23:59:59.999-14:00' }, () => true);
  });

  it.each([
    ['type', 'user.renamed'],
    ['type', ''],
    ['type', 'user.created,'],
    ['type', 'user.created user.deleted'],
    ['actor', ''],
    ['actor', 'sweep'],
    ['actor', "x' or RowKey ne 'x"],
    ['from', 'yesterday'],
    ['to', '2026-02-30T00:00:00Z'],
  ])('refuse %s=%j with 422', async (parameter, value) => {
    for (const path of paths) {
      const answer = await get(path, { [parameter]: value });
      expectRefused(answer, 422, 'validation');
      expect(answer.body.errors).toMatchObject([{ parameter }]);
    }
  });

  it('bind a cursor', async () => {
    for (const path of paths) {
      const query = { type: 'user.created,user.disabled', limit: '1' };
      const { next } = (await get(path, query)).body;
      const same = { ...query, type: 'user.disabled,user.created,user.created' };
      expect((await get(path, { ...same, after: next })).status).toBe(200);
      for (const other of [
        { limit: '1' },
        { ...query, type: 'user.created' },
        { ...query, actor: admin.userId },
        { ...query, from: '2026-01-01T00:00:00Z' },
        { ...query, to: '2100-01-01T00:00:00Z' },
      ]) {
        expectRefused(await get(path, { ...other, after: next }), 422, 'validation');
      }
    }
  });
});

it('a deletion keeps the names of the user in its event', async () => {
  const body = {
    userName: 'zoe@contoso.example',
    displayName: 'Zoé Ünal',
    roles: ['salesAgent'],
  };
  const created = await service.callChecked('POST', '/api/users', { token: admin.token, body });
  const path = `/api/users/${created.body.user.userId}`;
  expect((await service.callChecked('DELETE', path, { token: admin.token })).status).toBe(204);
  const [deleted] = (await get(`${path}/events`, { type: 'user.deleted' })).body.items;
  const { userName, displayName } = body;
  expect(deleted.details).toEqual({ userName, displayName });
});
