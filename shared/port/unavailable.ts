/** What the service depends on beside its own process. */
export type Backend = 'tables' | 'vault';

/** A backend does not answer, or answers nonsense. Never "not found". */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  readonly part: Backend;
  /** The version that a stored hash needs and the vault lacks: no waiting mends that. */
  readonly pepperVersion: string | undefined;
  /** No waiting mends it: a person must put a sign-in, an address or a secret right. */
  readonly isLasting: boolean;

  constructor(
    part: Backend,
    message: string,
    options: {
      readonly cause?: unknown;
      readonly pepperVersion?: string;
      readonly isLasting?: boolean;
    } = {},
  ) {
    super(message, options);
    this.part = part;
    this.pepperVersion = options.pepperVersion;
    this.isLasting = options.isLasting ?? options.pepperVersion !== undefined;
  }
}
