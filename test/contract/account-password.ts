import { expect, it } from 'vitest';
import type { User } from '../../shared/credential/user.ts';
import type {
  AccountStore,
  CredentialParameters,
  CredentialSecret,
  Stored,
} from '../../shared/port/store.ts';
import {
  created,
  creation,
  deletion,
  everythingOf,
  found,
  hashOf,
  nameOf,
  newTenant,
  sampleUser,
  update,
} from './account-sample.ts';

/** Part of {@link describeAccountStore}: what each kind of write does to the row of hashes. */
export function describePasswords(store: () => AccountStore): void {
  it('writes only the affected hash on issue, set, reissue and rehash', async () => {
    const accounts = store();
    const user = sampleUser(nameOf(`ana@${newTenant()}`));
    let stored = await created(accounts, user);
    let secret = await credentialOf(accounts, user);
    expect(secret.value).toEqual({
      userId: user.userId,
      credentialVersion: 1,
      permanent: undefined,
      temporary: hashOf('first'),
      history: [],
    });

    const history = [hashOf('older'), hashOf('oldest')];
    const set = { kind: 'setPermanent', permanent: hashOf('own'), history } as const;
    const setting = update(
      stored,
      { credentialVersion: 2 },
      { credential: { ...set, etag: secret.etag } },
    );
    expect(await accounts.commit(setting)).toBe('committed');
    stored = await found(accounts, user.userName);
    secret = await credentialOf(accounts, user);
    const expected = { userId: user.userId, permanent: hashOf('own'), history };
    expect(secret.value).toEqual({ ...expected, credentialVersion: 2, temporary: undefined });

    const credential = { kind: 'issueTemporary', temporary: hashOf('again') } as const;
    expect(await accounts.commit(update(stored, { credentialVersion: 3 }, { credential }))).toBe(
      'committed',
    );
    const reissued = await credentialOf(accounts, user);
    const temporary = hashOf('again');
    expect(reissued.value).toEqual({ ...expected, credentialVersion: 3, temporary });

    const rehashed = hashOf('rehashed');
    expect(await accounts.replacePermanentHash(user.userName, secret, rehashed)).toBe('conflict');
    expect(await credentialOf(accounts, user)).toEqual(reissued);
    expect(await accounts.replacePermanentHash(user.userName, reissued, rehashed)).toBe('replaced');
    expect((await credentialOf(accounts, user)).value).toEqual({
      ...reissued.value,
      permanent: rehashed,
    });
  });

  it('keeps an imported scheme with its hash and drops it with that hash', async () => {
    const accounts = store();
    const wrapped = { ...hashOf('imported'), wrapping: '$scrypt$ln=10,r=8,p=1,l=32$c2FsdA' };
    const user = sampleUser(nameOf(`ana@${newTenant()}`), {
      credential: { kind: 'permanent', changedAtMs: 0 },
    });
    const set = {
      kind: 'setPermanent',
      etag: '*',
      permanent: wrapped,
      history: [wrapped],
    } as const;
    expect(await accounts.commit(creation(user, { credential: set }))).toBe('committed');
    const secret = await credentialOf(accounts, user);
    expect(secret.value).toMatchObject({ permanent: wrapped, history: [wrapped] });
    const [listed] = (await parametersOf(accounts)).filter((one) => one.tenant === user.tenant);
    expect(listed?.permanent).toMatchObject({ cost: 12, wraps: 'scrypt' });

    await accounts.replacePermanentHash(user.userName, secret, hashOf('rehashed'));
    const after = await credentialOf(accounts, user);
    expect(after.value).toEqual({ ...secret.value, permanent: hashOf('rehashed') });
  });

  it('writes nothing if the row of hashes was changed since it was read', async () => {
    const accounts = store();
    const user = sampleUser(nameOf(`ana@${newTenant()}`));
    const stored = await created(accounts, user);
    const stale = await credentialOf(accounts, user);
    await accounts.replacePermanentHash(user.userName, stale, hashOf('between'));
    const before = await everythingOf(accounts, user);
    const set = { kind: 'setPermanent', permanent: hashOf('own'), history: [] } as const;
    const change = update(
      stored,
      { credentialVersion: 2 },
      { credential: { ...set, etag: stale.etag } },
    );
    expect(await accounts.commit(change)).toBe('conflict');
    expect(await everythingOf(accounts, user)).toEqual(before);
  });

  it('lists the parameters of all hashes of every tenant, and no hash', async () => {
    const accounts = store();
    const ana = sampleUser(nameOf(`ana@${newTenant()}`));
    const stored = await created(accounts, ana);
    const { etag } = await credentialOf(accounts, ana);
    const set = {
      kind: 'setPermanent',
      etag,
      permanent: { bcrypt: '$2b$10$own', pepperVersion: 'p2' },
      history: [{ bcrypt: '$2b$15$older', pepperVersion: 'p1' }, hashOf('oldest')],
    } as const;
    await accounts.commit(update(stored, { credentialVersion: 2 }, { credential: set }));
    const ben = sampleUser(nameOf(`ben@${newTenant()}`));
    await created(accounts, ben);
    const eva = sampleUser(nameOf(`eva@${ben.tenant}`));
    await accounts.commit(deletion(await created(accounts, eva)));

    const listed = await parametersOf(accounts);
    const of = ({ tenant }: User) => listed.filter((one) => one.tenant === tenant);
    expect(of(ana)).toEqual([
      {
        tenant: ana.tenant,
        permanent: { pepperVersion: 'p2', cost: 10 },
        temporary: undefined,
        history: [
          { pepperVersion: 'p1', cost: 15 },
          { pepperVersion: 'pepper-of-oldest', cost: 12 },
        ],
      },
    ]);
    expect(of(ben)).toEqual([
      {
        tenant: ben.tenant,
        permanent: undefined,
        temporary: { pepperVersion: 'pepper-of-first', cost: 12 },
        history: [],
      },
    ]);
  });
}

async function parametersOf(accounts: AccountStore): Promise<readonly CredentialParameters[]> {
  const listed: CredentialParameters[] = [];
  for await (const page of accounts.listCredentialParameters()) listed.push(...page);
  return listed;
}

async function credentialOf(
  accounts: AccountStore,
  { userName }: User,
): Promise<Stored<CredentialSecret>> {
  const stored = await accounts.findCredential(userName);
  if (stored === undefined) throw new Error('the credential should be there');
  return stored;
}
