// Random bytes in advance: in Node one call to the system's source costs 1.5 to 2 µs, as much as sealing a short
// record. Each byte is handed out once and wiped from the pool as it goes. The first 16 of each draw are a mark that nobody
// gets: a source that gives the same again gives the same mark.
import { isBytes, lengthOf, plainView } from './checked-bytes.ts';
import type { RandomBytes } from './crypto.ts';
import { findNodeCrypto } from './engines/native.ts';
import { equalBytes } from './equal-bytes.ts';
import { CryptoError } from './errors.ts';
import { runtime } from './runtime.ts';

const poolBytes = 4_096;
const markBytes = 16;
/** More than one: a source may give the same for the same length, and lengths take turns. */
const keptMarks = 8;
/** Requests above this go to the source. */
const largestShare = 256;

export interface RandomPool {
  /** Asks the source now if fewer than `length` (at most 256) bytes are left. Throws `random_failed`. */
  reserve(length: number): void;
  /** Writes `length` (at most 256) random bytes into `target`. Throws `random_failed`. */
  fill(target: Uint8Array, offset: number, length: number): void;
  take: RandomBytes;
}

export function createRandomPool(source: RandomBytes = systemRandomBytes): RandomPool {
  let pool = new Uint8Array(0);
  let next = 0;
  const marks: Uint8Array[] = [];

  /** Bytes of the source's, the mark first. */
  function drawMarked(length: number): Uint8Array<ArrayBuffer> {
    const drawn = draw(source, length);
    const mark = drawn.slice(0, markBytes);
    if (marks.some((before) => equalBytes(mark, before))) throw failed('returned the same bytes again');
    if (marks.push(mark) > keptMarks) marks.shift();
    return drawn;
  }

  function reserve(length: number): void {
    if (pool.length - next >= length) return;
    pool = drawMarked(poolBytes);
    next = markBytes;
  }

  function fill(target: Uint8Array, offset: number, length: number): void {
    reserve(length);
    const bytes = pool;
    const start = next;
    next += length;
    for (let i = 0; i < length; i++) {
      target[offset + i] = bytes[start + i]!;
      bytes[start + i] = 0;
    }
  }

  function take(length: number): Uint8Array {
    if (!Number.isInteger(length) || length < 0) throw new RangeError(`length must be a whole number, got ${length}`);
    if (length > largestShare) {
      const drawn = drawMarked(markBytes + length);
      const rest = drawn.slice(markBytes);
      drawn.fill(0);
      return rest;
    }
    const bytes = new Uint8Array(length);
    fill(bytes, 0, length);
    return bytes;
  }

  return { reserve, fill, take };
}

/** An array of the pool's own; a source that was passed in may keep its. Refuses a source that is plainly stuck. */
function draw(source: RandomBytes, length: number): Uint8Array<ArrayBuffer> {
  let given: Uint8Array;
  try {
    given = source(length);
  } catch (cause) {
    throw failed('threw an error', cause);
  }
  if (!isBytes(given) || lengthOf(given) !== length) throw failed(`did not return ${length} bytes`);
  const isOwn = source === systemRandomBytes;
  const bytes = isOwn ? (given as Uint8Array<ArrayBuffer>) : Uint8Array.from(plainView(given));
  if (bytes.every((byte) => byte === bytes[0])) throw failed('returned the same byte over and over');
  return bytes;
}

function failed(what: string, cause?: unknown): CryptoError {
  return new CryptoError('random_failed', `the source of random bytes ${what}; nothing was sealed`, { cause });
}

/**
 * node:crypto first, which a program with a database, TLS or the native engine has loaded already: loading
 * `globalThis.crypto` beside it takes Node 24 another 0.6 to 3 ms of a process's first record.
 */
function systemRandomBytes(length: number): Uint8Array {
  const node = findNodeCrypto();
  const web = node ? undefined : runtime.crypto;
  if (!node && !web) throw new Error('this runtime has no globalThis.crypto; pass randomBytes to createCrypto');
  const bytes = new Uint8Array(length);
  // Web Cryptography, getRandomValues: at most 65,536 bytes at once.
  for (let i = 0; i < length; i += 65_536) {
    const piece = bytes.subarray(i, i + 65_536);
    if (node) node.randomFillSync(piece);
    else web!.getRandomValues(piece);
  }
  return bytes;
}
