import { readUserEndpoint } from '../shared/http/endpoint/read-user.ts';
import { register } from './register.ts';

register(readUserEndpoint);
