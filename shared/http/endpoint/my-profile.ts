import { tenantOf } from '../../credential/name.ts';
import { adminsWhoCanReset } from '../../credential/rank.ts';
import { Me } from '../answer-schema.ts';
import { defineEndpoint } from '../endpoint.ts';
import { viewMe } from '../view.ts';

export const myProfileEndpoint = defineEndpoint({
  name: 'myProfile',
  method: 'GET',
  route: 'api/me',
  summary: 'Read your own roles, password state, instructions, and the admins who can reset you.',
  access: 'session',
  answers: { 200: { description: 'Your own profile.', schema: Me } },
  refusals: [],
  prefetch: ({ accounts }, { userName }) => accounts.findAdmins(tenantOf(userName)),
  handle: async ({ services, principal, prefetched: listed, text }) => {
    const user = principal.user.value;
    const admins = adminsWhoCanReset(user, listed?.value ?? []);
    const { policy, clock } = services;
    return { status: 200, body: viewMe({ user, admins, policy, text, nowMs: clock.now() }) };
  },
});
