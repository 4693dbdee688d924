// How results leave the module's memory. In V8 a new array of more than 64 bytes costs 0.2 to 0.5 µs, a view of a larger
// one 0.01 µs. For short results a loop over words beats `set`, whose source has to be a view; the last one is kept, since
// messages of one size often follow each other. JavaScriptCore is the other way round: 32 bytes take 20 ns to be copied
// into an array of their own, 29 to be sliced off, 46 as a view; 148 bytes 31 to be sliced off and 57 as a view (Bun 1.4).
import { isJavaScriptCore } from '../runtime.ts';

const slabBytes = 65_536;
const largestShare = 8_192;
const largestLoop = 64;
const largestHeapLoop = 32;

/** Copies `length` bytes from `offset`, a multiple of 4, into an array that nobody else uses. */
export type CopyOut = (offset: number, length: number) => Uint8Array;

export function createCopyOut(memory: Uint8Array): CopyOut {
  return isJavaScriptCore() ? createHeapCopy(memory) : createSlabCopy(memory);
}

/** For JavaScriptCore. */
export function createHeapCopy(memory: Uint8Array): CopyOut {
  const source = new Uint32Array(memory.buffer);
  return (offset, length) => {
    if (length > largestHeapLoop) return memory.slice(offset, offset + length);
    const bytes = new Uint8Array(length);
    const whole = length & ~3;
    for (let i = 0, from = offset >> 2; i < whole; i += 4, from++) {
      const word = source[from]!;
      bytes[i] = word;
      bytes[i + 1] = word >> 8;
      bytes[i + 2] = word >> 16;
      bytes[i + 3] = word >> 24;
    }
    for (let i = whole; i < length; i++) bytes[i] = memory[offset + i]!;
    return bytes;
  };
}

/** Arrays of up to 8,192 bytes may be views that share an ArrayBuffer with others. */
export function createSlabCopy(memory: Uint8Array): CopyOut {
  const source = new Uint32Array(memory.buffer);
  let buffer = new ArrayBuffer(0);
  let words = new Uint32Array(0);
  let bytes = new Uint8Array(0);
  let used = 0;
  let view = memory.subarray(0, 0);
  return (offset, length) => {
    if (length > largestShare) return memory.slice(offset, offset + length);
    // not `>`: of a buffer that its holder transferred away nothing is left, not even for an empty result
    if (used + length >= bytes.length) {
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
    const target = words;
    const from = offset >> 2;
    const to = start >> 2;
    const count = length >> 2;
    for (let i = 0; i < count; i++) target[to + i] = source[from + i]!;
    for (let i = length & ~3; i < length; i++) bytes[start + i] = memory[offset + i]!;
    return new Uint8Array(buffer, start, length);
  };
}
