/** A backend: a dependency of the service outside its own process, without which nothing works. */
export type Backend = 'tables' | 'vault';
/** A part that may not answer; mail is needed by mailed parts alone. */
export type UnavailablePart = Backend | 'mail';

/** The error of a backend that does not answer, or answers nonsense. Never "not found". */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  readonly part: UnavailablePart;
  /** The version that a stored hash needs and the vault lacks: waiting does not help. */
  readonly pepperVersion: string | undefined;
  /** No waiting mends it: a person must put a sign-in, an address or a secret right. */
  readonly isLasting: boolean;

  constructor(
    part: UnavailablePart,
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
