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
      const cheap = unlessFull(() => short.importRecordKey(algorithm, key));
      if (cheap && !other) return cheap;
      const engine = other ?? spare;
      const fast = bringFrames(short, engine, engine.importRecordKey(algorithm, key));
      return cheap
        ? splitRecordKey({ cheap, fast, maxShort: crossover.record[algorithm], frames: short.frames })
        : fast;
    },
    importAeadKey(aead, key) {
      const other = longFor(aead);
      const cheap = unlessFull(() => short.importAeadKey(aead, key));
      if (!cheap) return (other ?? spare).importAeadKey(aead, key);
      return other ? splitAeadKey(cheap, other.importAeadKey(aead, key), crossover.aead[aead]) : cheap;
    },
  };
}

/** A key of another engine that takes its frames from `source`. */
function bringFrames(source: CipherEngine, engine: CipherEngine, key: EngineRecordKey): EngineRecordKey {
  const bring = (end: number): number => {
    engine.frames.set(source.frames.subarray(0, end));
    return end;
  };
  return {
    seal: (end, plaintext) => key.seal(bring(end), plaintext),
    open: (end, record) => key.open(bring(end), record),
    derive: (end) => key.derive(bring(end)),
    deriveBytes: (end) => key.deriveBytes(bring(end)),
    dispose: () => key.dispose(),
  };
}

interface SplitKey {
  readonly cheap: EngineRecordKey;
  readonly fast: EngineRecordKey;
  readonly maxShort: number;
  readonly frames: Uint8Array;
}

function splitRecordKey({ cheap, fast, maxShort, frames }: SplitKey): EngineRecordKey {
  const forLength = (length: number): EngineRecordKey => (length <= maxShort ? cheap : fast);
  const seal = (end: number, plaintext: Uint8Array) => forLength(plaintext.length).seal(end, plaintext);
  const open = (end: number, record: Uint8Array) => forLength(plaintextLength(record.length)).open(end, record);
  return {
    seal,
    ...(cheap.sealText && {
      sealText: (end, text) => (text.length <= maxShort ? cheap.sealText!(end, text) : undefined),
    }),
    open,
    ...(cheap.sealMany && {
      sealMany: (ends, plaintexts) =>
        plaintexts.every(({ length }) => length <= maxShort)
          ? cheap.sealMany!(ends, plaintexts)
          : oneByOne(frames, ends, (end, i) => seal(end, plaintexts[i]!)),
    }),
    ...(cheap.openMany && {
      openMany: (ends, records) =>
        records.every(({ length }) => plaintextLength(length) <= maxShort)
          ? cheap.openMany!(ends, records)
          : oneByOne(frames, ends, (end, i) => open(end, records[i]!)),
    }),
    // streams come in whole chunks, and each takes a place in the module until it ends
    derive: (end) => unlessFull(() => forLength(chunkBytes).derive(end)) ?? fast.derive(end),
    deriveBytes: (end) => cheap.deriveBytes(end),
    dispose() {
      cheap.dispose();
      fast.dispose();
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

function splitAeadKey(cheap: EngineAeadKey, fast: EngineAeadKey, maxShort: number): EngineAeadKey {
  const forLength = (length: number): EngineAeadKey => (length <= maxShort ? cheap : fast);
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
    ...(cheap.sealMany && {
      sealMany: (nonces, plaintexts, associatedData) =>
        plaintexts.every((plaintext) => lengthOf(plaintext) <= maxShort)
          ? cheap.sealMany!(nonces, plaintexts, associatedData)
          : plaintexts.map((plaintext, i) => seal(one(nonces, i, plaintexts.length), plaintext, associatedData)),
    }),
    ...(cheap.openMany && {
      openMany: (nonces, ciphertexts, associatedData) =>
        ciphertexts.every((ciphertext) => lengthOf(ciphertext) - tagBytes <= maxShort)
          ? cheap.openMany!(nonces, ciphertexts, associatedData)
          : ciphertexts.map((ciphertext, i) => open(one(nonces, i, ciphertexts.length), ciphertext, associatedData)),
    }),
    dispose() {
      cheap.dispose();
      fast.dispose();
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
