import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Operated, TENANT } from './fixture/operated.ts';
import { removeTemporaryDirectories, temporaryDirectory } from './fixture/package.ts';

/** Checks what an operator reads, beside a running service and without a tenant's password. */

/** Each call of a command is a process of its own, on a machine that may be busy. */
vi.setConfig({ testTimeout: 120_000 });

const ANA = `ana@${TENANT}`;
const EVA = 'eva@fabrikam.example';

let operated: Operated;
let folder: string;
beforeAll(async () => {
  folder = await temporaryDirectory();
  operated = await Operated.start();
  await operated.addUser(ANA);
  const { items } = (await operated.call('GET', '/api/users')).body;
  const { userId } = items.find(({ userName }: { userName: string }) => userName === ANA);
  await fetch(`${operated.origin}/api/users/${userId}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${operated.token}` },
  });
  await operated.addUser(ANA);
  await operated.run('create-admin', EVA);
}, 120_000);
afterAll(async () => {
  await operated.stop();
  await removeTemporaryDirectories();
});

const place = (name: string) => join(folder, name);

describe('the events command', () => {
  it('shows the events of a name, also of an earlier deleted user', async () => {
    const { code, answer } = await operated.run('events', '--user', ANA);
    expect(code).toBe(0);
    expect(answer).toMatchObject({ events: 3, isComplete: true, gaps: [] });
    const types = answer.items.map(({ type }: { type: string }) => type);
    expect(types.toSorted()).toEqual(['user.created', 'user.created', 'user.deleted']);
    const ids = answer.items.map(({ subject }: { subject: { userId: string } }) => subject.userId);
    expect(new Set(ids).size).toBe(2);
    expect(answer.items[0]).toMatchObject({
      tenant: TENANT,
      subject: { userName: ANA },
      actor: { userName: `admin@${TENANT}` },
    });
  });

  it('writes the events of every tenant into a new file for its owner alone', async () => {
    const file = place('all.jsonl');
    const { code, answer } = await operated.run('events', '--all-tenants', '--out', file);
    expect(code).toBe(0);
    const lines = (await readFile(file, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(answer.events);
    expect(new Set(lines.map(({ tenant }) => tenant))).toEqual(
      new Set([TENANT, 'fabrikam.example']),
    );
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const again = await operated.run('events', '--all-tenants', '--out', file);
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('is there already');
  });

  it('filters events by type and time, from the first moment to before the last', async () => {
    const all = await operated.run('events', '--tenant', TENANT);
    const [newest] = all.answer.items;
    const count = async (...argv: readonly string[]) =>
      (await operated.run('events', '--tenant', TENANT, ...argv)).answer.events;
    expect(await count('--since', newest.at)).toBe(1);
    expect(await count('--until', newest.at)).toBe(all.answer.events - 1);
    expect(await count('--type', 'user.deleted')).toBe(1);
    expect(await count('--type', 'user.deleted,user.created')).toBe(4);
    expect(await count('--since', '2099-01-01')).toBe(0);
  });

  it('writes events as Account Change documents of OCSF', async () => {
    const file = place('ocsf.jsonl');
    const argv = ['--user', ANA, '--format', 'ocsf', '--out', file];
    expect((await operated.run('events', ...argv)).code).toBe(0);
    const lines = (await readFile(file, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const deleted = lines.find((line) => line.activity_id === 6);
    expect(deleted).toMatchObject({
      class_uid: 3001,
      category_uid: 3,
      type_uid: 300106,
      activity_name: 'Delete',
      user: { name: ANA, domain: TENANT },
      actor: { user: { name: `admin@${TENANT}` } },
      metadata: { event_code: 'user.deleted', tenant_uid: TENANT },
    });
    expect(Math.abs(Date.now() - deleted.time)).toBeLessThan(600_000);
    const shown = await operated.run('events', '--tenant', 'fabrikam.example', '--format', 'ocsf');
    expect(shown.answer.items[0]).toMatchObject({
      activity_id: 1,
      actor: { app_name: 'bootstrap' },
    });
  });

  it('rejects an unknown tenant or user and leaves no file', async () => {
    for (const scope of [
      ['--tenant', 'nobody.example'],
      ['--user', `nobody@${TENANT}`],
    ]) {
      const file = place('nobody.jsonl');
      const { code, stderr } = await operated.run('events', ...scope, '--out', file);
      expect(code).toBe(1);
      expect(stderr).toContain('There was never such a tenant or user here.');
    }
    expect(await readdir(folder)).not.toContain('nobody.jsonl');
  });

  it.each([
    [['--tenant', TENANT, '--all-tenants'], 'Name one'],
    [[], 'Name one'],
    [['--all-tenants', '--type', 'user.burnt'], 'Choose one of user.created'],
    [['--all-tenants', '--since', 'yesterday'], '--since must be a day or a time'],
    [['--all-tenants', '--since', '2026-01-02', '--until', '2026-01-02'], 'must be before'],
  ])('rejects the arguments %j', async (argv, sentence) => {
    const { code, answer } = await operated.run('events', ...argv);
    expect(code).toBe(2);
    expect(answer.error.message).toContain(sentence);
  });

  it('marks evidence as incomplete if the store lacks an event', async () => {
    await operated.run('create-admin', EVA, '--recover');
    const before = await operated.run('events', '--user', EVA);
    expect(before.answer).toMatchObject({ events: 2, isComplete: true });
    await operated.removeEvent('fabrikam.example', 1);
    const file = place('gap.jsonl');
    const argv = ['--tenant', 'fabrikam.example', '--out', file];
    const { code, answer } = await operated.run('events', ...argv);
    expect(code).toBe(1);
    expect(answer).toMatchObject({ events: 1, isComplete: false });
    expect(answer.gaps).toEqual([
      {
        tenant: 'fabrikam.example',
        userId: before.answer.items[0].subject.userId,
        first: 1,
        last: 1,
      },
    ]);
  });
});

describe('users show', () => {
  it('shows the pseudonym that the log has for a name, even an unknown one', async () => {
    const nobody = `nobody@${TENANT}`;
    for (const userName of [ANA, nobody]) {
      await operated.signIn(userName, 'not the password');
      const { code, answer } = await operated.run('users', 'show', userName);
      expect(code).toBe(userName === nobody ? 1 : 0);
      const [{ namePseudonym, tenantPseudonym }] = answer.pseudonyms;
      expect(operated.log()).toContain(namePseudonym);
      expect(operated.log()).toContain(tenantPseudonym);
    }
    const { answer: tenants } = await operated.run('tenants', 'list');
    const [tenant] = tenants.tenants;
    expect(tenant).toMatchObject({ tenant: TENANT, users: 2, globalAdmins: 1, disabled: 0 });
    expect(operated.log()).toContain(tenant.tenantPseudonym);
    const { answer: users } = await operated.run('users', 'list', TENANT, '--state', 'temporary');
    expect(users.users).toHaveLength(1);
    expect(users.users[0].userName).toBe(ANA);
    expect(operated.log()).toContain(users.users[0].namePseudonym);
    expect(JSON.stringify(users)).not.toContain('$2');
  });
});

describe('backup inspect', () => {
  it('lists the content of a backup and rejects one that was cut', async () => {
    const file = place('some.backup');
    const made = await operated.run('backup', file);
    const { code, answer } = await operated.run('backup', 'inspect', file);
    expect(code).toBe(0);
    expect(answer.rows).toEqual(made.answer.rows);
    const [first] = answer.tenants;
    expect(first).toMatchObject({ tenant: TENANT, users: 2 });
    const text = await readFile(file, 'latin1');
    const cut = place('cut.backup');
    await writeFile(cut, text.slice(0, text.length / 2));
    const refused = await operated.run('backup', 'inspect', cut);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain(cut);
  });
});
