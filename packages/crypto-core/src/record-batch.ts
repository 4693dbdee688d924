// Many records under one key, in as few calls of the engine as its frames allow.
import { contextTooLarge, type GatheredContext } from './context.ts';
import type { Crypto, OpenedRecord } from './crypto.ts';
import { CryptoError } from './errors.ts';
import { copySalt, flagsOf, saltBytes, saltOffset, writeFrame } from './frame.ts';
import { flagsOffset } from './record-header.ts';
import { HeldRecordKey, type LiveKey } from './record-key.ts';
import { checkPlaintext, checkRecord, type Sealing, sealBroken, toOpened } from './sealed-record.ts';

export function createBatchSealer({ pool, gather }: Sealing): Pick<Crypto, 'sealMany' | 'openMany'> {
  return {
    sealMany(key, inputs) {
      const messages = [...inputs];
      const contexts = messages.map((message) => gather(message.context));
      const flags = messages.map(flagsOf);
      const given = messages.map((message) => message.plaintext);
      const salts = pool.take(saltBytes * given.length);
      try {
        return sealAll(HeldRecordKey.live(key), { plaintexts: given.map(checkPlaintext), contexts, flags, salts });
      } finally {
        salts.fill(0);
      }
    },
    openMany(key, inputs) {
      const messages = [...inputs];
      const contexts = messages.map((message) => gather(message.context));
      const given = messages.map((message) => message.record);
      const live = HeldRecordKey.live(key);
      const records = given.map((record) => checked(record, live));
      const results = records.map((record) => (record instanceof CryptoError ? record : undefined));
      const sound = [...results.keys()].filter((index) => results[index] === undefined);
      openSound(live, { sound, contexts, records: records as Uint8Array[], results });
      return results as unknown as (OpenedRecord | CryptoError)[];
    },
  };
}

interface Batch {
  readonly plaintexts: readonly Uint8Array[];
  readonly contexts: readonly GatheredContext[];
  readonly flags: readonly number[];
  /** One after another. */
  readonly salts: Uint8Array;
}

function sealAll(live: LiveKey, { plaintexts, contexts, flags, salts }: Batch): Uint8Array[] {
  const { frames } = live.engine;
  const results: Uint8Array[] = [];
  runInFrames(plaintexts.length, live.engineKey.sealMany !== undefined, {
    write(index, start) {
      const { frameStart } = live;
      const end = writeFrame(start, { frames, frameStart, flags: flags[index]!, context: contexts[index]! });
      if (end > 0) frames.set(salts.subarray(index * saltBytes, (index + 1) * saltBytes), start + saltOffset);
      return end;
    },
    run(first, ends) {
      const sealed = sealFrames(live, ends, plaintexts.slice(first, first + ends.length));
      for (const record of sealed) results.push(record);
    },
  });
  return results;
}

interface Opening {
  /** Indexes of the records whose header is good. */
  readonly sound: readonly number[];
  readonly contexts: readonly GatheredContext[];
  /** Those of `sound`. */
  readonly records: readonly Uint8Array[];
  readonly results: (OpenedRecord | CryptoError | undefined)[];
}

function openSound(live: LiveKey, { sound, contexts, records, results }: Opening): void {
  const { frames } = live.engine;
  runInFrames(sound.length, live.engineKey.openMany !== undefined, {
    write(position, start) {
      const index = sound[position]!;
      const record = records[index]!;
      const { frameStart } = live;
      const end = writeFrame(start, { frames, frameStart, flags: record[flagsOffset]!, context: contexts[index]! });
      if (end > 0) copySalt(frames, start, record);
      return end;
    },
    run(first, ends) {
      const indexes = sound.slice(first, first + ends.length);
      const opened = openFrames(
        live,
        ends,
        indexes.map((index) => records[index]!),
      );
      for (const [i, index] of indexes.entries()) {
        const plaintext = opened[i];
        results[index] = plaintext ? toOpened(records[index]!, plaintext) : sealBroken();
      }
    },
  });
}

interface FrameWork {
  /** Writes the frame of message `index` at `start`; returns its end, or -1 if it does not fit. */
  write(index: number, start: number): number;
  /** Does the work of the messages whose frames end at `ends`, of which `first` is the first. */
  run(first: number, ends: readonly number[]): void;
}

function runInFrames(count: number, batched: boolean, { write, run }: FrameWork): void {
  let first = 0;
  let ends: number[] = [];
  for (let index = 0; index < count; index++) {
    let end = write(index, ends.at(-1) ?? 0);
    if (end < 0 && ends.length > 0) {
      run(first, ends);
      first = index;
      ends = [];
      end = write(index, 0);
    }
    if (end < 0) throw contextTooLarge();
    ends.push(end);
    if (batched) continue;
    run(index, ends);
    first = index + 1;
    ends = [];
  }
  if (ends.length > 0) run(first, ends);
}

function sealFrames({ engineKey }: LiveKey, ends: readonly number[], plaintexts: readonly Uint8Array[]): Uint8Array[] {
  return engineKey.sealMany?.(ends, plaintexts) ?? [engineKey.seal(ends[0]!, plaintexts[0]!)];
}

function openFrames(
  { engineKey }: LiveKey,
  ends: readonly number[],
  records: readonly Uint8Array[],
): (Uint8Array | undefined)[] {
  return engineKey.openMany?.(ends, records) ?? [engineKey.open(ends[0]!, records[0]!)];
}

/** A plain view of the record, or what is wrong with it before any cipher is asked. Mistakes of the caller's are thrown. */
function checked(record: Uint8Array, live: LiveKey): Uint8Array | CryptoError {
  try {
    return checkRecord(record, live);
  } catch (error) {
    if (error instanceof CryptoError && error.kind !== 'input') return error;
    throw error;
  }
}
