import { adminsWhoCanReset } from '../../credential/rank.ts';
import { Me } from '../answer-schema.ts';
import { defineEndpoint } from '../endpoint.ts';
import { viewMe } from '../view.ts';

export const myProfileEndpoint = defineEndpoint({
  name: 'myProfile',
  method: 'GET',
  route: 'api/me',
  summary: 'The own roles, password state, instructions, and who can reset the password.',
  access: 'session',
  answers: { 200: { description: 'The own profile.', schema: Me } },
  refusals: [],
  handle: async ({ wiring, principal, text }) => {
    const user = principal.user.value;
    const listed = await wiring.accounts.findAdmins(user.tenant);
    const admins = adminsWhoCanReset(user, listed?.value ?? []);
    const { policy, clock } = wiring;
    return { status: 200, body: viewMe({ user, admins, policy, text, nowMs: clock.now() }) };
  },
});
