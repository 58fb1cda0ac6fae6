/** CONTRACT.md "Notices": `Retry-After` is obeyed up to an hour. */
const RETRY_AFTER_MAX_MS = 3_600_000;

/**
 * Reads `Retry-After` (RFC 9110 section 10.2.3): seconds, or a date.
 * @returns undefined if it is missing, malformed or over
 */
export function parseRetryAfterMs(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  const isSeconds = /^\d{1,10}$/.test(text);
  const waitMs = isSeconds ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return waitMs > 0 ? Math.min(waitMs, RETRY_AFTER_MAX_MS) : undefined;
}
