import { createUserEndpoint } from '../shared/http/endpoint/create-user.ts';
import { register } from './register.ts';

register(createUserEndpoint);
