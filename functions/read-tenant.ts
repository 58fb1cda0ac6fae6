import { readTenantEndpoint } from '../shared/http/endpoint/tenant-settings.ts';
import { register } from './register.ts';

register(readTenantEndpoint);
