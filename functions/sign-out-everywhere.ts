import { signOutEverywhereEndpoint } from '../shared/http/endpoint/sign-out-everywhere.ts';
import { register } from './register.ts';

register(signOutEverywhereEndpoint);
