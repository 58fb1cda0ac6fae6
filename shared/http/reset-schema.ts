/** The shape of the request of a reset: CONTRACT.md `POST /api/users/{userId}/password-reset`. */
import * as z from 'zod';
import { DELIVERIES, VERIFICATION_KINDS } from '../credential/reset.ts';
import { late, named } from './late-schema.ts';
import { isAtMost, rule } from './schema.ts';

const REASON_MAX_CODE_POINTS = 200;
const TICKET_MAX_LENGTH = 64;
/** Eight symbols, and room for whatever a person types between them. */
const SUPPORT_CODE_MAX_LENGTH = 64;

const remark = late(() =>
  z
    .string()
    .check(
      rule<string>(
        'length',
        (text) => text.trim() !== '' && isAtMost(text, REASON_MAX_CODE_POINTS),
      ),
      rule<string>('controlCharacters', (text) => !/\p{Cc}/u.test(text)),
    )
    .meta({ minLength: 1, maxLength: REASON_MAX_CODE_POINTS }),
);

const [supportCode, ...wordKinds] = VERIFICATION_KINDS;

export const ResetPasswordBody = named('ResetPasswordBody', () =>
  z.strictObject({
    reason: remark().optional().describe('Why the password is reset.'),
    ticket: z
      .string()
      .check(rule<string>('format', (text) => /^[A-Za-z0-9_/#.-]{1,64}$/.test(text)))
      .meta({ minLength: 1, maxLength: TICKET_MAX_LENGTH, examples: ['INC-1042'] })
      .describe('The ticket: letters, digits and `-_/#.`.')
      .optional(),
    verification: z
      .discriminatedUnion('kind', [
        z.strictObject({
          kind: z.literal(supportCode),
          reference: remark().optional(),
          code: z
            .string()
            .check(
              rule<string>('length', (text) => {
                return text.trim() !== '' && text.length <= SUPPORT_CODE_MAX_LENGTH;
              }),
            )
            .meta({ minLength: 1, maxLength: SUPPORT_CODE_MAX_LENGTH })
            .describe('The support code that the user read out.'),
        }),
        z.strictObject({ kind: z.enum(wordKinds), reference: remark().optional() }),
      ])
      .describe('How you made sure who is calling.')
      .optional(),
    delivery: z.enum(DELIVERIES).optional().describe('`shown` by default.'),
    expiresInSeconds: z
      .int()
      // The upper bound is a setting.
      .meta({ override: { type: 'integer', minimum: 1 } })
      .optional()
      .describe('At least 60, or the usual life if that is less; at most the usual life.'),
  }),
);
