// What keys are called in the maps of the cache.

/** A handle as a Map key: 8 characters of Latin 1. */
export function handleName(handle: Uint8Array): string {
  return String.fromCharCode(
    handle[0]!,
    handle[1]!,
    handle[2]!,
    handle[3]!,
    handle[4]!,
    handle[5]!,
    handle[6]!,
    handle[7]!,
  );
}

/** A key id as a Map key; never 8 characters long. */
export function keyIdName(keyId: string): string {
  return `key id: ${keyId}`;
}
