// Sealed records, version 1 (design: sealed record): header, context and checks around an engine's chunked encryption.
//
// All that may run the caller's code (getters of the context, the source of random bytes) comes first, then the checks,
// then the frame: a call from inside such code can neither mix two frames nor slip past a check.
import { checkBytes, typeName } from './checked-bytes.ts';
import type { GatherContext } from './context.ts';
import type { Crypto, OpenedRecord } from './crypto.ts';
import { CryptoError } from './errors.ts';
import { copySalt, type FrameParts, flagsOf, saltBytes, saltOffset, writeSingleFrame } from './frame.ts';
import type { RandomPool } from './random-pool.ts';
import {
  checkHeader,
  compressedFlag,
  flagsOffset,
  handleOffset,
  headerBytes,
  paddedFlag,
  suiteOffset,
} from './record-header.ts';
import { HeldRecordKey, type LiveKey } from './record-key.ts';
import { encodeUtf8 } from './utf8.ts';

/** 1 GiB. Larger messages go through `sealStream`. */
const maxPlaintextBytes = 2 ** 30;

/** What sealing needs besides a key. */
export interface Sealing {
  readonly pool: RandomPool;
  readonly gather: GatherContext;
}

export function createRecordSealer({ pool, gather }: Sealing): Pick<Crypto, 'seal' | 'sealText' | 'open'> {
  return {
    seal(key, plaintext, context, options) {
      const gathered = gather(context);
      const flags = flagsOf(options);
      pool.reserve(saltBytes);
      const { engine, engineKey, frameStart } = HeldRecordKey.live(key);
      const bytes = checkPlaintext(plaintext);
      return engineKey.seal(startFrame(pool, { frames: engine.frames, frameStart, flags, context: gathered }), bytes);
    },
    sealText(key, text, context, options) {
      const gathered = gather(context);
      const flags = flagsOf(options);
      pool.reserve(saltBytes);
      const { engine, engineKey, frameStart } = HeldRecordKey.live(key);
      if (typeof text !== 'string') throw new TypeError(`text must be a string, got ${typeName(text)}`);
      const end = startFrame(pool, { frames: engine.frames, frameStart, flags, context: gathered });
      return engineKey.sealText?.(end, text) ?? engineKey.seal(end, checkPlaintext(encodeText(text)));
    },
    open(key, given, context) {
      const gathered = gather(context);
      const live = HeldRecordKey.live(key);
      const record = checkRecord(given, live);
      const { frames } = live.engine;
      const flags = record[flagsOffset]!;
      const end = writeSingleFrame({ frames, frameStart: live.frameStart, flags, context: gathered });
      copySalt(frames, 0, record);
      const plaintext = live.engineKey.open(end, record);
      if (!plaintext) throw sealBroken();
      return toOpened(record, plaintext);
    },
  };
}

/** Writes the frame of a record that is sealed; returns its end. */
function startFrame(pool: RandomPool, parts: FrameParts): number {
  const end = writeSingleFrame(parts);
  pool.fill(parts.frames, saltOffset, saltBytes);
  return end;
}

function encodeText(text: string): Uint8Array {
  if (text.length > maxPlaintextBytes) throw plaintextTooLarge();
  const bytes = encodeUtf8(text);
  if (!bytes) throw new CryptoError('input_malformed', 'the text holds a lone surrogate; send well-formed Unicode');
  return bytes;
}

/** A plain view of it. Throws `input_malformed`, `input_too_large`. */
export function checkPlaintext(plaintext: Uint8Array): Uint8Array {
  const bytes = checkBytes(plaintext, 'plaintext');
  if (bytes.length <= maxPlaintextBytes) return bytes;
  throw plaintextTooLarge();
}

function plaintextTooLarge(): CryptoError {
  return new CryptoError('input_too_large', `a record holds at most ${maxPlaintextBytes} bytes; use sealStream`);
}

/** A plain view of it. Throws `record_malformed`, then `key_unknown`, then `seal_broken`. */
export function checkRecord(given: Uint8Array, live: LiveKey): Uint8Array {
  const record = checkBytes(given, 'record');
  checkHeader(record);
  checkKey(record, live);
  return record;
}

/** Throws `key_unknown`, then `seal_broken` for a suite that is not the key's. */
export function checkKey(record: Uint8Array, live: LiveKey): void {
  for (let i = handleOffset; i < headerBytes; i++) {
    if (record[i] !== live.frameStart[i]) {
      throw new CryptoError('key_unknown', 'the record names another key version; ask the key ring for its handle');
    }
  }
  if (record[suiteOffset] !== live.frameStart[suiteOffset]) throw sealBroken();
}

export function toOpened(record: Uint8Array, plaintext: Uint8Array): OpenedRecord {
  const flags = record[flagsOffset]!;
  return { plaintext, compressed: (flags & compressedFlag) !== 0, padded: (flags & paddedFlag) !== 0 };
}

/** One error for all that can be wrong past the header. */
export function sealBroken(): CryptoError {
  return new CryptoError('seal_broken', 'the record was changed, moved from its place or sealed under another key');
}
