import { describe, expect, it } from 'vitest';
import { announceAdmin, announceService } from '../../infra/cli/announcement.ts';
import { parseStartOptions, UsageError } from '../../infra/cli/command-line.ts';

const refusal = (read: () => unknown): string => {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as Error).message;
  }
  return 'accepted';
};

describe('npm start', () => {
  it('has a default for every option', () => {
    expect(parseStartOptions([])).toEqual({
      port: 7071,
      admins: ['admin@contoso.example'],
      data: undefined,
      json: false,
      help: false,
      version: false,
    });
  });

  it('reads every option, and each admin once', () => {
    const argv = ['--port', '0', '--data', 'd', '--json', '--admin', 'A@x.example'];
    expect(parseStartOptions([...argv, '--admin=b@x.example', '--admin', 'a@x.example'])).toEqual({
      port: 0,
      admins: ['a@x.example', 'b@x.example'],
      data: 'd',
      json: true,
      help: false,
      version: false,
    });
  });

  it('rejects an unknown option or argument with a sentence', () => {
    expect(refusal(() => parseStartOptions(['--nope']))).toBe(
      "Unknown option '--nope'. See --help.",
    );
    expect(refusal(() => parseStartOptions(['x']))).toMatch(/^Unexpected argument 'x'\. See/);
    expect(refusal(() => parseStartOptions(['--data']))).toMatch(
      /argument missing\. See --help\.$/,
    );
    expect(refusal(() => parseStartOptions(['--data=']))).toContain('--data');
    expect(refusal(() => parseStartOptions(['--admin', 'nobody']))).toContain('"nobody"');
    expect(refusal(() => parseStartOptions(['--port', '65535']))).toBe('accepted');
    for (const port of ['65536', '-1', '1.5', 'x', '', ' 1']) {
      expect(refusal(() => parseStartOptions([`--port=${port}`]))).toContain('--port');
    }
  });
});

describe('the announcement of npm start', () => {
  const admin = {
    userName: "o'neil@x.example",
    temporaryPassword: 'AAAA-BBBB',
    expiresAt: '2026-01-02T03:04:05.000Z',
  };
  const service = {
    origin: 'http://127.0.0.1:1',
    portalUrl: 'http://127.0.0.1:1/',
    mailDirectory: undefined,
    embedded: { tables: true, vault: true },
    hashing: { engine: 'native', cost: 12 },
    admins: [admin],
  };
  const options = { admins: [admin.userName], data: undefined };

  it('names address, admin, expiry and the portal as the next step', () => {
    const text = announceService(service, options);
    expect(text).toContain('Hashing    bcrypt, cost 12, native engine (@node-rs/bcrypt)\n');
    expect(text).toContain('Address    http://127.0.0.1:1\n');
    expect(text).not.toContain('Mail');
    const mailing = announceService({ ...service, mailDirectory: '/d/mail' }, options);
    expect(mailing).toContain('Mail       files in /d/mail\n');
    expect(text).toContain("New admin  o'neil@x.example\n");
    expect(text).toContain('AAAA-BBBB   (temporary, shown once, expires 2026-01-02 03:04:05 UTC)');
    expect(text).toContain('To continue, open http://127.0.0.1:1/ and sign in');
    expect(text).not.toContain('curl');
    expect(announceAdmin(admin)).toContain('AAAA-BBBB');
  });

  it('states where data is kept and warns of a vault that loses its pepper', () => {
    const place = (embedded: { tables: boolean; vault: boolean }, data?: string) =>
      announceService({ ...service, embedded }, { ...options, data });
    expect(place({ tables: true, vault: true })).toContain('in memory: data is lost');
    expect(place({ tables: true, vault: true }, '/d')).toContain('Store and vault are kept in /d.');
    expect(place({ tables: false, vault: true }, '/d')).toContain('The vault is kept in /d.');
    expect(place({ tables: false, vault: true })).toContain('no password in the store');
    expect(place({ tables: false, vault: false })).toContain('those that the settings name');
  });

  it('explains why no admin was made, and what helps', () => {
    const text = announceService({ ...service, admins: [] }, options);
    expect(text).toContain("No admin was made for o'neil@x.example: the tenant has an admin");
    expect(text).toContain('--recover');
    expect(text).not.toContain('curl');
  });
});
