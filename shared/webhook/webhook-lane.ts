import { createHash } from 'node:crypto';
import type { Clock } from '../port/clock.ts';
import type { Log } from '../port/log.ts';
import type { Lane, SendOutcome } from '../port/notice.ts';
import { parseRetryAfterMs } from '../port/retry-after.ts';
import { toCloudEvent } from './cloud-event.ts';
import { ANSWER_TIMEOUT_MS, type PostAnswer, post } from './post.ts';
import { signatureHeaders } from './signature.ts';

/** The requests that a receiver gets side by side from one instance. */
const POSTS_AT_ONCE = 8;
/** The digits of a URL's hash, 64 bits: five lanes never share a name. */
const NAME_DIGITS = 16;

/** The answers about this one message; all others are about the receiver. */
const MESSAGE_STATUSES: ReadonlySet<number> = new Set([400, 409, 413, 415, 422]);

export interface WebhookLaneOptions {
  readonly url: string;
  readonly publicOrigin: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Returns the secrets of the URL, newest first. @throws {Unavailable} */
  readonly secretsOf: (url: string) => Promise<readonly Buffer[]>;
  /** The time of a try; by default that of the contract. */
  readonly timeoutMs?: number;
}

/** Returns the name of a webhook's lane, which follows its URL wherever it stands in the list. */
export function webhookLaneName(url: string): string {
  return `hook${createHash('sha256').update(url).digest('hex').slice(0, NAME_DIGITS)}`;
}

/** The host, which is as much of a URL as a log may hold: a path can be a secret. */
export const webhookLabel = (url: string) => new URL(url).host;

function judge({ status, retryAfter }: PostAnswer, nowMs: number): SendOutcome {
  if (status >= 200 && status < 300) return 'accepted';
  if (status === 410) return 'gone';
  const retryAfterMs = parseRetryAfterMs(retryAfter, nowMs);
  if (retryAfterMs !== undefined) return { retryAfterMs };
  return MESSAGE_STATUSES.has(status) ? 'later' : 'unreachable';
}

/**
 * Posts one body. It is signed at each try: with what is valid then, and by the clock of then.
 * @throws {Unavailable} the vault does not answer
 * @throws {NoAnswer}
 */
export async function postNotice(
  {
    url,
    clock,
    secretsOf,
    timeoutMs = ANSWER_TIMEOUT_MS,
  }: Pick<WebhookLaneOptions, 'url' | 'clock' | 'secretsOf' | 'timeoutMs'>,
  id: string,
  body: string,
): Promise<PostAnswer> {
  const secrets = await secretsOf(url);
  const headers = {
    'content-type': 'application/cloudevents+json',
    'user-agent': 'portal-credentials',
    ...signatureHeaders({ id, atMs: clock.now(), body, secrets }),
  };
  return post({ url, method: 'POST', headers, body, timeoutMs });
}

/** Makes the lane of one webhook: its one target is its URL. */
export function createWebhookLane(options: WebhookLaneOptions): Lane {
  const { url, clock, log } = options;
  const label = webhookLabel(url);
  return {
    name: webhookLaneName(url),
    label,
    width: POSTS_AT_ONCE,
    isPaced: false,
    // The store gets the host: the URL may hold a secret.
    listTargets: async () => [{ address: label, recipient: undefined }],
    async send(notice) {
      let body: string;
      try {
        body = toCloudEvent(notice, options.publicOrigin);
      } catch {
        return 'unrenderable';
      }
      try {
        const answer = await postNotice(options, notice.event.eventId, body);
        const outcome = judge(answer, clock.now());
        if (outcome === 'accepted') return outcome;
        log.warn('a webhook did not accept a notice', { host: label, status: answer.status });
        return outcome;
      } catch (fault) {
        const error = fault instanceof Error ? fault.message : 'unknown';
        log.warn('a webhook does not answer', { host: label, error });
        return 'unreachable';
      }
    },
  };
}
