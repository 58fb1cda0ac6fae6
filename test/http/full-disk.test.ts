import { mkdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Service, type SignedInAdmin, startService } from '../fixture/service.ts';
import { JSON_TYPE } from './fixture/context.ts';
import { expectProblem, rawCaller, type Send } from './fixture/raw-service.ts';

/** `--data` on a disk that takes nothing more: the tables cannot be kept. */

let service: Service;
let admin: SignedInAdmin;
let send: Send;
let obstacles: readonly string[];

beforeAll(async () => {
  service = await startService();
  admin = await service.readyAdmin();
  send = await rawCaller(service.origin);
  // No file can be written where a directory is, whatever the rights of the process.
  obstacles = ['tables.journal', 'tables.json.next'].map((name) => join(service.directory, name));
});

afterAll(() => service.stopAndAssertNoLeaks());

const addUser = (language: string) =>
  send('POST', '/api/users', {
    token: admin.token,
    headers: { ...JSON_TYPE, 'accept-language': language },
    body: JSON.stringify({
      userName: `ana-${language}@contoso.example`,
      displayName: 'Ana',
      roles: ['salesAgent'],
    }),
  });

// It was a bare 503 without an id, and ready stayed 200.
it('answers a full disk as an outage, and names the tables in ready', async () => {
  for (const obstacle of obstacles) {
    rmSync(obstacle, { force: true });
    mkdirSync(obstacle);
  }
  for (const language of ['en', 'fr']) {
    const answer = await addUser(language);
    expectProblem(answer, 503, 'dependency-unavailable');
    expect(answer.body.parts).toEqual(['tables']);
    expect(answer.headers['retry-after']).toBe('5');
    expect(answer.headers['content-language']).toBe(language);
    expect(service.log).toContain(answer.body.instance);
  }
  const ready = await send('GET', '/api/health/ready');
  expectProblem(ready, 503, 'dependency-unavailable');
  expect(ready.body.parts).toEqual(['tables']);
  expect((await send('GET', '/api/health/live')).status).toBe(200);
});

it('is ready again once the disk accepts the changes', async () => {
  for (const obstacle of obstacles) rmdirSync(obstacle);
  expect((await send('GET', '/api/health/ready')).status).toBe(200);
  // The change may have happened, and it had.
  expectProblem(await addUser('en'), 409, 'user-name-taken');
});
