import { healthReadyEndpoint } from '../shared/http/endpoint/health.ts';
import { register } from './register.ts';

register(healthReadyEndpoint);
