import { signInEndpoint } from '../shared/http/endpoint/sign-in.ts';
import { register } from './register.ts';

register(signInEndpoint);
