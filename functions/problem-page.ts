import { problemPageEndpoint } from '../shared/http/endpoint/problem-page.ts';
import { register } from './register.ts';

register(problemPageEndpoint);
