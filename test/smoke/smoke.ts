/**
 * `npm run smoke`: starts the built, deployable package in the local host as a user would, walks
 * from the first admin's temporary password to the admin's profile, and stops it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const LIMIT_MS = 120_000;
const NEW_PASSWORD = 'orbit lantern velvet 93';

const service = spawn('npm', ['start', '--', '--port', '0', '--json'], {
  stdio: ['ignore', 'pipe', 'inherit'],
  // A group of its own: npm that is killed would leave the service behind.
  detached: true,
});
// From the beginning: the end may come before anything waits for it.
const ended = once(service, 'exit');
const limit = setTimeout(() => {
  process.stderr.write('smoke test: not done in two minutes\n');
  if (service.pid !== undefined) process.kill(-service.pid, 'SIGKILL');
  process.exit(1);
}, LIMIT_MS);

function requireThat(holds: boolean, what: string): void {
  if (!holds) throw new Error(`smoke test: ${what}`);
}

async function readyLine(): Promise<string> {
  for await (const line of createInterface({ input: service.stdout })) {
    if (line.startsWith('{')) return line;
  }
  throw new Error('smoke test: the service did not become ready');
}

try {
  const { origin, admins } = JSON.parse(await readyLine());
  const call = async (method: string, path: string, token?: string, body?: object) => {
    const response = await fetch(`${origin}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return JSON.parse(await response.text());
  };
  const [{ userName, temporaryPassword: password }] = admins;
  const first = await call('POST', '/api/sign-in', undefined, { userName, password });
  requireThat(first.status === 'passwordChangeRequired', 'a temporary password demands a change');
  const changed = await call('POST', '/api/me/password', first.changeToken, {
    newPassword: NEW_PASSWORD,
  });
  requireThat(changed.status === 'signedIn', 'the change signs in');
  const me = await call('GET', '/api/me', changed.accessToken);
  requireThat(me.userName === userName, 'the profile is the own one');
  const ready = await call('GET', '/api/health/ready');
  requireThat(ready.status === 'ok', 'tables and vault answer');
} finally {
  service.kill('SIGTERM');
  await ended;
  clearTimeout(limit);
}
process.stdout.write('smoke test: 1 passed, 0 failed\n');
