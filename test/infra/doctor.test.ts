import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runLocal } from './fixture/local-process.ts';
import { Operated } from './fixture/operated.ts';

/** Each call of a command is a process of its own, on a machine that may be busy. */
vi.setConfig({ testTimeout: 120_000 });

let operated: Operated;
beforeAll(async () => {
  operated = await Operated.start();
}, 120_000);
afterAll(() => operated.stop());

interface Check {
  readonly name: string;
  readonly isWell: boolean;
  readonly message: string;
}

async function diagnose(settings: Record<string, string> = {}) {
  const all = { ...operated.parts.settings, ...settings };
  const { code, stdout } = await runLocal('doctor', ['--json'], all).finished;
  const { isWell, checks } = JSON.parse(stdout);
  const wrong = (checks as Check[]).filter((check) => !check.isWell);
  return { code, isWell, checks, wrong };
}

describe('the doctor', () => {
  it('finds a complete service well and leaves no row behind', async () => {
    const { code, isWell, checks } = await diagnose();
    expect({ code, isWell }).toEqual({ code: 0, isWell: true });
    const names = checks.map(({ name }: Check) => name);
    const secrets = ['password-pepper', 'token-signing-key'];
    expect(names).toEqual(['settings', ...secrets, 'tables', 'clock', 'store']);
    const overdue = [];
    const { expiries } = operated.parts.stores;
    for await (const page of expiries.listOverdue(Date.now() + 2 * 86_400_000))
      overdue.push(...page);
    expect(overdue.map(({ userName }) => userName)).toEqual(['admin@contoso.example']);
  });

  it('names a secret version that the service ignores', async () => {
    const version = await operated.parts.add('password-pepper', 'a typo', 4);
    const { code, wrong } = await diagnose();
    await operated.parts.enable('password-pepper', version, false);
    expect(code).toBe(1);
    expect(wrong).toHaveLength(1);
    expect(wrong[0]).toMatchObject({ name: 'password-pepper' });
    expect(wrong[0]?.message).toContain(version);
  });

  it('finds an unfinished restore', async () => {
    const { archive } = operated.parts.stores;
    const mark = { archiveId: 'a', restoreId: 'b', phase: 'writing', epochFloor: 0 } as const;
    await archive.setMark(mark);
    const { code, wrong } = await diagnose();
    await archive.removeMark();
    expect(code).toBe(1);
    expect(wrong.map(({ name }) => name)).toEqual(['store']);
  });

  it('names tables and vault that do not answer, each in one sentence', async () => {
    const nowhere =
      'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=eA==;' +
      'TableEndpoint=http://127.0.0.1:1/a;';
    const { code, wrong } = await diagnose({
      TABLES_CONNECTION_STRING: nowhere,
      KEY_VAULT_URL: 'https://127.0.0.1:1',
    });
    expect(code).toBe(1);
    const names = wrong.map(({ name }) => name);
    const secrets = ['password-pepper', 'token-signing-key'];
    expect(names).toEqual([...secrets, 'tables', 'clock', 'store']);
    for (const { message } of wrong) expect(message).not.toContain('unexpected');
  });

  it('finds a clock that is off', async () => {
    const { code, wrong } = await diagnose({
      TABLES_ENDPOINT: '',
      NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(
        'const now = Date.now; Date.now = () => now() + 60000;',
      )}`,
    });
    expect(code).toBe(1);
    expect(wrong).toHaveLength(1);
    expect(wrong[0]?.message).toMatch(/^This clock is \d\d s ahead of the table service's/);
  });
});
