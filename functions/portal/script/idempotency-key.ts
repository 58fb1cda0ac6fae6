/**
 * The key of one decision of a person. A call that is repeated as it is has the same key, so that
 * the service does it once; another body is another decision.
 */
export class IdempotencyKey {
  readonly #window: Pick<Window, 'crypto'>;
  #body: string | undefined;
  #key = '';

  constructor(window: Pick<Window, 'crypto'>) {
    this.#window = window;
  }

  /** Returns the key for a call with this body: 128 random bits in hexadecimal. */
  of(body: object): string {
    const text = JSON.stringify(body);
    if (text !== this.#body) {
      const bytes = this.#window.crypto.getRandomValues(new Uint8Array(16));
      this.#key = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
      this.#body = text;
    }
    return this.#key;
  }

  /** The person decides anew: the next call is another one, whatever its body. */
  renew(): void {
    this.#body = undefined;
  }
}
