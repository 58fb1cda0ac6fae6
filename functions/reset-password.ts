import { resetPasswordEndpoint } from '../shared/http/endpoint/reset-password.ts';
import { register } from './register.ts';

register(resetPasswordEndpoint);
