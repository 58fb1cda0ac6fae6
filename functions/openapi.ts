import { openapiEndpoint } from '../shared/http/endpoint/index.ts';
import { register } from './register.ts';

register(openapiEndpoint);
