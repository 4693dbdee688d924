// Sealed values into a record and back: plaintext coding, keys, and several records in one `encrypted_payload`.
import {
  type Context,
  type Crypto,
  type KeyRing,
  type OpenedRecord,
  parseRecordHeader,
  recordHandle,
  splitRecords,
} from '@hammerwork/crypto-core';
import { type Awaitable, after } from './awaitable.ts';
import type { Scratch } from './byte-writer.ts';
import { ProtectionError } from './errors.ts';
import type { JsonObject } from './json.ts';
import type { Limits } from './limits.ts';
import { decodePlaintext, encodePlaintext, malformed } from './plaintext.ts';
import type { Policy } from './policy.ts';
import type { TakenValue } from './take.ts';

/** What sealing works with. */
export interface Means {
  readonly crypto: Crypto;
  readonly keyRing: KeyRing;
  readonly limits: Limits;
  readonly scratch: Scratch;
}

/** First byte of several records that were joined (design: sealed record, layout). */
const joinedMagic = 0xc2;

/**
 * Seals values with the policy's key. They are written out at once: a key that has to be loaded first finds them as they
 * were. Errors: `payload_too_large`.
 */
export function sealValues(
  values: readonly TakenValue[],
  policy: Policy,
  context: Context,
  { crypto, keyRing, scratch, limits }: Means,
): Awaitable<Uint8Array> {
  const { compressAboveBytes, padding } = policy;
  const out = scratch.take();
  let record: Awaitable<Uint8Array> | undefined;
  try {
    const options = { compressAboveBytes, padding, maxBytes: limits.maxPlaintextBytes };
    const plaintext = encodePlaintext(out, values, options);
    record = keyRing.withSealingKey(policy.keyId, (key) => crypto.seal(key, plaintext.bytes, context, plaintext));
    return record instanceof Promise ? record.finally(() => scratch.give(out)) : record;
  } finally {
    if (!(record instanceof Promise)) scratch.give(out);
  }
}

/**
 * Opens a record, or several that were joined. Each of several is bound to its number and their count (context pair
 * `part`, two bytes), so that none can be left out or put in twice.
 * Errors: `plaintext_malformed`, and those of the key ring and crypto.
 */
export function openValues(record: Uint8Array, context: Context, means: Means): Awaitable<JsonObject> {
  if (record[0] !== joinedMagic) return openRecord(record, context, means);
  const parts = splitRecords(record);
  const open = (part: number) => {
    const bound = { ...context, part: Uint8Array.of(part, parts.length) };
    return openRecord(parts[part]!, bound, means);
  };
  const openFrom = (part: number, before: JsonObject): Awaitable<JsonObject> =>
    part === parts.length ? before : flatAfter(open(part), (values) => openFrom(part + 1, merge(before, values)));
  return openFrom(0, {});
}

function flatAfter<T, R>(value: Awaitable<T>, next: (value: T) => Awaitable<R>): Awaitable<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}

// Pointers are '' or begin with a slash, so that none is `__proto__`; `parseSealedValues` has seen to that.
function merge(before: JsonObject, values: JsonObject): JsonObject {
  for (const pointer of Object.keys(values)) {
    if (Object.hasOwn(before, pointer)) throw malformed('names a place that another record of the same payload names');
  }
  return { ...before, ...values };
}

function openRecord(record: Uint8Array, context: Context, means: Means): Awaitable<JsonObject> {
  // The handle is read again by crypto, which also checks the rest of the header and the length.
  const handle = recordHandle(record);
  const opened = means.keyRing.withOpeningKey(handle, (key) => means.crypto.open(key, record, context));
  return after(opened, (whole) => decodeValues(whole, means.limits.maxPlaintextBytes));
}

function decodeValues({ plaintext, compressed, padded }: OpenedRecord, maxBytes: number): JsonObject {
  return parseSealedValues(decodePlaintext({ bytes: plaintext, compressed, padded }, maxBytes));
}

function parseSealedValues(json: string): JsonObject {
  let values: unknown;
  try {
    values = JSON.parse(json);
  } catch {
    throw malformed('is not JSON');
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values)) throw malformed('is not an object');
  for (const pointer of Object.keys(values)) {
    if (pointer !== '' && pointer[0] !== '/') throw malformed('has a name that is not a JSON Pointer');
  }
  return values as JsonObject;
}

/** Errors: `record_missing`. */
export function demandRecord(record: Uint8Array | null | undefined): Uint8Array {
  if (record instanceof Uint8Array && record.length > 0) return record;
  if (record === null || record === undefined || record instanceof Uint8Array) {
    throw new ProtectionError(
      'record_missing',
      'the policy demands a sealed record and there is none: it was written without the policy, or removed',
    );
  }
  throw new TypeError('record: expected a Uint8Array');
}

/** Handles (8 bytes) of the keys that opening needs, for `KeyRing.prefetch`. Errors: `record_malformed`. */
export function recordHandles(record: Uint8Array): Uint8Array[] {
  const parts = record[0] === joinedMagic ? splitRecords(record) : [record];
  return parts.map((part) => parseRecordHeader(part).handle);
}
