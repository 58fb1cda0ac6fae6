import { countUsersEndpoint } from '../shared/http/endpoint/count-users.ts';
import { register } from './register.ts';

register(countUsersEndpoint);
