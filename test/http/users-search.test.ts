import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CallAnswer,
  type Service,
  type SignedInAdmin,
  startService,
} from '../fixture/service.ts';
import { expectRefused } from './fixture/refused.ts';

/** CONTRACT.md `GET /api/users`: `search`. */

let service: Service;
let admin: SignedInAdmin;
let foreigner: SignedInAdmin;

beforeAll(async () => {
  const admins = ['admin@contoso.example', 'admin@fabrikam.example'];
  service = await startService({ admins });
  admin = await service.readyAdmin(0);
  foreigner = await service.readyAdmin(1);
  await add('u1', 'Claire Beaumont', 'claire@mail.example');
  await add('u2', 'Élodie Lefèvre');
  await add('u3', 'Łukasz Œuvré Beaufort');
  await add('beau', '山田 太郎');
  await add('x', 'Claire Beaumont', undefined, foreigner);
});
afterAll(() => service.stopAndAssertNoLeaks());

async function add(local: string, displayName: string, email?: string, by = admin) {
  const domain = by.userName.split('@')[1];
  const roles = ['salesAgent'];
  const body = { userName: `${local}@${domain}`, displayName, roles, ...(email && { email }) };
  const { status } = await service.callChecked('POST', '/api/users', { token: by.token, body });
  expect(status).toBe(201);
}

function list(query: Readonly<Record<string, string>>, token = admin.token): Promise<CallAnswer> {
  return service.callChecked('GET', `/api/users?${new URLSearchParams(query)}`, { token });
}

async function found(search: string, query: Readonly<Record<string, string>> = {}) {
  const locals: string[] = [];
  let after: string | undefined;
  do {
    const { status, body } = await list({ search, ...query, ...(after && { after }) });
    expect(status).toBe(200);
    locals.push(
      ...body.items.map(({ userName }: { userName: string }) => userName.split('@')[0] ?? ''),
    );
    after = body.next;
  } while (after !== undefined);
  return locals.join(' ');
}

describe('search', () => {
  it.each([
    ['beau', 'beau u3 u1'],
    ['CLAIRE beau', 'u1'],
    ['lefevre', 'u2'],
    ['élo', 'u2'],
    ['œuvre', 'u3'],
    ['oeuvré lukasz', 'u3'],
    ['山', 'beau'],
    ['claire@mail.example', 'u1'],
    ['u', 'u1 u2 u3'],
    ['aire', ''],
    ['', ''],
    ['  —', ''],
    ['\u202e\u0000🙂', ''],
    ["' or PartitionKey ne '", ''],
    ['word:', ''],
  ])('(%j) finds %j of the caller’s tenant', async (text, expected) => {
    expect(await found(text)).toBe(expected);
    expect(await found(text, { limit: '1' })).toBe(expected);
  });

  it('is narrowed by all other filters', async () => {
    expect(await found('beau', { credentialState: 'temporary' })).toBe('beau u3 u1');
    expect(await found('beau', { credentialState: 'permanent' })).toBe('');
    expect(await found('beau', { role: 'globalAdmin' })).toBe('');
    expect(await found('admin', { role: 'globalAdmin', status: 'active' })).toBe('admin');
    expect(await found('beau', { expiresBefore: '2100-01-01T00:00:00Z' })).toBe('beau u3 u1');
    expect(await found('beau', { isFrozen: 'true' })).toBe('');
  });

  it('takes 100 code points, and refuses one more with 422 at search', async () => {
    expect(await found('🙂'.repeat(100))).toBe('');
    const answer = await list({ search: 'a'.repeat(101) });
    expectRefused(answer, 422, 'validation');
    expect(answer.body.errors).toMatchObject([{ parameter: 'search' }]);
  });

  it('is refused beside userName with 422 at search', async () => {
    const answer = await list({ search: 'beau', userName: 'u' });
    expectRefused(answer, 422, 'validation');
    expect(answer.body.errors).toMatchObject([{ parameter: 'search' }]);
  });

  it('has cursors that are good for it alone', async () => {
    const query = { search: 'beau', limit: '1' };
    const { next } = (await list(query)).body;
    expect(next).toEqual(expect.any(String));
    for (const other of [
      { limit: '1' },
      { ...query, search: 'bea' },
      { ...query, role: 'salesAgent' },
    ]) {
      expectRefused(await list({ ...other, after: next }), 422, 'validation');
    }
    expectRefused(await list({ ...query, after: next }, foreigner.token), 422, 'validation');
  });

  it('follows a new name, an address and a deletion', async () => {
    const { items } = (await list({ search: 'lefevre' })).body;
    const path = `/api/users/${items[0].userId}`;
    const patch = (body: object) =>
      service.callChecked('PATCH', path, { token: admin.token, body });
    await patch({ displayName: 'Zoé Novák', email: 'zn@other.example' });
    expect([await found('lefevre'), await found('novak'), await found('other')]).toEqual([
      '',
      'u2',
      'u2',
    ]);
    await patch({ email: null });
    expect(await found('other')).toBe('');
    expect((await service.callChecked('DELETE', path, { token: admin.token })).status).toBe(204);
    expect(await found('novak')).toBe('');
  });
});
