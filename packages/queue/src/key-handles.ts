// The key handles that a row names. Whoever can write the table can put anything there: bytes of any length, any number
// of them, nothing at all.

const handleBytes = 8;
/** A payload has at most 255 records, each under one key. */
const maxHandles = 255;

/** Those that can be handles; what cannot be one names no key, and the record's own header decides in the end. */
export function possibleHandles(handles: readonly unknown[]): Uint8Array[] {
  return handles.slice(0, maxHandles).filter(isHandle);
}

function isHandle(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && value.length === handleBytes;
}
