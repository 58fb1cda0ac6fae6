import { defineEndpoint } from '../endpoint.ts';

/** W3C "A Well-Known URL for Changing Passwords": password managers follow it. */
export const changePasswordRedirectEndpoint = defineEndpoint({
  name: 'changePasswordRedirect',
  method: 'GET',
  route: '.well-known/change-password',
  summary: "Redirects to the portal's form for changing the password.",
  access: 'anonymous',
  answers: { 302: { description: 'To the form.', headers: ['Location'] } },
  refusals: [],
  handle: async ({ wiring }) => {
    const location = new URL(wiring.portalUrl);
    location.hash = '/profile/password';
    return { status: 302, headers: { Location: location.href } };
  },
});
