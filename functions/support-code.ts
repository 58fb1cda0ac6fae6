import { supportCodeEndpoint } from '../shared/http/endpoint/support-code.ts';
import { register } from './register.ts';

register(supportCodeEndpoint);
