declare const brand: unique symbol;

/** A parsed value: the compiler refuses an unparsed one in its place. */
export type Brand<Value, Name extends string> = Value & { readonly [brand]: Name };

/** `local@domain` in lower case; see {@link parseUserName}. */
export type UserName = Brand<string, 'UserName'>;
/** A partner organisation: the domain of its user names, in lower case. */
export type Tenant = Brand<string, 'Tenant'>;
/** Opaque and immutable; 128 random bits as 26 symbols of lower-case Crockford base32. */
export type UserId = Brand<string, 'UserId'>;

/**
 * The limit of RFC 5321 section 4.5.3.1.3: a path has 256 octets, two of them the angle brackets.
 */
export const USER_NAME_MAX_LENGTH = 254;
/** RFC 5321 section 4.5.3.1.1. */
export const LOCAL_PART_MAX_LENGTH = 64;
/** RFC 1035 section 2.3.4. */
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** The characters that Entra allows before the `@` of a user principal name. */
const LOCAL_PART = /^[a-z0-9'._!#^~-]+$/;
/** RFC 5322 section 3.2.3: atext, in dot-atoms. */
const ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
const EMAIL_LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
/** RFC 5321 section 4.5.3.1.3, as for user names. */
export const EMAIL_MAX_LENGTH = 254;
/** A regular expression without its limit of length; the OpenAPI document shows it. */
export const EMAIL_PATTERN = `^${ATOM}(?:\\.${ATOM})*@(?:${EMAIL_LABEL}\\.)+${EMAIL_LABEL}$`;
const EMAIL = new RegExp(EMAIL_PATTERN);
const USER_ID = /^[0-9a-hjkmnp-tv-z]{26}$/;

/**
 * Parses a user name into its one spelling (lower case).
 * @returns undefined if the text is not a user name
 */
export function parseUserName(text: string): UserName | undefined {
  if (text.length > USER_NAME_MAX_LENGTH || !/^[\x21-\x7e]*$/.test(text)) return undefined;
  const lower = text.toLowerCase();
  const at = lower.indexOf('@');
  const local = lower.slice(0, at);
  if (at < 1 || local.length > LOCAL_PART_MAX_LENGTH || !LOCAL_PART.test(local)) return undefined;
  if (local.startsWith('.') || local.endsWith('.') || local.includes('..')) return undefined;
  const labels = lower.slice(at + 1).split('.');
  if (labels.length < 2 || !labels.every((label) => LABEL.test(label))) return undefined;
  return lower as UserName;
}

/**
 * Parses one address exactly as it was typed: ASCII, without quotes, comments or address literals,
 * so that no mail program can read it as another one or as two.
 * @returns undefined if the text is not such an address
 */
export function parseEmail(text: string): string | undefined {
  return text.length <= EMAIL_MAX_LENGTH && EMAIL.test(text) ? text : undefined;
}

export function tenantOf(userName: UserName): Tenant {
  return userName.slice(userName.indexOf('@') + 1) as Tenant;
}

/**
 * Parses a user id.
 * @returns undefined if no user can have it
 */
export function parseUserId(text: string): UserId | undefined {
  return USER_ID.test(text) ? (text as UserId) : undefined;
}
