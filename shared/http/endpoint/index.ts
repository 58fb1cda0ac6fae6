import type { AnyEndpoint } from '../endpoint.ts';
import { changePasswordEndpoint } from './change-password.ts';
import { changePasswordRedirectEndpoint } from './change-password-redirect.ts';
import { countUsersEndpoint } from './count-users.ts';
import { createUserEndpoint } from './create-user.ts';
import { deleteUserEndpoint } from './delete-user.ts';
import { freezeEndpoint } from './freeze.ts';
import { healthLiveEndpoint, healthReadyEndpoint } from './health.ts';
import { jwksEndpoint } from './jwks.ts';
import { listEventsEndpoint, listUserEventsEndpoint } from './list-events.ts';
import { listResetsEndpoint } from './list-resets.ts';
import { listUsersEndpoint } from './list-users.ts';
import { myProfileEndpoint } from './my-profile.ts';
import { createOpenapiEndpoint } from './openapi.ts';
import { passwordPolicyEndpoint } from './password-policy.ts';
import { problemPageEndpoint } from './problem-page.ts';
import { readUserEndpoint } from './read-user.ts';
import { receiptKeysEndpoint } from './receipt-keys.ts';
import { resetPasswordEndpoint } from './reset-password.ts';
import { signInEndpoint } from './sign-in.ts';
import { signOutEverywhereEndpoint } from './sign-out-everywhere.ts';
import { signOutUserEndpoint } from './sign-out-user.ts';
import { supportCodeEndpoint } from './support-code.ts';
import { readTenantEndpoint, updateTenantEndpoint } from './tenant-settings.ts';
import { unlockUserEndpoint } from './unlock-user.ts';
import { updateUserEndpoint } from './update-user.ts';

export const openapiEndpoint = createOpenapiEndpoint(() => endpoints);

/** Every endpoint, in the order in which the OpenAPI document lists them. */
export const endpoints: readonly AnyEndpoint[] = [
  signInEndpoint,
  changePasswordEndpoint,
  myProfileEndpoint,
  signOutEverywhereEndpoint,
  supportCodeEndpoint,
  passwordPolicyEndpoint,
  freezeEndpoint,
  listUsersEndpoint,
  countUsersEndpoint,
  createUserEndpoint,
  readUserEndpoint,
  updateUserEndpoint,
  deleteUserEndpoint,
  resetPasswordEndpoint,
  unlockUserEndpoint,
  signOutUserEndpoint,
  listResetsEndpoint,
  listUserEventsEndpoint,
  listEventsEndpoint,
  readTenantEndpoint,
  updateTenantEndpoint,
  healthLiveEndpoint,
  healthReadyEndpoint,
  jwksEndpoint,
  receiptKeysEndpoint,
  changePasswordRedirectEndpoint,
  openapiEndpoint,
  problemPageEndpoint,
];
