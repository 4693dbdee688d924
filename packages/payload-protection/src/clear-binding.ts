// Binds the clear payload to the record: the context pair `clear` (design: sealed record, context).
import type { Context, Crypto } from '@hammerwork/crypto-core';
import type { Scratch } from './byte-writer.ts';
import { type CanonicalLimits, writeCanonical } from './canonical.ts';
import { ProtectionError } from './errors.ts';
import type { KnownMembers } from './known-members.ts';
import { longestNumber } from './long-number.ts';

export interface Binding {
  readonly crypto: Crypto;
  readonly scratch: Scratch;
  readonly limits: CanonicalLimits;
  /** Longest text, in bytes, that is tried; long numbers count as a database gives them back. */
  readonly maxBytes: number;
  readonly known: KnownMembers;
}

/** The caller's context with the pair `clear`: 32 bytes, half of SHA-512. Errors: `clear_malformed`. */
export function bindClear(
  context: Context,
  clear: unknown,
  { crypto, scratch, limits, maxBytes, known }: Binding,
): Context {
  const out = scratch.take();
  try {
    out.limit(maxBytes);
    const longNumbers = writeCanonical(out, clear, { limits, known });
    if (out.length + longNumbers * longestNumber > maxBytes) throw new RangeError('too much text');
    return { ...context, clear: crypto.sha512(out.written()).subarray(0, 32) };
  } catch (cause) {
    if (!(cause instanceof RangeError || cause instanceof TypeError)) throw cause;
    throw new ProtectionError(
      'clear_malformed',
      `the clear payload is not JSON within ${limits.maxDepth} levels of nesting and the other limits`,
    );
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
