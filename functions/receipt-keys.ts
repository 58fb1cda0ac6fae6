import { receiptKeysEndpoint } from '../shared/http/endpoint/receipt-keys.ts';
import { register } from './register.ts';

register(receiptKeysEndpoint);
