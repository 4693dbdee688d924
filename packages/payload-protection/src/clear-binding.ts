// Binds the clear payload to the record: the context pair `clear` (design: sealed record, context).
import type { Context, Crypto } from '@hammerwork/crypto-core';
import { canonicalJson } from './canonical.ts';
import { ProtectionError } from './errors.ts';
import { utf8 } from './utf8.ts';

export interface Binding {
  readonly crypto: Crypto;
  readonly maxDepth: number;
}

/** The caller's context with the pair `clear`: 32 bytes, half of SHA-512. Errors: `clear_malformed`. */
export function bindClear(context: Context, clear: unknown, { crypto, maxDepth }: Binding): Context {
  let json: string;
  try {
    json = canonicalJson(clear, maxDepth);
  } catch (cause) {
    if (!(cause instanceof RangeError || cause instanceof TypeError)) throw cause;
    throw new ProtectionError('clear_malformed', `the clear payload is not JSON within ${maxDepth} levels of nesting`);
  }
  return { ...context, clear: crypto.sha512(utf8.encode(json)).subarray(0, 32) };
}

/** TypeError where the caller uses a name that is taken. */
export function checkContext(context: Context): void {
  if (typeof context !== 'object' || context === null) throw new TypeError('context: expected an object');
  for (const name of ['clear', 'part']) {
    if (Object.hasOwn(context, name)) throw new TypeError(`context: the name "${name}" is taken`);
  }
}
