import { changePasswordRedirectEndpoint } from '../shared/http/endpoint/change-password-redirect.ts';
import { register } from './register.ts';

register(changePasswordRedirectEndpoint);
