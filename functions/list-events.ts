import { listEventsEndpoint } from '../shared/http/endpoint/list-events.ts';
import { register } from './register.ts';

register(listEventsEndpoint);
