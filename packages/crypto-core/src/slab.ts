// Memory for results. In V8 a fresh array of more than 64 bytes costs about 0.5 µs, a view of a larger one 0.04 µs
// (Node 24, 148 bytes), which is a fifth of a short record's time. In JavaScriptCore views are the slower ones, by 7 % of
// sealing 192 bytes with node:crypto (Bun 1.4).
import { isJavaScriptCore } from './runtime.ts';

const slabBytes = 32_768;
const largestShare = 4_096;

/**
 * Returns a function that gives zeroed arrays nobody else uses. Those of 65 to 4,096 bytes are views that share an
 * ArrayBuffer with others, as Node's `Buffer.from` does.
 */
export function createSlab(): (length: number) => Uint8Array {
  if (isJavaScriptCore()) return (length) => new Uint8Array(length);
  let slab = new Uint8Array(0);
  let used = 0;
  return (length) => {
    if (length <= 64 || length > largestShare) return new Uint8Array(length);
    if (used + length > slab.length) {
      slab = new Uint8Array(slabBytes);
      used = 0;
    }
    const start = used;
    used += (length + 15) & ~15; // aligned: noble and SIMD code read words
    return slab.subarray(start, start + length);
  };
}
