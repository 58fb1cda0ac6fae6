import { passwordPolicyEndpoint } from '../shared/http/endpoint/password-policy.ts';
import { register } from './register.ts';

register(passwordPolicyEndpoint);
