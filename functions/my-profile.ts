import { myProfileEndpoint } from '../shared/http/endpoint/my-profile.ts';
import { register } from './register.ts';

register(myProfileEndpoint);
