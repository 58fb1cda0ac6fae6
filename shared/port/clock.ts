/** Time and randomness, which are always arguments. */
export type { RandomBytes } from '../credential/crockford.ts';

/** Milliseconds since the Unix epoch. */
export interface Clock {
  now(): number;
}
