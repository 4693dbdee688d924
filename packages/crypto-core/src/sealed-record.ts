// Sealed records, version 1 (design: sealed record): header, context and checks around an engine's chunked encryption.
//
// All that may run the caller's code (getters of the context, the source of random bytes) comes first, then the checks,
// then the frame: a call from inside such code can neither mix two frames nor slip past a check.
import { checkBytes } from './checked-bytes.ts';
import type { GatherContext } from './context.ts';
import type { Crypto, OpenedRecord } from './crypto.ts';
import { CryptoError } from './errors.ts';
import { copySalt, flagsOf, saltBytes, saltOffset, writeSingleFrame } from './frame.ts';
import type { RandomPool } from './random-pool.ts';
import { checkHeader, compressedFlag, flagsOffset, handleOffset, headerBytes, paddedFlag } from './record-header.ts';
import { HeldRecordKey, type LiveKey } from './record-key.ts';

/** 1 GiB. Larger messages go through `sealStream`. */
const maxPlaintextBytes = 2 ** 30;

/** What sealing needs besides a key. */
export interface Sealing {
  readonly pool: RandomPool;
  readonly gather: GatherContext;
}

export function createRecordSealer({ pool, gather }: Sealing): Pick<Crypto, 'seal' | 'open'> {
  return {
    seal(key, plaintext, context, options) {
      const gathered = gather(context);
      const flags = flagsOf(options);
      pool.reserve(saltBytes);
      const live = HeldRecordKey.live(key);
      const bytes = checkPlaintext(plaintext);
      const { frames } = live.engine;
      const end = writeSingleFrame({ frames, frameStart: live.frameStart, flags, context: gathered });
      pool.fill(frames, saltOffset, saltBytes);
      return live.engineKey.seal(end, bytes);
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

/** A plain view of it. Throws `input_malformed`, `input_too_large`. */
export function checkPlaintext(plaintext: Uint8Array): Uint8Array {
  const bytes = checkBytes(plaintext, 'plaintext');
  if (bytes.length <= maxPlaintextBytes) return bytes;
  throw new CryptoError('input_too_large', `a record holds at most ${maxPlaintextBytes} bytes; use sealStream`);
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
  if (record[2] !== live.frameStart[2]) throw sealBroken();
}

export function toOpened(record: Uint8Array, plaintext: Uint8Array): OpenedRecord {
  const flags = record[flagsOffset]!;
  return { plaintext, compressed: (flags & compressedFlag) !== 0, padded: (flags & paddedFlag) !== 0 };
}

/** One error for all that can be wrong past the header. */
export function sealBroken(): CryptoError {
  return new CryptoError('seal_broken', 'the record was changed, moved from its place or sealed under another key');
}
