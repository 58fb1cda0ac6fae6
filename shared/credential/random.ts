/** Bytes of a cryptographically secure generator. */
export type RandomBytes = (size: number) => Uint8Array;
