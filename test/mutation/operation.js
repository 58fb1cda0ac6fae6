import { configOf } from './config.js';

export default configOf('operation');
