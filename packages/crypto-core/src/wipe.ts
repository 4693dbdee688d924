/** Overwrites the bytes with zeros. Copies that a runtime made (moving garbage collectors, swap) are out of reach. */
export function wipe(...arrays: readonly Uint8Array[]): void {
  for (const bytes of arrays) bytes.fill(0);
}
