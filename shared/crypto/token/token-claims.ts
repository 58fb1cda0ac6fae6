import * as z from 'zod';
import { parseUserId, parseUserName, tenantOf } from '../../credential/name.ts';
import { ROLES } from '../../credential/role.ts';
import type { AccessClaims } from '../../port/token.ts';

export type TokenUse = AccessClaims['use'];

/**
 * The time by which `iat` may be ahead: the clock of the instance that signed may be a little fast.
 */
export const ISSUED_AHEAD_MAX_MS = 60_000;

const wholeNumber = z.int().nonnegative();
const COMMON = {
  // jose accepts a list with the audience in it; our tokens have exactly one audience.
  aud: z.string(),
  sub: z.string(),
  preferred_username: z.string(),
  tenant: z.string(),
  iat: wholeNumber,
  exp: wholeNumber,
  exp_ms: wholeNumber,
  jti: z.string().min(1),
  cv: wholeNumber,
  se: wholeNumber,
};
const ACCESS = z.object({
  ...COMMON,
  client_id: z.string(),
  auth_time: wholeNumber,
  roles: z.array(z.enum(ROLES)),
});
/** A change token grants one thing; roles in it would be a mix-up. */
const PASSWORD_CHANGE = z.object({ ...COMMON, roles: z.never().optional() });

type Claims = z.infer<typeof PASSWORD_CHANGE> | z.infer<typeof ACCESS>;

interface Expectation {
  readonly use: TokenUse;
  readonly audience: string;
  readonly nowMs: number;
}

function isGoodNow(claims: Claims, { audience, nowMs }: Expectation): boolean {
  if ('client_id' in claims && claims.client_id !== audience) return false;
  return nowMs < claims.exp_ms && claims.iat * 1000 <= nowMs + ISSUED_AHEAD_MAX_MS;
}

/**
 * Parses the claims of a token whose signature, issuer, audience, type and `exp` were verified.
 * @returns undefined if they are not as we sign them, or not valid at `nowMs`
 */
export function parseClaims(payload: unknown, expected: Expectation): AccessClaims | undefined {
  const schema = expected.use === 'access' ? ACCESS : PASSWORD_CHANGE;
  const parsed = schema.safeParse(payload);
  if (!parsed.success || !isGoodNow(parsed.data, expected)) return undefined;
  const { sub, preferred_username: name, tenant, cv, se } = parsed.data;
  const userId = parseUserId(sub);
  const userName = parseUserName(name);
  if (userId === undefined || userName === undefined) return undefined;
  // Signed names are in their one spelling already.
  if (userName !== name || tenantOf(userName) !== tenant) return undefined;
  return { use: expected.use, userId, userName, credentialVersion: cv, sessionEpoch: se };
}
