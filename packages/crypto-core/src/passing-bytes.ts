// Arrays that are only passed through: a result of the runtime's own that becomes another, or is copied and done with.
// Their memory lies outside of the heap, where V8 frees it late: 64 KiB at a time it is cold by then, and 30 MB of it
// start a collection of the whole heap. `transfer` gives it back at once: 30 % of the time of sealing 64 KiB with
// node:crypto's AES-256-GCM in Node 24, 20 % of a record's. Below `least` the call costs more than it saves, and in
// JavaScriptCore always (5 % of a record of 64 KiB in Bun 1.4).
import { isJavaScriptCore } from './runtime.ts';

const least = 4_096;

/** Not in every browser. */
interface Transferable {
  transfer?(length: number): ArrayBuffer;
}

/** An array of the bytes and `count` more, in place of `bytes`, which is empty then. Undefined where copying is better. */
export function extend(bytes: Uint8Array, count: number): Uint8Array | undefined {
  const moved = isLargeAndAlone(bytes) ? (bytes.buffer as Transferable).transfer?.(bytes.length + count) : undefined;
  return moved && new Uint8Array(moved);
}

/** Frees the memory of an array that nobody uses any more, if that is worth the call. */
export function release(bytes: Uint8Array): void {
  if (isLargeAndAlone(bytes)) (bytes.buffer as Transferable).transfer?.(0);
}

function isLargeAndAlone(bytes: Uint8Array): boolean {
  return bytes.length > least && !isJavaScriptCore() && bytes.length === bytes.buffer.byteLength;
}
