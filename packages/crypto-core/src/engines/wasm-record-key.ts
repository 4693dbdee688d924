// Record keys of the WebAssembly engine: short records in one call, batches in few, long ones seven chunks at a time.
import { bodyOffset, commitmentBytes, plaintextLength, recordLength, tagBytes } from '../chunks.ts';
import { equalBytes } from '../equal-bytes.ts';
import { chunkBytes, type DerivedBytes, type EngineMessageKey, type EngineRecordKey, headBytes } from './engine.ts';
import { aligned, type BatchPlan, runBatch } from './wasm-batch.ts';
import type { WasmInstance } from './wasm-instance.ts';
import { chunksPerCall, gatherChunks, spreadChunks, WasmMessageKey } from './wasm-message-key.ts';
import type { CopyOut } from './wasm-output.ts';

/** How an AEAD is named at the module's border, and where results go. */
export interface WasmKeyOptions {
  readonly kind: number;
  readonly key: Uint8Array;
  readonly copyOut: CopyOut;
}

/** Plaintext bytes from which a record takes more than one call. */
const longFrom = chunksPerCall * chunkBytes;
/** Bytes of a record of one chunk beyond its plaintext. */
const overhead = bodyOffset + tagBytes;
/** Longer text is encoded by the platform. */
const longestText = 256;

export class WasmRecordKey implements EngineRecordKey {
  readonly #instance: WasmInstance;
  readonly #kind: number;
  readonly #copyOut: CopyOut;
  readonly #slot: number;
  #live = true;

  constructor(instance: WasmInstance, { kind, key, copyOut }: WasmKeyOptions) {
    this.#instance = instance;
    this.#kind = kind;
    this.#copyOut = copyOut;
    this.#slot = instance.recordSlots.take();
    instance.bytes.set(key, instance.io);
    instance.exports.import_record_key(this.#slot);
    instance.bytes.fill(0, instance.io, instance.io + key.length);
  }

  seal(frameEnd: number, plaintext: Uint8Array): Uint8Array {
    const { length } = plaintext;
    if (length >= longFrom) return this.#sealLong(frameEnd, plaintext);
    const { bytes, io, exports } = this.#instance;
    if (length <= chunkBytes) bytes.set(plaintext, io + bodyOffset);
    else spreadChunks(bytes, io + bodyOffset, plaintext);
    exports.seal_record(this.#slot, this.#kind, frameEnd, length);
    return this.#copyOut(io, recordLength(length));
  }

  sealText(frameEnd: number, text: string): Uint8Array | undefined {
    const { length } = text;
    if (length > longestText) return undefined;
    const { bytes, io, exports } = this.#instance;
    const start = io + bodyOffset;
    let units = 0;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      units |= unit;
      bytes[start + i] = unit;
    }
    if (units > 0x7f) {
      bytes.fill(0, start, start + length);
      return undefined;
    }
    exports.seal_record(this.#slot, this.#kind, frameEnd, length);
    return this.#copyOut(io, recordLength(length));
  }

  open(frameEnd: number, record: Uint8Array): Uint8Array | undefined {
    const length = plaintextLength(record.length);
    if (length >= longFrom) return this.#openLong(frameEnd, record);
    const { bytes, io, exports } = this.#instance;
    bytes.set(record, io);
    if (exports.open_record(this.#slot, this.#kind, frameEnd, record.length) === 0) return undefined;
    if (length <= chunkBytes) return this.#copyOut(io + bodyOffset, length);
    const plaintext = new Uint8Array(length);
    gatherChunks(plaintext, bytes, io + bodyOffset);
    return plaintext;
  }

  sealMany(frameEnds: readonly number[], plaintexts: readonly Uint8Array[]): Uint8Array[] {
    const { exports, bytes, io, jobs } = this.#instance;
    const results: Uint8Array[] = [];
    this.#runBatch(frameEnds, plaintexts, {
      room: overhead,
      input: bodyOffset,
      longest: chunkBytes - 1,
      run: (first, last, end) => {
        exports.seal_records(this.#slot, this.#kind, frameEnds[first - 1] ?? 0, last - first);
        const { buffer } = bytes.slice(io, io + end);
        for (let i = 0, at = 0; i < last - first; i++) {
          const length = jobs[2 * i + 1]! + overhead;
          results.push(new Uint8Array(buffer, at, length));
          at += aligned(length);
        }
      },
      single: (index) => results.push(this.#alone(frameEnds, index, (end) => this.seal(end, plaintexts[index]!))),
    });
    return results;
  }

  openMany(frameEnds: readonly number[], records: readonly Uint8Array[]): (Uint8Array | undefined)[] {
    const { exports, bytes, io, jobs } = this.#instance;
    const results: (Uint8Array | undefined)[] = [];
    this.#runBatch(frameEnds, records, {
      room: 0,
      input: 0,
      longest: chunkBytes - 1 + overhead,
      run: (first, last) => {
        exports.open_records(this.#slot, this.#kind, frameEnds[first - 1] ?? 0, last - first);
        for (let i = 0, at = io; i < last - first; i++) {
          const length = jobs[2 * i + 1]!;
          results.push(jobs[2 * i] === 1 ? bytes.slice(at + bodyOffset, at + length - tagBytes) : undefined);
          at += aligned(length);
        }
      },
      single: (index) => results.push(this.#alone(frameEnds, index, (end) => this.open(end, records[index]!))),
    });
    return results;
  }

  derive(frameEnd: number): EngineMessageKey {
    return this.#derive(frameEnd, this.#instance.aeadSlots.take());
  }

  deriveBytes(frameEnd: number): DerivedBytes {
    const { bytes, io, exports } = this.#instance;
    exports.derive_message(this.#slot, this.#kind, frameEnd);
    const [nonceAt, commitmentAt] = [io + 32, io + 44];
    const derived = {
      key: bytes.slice(io, nonceAt),
      baseNonce: bytes.slice(nonceAt, commitmentAt),
      commitment: bytes.slice(commitmentAt, commitmentAt + commitmentBytes),
    };
    exports.wipe(); // the derivation's first half is in front of the frames as well
    return derived;
  }

  dispose(): void {
    if (!this.#live) return;
    this.#live = false;
    const { exports, recordSlots } = this.#instance;
    exports.free_record_key(this.#slot);
    exports.wipe();
    recordSlots.give(this.#slot);
  }

  #runBatch(
    frameEnds: readonly number[],
    messages: readonly Uint8Array[],
    plan: Omit<BatchPlan, 'messages' | 'before' | 'prepare'>,
  ): void {
    const { jobs } = this.#instance;
    runBatch(this.#instance, {
      ...plan,
      messages,
      before: 0,
      prepare(index, position) {
        jobs[2 * position] = frameEnds[index]!;
      },
    });
  }

  /**
   * One message out of a batch. Its frame goes to the beginning, where frames of single messages are: what is overwritten
   * was for messages before it. The frames after it wait aside, since the end of a long message wipes the memory.
   */
  #alone<T>(frameEnds: readonly number[], index: number, run: (frameEnd: number) => T): T {
    const { bytes, frameStart } = this.#instance;
    const start = frameEnds[index - 1] ?? 0;
    const end = frameEnds[index]!;
    const waiting = bytes.slice(frameStart + end, frameStart + frameEnds.at(-1)!);
    bytes.copyWithin(frameStart, frameStart + start, frameStart + end);
    const result = run(end - start);
    bytes.set(waiting, frameStart + end);
    return result;
  }

  #derive(frameEnd: number, slot: number): WasmMessageKey {
    this.#instance.exports.derive_message_key(this.#slot, this.#kind, frameEnd, slot);
    return new WasmMessageKey(this.#instance, this.#kind, slot);
  }

  #sealLong(frameEnd: number, plaintext: Uint8Array): Uint8Array {
    const { bytes, frameStart, ownSlot } = this.#instance;
    const record = new Uint8Array(recordLength(plaintext.length));
    record.set(bytes.subarray(frameStart, frameStart + headBytes));
    const message = this.#derive(frameEnd, ownSlot);
    record.set(message.commitment, headBytes);
    message.sealAll(record.subarray(bodyOffset), plaintext);
    message.dispose();
    return record;
  }

  #openLong(frameEnd: number, record: Uint8Array): Uint8Array | undefined {
    const message = this.#derive(frameEnd, this.#instance.ownSlot);
    const committed = equalBytes(message.commitment, record.subarray(headBytes, bodyOffset));
    const plaintext = new Uint8Array(committed ? plaintextLength(record.length) : 0);
    const opened = committed && message.openAll(plaintext, record.subarray(bodyOffset));
    message.dispose();
    return opened ? plaintext : undefined;
  }
}
