import { describe, expect, it } from 'vitest';
import { createFirstAdmins, readPortalFile } from '../shared/composition.ts';

/** What is judged before any setting is read, and what the build left for the portal. */

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

  it('takes a good name, and then asks for the settings', async () => {
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
