import { listUsersEndpoint } from '../shared/http/endpoint/list-users.ts';
import { register } from './register.ts';

register(listUsersEndpoint);
