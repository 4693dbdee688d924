// AES-256-GCM chunks of one message through the runtime's WebCrypto, each an operation of its own, a few at a time. It is
// no engine: its calls are asynchronous, and the derivation stays with the engine that holds the key.
import { bodyOffset, chunkCount, plaintextLength, sealedChunkBytes, tagBytes } from '../chunks.ts';
import { equalBytes } from '../equal-bytes.ts';
import { CryptoError } from '../errors.ts';
import { runtime, type Subtle } from '../runtime.ts';
import { wipe } from '../wipe.ts';
import { chunkBytes, type DerivedBytes, headBytes } from './engine.ts';
import { chunkNonce } from './message-key.ts';

export interface WebCrypto {
  readonly subtle: Subtle;
  /** The longest plaintext, in bytes, that is left to the engine. */
  readonly above: number;
}

/** Undefined where the runtime has none, or none that is worth its calls. */
export function findWebCrypto(above: number): WebCrypto | undefined {
  const subtle = runtime.crypto?.subtle;
  return subtle && above < Number.POSITIVE_INFINITY ? { subtle, above } : undefined;
}

/** Chunks in work at once: all threads are busy, and no more than 256 KiB is held twice. */
const maxLanes = 16;

/**
 * Writes commitment and chunks into `record`. Wipes the derived key. Errors: `engine_failed`, `input_malformed` (the
 * plaintext was taken away meanwhile).
 */
export async function sealBodyAsync(
  subtle: Subtle,
  derived: DerivedBytes,
  { plaintext, record }: { plaintext: Uint8Array; record: Uint8Array },
): Promise<void> {
  record.set(derived.commitment, headBytes);
  const count = chunkCount(plaintext.length);
  const pieceOf = cutter(plaintext, chunkBytes);
  const key = await importKey(subtle, derived.key, 'encrypt');
  await inLanes(count, async (index) => {
    const piece = pieceOf(index);
    const { length } = piece;
    const sealed = await subtle.encrypt(parameters(derived, index), key, piece).catch(failed);
    record.set(whole(sealed, length + tagBytes), bodyOffset + index * sealedChunkBytes);
    return true;
  });
}

/**
 * Undefined if the commitment is another, which is compared before the call returns, or any chunk is not genuine. Wipes
 * the derived key. Errors: as `sealBodyAsync`.
 */
export async function openBodyAsync(
  subtle: Subtle,
  derived: DerivedBytes,
  record: Uint8Array,
): Promise<Uint8Array | undefined> {
  if (!equalBytes(derived.commitment, record.subarray(headBytes, bodyOffset))) {
    wipe(derived.key);
    return undefined;
  }
  const length = plaintextLength(record.length);
  const pieceOf = cutter(record.subarray(bodyOffset), sealedChunkBytes);
  const key = await importKey(subtle, derived.key, 'decrypt');
  const plaintext = new Uint8Array(length);
  let genuine = false;
  try {
    genuine = await inLanes(chunkCount(length), async (index) => {
      const piece = pieceOf(index);
      const size = piece.length - tagBytes;
      const opened = await subtle.decrypt(parameters(derived, index), key, piece).catch(undefinedIfBroken);
      if (!opened) return false;
      const bytes = whole(opened, size);
      plaintext.set(bytes, index * chunkBytes);
      wipe(bytes);
      return true;
    });
    return genuine ? plaintext : undefined;
  } finally {
    if (!genuine) wipe(plaintext);
  }
}

/** Wipes `raw` once WebCrypto has its own copy. */
async function importKey(subtle: Subtle, raw: Uint8Array, usage: 'encrypt' | 'decrypt'): Promise<object> {
  try {
    return await subtle.importKey('raw', raw, 'AES-GCM', false, [usage]);
  } catch (cause) {
    return failed(cause);
  } finally {
    wipe(raw);
  }
}

function parameters({ baseNonce }: DerivedBytes, index: number) {
  return { name: 'AES-GCM', iv: chunkNonce(baseNonce, index), tagLength: 128 } as const;
}

/**
 * Gives piece `index` of `bytes`, the last of which is shorter. Throws `input_malformed` if the bytes are gone: their buffer
 * was detached, or shrank below their end, since they are a view of fixed length (`checkBytes`).
 */
function cutter(bytes: Uint8Array, size: number): (index: number) => Uint8Array {
  const { length } = bytes;
  const { resizable } = bytes.buffer as { resizable?: boolean };
  return (index) => {
    const [start, end] = [index * size, (index + 1) * size];
    // WebCrypto takes nothing over a buffer that can be resized
    if (bytes.length === length) return resizable ? bytes.slice(start, end) : bytes.subarray(start, end);
    throw new CryptoError('input_malformed', 'the bytes were detached (transferred or resized away) during the call');
  };
}

function whole(piece: ArrayBuffer, length: number): Uint8Array {
  return piece.byteLength === length
    ? new Uint8Array(piece)
    : failed(new RangeError(`${piece.byteLength} bytes where ${length} are due`));
}

/** A wrong tag is an OperationError; whatever else went wrong says nothing of the record. */
function undefinedIfBroken(error: unknown): undefined {
  return (error as { name?: string }).name === 'OperationError' ? undefined : failed(error);
}

function failed(cause: unknown): never {
  throw new CryptoError('engine_failed', 'WebCrypto failed; seal and open do without it', { cause });
}

/**
 * Does the work of each index from 0 to `count`, in order, until one answers false or throws. Ends when nothing is in
 * work any more: true if all answered true.
 */
async function inLanes(count: number, work: (index: number) => Promise<boolean>): Promise<boolean> {
  let next = 0;
  let good = true;
  const lane = async (): Promise<void> => {
    while (good && next < count) {
      const done = await work(next++).catch((error: unknown) => {
        good = false;
        throw error;
      });
      if (!done) good = false;
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(count, maxLanes) }, lane));
  const thrown = lanes.find((ended) => ended.status === 'rejected');
  if (thrown) throw thrown.reason;
  return good;
}
