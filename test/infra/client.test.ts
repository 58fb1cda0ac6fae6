import { execFile, execFileSync } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientTypes } from '../../infra/bundle/client-types.ts';
import { type Service, startService } from '../fixture/service.ts';
import { removeTemporaryDirectories, temporaryDirectory } from './fixture/package.ts';

/** The client that portal teams take: its types, and the example of functions/portal/README.md. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CLIENT = join(ROOT, 'functions/portal/client');
const run = promisify(execFile);

/** Returns the source as the repository formats it. */
function formatted(name: string, source: string): string {
  const biome = join(ROOT, 'node_modules/.bin/biome');
  const options = ['check', '--write', `--stdin-file-path=functions/portal/client/${name}`];
  return execFileSync(biome, options, { cwd: ROOT, input: source, encoding: 'utf8' });
}

async function exampleOf(readme: string): Promise<string> {
  const text = await readFile(join(ROOT, readme), 'utf8');
  const [, example = ''] = /```ts\n([\s\S]*?)```/.exec(text) ?? [];
  return example;
}

describe('the client', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(async () => {
    await service.stopAndAssertNoLeaks();
    await removeTemporaryDirectories();
  });

  it('has the types of the OpenAPI document as it is now', async () => {
    for (const [name, source] of clientTypes()) {
      expect(await readFile(join(CLIENT, name), 'utf8')).toBe(formatted(name, source));
    }
  });

  it('compiles and runs the example of its page', async () => {
    const admin = await service.readyAdmin();
    const tenant = admin.userName.split('@')[1];
    const { userId } = await service.addUser(admin.token, `ana@${tenant}`);
    const folder = await temporaryDirectory();
    await mkdir(join(folder, 'node_modules'));
    const installed = join(folder, 'node_modules/portal-credentials-client');
    await symlink(join(ROOT, 'dist/client'), installed);
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    const { userName, password } = admin;
    const given = `const origin = ${JSON.stringify(service.origin)};
      const credentials = ${JSON.stringify({ userName, password })};\n`;
    const example = await exampleOf('functions/portal/README.md');
    await writeFile(join(folder, 'example.ts'), example.replace(/\n\n/, `\n${given}`));
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    const options = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext'];
    const lib = ['--ignoreConfig', '--lib', 'es2022,dom,dom.iterable'];
    const checked = await run(process.execPath, [compiler, 'example.ts', ...options, ...lib], {
      cwd: folder,
    }).catch(({ stdout }) => ({ stdout }));
    expect(checked.stdout).toBe('');
    await run(process.execPath, ['example.ts'], { cwd: folder });
    const { body } = await service.callChecked(
      'GET',
      `/api/users/${userId}/events?type=password.reset`,
      {
        token: admin.token,
      },
    );
    expect(body.items).toHaveLength(1);
  }, 60_000);
});
