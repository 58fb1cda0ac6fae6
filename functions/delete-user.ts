import { deleteUserEndpoint } from '../shared/http/endpoint/delete-user.ts';
import { register } from './register.ts';

register(deleteUserEndpoint);
