/** The shapes of answers about resets and their proof. */
import * as z from 'zod';
import { DELIVERIES, VERIFICATION_KINDS } from '../credential/reset.ts';
import { RESET_OUTCOMES } from '../credential/reset-record.ts';
import { actor, instant, seconds } from './answer-schema.ts';
import { named } from './late-schema.ts';

export const Reset = named('Reset', () =>
  z.strictObject({
    eventId: z.string().describe('The event `password.reset`.'),
    at: instant(),
    actor: actor(),
    reason: z.string().optional(),
    ticket: z.string().optional(),
    verification: z
      .strictObject({
        kind: z.enum(VERIFICATION_KINDS),
        reference: z.string().optional(),
        isProven: z.boolean().describe('False: the word of the admin.'),
      })
      .optional(),
    delivery: z.enum(DELIVERIES).optional().describe('Absent: made before version 1.1.'),
    expiresAt: instant().optional(),
    outcome: z.enum(RESET_OUTCOMES),
    outcomeAt: instant().optional(),
  }),
);

export const ResetPage = named('ResetPage', () =>
  z.strictObject({ items: z.array(Reset()), next: z.string().optional() }),
);

export const SupportCode = named('SupportCode', () =>
  z.strictObject({
    code: z.string().describe('Eight symbols, to read out to the help desk.'),
    expiresInSeconds: seconds(),
  }),
);
