import { changePasswordEndpoint } from '../shared/http/endpoint/change-password.ts';
import { register } from './register.ts';

register(changePasswordEndpoint);
