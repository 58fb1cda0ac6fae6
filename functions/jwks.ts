import { jwksEndpoint } from '../shared/http/endpoint/jwks.ts';
import { register } from './register.ts';

register(jwksEndpoint);
