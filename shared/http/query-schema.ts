/** The shapes of queries: CONTRACT.md, the lists. */
import * as z from 'zod';
import { EVENT_TYPES } from '../credential/event.ts';
import { parseUserId, type UserId } from '../credential/name.ts';
import type { FieldProblem } from '../credential/refusal.ts';
import { CREDENTIAL_STATES } from '../credential/state.ts';
import { late } from './late-schema.ts';
import { isAtMost, role, rule, someText } from './schema.ts';

/** CONTRACT.md `GET /api/users`. */
const SEARCH_MAX_CODE_POINTS = 100;

const PAGE_LIMIT_MAX = 200;
const PAGE_LIMIT_DEFAULT = 50;

const limit = late(() =>
  z
    .string()
    .check(
      rule<string>('range', (text) => {
        const value = /^\d{1,3}$/.test(text) ? Number(text) : 0;
        return value >= 1 && value <= PAGE_LIMIT_MAX;
      }),
    )
    .transform(Number)
    .default(PAGE_LIMIT_DEFAULT)
    .meta({
      override: {
        type: 'integer',
        minimum: 1,
        maximum: PAGE_LIMIT_MAX,
        default: PAGE_LIMIT_DEFAULT,
      },
    }),
);

const after = late(() => someText().describe('The `next` of the page before.').optional());

/** A moment of RFC 3339, in milliseconds. */
const moment = late(() =>
  z.iso
    .datetime({ offset: true })
    .meta({ override: { type: 'string', format: 'date-time' } })
    .transform((text) => Date.parse(text)),
);

export const PageQuery = late(() => z.strictObject({ limit: limit(), after: after() }));

const eventTypes = late(() =>
  z
    .string()
    .check(
      rule<string>('choice', (text) => {
        return text.split(',').every((type) => EVENT_TYPES.some((known) => known === type));
      }),
    )
    .describe(`A comma list of: ${EVENT_TYPES.join(', ')}.`)
    .transform((text) => {
      const types = text.split(',');
      return EVENT_TYPES.filter((type) => types.includes(type));
    }),
);

export const ListEventsQuery = late(() =>
  z.strictObject({
    type: eventTypes().optional(),
    actor: z
      .string()
      .check(rule<string>('format', (text) => parseUserId(text) !== undefined))
      .transform((text) => text as UserId)
      .describe('The `userId` of the user who caused the event.')
      .optional(),
    from: moment().describe('The first moment that counts.').optional(),
    to: moment().describe('The first moment after it that does not.').optional(),
    limit: limit(),
    after: after(),
  }),
);

export const ListUsersQuery = late(() =>
  z
    .strictObject({
      userName: z
        .string()
        .check(rule<string>('userName', (text) => /^[\x21-\x7e]{1,254}$/.test(text)))
        .transform((text) => text.toLowerCase())
        .describe('The user name starts with this.')
        .optional(),
      search: z
        .string()
        .check(rule<string>('length', (text) => isAtMost(text, SEARCH_MAX_CODE_POINTS)))
        .meta({ maxLength: SEARCH_MAX_CODE_POINTS })
        .describe(
          'Each word begins a word of the display name, the user name or the address, whatever ' +
            'case and accents. Not together with `userName`.',
        )
        .optional(),
      role: role().optional(),
      status: z.enum(['active', 'disabled']).optional(),
      credentialState: z.enum(CREDENTIAL_STATES).optional(),
      expiresBefore: moment()
        .describe('Users with a temporary password that expires, or expired, before this moment.')
        .optional(),
      isFrozen: z
        .literal('true')
        .transform((): true => true)
        .optional(),
      limit: limit(),
      after: after(),
    })
    .check(
      z.refine(({ userName, search }) => userName === undefined || search === undefined, {
        path: ['search'],
        params: { problem: 'notWithUserName' satisfies FieldProblem },
      }),
    ),
);
