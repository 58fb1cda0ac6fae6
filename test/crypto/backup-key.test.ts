import { randomBytes } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import { createBackupKeys } from '../../shared/crypto/secret/backup-key.ts';
import { Unavailable } from '../../shared/port/unavailable.ts';
import type { KeptVersion } from '../../shared/port/vault.ts';
import { VaultDouble } from './vault-double.ts';

/** Checks which call makes the key of backups, and when. */

let vault: VaultDouble;
let added: string[];
/** Also disabled ones, which the vault double does not list. */
let kept: KeptVersion[];

beforeEach(() => {
  vault = new VaultDouble();
  added = [];
  kept = [];
});

const key = () =>
  createBackupKeys(
    vault,
    {
      listVersions: async () => kept,
      async addVersion(_name, value) {
        added.push(value);
        const version = `v${added.length}`;
        vault.add(version, value, added.length);
        kept.push({ version, createdAtMs: added.length, isEnabled: true });
        return kept.at(-1) as KeptVersion;
      },
    },
    (size) => randomBytes(size),
  );

it('is created by the first backup with 256 random bits, and by no later one', async () => {
  const first = await key().newest();
  expect(first.value).toMatch(/^[\w-]{43}$/);
  expect(await key().newest()).toEqual(first);
  expect(added).toHaveLength(1);
});

it('uses the newest version for a backup and the old one for its restore', async () => {
  await key().newest();
  vault.add('v2', Buffer.alloc(32).toString('base64url'), 2);
  expect((await key().newest()).version).toBe('v2');
  expect((await key().find('v1'))?.value).toBe(added[0]);
  expect(await key().find('v3')).toBeUndefined();
});

it('skips a bad version that is newer than a good one', async () => {
  await key().newest();
  for (const [version, value] of [
    ['empty', ''],
    ['typo', 'not a key'],
  ] as const) {
    vault.add(version, value, 2);
    expect((await key().newest()).version).toBe('v1');
  }
});

it('fails instead of creating a second key if the only version is disabled', async () => {
  await key().newest();
  vault.disable('v1');
  await expect(key().newest()).rejects.toThrow('backup-key has no usable version.');
  await expect(key().newest()).rejects.toThrow(Unavailable);
  expect(added).toHaveLength(1);
});

it('is not created while the vault is down', async () => {
  vault.isDown = true;
  const failing = createBackupKeys(
    vault,
    {
      listVersions: async () => {
        throw new Unavailable('vault', 'down');
      },
      addVersion: async () => {
        throw new Error('it should not be asked');
      },
    },
    (size) => randomBytes(size),
  );
  await expect(failing.newest()).rejects.toThrow(Unavailable);
});

it('is reported as missing, not as an outage, if the vault is another one', async () => {
  vault.add('v1', Buffer.alloc(32).toString('base64url'), 1);
  const lists: string[] = [];
  const other = createBackupKeys(
    {
      listSecretVersions: async (name) => {
        lists.push(name);
        throw new Unavailable('vault', 'there is no such secret');
      },
    },
    { listVersions: async () => [], addVersion: async () => expect.fail('nothing is made') },
    (size) => randomBytes(size),
  );
  expect(await other.find('v1')).toBeUndefined();
  expect(lists).toEqual([]);
});
