import { unlockUserEndpoint } from '../shared/http/endpoint/unlock-user.ts';
import { register } from './register.ts';

register(unlockUserEndpoint);
