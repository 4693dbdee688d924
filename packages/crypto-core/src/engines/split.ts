// Two engines as one: short messages go to the one whose calls are cheap, long ones to the one whose bytes are. Each
// key is imported into both.
import { lengthOf } from '../checked-bytes.ts';
import { plaintextLength, tagBytes } from '../chunks.ts';
import type { AeadName, Algorithm } from '../crypto.ts';
import { CryptoError } from '../errors.ts';
import { type CipherEngine, chunkBytes, type EngineAeadKey, type EngineRecordKey } from './engine.ts';

/** The longest message, in bytes, that the engine for short ones takes. */
export interface Crossover {
  readonly record: Readonly<Record<Algorithm, number>>;
  readonly aead: Readonly<Record<AeadName, number>>;
  readonly sha512: number;
}

export interface SplitOptions {
  readonly short: CipherEngine;
  /** Where it lacks an AEAD, `short` takes messages of all lengths. */
  readonly long: CipherEngine | undefined;
  /** Has every AEAD; takes the keys that `short` has no room for, where `long` cannot. */
  readonly spare: CipherEngine;
  readonly crossover: Crossover;
}

export function createSplitEngine({ short, long, spare, crossover }: SplitOptions): CipherEngine {
  const longFor = (aead: AeadName): CipherEngine | undefined => (long?.supports(aead) ? long : undefined);

  return {
    name: short.name,
    frames: short.frames,
    supports: () => true,
    sha512: (data) => (long && data.length > crossover.sha512 ? long : short).sha512(data),
    importRecordKey(algorithm, key) {
      const other = longFor(algorithm);
      const shortKey = unlessFull(() => short.importRecordKey(algorithm, key));
      if (shortKey && !other) return shortKey;
      const engine = other ?? spare;
      const longKey = withFramesOf(short, engine, engine.importRecordKey(algorithm, key));
      if (!shortKey) return longKey;
      return splitRecordKey({ shortKey, longKey, maxShort: crossover.record[algorithm], frames: short.frames });
    },
    importAeadKey(aead, key) {
      const other = longFor(aead);
      const shortKey = unlessFull(() => short.importAeadKey(aead, key));
      if (!shortKey) return (other ?? spare).importAeadKey(aead, key);
      return other ? splitAeadKey(shortKey, other.importAeadKey(aead, key), crossover.aead[aead]) : shortKey;
    },
  };
}

/** A key of another engine that takes its frames from `source`. */
function withFramesOf(source: CipherEngine, engine: CipherEngine, key: EngineRecordKey): EngineRecordKey {
  const copyFrame = (end: number): number => {
    engine.frames.set(source.frames.subarray(0, end));
    return end;
  };
  return {
    seal: (end, plaintext) => key.seal(copyFrame(end), plaintext),
    open: (end, record) => key.open(copyFrame(end), record),
    derive: (end) => key.derive(copyFrame(end)),
    deriveBytes: (end) => key.deriveBytes(copyFrame(end)),
    dispose: () => key.dispose(),
  };
}

interface SplitKey {
  readonly shortKey: EngineRecordKey;
  readonly longKey: EngineRecordKey;
  readonly maxShort: number;
  readonly frames: Uint8Array;
}

function splitRecordKey({ shortKey, longKey, maxShort, frames }: SplitKey): EngineRecordKey {
  const forLength = (length: number): EngineRecordKey => (length <= maxShort ? shortKey : longKey);
  const seal = (end: number, plaintext: Uint8Array) => forLength(plaintext.length).seal(end, plaintext);
  const open = (end: number, record: Uint8Array) => forLength(plaintextLength(record.length)).open(end, record);
  return {
    seal,
    ...(shortKey.sealText && {
      sealText: (end, text) => (text.length <= maxShort ? shortKey.sealText!(end, text) : undefined),
    }),
    open,
    ...(shortKey.sealMany && {
      sealMany: (ends, plaintexts) =>
        plaintexts.every(({ length }) => length <= maxShort)
          ? shortKey.sealMany!(ends, plaintexts)
          : oneByOne(frames, ends, (end, i) => seal(end, plaintexts[i]!)),
    }),
    ...(shortKey.openMany && {
      openMany: (ends, records) =>
        records.every(({ length }) => plaintextLength(length) <= maxShort)
          ? shortKey.openMany!(ends, records)
          : oneByOne(frames, ends, (end, i) => open(end, records[i]!)),
    }),
    // streams come in whole chunks, and each takes a place in the module until it ends
    derive: (end) => unlessFull(() => forLength(chunkBytes).derive(end)) ?? longKey.derive(end),
    deriveBytes: (end) => shortKey.deriveBytes(end),
    dispose() {
      shortKey.dispose();
      longKey.dispose();
    },
  };
}

/** Engines may overwrite frames, so those that wait are kept aside. */
function oneByOne<T>(frames: Uint8Array, ends: readonly number[], run: (end: number, index: number) => T): T[] {
  const waiting = frames.slice(0, ends.at(-1));
  return ends.map((end, i) => {
    const frame = waiting.subarray(ends[i - 1] ?? 0, end);
    frames.set(frame);
    return run(frame.length, i);
  });
}

function splitAeadKey(shortKey: EngineAeadKey, longKey: EngineAeadKey, maxShort: number): EngineAeadKey {
  const forLength = (length: number): EngineAeadKey => (length <= maxShort ? shortKey : longKey);
  const one = (nonces: Uint8Array, i: number, count: number): Uint8Array => {
    const size = nonces.length / count;
    return nonces.subarray(i * size, (i + 1) * size);
  };
  const seal: EngineAeadKey['seal'] = (nonce, plaintext, associatedData, length = lengthOf(plaintext), boundLength) =>
    forLength(length).seal(nonce, plaintext, associatedData, length, boundLength);
  const open: EngineAeadKey['open'] = (nonce, ciphertext, associatedData, length = lengthOf(ciphertext), boundLength) =>
    forLength(length - tagBytes).open(nonce, ciphertext, associatedData, length, boundLength);
  return {
    seal,
    open,
    ...(shortKey.sealMany && {
      sealMany: (nonces, plaintexts, associatedData) =>
        plaintexts.every((plaintext) => lengthOf(plaintext) <= maxShort)
          ? shortKey.sealMany!(nonces, plaintexts, associatedData)
          : plaintexts.map((plaintext, i) => seal(one(nonces, i, plaintexts.length), plaintext, associatedData)),
    }),
    ...(shortKey.openMany && {
      openMany: (nonces, ciphertexts, associatedData) =>
        ciphertexts.every((ciphertext) => lengthOf(ciphertext) - tagBytes <= maxShort)
          ? shortKey.openMany!(nonces, ciphertexts, associatedData)
          : ciphertexts.map((ciphertext, i) => open(one(nonces, i, ciphertexts.length), ciphertext, associatedData)),
    }),
    dispose() {
      shortKey.dispose();
      longKey.dispose();
    },
  };
}

/** Undefined where the engine holds no more keys. */
function unlessFull<T>(importKey: () => T): T | undefined {
  try {
    return importKey();
  } catch (error) {
    if (error instanceof CryptoError && error.code === 'engine_full') return undefined;
    throw error;
  }
}
