import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startEmbeddedTables } from '../../infra/local/store/embedded-tables.ts';
import { createTableStores } from '../../shared/azure/table/table-store.ts';
import type { Tenant } from '../../shared/credential/name.ts';
import { MAIL_LANE } from '../../shared/port/notice.ts';
import { webhookLaneName } from '../../shared/webhook/webhook-lane.ts';
import { type Service, startService } from '../fixture/service.ts';
import { type MailServer, startMailServer } from '../mail/fixture/mail-server.ts';
import { type Receiver, startReceiver } from '../webhook/fixture/receiver.ts';

/**
 * The built service is killed (SIGKILL) when a mail server and a webhook have accepted what it
 * sent, and it has not yet written so.
 */

const TENANT = 'contoso.example' as Tenant;
const directory = mkdtempSync(join(tmpdir(), 'portal-credentials-notice-kill-'));
let mailServer: MailServer;
let receiver: Receiver;
/** Holds the answer of a target that has got so many messages for a user, or does not. */
let hold: (count: number) => Promise<unknown> = async () => {};

beforeAll(async () => {
  mailServer = await startMailServer({ beforeAnswer: () => hold(mailServer.mails.length) });
  receiver = await startReceiver(async (response, { body }) => {
    await hold(hookIdsOf(JSON.parse(body).subject).length);
    response.writeHead(204).end();
  });
});
afterAll(async () => {
  await receiver.close();
  await mailServer.close();
  rmSync(directory, { recursive: true, force: true });
});

const start = (admins: readonly string[]) =>
  startService({
    ...{ directory, admins },
    env: {
      // Each start picks a port, and the id of a mail is from its sender.
      PUBLIC_ORIGIN: 'https://portal.example',
      MAIL_FROM: 'portal@contoso.example',
      SMTP_URL: `smtp://127.0.0.1:${mailServer.port}`,
      WEBHOOK_URLS: receiver.url,
    },
  });

const mailIds = () => mailServer.mails.map(({ raw }) => /^Message-ID: (.*)$/im.exec(raw)?.[1]);
const hookIdsOf = (userId: string) =>
  receiver.received
    .filter(({ body }) => JSON.parse(body).subject === userId)
    .map(({ headers }) => headers['webhook-id']);

/** The leases of the killed process end, as they do after a minute; the disk may have none yet. */
async function endLeases(userId: string): Promise<void> {
  const tables = await startEmbeddedTables({ directory });
  const { outbox } = createTableStores({ connectionString: tables.connectionString });
  for (const lane of [MAIL_LANE, webhookLaneName(receiver.url)]) {
    const { notices } = await outbox.listNotices({ tenant: TENANT, lane, subject: userId });
    const [oldest] = notices;
    if (oldest === undefined) throw new Error(`nothing waits on ${lane}`);
    await outbox.lease(oldest, 0);
  }
  await tables.close();
}

const deliver = (service: Service) =>
  service.callChecked('POST', '/admin/functions/deliverNotices', { body: {} });

it('sends what was accepted and not settled again after a kill: same ids, same order', async () => {
  const killed = await start(['admin@contoso.example']);
  const { token } = await killed.readyAdmin();
  const made = await killed.callChecked('POST', '/api/users', {
    token,
    body: {
      ...{ userName: 'ana@contoso.example', displayName: 'Ana', roles: ['salesAgent'] },
      email: 'ana@mail.example',
    },
  });
  const { userId } = made.body.user;
  const path = `/api/users/${userId}`;
  expect((await killed.callChecked('POST', `${path}/password-reset`, { token })).status).toBe(200);
  for (const status of ['disabled', 'active']) {
    await killed.callChecked('PATCH', path, { token, body: { status } });
  }
  const { body } = await killed.callChecked('GET', `${path}/events`, { token });
  const eventIds = body.items.map(({ eventId }: { eventId: string }) => eventId).reverse();
  expect(eventIds).toHaveLength(4);

  // The last of each is held until both have all.
  let allCame = () => {};
  const ended = new Promise<void>((resolve) => {
    allCame = resolve;
  }).then(() => killed.end('SIGKILL'));
  hold = async (count) => {
    if (Math.min(mailIds().length, hookIdsOf(userId).length) === eventIds.length) allCame();
    if (count === eventIds.length) await ended;
  };
  await deliver(killed);
  await ended;
  hold = async () => {};
  const mailsBefore = mailIds();
  expect(hookIdsOf(userId)).toEqual(eventIds);
  expect(new Set(mailsBefore).size).toBe(eventIds.length);

  await endLeases(userId);
  const restarted = await start([]);
  await deliver(restarted);
  const twice = <Item>(items: readonly Item[]) => [...items, ...items];
  await vi.waitFor(
    () => {
      expect(mailIds()).toEqual(twice(mailsBefore));
      expect(hookIdsOf(userId)).toEqual(twice(eventIds));
    },
    { timeout: 20_000 },
  );
  // All is settled now: the run before the stop sends nothing more.
  await restarted.stopAndAssertNoLeaks();
  expect(mailIds()).toEqual(twice(mailsBefore));
  expect(hookIdsOf(userId)).toEqual(twice(eventIds));
  expect(killed.leaks()).toEqual([]);
});
