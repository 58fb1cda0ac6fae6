import { listResetsEndpoint } from '../shared/http/endpoint/list-resets.ts';
import { register } from './register.ts';

register(listResetsEndpoint);
