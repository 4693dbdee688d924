// How input gets into the module's memory. V8 sets any 64 bytes in 12 ns; JavaScriptCore takes 15 ns for one `set`, and 8
// for a loop over 16 bytes (Bun 1.4). By words: what is stored in smaller parts than it is loaded, the processor waits for.
import { isJavaScriptCore } from '../runtime.ts';

const largestLoop = 32;

/** Copies the `length` bytes of `from`, which are all there are, to `to`, a multiple of 4. */
export type CopyIn = (from: Uint8Array, to: number, length: number) => void;

export function createCopyIn(memory: Uint8Array): CopyIn {
  return isJavaScriptCore() ? createLoopIn(memory) : (from, to) => memory.set(from, to);
}

/** For JavaScriptCore. */
export function createLoopIn(memory: Uint8Array): CopyIn {
  const words = new Uint32Array(memory.buffer);
  return (from, to, length) => {
    if (length > largestLoop) return memory.set(from, to);
    const whole = length & ~3;
    for (let i = 0, at = to >> 2; i < whole; i += 4, at++) words[at] = wordAt(from, i);
    for (let i = whole; i < length; i++) memory[to + i] = from[i]!;
  };
}

/** Four bytes from `i` on, the first of them lowest. */
export function wordAt(bytes: Uint8Array, i: number): number {
  return bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
}
