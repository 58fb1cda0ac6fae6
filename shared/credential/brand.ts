declare const brand: unique symbol;

/** A value that was parsed: the compiler refuses a bare one in its place. */
export type Brand<Value, Name extends string> = Value & { readonly [brand]: Name };
