declare const brand: unique symbol;

/** A parsed value: the compiler refuses an unparsed one in its place. */
export type Brand<Value, Name extends string> = Value & { readonly [brand]: Name };
