import { type Role, rankOf } from '../../credential/role.ts';
import { resetPassword } from '../../operation/reset-password.ts';
import type { RankName } from '../../port/telemetry.ts';
import { PasswordResetAnswer } from '../answer-schema.ts';
import { defineEndpoint } from '../endpoint.ts';
import { userIdIn } from '../request.ts';
import { ResetPasswordBody } from '../reset-schema.ts';
import { temporaryPasswordAnswer } from './user-answer.ts';

const RANK_NAMES = ['business', 'userManagementAdmin', 'globalAdmin'] as const;

function rankNameOf(roles: readonly Role[]): RankName {
  return RANK_NAMES[rankOf(roles)];
}

export const resetPasswordEndpoint = defineEndpoint({
  name: 'resetPassword',
  method: 'POST',
  route: 'api/users/{userId}/password-reset',
  summary: "Replace another user's password with a generated temporary one.",
  access: 'admin',
  body: ResetPasswordBody,
  isBodyOptional: true,
  isConditional: true,
  isIdempotent: true,
  answers: {
    200: {
      description: 'Reset. The temporary password, or the part to read out, is in no other answer.',
      schema: PasswordResetAnswer,
      headers: ['ETag'],
    },
  },
  refusals: [
    'self-reset-forbidden',
    'not-found',
    'reset-requirements-unmet',
    'verification-failed',
    'too-many-attempts',
    'last-global-admin',
    'conflict',
    'overloaded',
  ],
  handle: async ({ services, principal, params, ifMatch, keyedCall, body, context, text }) => {
    const { expiresInSeconds, ...terms } = body;
    const userId = userIdIn(params);
    const once = keyedCall;
    const request = { principal, userId, ifMatch, once, terms, expiresInSeconds };
    const done = await resetPassword(services, request, context);
    services.telemetry.measure({
      kind: 'passwordReset',
      target: rankNameOf(done.user.roles),
      actor: rankNameOf(principal.user.value.roles),
    });
    return temporaryPasswordAnswer({ services, principal, text, ...done });
  },
});
