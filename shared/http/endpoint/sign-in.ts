import { type PasswordChangeRequired, type SignedIn, signIn } from '../../operation/sign-in.ts';
import { SignInAnswer } from '../answer-schema.ts';
import { type Call, defineEndpoint } from '../endpoint.ts';
import { SignInBody } from '../schema.ts';
import { instant, viewPolicy, viewSignedIn } from '../view.ts';

/** Returns the answer to a proven password, which may use the user's own language. */
function view(
  call: Pick<Call<'anonymous', unknown, unknown>, 'services' | 'textFor'>,
  result: SignedIn | PasswordChangeRequired,
) {
  const { policy, clock } = call.services;
  const text = call.textFor(result.user.locale);
  if (result.status === 'signedIn') {
    return viewSignedIn(result, { policy, text, nowMs: clock.now() });
  }
  return {
    status: result.status,
    reason: 'temporaryPassword',
    changeToken: result.change.token,
    expiresInSeconds: result.change.expiresInSeconds,
    temporaryPasswordExpiresAt: instant(result.temporaryPasswordExpiresAtMs),
    policy: viewPolicy(policy, text),
  };
}

export const signInEndpoint = defineEndpoint({
  name: 'signIn',
  method: 'POST',
  route: 'api/sign-in',
  summary: 'Sign in. With a temporary password, the user must first choose a new one.',
  access: 'anonymous',
  body: SignInBody,
  answers: {
    200: { description: 'Signed in, or a password change is required.', schema: SignInAnswer },
  },
  refusals: [
    'invalid-credentials',
    'temporary-password-expired',
    'too-many-attempts',
    'overloaded',
  ],
  handle: async (call) => {
    call.note(await call.services.pseudonymsOf(call.body.userName, call.context.network));
    const result = await signIn(call.services, call.body, call.context);
    call.note({ actorId: result.user.userId, code: result.status });
    call.services.telemetry.measure({ kind: 'signIn', outcome: result.status });
    return { status: 200, body: view(call, result) };
  },
});
