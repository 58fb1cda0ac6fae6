/** A source of cryptographically secure bytes. */
export type RandomBytes = (size: number) => Uint8Array;
