import { afterEach, describe, expect, it, vi } from 'vitest';
import { closeComposition, loadServices, readPortalFile } from '../shared/composition/app.ts';
import { createFirstAdmins } from '../shared/composition/operator.ts';

/** Checks what is judged before any setting is read, the wiring, and the rest of the build. */

describe('createFirstAdmins', () => {
  it.each(['ana', 'ana@', '@contoso.example', ''])(
    'refuses the name %j, in words',
    async (name) => {
      const request = { userNames: ['admin@contoso.example', name], recover: false };
      await expect(createFirstAdmins(request)).rejects.toMatchObject({
        name: 'SettingError',
        message: `The user name ${JSON.stringify(name)} is not of the form local@domain.`,
      });
    },
  );

  it('accepts a good name, and then requires the settings', async () => {
    const request = { userNames: ['admin@contoso.example'], recover: false };
    await expect(createFirstAdmins(request)).rejects.toMatchObject({ name: 'SettingError' });
    await expect(createFirstAdmins(request)).rejects.not.toThrow('local@domain');
  });
});

describe('readPortalFile', () => {
  it('reads what the build made, and throws for what it did not make', () => {
    expect(Buffer.from(readPortalFile('page.html')).toString()).toContain('<!doctype html>');
    expect(() => readPortalFile('nothing.html')).toThrow('ENOENT');
  });
});

describe('loadServices', () => {
  afterEach(async () => {
    vi.unstubAllEnvs();
    await closeComposition();
  });

  it.each([
    ['', 0],
    ['2', 2],
  ])('counts proxies as TRUSTED_PROXY_HOPS=%j says', async (text, hops) => {
    vi.stubEnv('PUBLIC_ORIGIN', 'https://portal.example');
    vi.stubEnv('TABLES_CONNECTION_STRING', 'UseDevelopmentStorage=true');
    vi.stubEnv('KEY_VAULT_URL', 'https://vault.example');
    vi.stubEnv('TRUSTED_PROXY_HOPS', text);
    expect((await loadServices()).trustedProxyHops).toBe(hops);
  });
});
