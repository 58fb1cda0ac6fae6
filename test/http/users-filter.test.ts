import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallAnswer, Service, SignedInAdmin } from '../fixture/service.ts';
import { type OpenedService, startOpenedService } from './fixture/opened-service.ts';
import { expectRefused } from './fixture/refused.ts';

/** CONTRACT.md `GET /api/users`: `expiresBefore` and `isFrozen`; `GET /api/users/summary`. */

const HOUR_MS = 3_600_000;

let opened: OpenedService;
let service: Service;
let admin: SignedInAdmin;
let startMs: number;

beforeAll(async () => {
  opened = await startOpenedService();
  service = opened.service;
  admin = await service.readyAdmin(0);
  startMs = Date.now();
  const hours = { soon: 1, later: 20, gone: -1 };
  for (const [local, inHours] of Object.entries(hours)) {
    await service.addUser(admin.token, `${local}@contoso.example`);
    await opened.lapse(`${local}@contoso.example`, startMs + inHours * HOUR_MS);
  }
  await service.addUser(admin.token, 'frozen@contoso.example');
  await opened.edit('frozen@contoso.example', () => ({ isFrozen: true }));
  await service.addReadyUser(admin.token, 'own@contoso.example');
});
afterAll(() => opened.stop());

function list(query: Readonly<Record<string, string>>): Promise<CallAnswer> {
  const path = `/api/users?${new URLSearchParams(query)}`;
  return service.callChecked('GET', path, { token: admin.token });
}

async function locals(query: Readonly<Record<string, string>>): Promise<string> {
  const { status, body } = await list(query);
  expect(status).toBe(200);
  const names = body.items.map(({ userName }: { userName: string }) => userName.split('@')[0]);
  return names.join(' ');
}

const inHours = (hours: number) => new Date(startMs + hours * HOUR_MS).toISOString();

describe('expiresBefore', () => {
  it('lists temporary passwords that expire before a moment, to the millisecond', async () => {
    expect(await locals({ expiresBefore: inHours(1) })).toBe('gone');
    const after = new Date(startMs + HOUR_MS + 1).toISOString();
    expect(await locals({ expiresBefore: after })).toBe('gone soon');
    expect(await locals({ expiresBefore: inHours(100) })).toBe('frozen gone later soon');
  });

  it('lists with the state temporary those that can still be used', async () => {
    const query = { expiresBefore: inHours(21), credentialState: 'temporary' };
    expect(await locals(query)).toBe('later soon');
  });

  it('takes an offset and any fraction of a second', async () => {
    const local = new Date(startMs + 4 * HOUR_MS).toISOString().slice(0, 19);
    expect(await locals({ expiresBefore: `${local}.123456789+02:00` })).toBe('gone soon');
  });

  it.each([
    '',
    'tomorrow',
    '2026-01-01',
    '2026-01-01T00:00:00',
    '2026-02-30T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01 00:00:00Z',
    '2026-01-01T00:00:00+25:00',
    '1767225600000',
  ])('refuses %j with 422 at expiresBefore', async (expiresBefore) => {
    const answer = await list({ expiresBefore });
    expectRefused(answer, 422, 'validation');
    expect(answer.body.errors).toMatchObject([{ parameter: 'expiresBefore' }]);
  });
});

describe('isFrozen', () => {
  it('lists frozen users, and their credential says so', async () => {
    const { body } = await list({ isFrozen: 'true' });
    expect(body.items).toHaveLength(1);
    expect(body.items[0]).toMatchObject({
      userName: 'frozen@contoso.example',
      credential: { state: 'temporary', isFrozen: true },
    });
    const { items } = (await list({ userName: 'own' })).body;
    expect(items[0].credential).not.toHaveProperty('isFrozen');
  });

  it.each(['false', '', 'TRUE', '1'])('refuses %j with 422 at isFrozen', async (isFrozen) => {
    const answer = await list({ isFrozen });
    expectRefused(answer, 422, 'validation');
    expect(answer.body.errors).toMatchObject([{ parameter: 'isFrozen' }]);
  });
});

it('a cursor belongs to its expiresBefore and its isFrozen', async () => {
  const query = { expiresBefore: inHours(100), limit: '1' };
  const { next } = (await list(query)).body;
  expect((await list({ ...query, after: next })).status).toBe(200);
  for (const other of [
    { limit: '1' },
    { ...query, expiresBefore: inHours(101) },
    { ...query, isFrozen: 'true' },
  ]) {
    expectRefused(await list({ ...other, after: next }), 422, 'validation');
  }
});

describe('the summary', () => {
  const read = (token = admin.token) => service.callChecked('GET', '/api/users/summary', { token });

  it('counts the tenant as the lists show it, and is kept for a minute', async () => {
    const before = new Date().toISOString();
    const { status, body } = await read();
    expect(status).toBe(200);
    expect(body).toEqual({
      total: 6,
      disabled: 0,
      frozen: 1,
      states: { none: 0, temporary: 3, expired: 1, permanent: 2, locked: 0 },
      expiringWithinADay: 3,
      globalAdminsWhoCount: 1,
      asOf: expect.any(String),
      isComplete: true,
    });
    expect(body.asOf >= before).toBe(true);
    const expiresBefore = new Date(Date.parse(body.asOf) + 24 * HOUR_MS).toISOString();
    expect(await locals({ credentialState: 'temporary', expiresBefore })).toBe('frozen later soon');
    expect((await read()).body).toEqual(body);
  });

  it('is for admins, takes no query, and is no user', async () => {
    const agent = await service.addReadyUser(admin.token, 'agent@contoso.example');
    expectRefused(await read(agent.token), 403, 'forbidden');
    const odd = await service.callChecked('GET', '/api/users/summary?limit=1', {
      token: admin.token,
    });
    expectRefused(odd, 422, 'validation');
    const gone = await service.callChecked('DELETE', '/api/users/summary', { token: admin.token });
    expectRefused(gone, 405, 'method-not-allowed');
  });
});
