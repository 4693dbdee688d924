/**
 * What a record is bound to: names with text or bytes, at most 65,535 pairs. Names and text must be well-formed
 * Unicode (`context_malformed` otherwise); nothing is normalised.
 */
export type Context = Readonly<Record<string, string | Uint8Array>>;
