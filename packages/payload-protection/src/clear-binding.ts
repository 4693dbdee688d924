// Binds the clear payload to the record: the context pair `clear` (design: sealed record, context).
import type { Context, Crypto } from '@hammerwork/crypto-core';
import type { Scratch } from './byte-writer.ts';
import { writeCanonical } from './canonical.ts';
import { ProtectionError } from './errors.ts';

export interface Binding {
  readonly crypto: Crypto;
  readonly scratch: Scratch;
  readonly maxDepth: number;
}

/** The caller's context with the pair `clear`: 32 bytes, half of SHA-512. Errors: `clear_malformed`. */
export function bindClear(context: Context, clear: unknown, { crypto, scratch, maxDepth }: Binding): Context {
  const out = scratch.take();
  try {
    writeCanonical(out, clear, maxDepth);
    return { ...context, clear: crypto.sha512(out.written()).subarray(0, 32) };
  } catch (cause) {
    if (!(cause instanceof RangeError || cause instanceof TypeError)) throw cause;
    throw new ProtectionError('clear_malformed', `the clear payload is not JSON within ${maxDepth} levels of nesting`);
  } finally {
    scratch.give(out);
  }
}

/** TypeError where the caller uses a name that is taken. */
export function checkContext(context: Context): void {
  if (typeof context !== 'object' || context === null) throw new TypeError('context: expected an object');
  if (Object.hasOwn(context, 'clear') || Object.hasOwn(context, 'part')) {
    throw new TypeError('context: the names "clear" and "part" are taken');
  }
}
