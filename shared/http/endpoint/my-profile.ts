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
  prefetch: ({ accounts }, { userName }) => {
    const tenant = tenantOf(userName);
    return Promise.all([accounts.findAdmins(tenant), accounts.findSettings(tenant)]);
  },
  handle: async ({ services, principal, prefetched: [listed, settings], text }) => {
    const user = principal.user.value;
    const admins = adminsWhoCanReset(user, listed?.value ?? []);
    const { policy, clock } = services;
    const contact = settings?.value.contact;
    const me = viewMe({ user, admins, contact, policy, text, nowMs: clock.now() });
    return { status: 200, body: me };
  },
});
