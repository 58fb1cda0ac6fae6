/** An item of `Accept-Language` or `Accept-Encoding`; a weight that is no number is NaN. */
export interface Accepted {
  /** The range or coding, in lower case. */
  readonly name: string;
  readonly weight: number;
}

/** Reads a list of items with weights (RFC 9110 section 12.4.2), in the order of the header. */
export function parseAccepted(header: string): readonly Accepted[] {
  return header
    .toLowerCase()
    .split(',')
    .map((item) => {
      const [name = '', ...parameters] = item.split(';').map((part) => part.trim());
      const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return { name, weight: weight === undefined ? 1 : Number(weight) };
    });
}
