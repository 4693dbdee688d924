// What it means that a library's opening failed: a wrong tag, unless memory ran out, which says nothing of the ciphertext
// and must not make a good record a broken one.
import { CryptoError } from '../errors.ts';

/** Undefined, as engines answer for a wrong tag. Throws `engine_failed` where memory ran out. */
export function wrongTag(cause: unknown): undefined {
  if (!isOutOfMemory(cause)) return undefined;
  throw new CryptoError('engine_failed', 'memory ran out; try again', { cause });
}

/** An array that the runtime could not allocate is a RangeError, one that Node could not has a code. */
function isOutOfMemory(error: unknown): boolean {
  return error instanceof RangeError || (error as { code?: unknown }).code === 'ERR_MEMORY_ALLOCATION_FAILED';
}
