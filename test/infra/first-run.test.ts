import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** Checks the azd hooks, with stand-ins for npm, az and waiting. */

const INFRA = fileURLToPath(new URL('../../infra/', import.meta.url));

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'first-run-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function program(name: string, text: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(folder, name), 0o755);
}

/** Runs the script where npm ends with these statuses in turn, and then with 0. */
function firstRun(statuses: readonly number[], env: Readonly<Record<string, string>> = {}) {
  writeFileSync(join(folder, 'statuses'), statuses.map((status) => `${status}\n`).join(''));
  program(
    'npm',
    `echo "$*" >> '${folder}/calls'
echo "$AZURE_TOKEN_CREDENTIALS" >> '${folder}/credentials'
status=$(head -n 1 '${folder}/statuses')
sed -i.bak 1d '${folder}/statuses'
exit "\${status:-0}"`,
  );
  program('sleep', `echo "sleep $*" >> '${folder}/calls'`);
  const { status, stdout, stderr } = spawnSync('sh', [`${INFRA}first-run.sh`], {
    encoding: 'utf8',
    env: { PATH: `${folder}:${process.env.PATH}`, ...env },
  });
  return { status, stdout, stderr, calls: calls() };
}

function calls(): readonly string[] {
  try {
    return readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');
  } catch {
    return [];
  }
}

const PEPPER = 'run --silent cli -- rotate pepper --if-missing';
const SIGNING_KEY = 'run --silent cli -- rotate signing-key --if-missing';
const RECEIPT_KEY = 'run --silent cli -- rotate receipt-signing-key --if-missing';
const WEBHOOK_KEY = 'run --silent cli -- rotate webhook-key --if-missing';

it('makes each secret only if it is missing', () => {
  expect(firstRun([])).toEqual({
    status: 0,
    stdout: '',
    stderr: '',
    calls: [PEPPER, SIGNING_KEY, RECEIPT_KEY, WEBHOOK_KEY],
  });
});

it('makes no secret without access, as in a pipeline', () => {
  expect(firstRun([], { OPERATOR_ACCESS: 'false' })).toMatchObject({ status: 0, calls: [] });
  expect(firstRun([], { OPERATOR_ACCESS: 'true' }).calls).toHaveLength(4);
});

it('retries while a new role has not taken effect everywhere', () => {
  const { status, calls: made } = firstRun([3, 3, 0, 3]);
  expect(status).toBe(0);
  expect(made).toEqual([
    ...[PEPPER, 'sleep 15', PEPPER, 'sleep 15', PEPPER],
    ...[SIGNING_KEY, 'sleep 15', SIGNING_KEY],
    ...[RECEIPT_KEY, WEBHOOK_KEY],
  ]);
});

it('gives up after ten minutes and explains how to continue', () => {
  const { status, stderr, calls: made } = firstRun(Array(100).fill(3));
  expect(status).toBe(1);
  expect(made.filter((call) => call === PEPPER)).toHaveLength(40);
  expect(made.filter((call) => call === 'sleep 15')).toHaveLength(39);
  expect(made).not.toContain(SIGNING_KEY);
  expect(stderr).toContain('azd hooks run postprovision');
});

it.each([1, 2])('does not repeat a command that ended with %d, which no waiting mends', (code) => {
  expect(firstRun([code])).toMatchObject({ status: code, calls: [PEPPER] });
});

describe.each(['', '203.0.113.7'])(
  'the first run behind a private network open for "%s"',
  (addresses) => {
    const env = { PRIVATE_NETWORK: 'true', OPERATOR_ADDRESSES: addresses };

    it('explains how to continue if the vault is closed, without stopping azd', () => {
      const { status, stdout, calls: made } = firstRun(Array(100).fill(3), env);
      if (addresses === '') {
        expect({ status, made }).toEqual({ status: 0, made: [] });
        expect(stdout).toMatch(/^The vault is closed .*azd hooks run postprovision.*\n$/);
      } else {
        expect(status).toBe(1);
        expect(made).toContain(PEPPER);
      }
    });

    it('makes the secrets if the vault is open', () => {
      const { status, calls: made } = firstRun([], env);
      expect(status).toBe(0);
      expect(made).toEqual(addresses === '' ? [] : [PEPPER, SIGNING_KEY, RECEIPT_KEY, WEBHOOK_KEY]);
    });
  },
);

it('uses the login of azd, though another account is signed in to az', () => {
  firstRun([], { AZURE_TOKEN_CREDENTIALS: 'AzureCliCredential' });
  const used = readFileSync(join(folder, 'credentials'), 'utf8').trim().split('\n');
  expect(new Set(used)).toEqual(new Set(['AzureDeveloperCliCredential']));
});

describe('the script before provisioning', () => {
  /** Runs the hook where az ends with this status, or is not installed. */
  function prepare(status: number | undefined, env: Readonly<Record<string, string>>) {
    for (const name of ['sh', 'echo']) program(name, `exec /bin/${name} "$@"`);
    if (status !== undefined) program('az', `echo "$*" >> '${folder}/calls'\nexit ${status}`);
    const { stdout, status: ended } = spawnSync('/bin/sh', [`${INFRA}before-provision.sh`], {
      encoding: 'utf8',
      env: { PATH: folder, AZURE_SUBSCRIPTION_ID: 'a-subscription', ...env },
    });
    return { status: ended, stdout, calls: calls() };
  }
  const REGISTER = 'provider register --namespace Microsoft.App --wait';

  it('registers the provider of a private network on Flex Consumption', () => {
    expect(prepare(0, { PRIVATE_NETWORK: 'true' })).toEqual({
      status: 0,
      stdout: '',
      calls: [`${REGISTER} --subscription a-subscription`],
    });
  });

  it.each([
    ['without az', undefined],
    ['without the right to register', 1],
  ])('prints what to run %s, without stopping azd', (_, status) => {
    const { stdout, status: ended } = prepare(status, { PRIVATE_NETWORK: 'true' });
    expect(ended).toBe(0);
    expect(stdout).toContain(`az ${REGISTER}`);
  });

  it.each([{}, { PRIVATE_NETWORK: 'true', APP_PLAN: 'dedicated' }])(
    'does nothing if the provider is not needed: %o',
    (env) => expect(prepare(0, env)).toEqual({ status: 0, stdout: '', calls: [] }),
  );
});
