/**
 * The shapes of answers. They make the OpenAPI document, and the contract tests check every answer
 * against it.
 */
import * as z from 'zod';
import { EVENT_TYPES, SYSTEM_ACTORS } from '../credential/event.ts';
import { FREEZE_OUTCOMES } from '../credential/freeze.ts';
import { RESET_REQUIREMENTS } from '../credential/reset-requirement.ts';
import { CREDENTIAL_STATES } from '../credential/state.ts';
import { RESET_RULE_CHOICES } from '../credential/tenant-settings.ts';
import { late, named } from './late-schema.ts';
import { role } from './schema.ts';

export const instant = late(() =>
  z.string().meta({
    pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$',
    description: 'RFC 3339 in UTC with milliseconds.',
  }),
);
export const seconds = late(() => z.int().min(0));
const userId = late(() => z.string().describe('Opaque, immutable, safe in a URL.'));

export const Policy = named('Policy', () =>
  z.strictObject({
    minLength: z.int().describe('Code points after NFC.'),
    maxLength: z.int().describe('Code points after NFC.'),
    history: z.int(),
    blocklist: z.literal(true),
    contextWords: z.literal(true),
    passwordRules: z.string().describe('For the `passwordrules` attribute of an input.'),
    rules: z.array(z.string()),
  }),
);

export const Me = named('Me', () =>
  z.strictObject({
    userId: userId(),
    userName: z.string(),
    displayName: z.string(),
    tenant: z.string(),
    roles: z.array(z.strictObject({ id: role(), name: z.string(), description: z.string() })),
    credential: z.strictObject({
      state: z.enum(CREDENTIAL_STATES),
      changedAt: instant(),
      expiresAt: instant().optional(),
    }),
    passwordInstructions: z.strictObject({ title: z.string(), steps: z.array(z.string()) }),
    policy: Policy(),
    adminsWhoCanReset: z
      .array(z.strictObject({ displayName: z.string(), userName: z.string() }))
      .max(10),
    contact: z.string().optional().describe('Whom to ask, as your organisation says.'),
  }),
);

export const SignedIn = named('SignedIn', () =>
  z.strictObject({
    status: z.literal('signedIn'),
    deviceToken: z
      .string()
      .describe(
        'Keep it on this device and send it with the next sign-in. It grants nothing by itself.',
      ),
    accessToken: z.string(),
    tokenType: z.literal('Bearer'),
    expiresInSeconds: seconds(),
    user: Me(),
  }),
);

export const PasswordChangeRequired = named('PasswordChangeRequired', () =>
  z.strictObject({
    status: z.literal('passwordChangeRequired'),
    reason: z.literal('temporaryPassword'),
    changeToken: z.string(),
    expiresInSeconds: seconds(),
    temporaryPasswordExpiresAt: instant(),
    policy: Policy(),
  }),
);

export const SignInAnswer = named('SignInAnswer', () =>
  z.discriminatedUnion('status', [SignedIn(), PasswordChangeRequired()]),
);

const Credential = named('Credential', () =>
  z.strictObject({
    state: z.enum(CREDENTIAL_STATES),
    changedAt: instant().optional(),
    issuedAt: instant().optional(),
    expiresAt: instant().optional(),
    issuedBy: userId().optional(),
    isFrozen: z.literal(true).optional().describe('Nobody can sign in with this account.'),
  }),
);

const userMembers = late(() =>
  z.strictObject({
    userId: userId(),
    userName: z.string(),
    displayName: z.string(),
    email: z.string().optional(),
    secondEmail: z.string().optional(),
    locale: z.string().optional(),
    roles: z.array(role()),
    status: z.enum(['active', 'disabled']),
    credential: Credential(),
    createdAt: instant(),
    lastSignInAt: instant().optional(),
    allowed: z.strictObject({
      edit: z.boolean(),
      delete: z.boolean(),
      resetPassword: z.boolean(),
      unlock: z.boolean(),
      signOut: z.boolean(),
    }),
    resetRequirements: z
      .array(z.enum(RESET_REQUIREMENTS))
      .describe('The requirements of a reset of this user by you.'),
  }),
);

export const User = named('User', userMembers);

/** The user in the answer about one user alone. */
export const UserWithAttempts = named('UserWithAttempts', () =>
  userMembers().extend({
    attempts: z
      .strictObject({
        since: instant(),
        failures: z.int().min(1),
        networks: z.int().min(0).max(100),
        waitUntil: instant().optional(),
      })
      .optional()
      .describe('Failures in a row without a device token. Networks are counted up to 100.'),
  }),
);

export const UserPage = named('UserPage', () =>
  z.strictObject({ items: z.array(User()), next: z.string().optional() }),
);

const countOfUsers = late(() => z.int().min(0));

export const UserSummary = named('UserSummary', () =>
  z.strictObject({
    total: countOfUsers(),
    disabled: countOfUsers(),
    frozen: countOfUsers(),
    states: z.strictObject({
      none: countOfUsers(),
      temporary: countOfUsers(),
      expired: countOfUsers(),
      permanent: countOfUsers(),
      locked: countOfUsers(),
    }),
    expiringWithinADay: countOfUsers().describe(
      'Temporary passwords that can still be used and expire within a day.',
    ),
    globalAdminsWhoCount: countOfUsers().describe('Active, not frozen, with a permanent password.'),
    asOf: instant(),
    isComplete: z.boolean().describe('False: only as many users as were read are counted.'),
  }),
);

export const TemporaryPassword = named('TemporaryPassword', () =>
  z.strictObject({
    value: z.string().describe('Shown only in this answer. It cannot be read again.'),
    spoken: z.array(z.string()).describe('One word for each symbol, to read out on the phone.'),
    expiresAt: instant(),
    expiresInSeconds: seconds(),
    instructions: z.string(),
  }),
);

export const UserWithTemporaryPassword = named('UserWithTemporaryPassword', () =>
  z.strictObject({ user: User(), temporaryPassword: TemporaryPassword() }),
);

const SplitTemporaryPassword = named('SplitTemporaryPassword', () =>
  z.strictObject({
    part: z.literal('told').describe('The other part was mailed.'),
    pair: z.string().describe('Four symbols that the mail has too.'),
    sentTo: z.string().describe('The address of the other part, of which the name is hidden.'),
    ...TemporaryPassword().shape,
  }),
);

export const actor = late(() =>
  z.union([
    z.strictObject({ userId: userId() }),
    z.strictObject({ system: z.enum(SYSTEM_ACTORS) }),
  ]),
);

export const PasswordResetAnswer = named('PasswordResetAnswer', () =>
  z.strictObject({
    user: User(),
    temporaryPassword: z.union([TemporaryPassword(), SplitTemporaryPassword()]),
    receipt: z.string().describe('A signed record of this reset (CONTRACT.md "Receipt").'),
  }),
);

export const Event = named('Event', () =>
  z.strictObject({
    eventId: z.string(),
    type: z.enum(EVENT_TYPES),
    at: instant(),
    actor: actor(),
    subject: z.union([
      z.strictObject({ userId: userId() }),
      z.strictObject({ tenant: z.string() }),
    ]),
    requestId: z.string(),
    details: z.record(z.string(), z.unknown()),
  }),
);

const resetRules = late(() =>
  z.strictObject({
    reason: z.enum(RESET_RULE_CHOICES.reason),
    ticket: z.enum(RESET_RULE_CHOICES.ticket),
    verification: z.enum(RESET_RULE_CHOICES.verification),
    delivery: z.enum(RESET_RULE_CHOICES.delivery),
  }),
);

export const TenantSettings = named('TenantSettings', () =>
  z.strictObject({
    tenant: z.string(),
    settings: z.strictObject({
      contact: z.string().optional(),
      reset: resetRules(),
      pending: z
        .strictObject({ reset: resetRules(), effectiveAt: instant(), by: userId() })
        .optional()
        .describe('Looser rules that are to take effect.'),
    }),
  }),
);

export const Freeze = named('Freeze', () => z.strictObject({ outcome: z.enum(FREEZE_OUTCOMES) }));

export const EventPage = named('EventPage', () =>
  z.strictObject({ items: z.array(Event()), next: z.string().optional() }),
);

export const Health = named('Health', () => z.strictObject({ status: z.literal('ok') }));

export const Readiness = named('Readiness', () =>
  z.strictObject({
    status: z.literal('ok'),
    hashEngine: z.enum(['native', 'bcryptjs']),
    version: z.string(),
  }),
);

export const JsonWebKeySet = named('JsonWebKeySet', () =>
  z.strictObject({ keys: z.array(z.record(z.string(), z.unknown())) }),
);
