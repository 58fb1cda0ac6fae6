/** The channels of notices, for operators: what is set, if it answers, and a try. */
import { randomUUID } from 'node:crypto';
import { createKeyVault } from '../azure/vault/key-vault.ts';
import { createSecretCache } from '../crypto/secret/secret-cache.ts';
import {
  createWebhookSecrets,
  deriveWebhookSecret,
  findWebhookKeyFlaw,
  formatWebhookSecret,
  WEBHOOK_KEY_SECRET,
} from '../crypto/secret/webhook-key.ts';
import type { NoticeDependencies } from '../maintenance/notice-report.ts';
import type { ChannelFinding } from '../port/mailer.ts';
import { parseSettings, parseVaultSettings } from '../setting.ts';
import { toTestEvent } from '../webhook/cloud-event.ts';
import { ANSWER_TIMEOUT_MS, NoAnswer, post } from '../webhook/post.ts';
import { postNotice, webhookLabel, webhookLaneName } from '../webhook/webhook-lane.ts';
import { composition, processLog } from './app.ts';
import { openCredential, openMailer, vaultOptions } from './backend.ts';

const clock = { now: () => Date.now() };

/**
 * Opens the notices for operators.
 * @throws {SettingError}
 */
export function openNotices(): NoticeDependencies {
  const { services } = composition();
  return { outbox: services.outbox, clock: services.clock, lanes: services.openLanes() };
}

/** Opens the versions of `webhook-key`; the settings need name nothing but the vault. */
function openWebhookKeys() {
  const settings = parseVaultSettings(process.env);
  const vault = createKeyVault(vaultOptions(settings, openCredential(settings)));
  const options = { vault, name: WEBHOOK_KEY_SECRET, clock, findFlaw: findWebhookKeyFlaw };
  return createSecretCache({ ...options, log: processLog });
}

/**
 * Returns the newest secret of a webhook.
 * @throws {Unavailable} the vault does not answer, or has no usable key
 */
export async function findWebhookSecret(
  url: string,
): Promise<{ readonly secret: string; readonly version: string }> {
  // Not the settled one: the receiver gets the secret that is in use from now on.
  const newest = (await openWebhookKeys().all()).at(-1);
  if (newest === undefined) throw new Error('a list of versions is never empty');
  return {
    secret: formatWebhookSecret(deriveWebhookSecret(newest, url)),
    version: newest.version,
  };
}

const UNSET: ChannelFinding = { isWell: true, message: 'MAIL_FROM is not set: no mail is sent.' };

/** Checks mail without sending anything. */
export async function checkMail(): Promise<ChannelFinding> {
  const settings = parseSettings(process.env);
  const parts = { clock, log: processLog };
  return openMailer(settings, openCredential(settings), parts)?.check() ?? UNSET;
}

function describeFault(host: string, fault: unknown): ChannelFinding {
  if (!(fault instanceof NoAnswer)) throw fault;
  return { isWell: false, message: `${host}: ${fault.message}.` };
}

/** Checks that a webhook is not stopped, and by a request that is no event that it answers. */
export async function checkWebhook(url: string): Promise<ChannelFinding> {
  const { outbox } = composition().services;
  const { stoppedAtMs } = await outbox.findLaneState(webhookLaneName(url));
  if (stoppedAtMs !== undefined) {
    const at = new Date(stoppedAtMs).toISOString();
    const message = `It answered 410 at ${at} and is stopped: see notices resume.`;
    return { isWell: false, message };
  }
  const request = { url, method: 'OPTIONS', headers: {}, body: '' } as const;
  try {
    const { status } = await post({ ...request, timeoutMs: ANSWER_TIMEOUT_MS });
    return { isWell: true, message: `It answers (${status}).` };
  } catch (fault) {
    return describeFault(webhookLabel(url), fault);
  }
}

/** Sends an event of no user to a webhook, signed as all are. */
export async function tryWebhook(url: string): Promise<ChannelFinding> {
  const secretsOf = createWebhookSecrets(openWebhookKeys(), clock);
  const { publicOrigin } = parseSettings(process.env);
  const id = randomUUID();
  try {
    const body = toTestEvent(id, clock.now(), publicOrigin);
    const { status } = await postNotice({ url, clock, secretsOf }, id, body);
    const isWell = status >= 200 && status < 300;
    return { isWell, message: `${webhookLabel(url)} answered ${status}.` };
  } catch (fault) {
    return describeFault(webhookLabel(url), fault);
  }
}

const TEST_TEXT =
  'This mail is a test by an operator of portal-credentials. Nothing was changed, and nothing ' +
  'has to be done.';

/** Sends a mail of no event. */
export async function tryMail(address: string): Promise<ChannelFinding> {
  const settings = parseSettings(process.env);
  const mailer = openMailer(settings, openCredential(settings), { clock, log: processLog });
  const { from } = settings.mail ?? { from: '' };
  if (mailer === undefined) return { ...UNSET, isWell: false };
  const outcome = await mailer.send({
    to: { address, name: '' },
    subject: 'Test of notices',
    text: `${TEST_TEXT}\n`,
    html: `<!doctype html><html lang="en"><p>${TEST_TEXT}</p></html>`,
    language: 'en',
    messageId: `${randomUUID()}@${from.slice(from.lastIndexOf('@') + 1)}`,
  });
  const words = { accepted: 'accepted', refused: 'refused', later: 'put off' } as const;
  if (typeof outcome === 'object') {
    const seconds = Math.ceil(outcome.retryAfterMs / 1000);
    return { isWell: false, message: `A limit is reached: no mail is taken for ${seconds} s.` };
  }
  const message =
    outcome === 'unreachable'
      ? 'The mail server does not answer, or does not take mail from here.'
      : `The mail to ${address} was ${words[outcome]}.`;
  return { isWell: outcome === 'accepted', message };
}
