import { describe, expect, it } from 'vitest';
import { restore } from '../../infra/cli/command/restore.ts';
import { rotate } from '../../infra/cli/command/rotate.ts';
import { runCommand } from '../../infra/cli/command.ts';
import { UsageError } from '../../infra/cli/command-line.ts';
import { CommandRefused, explainFailure, placesOf } from '../../infra/cli/terminal.ts';
import { localOrigin, requireSettings } from '../../infra/local/store/store-setting.ts';
import { describeSignInFault } from '../../shared/azure/identity.ts';
import { toUnavailable } from '../../shared/azure/table/table-fault.ts';
import { unavailable } from '../../shared/azure/vault/key-vault.ts';
import { PROCESS_CONTEXT } from './fixture/process-context.ts';

/** Checks the text of errors for people, and what it must not contain. */

const SECRET = 'FECA-0720-422V-XXQY';

describe('an error of a library', () => {
  it('shows neither its message nor its places', () => {
    const error = new TypeError(`cannot read ${SECRET}`);
    expect(explainFailure(error)).toEqual({
      code: 'unexpected',
      message: 'Something unexpected happened (TypeError). --stack shows where in the code.',
      exitCode: 1,
    });
    for (const value of [SECRET, { message: SECRET }, { name: `two\n${SECRET}` }, undefined]) {
      expect(JSON.stringify(explainFailure(value))).not.toContain(SECRET);
    }
  });

  it('shows its places with --stack, without a message, in its causes too', () => {
    const cause = new RangeError(`at first\n    at ${SECRET} (file.ts:1:1)`);
    const places = placesOf(new Error(`wrong: ${SECRET}`, { cause }));
    expect(places).toMatch(/^ {2}Error\n {4}at .*terminal\.test\.ts(?:\?vitest=\d+)?:\d+:\d+\)?\n/);
    expect(places).toContain('  RangeError\n    at ');
    expect(places).not.toContain(SECRET);
    const circular = new Error('its own cause');
    circular.cause = circular;
    expect(placesOf(circular).length).toBeLessThan(100_000);
  });

  it.each([
    [{ code: 'ENOSPC', syscall: 'write' }, 'there is no space left on the disk (write ENOSPC).'],
    [
      { code: 'EACCES', syscall: 'open', path: '/kept/tables.json' },
      '/kept/tables.json: this account may not (open EACCES).',
    ],
    [
      { code: 'EXDEV', syscall: 'link', path: '/a', dest: '/b' },
      '/b: the system refused it (link EXDEV).',
    ],
    [
      { code: 'EACCES', syscall: 'listen', port: 80 },
      'The port 80 may not be used by this account.',
    ],
  ])('of the system is a sentence with the file: %j', (members, message) => {
    const error = Object.assign(new Error(SECRET), members);
    expect(explainFailure(error)).toEqual({ code: 'system', message, exitCode: 1 });
  });

  it('of a sign-in to Azure explains what to do, without the library’s text', () => {
    const error = Object.assign(new Error(SECRET), { name: 'AggregateAuthenticationError' });
    expect(toUnavailable(error).message).toBe(
      'Table Storage: no user is signed in to Azure here; az login does it ' +
        '(AggregateAuthenticationError).',
    );
    expect(describeSignInFault(new Error(SECRET))).toBeUndefined();
    expect(describeSignInFault({ name: 'constructor' })).toBeUndefined();
  });
});

describe('the exit code of an outage', () => {
  it.each([
    ['a role that is not known everywhere yet', { statusCode: 403 }, 3],
    ['a vault that does not answer', { name: 'AbortError' }, 3],
    ['a name that is not known yet', { code: 'ENOTFOUND' }, 3],
    ['a token of another tenant', { statusCode: 401 }, 1],
    ['an address of another vault', { statusCode: 404 }, 1],
    ['a person who is not signed in', { name: 'CredentialUnavailableError' }, 1],
  ])('states whether waiting may mend %s', (_, error, exitCode) => {
    const failure = explainFailure(unavailable('Listing', error));
    expect(failure).toMatchObject({ code: 'unavailable', exitCode });
  });
});

describe('a destructive command', () => {
  const argv = ['file', '--replace', '--data', '/nowhere'];
  const asked = (answer: boolean | undefined, ...more: readonly string[]) =>
    runCommand(restore, [...argv, ...more], { ...PROCESS_CONTEXT, confirm: async () => answer });
  /** The error of a command that has begun: the data directory does not exist. */
  const BEGUN = 'holds neither a store nor a vault';

  it('requests a yes on a terminal, and does nothing without it', async () => {
    await expect(asked(false)).rejects.toThrow(CommandRefused);
    await expect(asked(false)).rejects.toThrow('Nothing was done.');
    await expect(asked(true)).rejects.toThrow(BEGUN);
  });

  it('needs --yes without a terminal', async () => {
    await expect(asked(undefined)).rejects.toThrow(UsageError);
    await expect(asked(undefined)).rejects.toThrow(
      /every row .* Without a terminal it needs --yes/,
    );
    await expect(asked(undefined, '--yes')).rejects.toThrow(BEGUN);
  });

  it('requests nothing in a dry run, nor if it destroys nothing', async () => {
    await expect(asked(undefined, '--dry-run')).rejects.toThrow(BEGUN);
    const [file, , ...rest] = argv;
    const harmless = runCommand(restore, [file ?? '', ...rest], PROCESS_CONTEXT);
    await expect(harmless).rejects.toThrow(BEGUN);
    const version = ['--disable', '0'.repeat(32)];
    const retiring = runCommand(rotate, ['pepper', ...version], PROCESS_CONTEXT);
    await expect(retiring).rejects.toThrow('it needs --yes');
    const adding = runCommand(rotate, ['pepper', '--data', '/nowhere'], PROCESS_CONTEXT);
    await expect(adding).rejects.toThrow(BEGUN);
  });
});

describe('the port 80', () => {
  it('is spelled as in origins, so that PUBLIC_ORIGIN is accepted', () => {
    expect(localOrigin(80)).toBe('http://127.0.0.1');
    expect(localOrigin(7071)).toBe('http://127.0.0.1:7071');
    expect(requireSettings({}, 80).publicOrigin).toBe('http://127.0.0.1');
  });
});
