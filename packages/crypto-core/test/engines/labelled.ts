import type { EngineName } from '../../src/crypto.ts';
import type { CipherEngine, EngineAeadKey, EngineRecordKey } from '../../src/engines/engine.ts';

export interface Labelled {
  readonly name: EngineName;
  /** Gets one line for each call of a key. */
  readonly calls: string[];
  /** Keys that fit; then `importRecordKey` and `importAeadKey` throw what this gives. */
  readonly room?: { keys: number; full: () => Error };
}

/** An engine under another name that tells which calls reached it. With batches, which it does one by one. */
export function labelled(engine: CipherEngine, { name, calls, room }: Labelled): CipherEngine {
  const take = () => {
    if (room && room.keys-- <= 0) throw room.full();
  };
  return {
    ...engine,
    name,
    importRecordKey(algorithm, key) {
      take();
      return recordKey(engine, engine.importRecordKey(algorithm, key), (call) => calls.push(`${name} ${call}`));
    },
    importAeadKey(aead, key) {
      take();
      return aeadKey(engine.importAeadKey(aead, key), (call) => calls.push(`${name} ${call}`));
    },
  };
}

function recordKey(engine: CipherEngine, key: EngineRecordKey, note: (call: string) => void): EngineRecordKey {
  function each<T, R>(ends: readonly number[], items: readonly T[], run: (end: number, item: T) => R): R[] {
    const frames = engine.frames.slice(0, ends.at(-1));
    return ends.map((end, i) => {
      const frame = frames.subarray(ends[i - 1] ?? 0, end);
      engine.frames.set(frame);
      return run(frame.length, items[i]!);
    });
  }
  return {
    seal: (end, plaintext) => {
      note(`seal ${plaintext.length}`);
      return key.seal(end, plaintext);
    },
    open: (end, record) => {
      note(`open ${record.length - 84}`);
      return key.open(end, record);
    },
    sealMany: (ends, plaintexts) => {
      note(`sealMany ${ends.length}`);
      return each(ends, plaintexts, (end, plaintext) => key.seal(end, plaintext));
    },
    openMany: (ends, records) => {
      note(`openMany ${ends.length}`);
      return each(ends, records, (end, record) => key.open(end, record));
    },
    derive: (end) => {
      note('derive');
      return key.derive(end);
    },
    deriveBytes: (end) => {
      note('deriveBytes');
      return key.deriveBytes(end);
    },
    dispose: () => {
      note('dispose');
      key.dispose();
    },
  };
}

function aeadKey(key: EngineAeadKey, note: (call: string) => void): EngineAeadKey {
  return {
    seal: (nonce, plaintext, associatedData) => {
      note(`seal ${plaintext.length}`);
      return key.seal(nonce, plaintext, associatedData);
    },
    open: (nonce, ciphertext, associatedData) => {
      note(`open ${ciphertext.length - 16}`);
      return key.open(nonce, ciphertext, associatedData);
    },
    sealMany: (nonces, plaintexts, associatedData) => {
      note(`sealMany ${plaintexts.length}`);
      const size = nonces.length / plaintexts.length;
      return plaintexts.map((text, i) => key.seal(nonces.subarray(i * size, (i + 1) * size), text, associatedData));
    },
    openMany: (nonces, ciphertexts, associatedData) => {
      note(`openMany ${ciphertexts.length}`);
      const size = nonces.length / ciphertexts.length;
      return ciphertexts.map((text, i) => key.open(nonces.subarray(i * size, (i + 1) * size), text, associatedData));
    },
    dispose: () => {
      note('dispose');
      key.dispose();
    },
  };
}
