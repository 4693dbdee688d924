// `sealAsync` and `openAsync`: the records of `sealed-record.ts`, whose chunks WebCrypto seals and opens where it is faster.
// All else is done before the call returns: the arguments are checked and the message's key is derived, so that no other
// call comes between, and the record key may be disposed as soon as its key ring takes it back.
import { plaintextLength, recordLength } from './chunks.ts';
import type { Crypto } from './crypto.ts';
import { headBytes } from './engines/engine.ts';
import { openBodyAsync, sealBodyAsync, type WebCrypto } from './engines/web-crypto.ts';
import { copySalt, flagsOf, saltBytes, saltOffset, writeSingleFrame } from './frame.ts';
import { flagsOffset, suiteOf, suiteOffset } from './record-header.ts';
import { HeldRecordKey, type LiveKey } from './record-key.ts';
import { checkPlaintext, checkRecord, type Sealing, sealBroken, toOpened } from './sealed-record.ts';

const aesSuite = suiteOf('aes-256-gcm');

export function createAsyncSealer(
  { pool, gather }: Sealing,
  webCrypto: WebCrypto | undefined,
): Pick<Crypto, 'sealAsync' | 'openAsync'> {
  /** What does it asynchronously; undefined where the engine does it at once. */
  const subtleFor = ({ frameStart }: LiveKey, bytes: number) =>
    webCrypto && frameStart[suiteOffset] === aesSuite && bytes > webCrypto.above ? webCrypto.subtle : undefined;

  return {
    async sealAsync(key, given, context, options) {
      const gathered = gather(context);
      const flags = flagsOf(options);
      pool.reserve(saltBytes);
      const live = HeldRecordKey.live(key);
      const plaintext = checkPlaintext(given);
      const { engine, engineKey, frameStart } = live;
      const end = writeSingleFrame({ frames: engine.frames, frameStart, flags, context: gathered });
      pool.fill(engine.frames, saltOffset, saltBytes);
      const subtle = subtleFor(live, plaintext.length);
      if (!subtle) return engineKey.seal(end, plaintext);
      const record = new Uint8Array(recordLength(plaintext.length));
      record.set(engine.frames.subarray(0, headBytes));
      await sealBodyAsync(subtle, engineKey.deriveBytes(end), { plaintext, record });
      return record;
    },
    async openAsync(key, given, context) {
      const gathered = gather(context);
      const live = HeldRecordKey.live(key);
      const record = checkRecord(given, live);
      const { engine, engineKey, frameStart } = live;
      const flags = record[flagsOffset]!;
      const end = writeSingleFrame({ frames: engine.frames, frameStart, flags, context: gathered });
      copySalt(engine.frames, 0, record);
      // the flags as they are now: the record may change while it is opened
      const opened = toOpened(record, record);
      const subtle = subtleFor(live, plaintextLength(record.length));
      const plaintext = subtle
        ? await openBodyAsync(subtle, engineKey.deriveBytes(end), record)
        : engineKey.open(end, record);
      if (!plaintext) throw sealBroken();
      return { ...opened, plaintext };
    },
  };
}
