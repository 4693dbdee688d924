// How results leave the module's memory. In V8 a new array of more than 64 bytes costs 0.2 to 0.5 µs, a view of a larger
// one 0.03 µs. For short results a loop over words beats `set`, whose source has to be a view; the last one is kept, since
// messages of one size often follow each other. JavaScriptCore is the other way round: 148 bytes take 31 ns to be sliced
// off and 57 so (Bun 1.4).
import { isJavaScriptCore } from '../runtime.ts';

const slabBytes = 65_536;
const largestShare = 8_192;
const largestLoop = 64;

/** Copies `length` bytes from `offset`, a multiple of 4, into an array that nobody else uses. */
export type CopyOut = (offset: number, length: number) => Uint8Array;

/** Arrays of up to 8,192 bytes may be views that share an ArrayBuffer with others. */
export function createCopyOut(memory: Uint8Array): CopyOut {
  if (isJavaScriptCore()) return (offset, length) => memory.slice(offset, offset + length);
  const source = new Uint32Array(memory.buffer);
  let buffer = new ArrayBuffer(0);
  let words = new Uint32Array(0);
  let bytes = new Uint8Array(0);
  let used = 0;
  let view = memory.subarray(0, 0);
  return (offset, length) => {
    if (length > largestShare) return memory.slice(offset, offset + length);
    // not `>`: of a buffer that its holder transferred away nothing is left, not even for an empty result
    if (used + length >= buffer.byteLength) {
      buffer = new ArrayBuffer(slabBytes);
      words = new Uint32Array(buffer);
      bytes = new Uint8Array(buffer);
      used = 0;
    }
    const start = used;
    used = (start + length + 15) & ~15;
    if (length > largestLoop) {
      if (view.byteOffset !== offset || view.length !== length) view = memory.subarray(offset, offset + length);
      bytes.set(view, start);
      return new Uint8Array(buffer, start, length);
    }
    const from = offset >> 2;
    const to = start >> 2;
    const count = length >> 2;
    for (let i = 0; i < count; i++) words[to + i] = source[from + i]!;
    for (let i = length & ~3; i < length; i++) bytes[start + i] = memory[offset + i]!;
    return new Uint8Array(buffer, start, length);
  };
}
