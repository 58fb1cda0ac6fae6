/** The app: every trigger registers itself when it is imported. */
import { app } from '@azure/functions';
import { closeTelemetry } from '../shared/composition/app.ts';
import './fallback.ts';
import './change-password.ts';
import './change-password-redirect.ts';
import './count-users.ts';
import './create-user.ts';
import './delete-user.ts';
import './expire-temporary-passwords.ts';
import './health-live.ts';
import './health-ready.ts';
import './jwks.ts';
import './list-events.ts';
import './list-user-events.ts';
import './list-users.ts';
import './my-profile.ts';
import './openapi.ts';
import './password-policy.ts';
import './problem-page.ts';
import './read-user.ts';
import './reset-password.ts';
import './sign-in.ts';
import './sign-out-everywhere.ts';
import './sign-out-user.ts';
import './unlock-user.ts';
import './update-user.ts';

app.hook.appTerminate(closeTelemetry);
