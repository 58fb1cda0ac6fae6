import { type FieldProblem, Refusal } from '../../credential/refusal.ts';
import { changePassword } from '../../operation/change-password.ts';
import { SignedIn } from '../answer-schema.ts';
import { defineEndpoint } from '../endpoint.ts';
import { ChangePasswordBody } from '../schema.ts';
import { viewSignedIn } from '../view.ts';

/**
 * Judges, by which of the two tokens was sent, whether the current password belongs in the body.
 */
function misplacedCurrentPassword(isSession: boolean, isGiven: boolean): FieldProblem | undefined {
  if (isSession === isGiven) return undefined;
  return isSession ? 'currentPasswordRequired' : 'notWithChangeToken';
}

export const changePasswordEndpoint = defineEndpoint({
  name: 'changePassword',
  method: 'POST',
  route: 'api/me/password',
  summary: 'Change your own password, in a session or after a temporary password.',
  access: 'sessionOrChange',
  body: ChangePasswordBody,
  answers: {
    200: {
      description: 'Changed and signed in. All earlier tokens are invalid.',
      schema: SignedIn,
    },
  },
  refusals: [
    'invalid-credentials',
    'password-rejected',
    'too-many-attempts',
    'conflict',
    'overloaded',
  ],
  handle: async ({ services, principal, body, context, text }) => {
    const { newPassword, currentPassword } = body;
    const isSession = principal.use === 'access';
    const problem = misplacedCurrentPassword(isSession, currentPassword !== undefined);
    if (problem !== undefined) {
      throw new Refusal('validation', { errors: [{ pointer: '/currentPassword', problem }] });
    }
    const request = { principal, newPassword, currentPassword };
    const result = await changePassword(services, request, context);
    const after = isSession ? 'permanent' : 'temporaryPassword';
    services.telemetry.measure({ kind: 'passwordChange', after });
    const parts = { policy: services.policy, text, nowMs: services.clock.now() };
    return { status: 200, body: viewSignedIn(result, parts) };
  },
});
