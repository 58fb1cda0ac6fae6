import { freezeEndpoint } from '../shared/http/endpoint/freeze.ts';
import { register } from './register.ts';

register(freezeEndpoint);
