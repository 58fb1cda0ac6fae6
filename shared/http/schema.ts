/**
 * The shapes of bodies. The same schemas validate them and make the OpenAPI document; those of
 * queries are in query-schema.ts, those of answers in answer-schema.ts.
 */
import * as z from 'zod';
import {
  EMAIL_MAX_LENGTH,
  EMAIL_PATTERN,
  parseEmail,
  parseUserName,
  USER_NAME_MAX_LENGTH,
  type UserName,
} from '../credential/name.ts';
import type { FieldProblem } from '../credential/refusal.ts';
import { ROLES } from '../credential/role.ts';
import { CONTACT_MAX_CODE_POINTS, RESET_RULE_CHOICES } from '../credential/tenant-settings.ts';
import { late, named } from './late-schema.ts';

/** Makes a rule in code; the catalogue has the sentence for `problem`. */
export function rule<Value>(problem: FieldProblem, holds: (value: Value) => boolean) {
  return z.refine<Value>(holds, { params: { problem }, abort: true });
}

/** CONTRACT.md "Words": 1–120 code points. */
const DISPLAY_NAME_MAX_CODE_POINTS = 120;
/** The longest tag: RFC 5646 section 4.4.1 requires room for 35; extensions are longer. */
const LOCALE_MAX_LENGTH = 85;

/** A code point is at most two UTF-16 units: a far longer text is not counted. */
export function isAtMost(text: string, codePoints: number): boolean {
  return text.length <= 2 * codePoints && Array.from(text).length <= codePoints;
}

function isLanguageTag(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch {
    return false;
  }
}

function canonicalLocale(text: string): string {
  return Intl.getCanonicalLocales(text)[0] ?? text;
}

/** Not `min(1)`, which reports a problem about an empty list as well. */
export const someText = late(() =>
  z
    .string()
    .check(rule<string>('length', (text) => text !== ''))
    .meta({ minLength: 1 }),
);

const userName = late(() =>
  z
    .string()
    .check(rule<string>('userName', (text) => parseUserName(text) !== undefined))
    // Before the transformation: the document's examples are of the text that is sent.
    .meta({ maxLength: USER_NAME_MAX_LENGTH, examples: ['ana@contoso.example'] })
    .transform((text) => parseUserName(text) as UserName),
);

const displayName = late(() =>
  z
    .string()
    .check(
      rule<string>('length', (text) => text !== '' && isAtMost(text, DISPLAY_NAME_MAX_CODE_POINTS)),
      rule<string>('controlCharacters', (text) => !/\p{Cc}/u.test(text)),
    )
    .meta({ minLength: 1, maxLength: DISPLAY_NAME_MAX_CODE_POINTS, examples: ['Ana Silva'] }),
);

const email = late(() =>
  z
    .string()
    .check(rule<string>('email', (text) => parseEmail(text) !== undefined))
    .meta({ maxLength: EMAIL_MAX_LENGTH, pattern: EMAIL_PATTERN, examples: ['ana@mail.example'] }),
);

const locale = late(() =>
  z
    .string()
    .check(
      rule<string>('locale', (text) => text.length <= LOCALE_MAX_LENGTH && isLanguageTag(text)),
    )
    .meta({ maxLength: LOCALE_MAX_LENGTH, examples: ['fr-CA'] })
    .transform(canonicalLocale),
);

export const role = late(() => z.enum(ROLES));

const roles = late(() =>
  z
    .array(role())
    .check(
      rule<readonly string[]>('length', (list) => list.length > 0),
      rule<readonly string[]>('duplicate', (list) => new Set(list).size === list.length),
    )
    // The order in which the store returns them.
    .transform((list) => ROLES.filter((one) => list.includes(one)))
    .meta({ minItems: 1, maxItems: ROLES.length, uniqueItems: true }),
);

export const SignInBody = named('SignInBody', () =>
  z.strictObject({
    userName: userName(),
    password: someText(),
    deviceToken: z
      .unknown()
      .optional()
      .describe('The `deviceToken` of an earlier answer; anything else counts as none.'),
  }),
);

export const ChangePasswordBody = named('ChangePasswordBody', () =>
  z.strictObject({
    newPassword: z.string(),
    currentPassword: someText()
      .optional()
      .describe('Required with an access token, refused with a change token.'),
  }),
);

export const CreateUserBody = named('CreateUserBody', () =>
  z.strictObject({
    userName: userName(),
    displayName: displayName(),
    email: email().optional(),
    secondEmail: email().optional(),
    locale: locale().optional(),
    roles: roles(),
  }),
);

export const UpdateUserBody = named('UpdateUserBody', () =>
  z.strictObject({
    displayName: displayName().optional(),
    email: email().nullable().optional(),
    secondEmail: email().nullable().optional(),
    locale: locale().nullable().optional(),
    roles: roles().optional(),
    status: z.enum(['active', 'disabled']).optional(),
  }),
);

const contact = late(() =>
  z
    .string()
    .check(
      rule<string>('length', (text) => {
        if (text.length > 2 * CONTACT_MAX_CODE_POINTS) return false;
        return Array.from(text.trim()).length <= CONTACT_MAX_CODE_POINTS;
      }),
      rule<string>('controlCharacters', (text) => !/\p{Cc}/u.test(text)),
    )
    .meta({ maxLength: CONTACT_MAX_CODE_POINTS, examples: ['IT help desk, +33 1 23 45 67 89'] }),
);

export const UpdateTenantBody = named('UpdateTenantBody', () =>
  z.strictObject({
    settings: z.strictObject({
      contact: contact().nullable().optional().describe('The contact for help; empty removes it.'),
      reset: z
        .strictObject({
          reason: z.enum(RESET_RULE_CHOICES.reason).nullable().optional(),
          ticket: z.enum(RESET_RULE_CHOICES.ticket).nullable().optional(),
          verification: z.enum(RESET_RULE_CHOICES.verification).nullable().optional(),
          delivery: z.enum(RESET_RULE_CHOICES.delivery).nullable().optional(),
        })
        .nullable()
        .optional()
        .describe(
          'What is looser than now takes effect 24 hours later, or when the operator allows it.',
        ),
    }),
  }),
);

/** A seal takes a few hundred characters, and no more than these. */
const FREEZE_TOKEN_MAX_LENGTH = 2048;

export const FreezeBody = named('FreezeBody', () =>
  z.strictObject({
    token: z
      .string()
      .check(rule<string>('length', (text) => text.length <= FREEZE_TOKEN_MAX_LENGTH))
      .meta({ maxLength: FREEZE_TOKEN_MAX_LENGTH })
      .describe('The text in a notice, which is also the fragment of its link.'),
  }),
);

/** The body of an endpoint without a described one: nothing, or `{}`. */
export const EmptyBody = named('EmptyBody', () => z.strictObject({}));

export const EmptyQuery = late(() => z.strictObject({}));
