// Sealed records, version 1 (design: sealed record): header, context and checks around an engine's chunked encryption.
import { checkBytes } from './checked-bytes.ts';
import { type ContextWriter, contextTooLarge, createContextWriter, type GatheredContext } from './context.ts';
import type { Context, OpenedRecord, RecordKey, SealOptions } from './crypto.ts';
import { headBytes } from './engines/engine.ts';
import { CryptoError } from './errors.ts';
import type { RandomPool } from './random-pool.ts';
import { checkHeader, compressedFlag, handleOffset, headerBytes, paddedFlag } from './record-header.ts';
import { HeldRecordKey, type LiveKey } from './record-key.ts';
import { writeUtf8 } from './utf8.ts';

/** 1 GiB. Larger messages go through `sealStream`. */
export const maxPlaintextBytes: number = 2 ** 30;
const saltOffset = headerBytes;
const saltBytes = headBytes - saltOffset;
const label = new Uint8Array(13);
writeUtf8(label, 0, 'hammerwork/1');

export interface RecordSealer {
  seal(key: RecordKey, plaintext: Uint8Array, context: Context, options?: SealOptions): Uint8Array;
  open(key: RecordKey, record: Uint8Array, context: Context): OpenedRecord;
}

export function createRecordSealer(pool: RandomPool): RecordSealer {
  const contexts: ContextWriter = createContextWriter();

  // All that may run the caller's code (getters of the context, the source of random bytes) comes before the first byte
  // of the frame is written, so that a call from inside such code cannot mix two frames.
  function seal(key: RecordKey, plaintext: Uint8Array, context: Context, options?: SealOptions): Uint8Array {
    const live = HeldRecordKey.live(key);
    checkPlaintext(plaintext);
    const flags = flagsOf(options);
    const gathered = contexts.gather(context);
    const { frames } = live.engine;
    pool.fill(frames, saltOffset, saltBytes);
    writeHeader(frames, 0, live.header, flags);
    const end = writeBinding(frames, 0, gathered);
    return live.engineKey.seal(end, plaintext);
  }

  function open(key: RecordKey, record: Uint8Array, context: Context): OpenedRecord {
    const live = HeldRecordKey.live(key);
    checkBytes(record, 'record');
    const gathered = contexts.gather(context);
    checkHeader(record);
    checkKey(live, record);
    const { frames } = live.engine;
    for (let i = 0; i < headBytes; i++) frames[i] = record[i]!;
    const end = writeBinding(frames, 0, gathered);
    const plaintext = live.engineKey.open(end, record);
    if (!plaintext) throw sealBroken();
    const flags = record[3]!;
    return { plaintext, compressed: (flags & compressedFlag) !== 0, padded: (flags & paddedFlag) !== 0 };
  }

  function writeBinding(frames: Uint8Array, start: number, gathered: GatheredContext): number {
    const header = start + headBytes + label.length;
    frames.set(label, start + headBytes);
    frames.copyWithin(header, start, start + headerBytes);
    const end = contexts.write(frames, header + headerBytes, gathered);
    if (end < 0) throw contextTooLarge();
    return end;
  }

  return { seal, open };
}

function checkPlaintext(plaintext: Uint8Array): void {
  checkBytes(plaintext, 'plaintext');
  if (plaintext.length > maxPlaintextBytes) {
    throw new CryptoError('input_too_large', `a record holds at most ${maxPlaintextBytes} bytes; use sealStream`);
  }
}

function checkKey(live: LiveKey, record: Uint8Array): void {
  for (let i = handleOffset; i < headerBytes; i++) {
    if (record[i] !== live.header[i]) {
      throw new CryptoError('key_unknown', 'the record names another key version; ask the key ring for its handle');
    }
  }
  if (record[2] !== live.header[2]) throw sealBroken();
}

function flagsOf(options: SealOptions | undefined): number {
  if (!options) return 0;
  return (options.compressed ? compressedFlag : 0) | (options.padded ? paddedFlag : 0);
}

function writeHeader(frames: Uint8Array, start: number, header: Uint8Array, flags: number): void {
  frames.set(header, start);
  frames[start + 3] = flags;
}

function sealBroken(): CryptoError {
  return new CryptoError('seal_broken', 'the record was changed, moved from its place or sealed under another key');
}
