import { updateUserEndpoint } from '../shared/http/endpoint/update-user.ts';
import { register } from './register.ts';

register(updateUserEndpoint);
