import { defineEndpoint, type Services } from '../endpoint.ts';

/** Returns the address of the form: that of PORTAL_URL, or of the portal at our own origin. */
function formAddress({ portalUrl, publicOrigin }: Services): string {
  return portalUrl === `${publicOrigin}/` ? `${portalUrl}#/profile/password` : portalUrl;
}

/** W3C "A Well-Known URL for Changing Passwords": password managers follow it. */
export const changePasswordRedirectEndpoint = defineEndpoint({
  name: 'changePasswordRedirect',
  method: 'GET',
  route: '.well-known/change-password',
  summary: 'Redirect to the form of the portal for changing the password.',
  access: 'anonymous',
  answers: { 302: { description: 'Redirect to the form.', headers: ['Location'] } },
  refusals: [],
  handle: async ({ services }) => ({ status: 302, headers: { Location: formAddress(services) } }),
});
