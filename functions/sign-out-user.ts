import { signOutUserEndpoint } from '../shared/http/endpoint/sign-out-user.ts';
import { register } from './register.ts';

register(signOutUserEndpoint);
