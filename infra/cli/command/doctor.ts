import { loadServices } from '../../../shared/composition/app.ts';
import { findFlawedVersions } from '../../../shared/composition/flawed-versions.ts';
import { checkMail, checkWebhook } from '../../../shared/composition/notice-channel.ts';
import { openArchive, openSecretAdmin } from '../../../shared/composition/operator.ts';
import { encodeCrockford } from '../../../shared/credential/crockford.ts';
import { parseUserId, parseUserName, tenantOf } from '../../../shared/credential/name.ts';
import {
  ROTATED_SECRETS,
  type RotatedSecret,
} from '../../../shared/crypto/secret/secret-rotation.ts';
import { requireWholeStore } from '../../../shared/maintenance/backup.ts';
import { COMMON_HELP, type Command } from '../command.ts';
import { counted } from '../report-text.ts';
import { CommandRefused, explainFailure } from '../terminal.ts';

const HELP = `\
Checks settings, sign-in and roles, the vault, the tables, the clock, the store, mail and webhooks.

  portal-credentials doctor [options]

${COMMON_HELP}
It writes one row, reads it and removes it, and tries a write to each table that cannot match. It
does not check whether you may add a secret: no such call is without effect. It sends no mail and
no event; notices test does. The exit code is 1 if something is wrong.
`;

/** The limit of a wrong clock: Table Storage takes 15 minutes, tokens far less. */
const CLOCK_MAX_MS = 30_000;
const CLOCK_TIMEOUT_MS = 5000;
const DAY_MS = 86_400_000;
const ID_BYTES = 16;
/** A key that no name and no row has. */
const NO_KEY = '0'.repeat(64);
const NO_ETAG = 'W/"none"';

interface Check {
  readonly name: string;
  readonly isWell: boolean;
  readonly message: string;
}

/** @param look returns a good result, or throws an error whose message is for people */
async function check(name: string, look: () => Promise<string>): Promise<Check> {
  try {
    return { name, isWell: true, message: await look() };
  } catch (error) {
    return { name, isWell: false, message: explainFailure(error).message };
  }
}

async function lookAtSecret(name: string): Promise<string> {
  const versions = await openSecretAdmin().listVersions(name);
  const enabled = versions.filter(({ isEnabled }) => isEnabled);
  const newest = enabled.at(-1);
  if (newest === undefined) throw new CommandRefused(`${name} has no enabled version.`);
  // Reads the values, which requires the role that the app has.
  const flawed = [...(await findFlawedVersions(name, process.env))];
  if (flawed.length > 0) {
    throw new CommandRefused(`The service leaves out ${flawed.join(', ')}; disable them.`);
  }
  const of = `of ${new Date(newest.createdAtMs).toISOString()}`;
  return `${counted(enabled.length, 'enabled version')}, the newest ${newest.version} ${of}.`;
}

function checkSecret(secret: RotatedSecret): Promise<Check> {
  const name = ROTATED_SECRETS[secret];
  return check(name, () => lookAtSecret(name));
}

/** Writes an entry of a user that does not exist; after a kill, a sweep removes it a day later. */
async function lookAtTables(): Promise<string> {
  const { expiries, accounts, attempts, clock, randomBytes } = await loadServices();
  const userName = parseUserName('doctor@round-trip.invalid');
  const issueId = encodeCrockford(randomBytes(ID_BYTES));
  const userId = parseUserId(issueId);
  if (userName === undefined || userId === undefined) throw new Error('no user can be named so');
  const issue = { userId, userName, issueId, credentialVersion: 1 };
  const entry = { ...issue, expiresAtMs: clock.now() + DAY_MS };
  const startedAtMs = clock.now();
  await expiries.add(entry);
  try {
    if (!(await expiries.has(entry))) throw new CommandRefused('The written row was not found.');
  } finally {
    await expiries.remove(entry);
  }
  await Promise.all([accounts.findUser(userName), attempts.find(NO_KEY)]);
  // A write with a condition that no row meets: the store refuses it to a role that may only read.
  await openArchive().archive.replaceAdmins(tenantOf(userName), NO_ETAG, [], issueId);
  await attempts.remove(NO_KEY, NO_ETAG);
  return `Written, read and removed in ${clock.now() - startedAtMs} ms.`;
}

/** @throws {CommandRefused} */
function requireWell({ isWell, message }: { isWell: boolean; message: string }): string {
  if (isWell) return message;
  throw new CommandRefused(message);
}

/** Checks the channels of notices, each on its own. */
async function checkChannels(urls: readonly string[]): Promise<readonly Check[]> {
  const mail = await check('mail', async () => requireWell(await checkMail()));
  if (urls.length === 0) return [mail];
  const key = await checkSecret('webhook-key');
  const webhooks = urls.map((url) =>
    check(`webhook ${new URL(url).host}`, async () => requireWell(await checkWebhook(url))),
  );
  return [mail, key, ...(await Promise.all(webhooks))];
}

/** Returns the address of the table service, from the settings that name it. */
function tablesAddress(): string | undefined {
  const { TABLES_ENDPOINT, TABLES_CONNECTION_STRING = '' } = process.env;
  return TABLES_ENDPOINT?.trim() || /TableEndpoint=([^;]+)/.exec(TABLES_CONNECTION_STRING)?.[1];
}

/** Compares with the Date header of an answer, even a refusal; it is in whole seconds. */
async function lookAtClock(): Promise<string> {
  const address = tablesAddress();
  if (address === undefined) return 'The settings name no address to compare with.';
  const signal = AbortSignal.timeout(CLOCK_TIMEOUT_MS);
  const answer = await fetch(address, { signal }).catch(() => undefined);
  const atMs = Date.parse(answer?.headers.get('date') ?? '');
  if (Number.isNaN(atMs)) throw new CommandRefused('The table service returned no time.');
  const offMs = Date.now() - atMs;
  if (Math.abs(offMs) > CLOCK_MAX_MS) {
    const way = offMs > 0 ? 'ahead of' : 'behind';
    const seconds = Math.round(Math.abs(offMs) / 1000);
    throw new CommandRefused(`This clock is ${seconds} s ${way} the table service's: set it.`);
  }
  return `Within ${CLOCK_MAX_MS / 1000} s of the table service.`;
}

export const doctor: Command<undefined> = {
  summary: 'checks settings, roles, vault, tables, clock, store, mail and webhooks',
  help: HELP,
  options: {},
  argumentsMax: 0,
  changes: false,
  mayMakeStores: false,
  parse: () => undefined,
  async run(_, { settings }) {
    const checks = [
      // A bad setting has ended the command before this.
      await check('settings', async () => `Read; BCRYPT_COST is ${settings.bcryptCost}.`),
      await checkSecret('pepper'),
      await checkSecret('signing-key'),
      await checkSecret('receipt-signing-key'),
      await check('tables', lookAtTables),
      await check('clock', lookAtClock),
      await check('store', async () => {
        await requireWholeStore(openArchive().archive);
        return 'No restore is unfinished.';
      }),
      ...(await checkChannels(settings.webhookUrls)),
    ];
    const isWell = checks.every((one) => one.isWell);
    const lines = checks.map(({ name, isWell: ok, message }) => {
      return `${ok ? 'ok   ' : 'WRONG'}  ${name.padEnd(19)} ${message}\n`;
    });
    return { document: { isWell, checks }, text: lines.join(''), hasFailures: !isWell };
  },
};
