// What every CipherEngine must do, byte for byte. A new engine gets a test file of five lines that calls this.
import { createHash, randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { isPossibleRecordLength } from '../src/chunks.ts';
import type { AeadName, Algorithm } from '../src/crypto.ts';
import {
  type CipherEngine,
  chunkBytes,
  type EngineRecordKey,
  headBytes,
  maxContextBytes,
} from '../src/engines/engine.ts';
import { createNobleEngine } from '../src/engines/noble.ts';
import { derive, sealBody } from './reference.ts';

const algorithms: readonly Algorithm[] = ['aes-256-gcm', 'chacha20-poly1305'];
const borders = [chunkBytes - 1, chunkBytes, chunkBytes + 1, 2 * chunkBytes - 1, 2 * chunkBytes, 2 * chunkBytes + 1];
const manyBorders = [...borders, 257 * chunkBytes, 257 * chunkBytes + 5];

/** Deterministic and different at every position. */
export function sample(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0, state = length + 1; i < length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[i] = state >>> 16;
  }
  return bytes;
}

/** Writes a frame from offset `start`; returns its end. */
export function writeFrame(engine: CipherEngine, head: Uint8Array, context: Uint8Array, start = 0): number {
  engine.frames.set(head, start);
  engine.frames.set(context, start + head.length);
  return start + head.length + context.length;
}

export function engineSuite(name: string, make: () => CipherEngine): void {
  describe(`engine ${name}`, () => {
    let engine: CipherEngine;
    const keyBytes = sample(32);
    const head = sample(headBytes);
    const context = sample(171);

    beforeAll(() => {
      engine = make();
    });

    function referenceRecord(algorithm: Algorithm, plaintext: Uint8Array, bound = context): Uint8Array {
      const body = sealBody({ algorithm, key: keyBytes, salt: head.subarray(12), context: bound }, plaintext);
      return new Uint8Array(Buffer.concat([head, body]));
    }

    function seal(key: EngineRecordKey, plaintext: Uint8Array, bound = context): Uint8Array {
      return key.seal(writeFrame(engine, head, bound), plaintext);
    }

    function open(key: EngineRecordKey, record: Uint8Array, bound = context): Uint8Array | undefined {
      if (!isPossibleRecordLength(record.length)) return undefined; // as callers must
      return key.open(writeFrame(engine, record.subarray(0, headBytes), bound), record);
    }

    test('has room for the longest context', () => {
      expect(engine.frames.length).toBe(headBytes + maxContextBytes);
      const key = engine.importRecordKey('aes-256-gcm', keyBytes);
      for (const length of [0, 1, 39, 40, 103, 104, 167, 168, 1_000, maxContextBytes]) {
        const bound = sample(length);
        const record = seal(key, keyBytes, bound);
        expect(record).toEqual(referenceRecord('aes-256-gcm', keyBytes, bound));
        expect(open(key, record, bound)).toEqual(keyBytes);
      }
    });

    describe.each(algorithms)('%s', (algorithm) => {
      let key: EngineRecordKey;

      beforeAll(() => {
        key = engine.importRecordKey(algorithm, keyBytes);
      });

      test('seals and opens every length from 0 to 2,200 bytes', () => {
        for (let length = 0; length <= 2_200; length++) {
          const plaintext = sample(length);
          const record = seal(key, plaintext);
          if (Buffer.compare(record, referenceRecord(algorithm, plaintext)) !== 0) expect.fail(`seal of ${length}`);
          if (Buffer.compare(open(key, record)!, plaintext) !== 0) expect.fail(`open of ${length}`);
        }
      });

      test.each(manyBorders)('seals and opens %i bytes', (length) => {
        const plaintext = sample(length);
        const record = seal(key, plaintext);
        expect(Buffer.compare(record, referenceRecord(algorithm, plaintext))).toBe(0);
        expect(Buffer.compare(open(key, record)!, plaintext)).toBe(0);
      });

      test('refuses every flipped bit of a record', () => {
        const record = seal(key, sample(20));
        // the header is not the engine's to judge: it is bound through the context
        for (let bit = 12 * 8; bit < record.length * 8; bit++) {
          const changed = record.slice();
          changed[bit >> 3]! ^= 1 << (bit & 7);
          if (open(key, changed)) expect.fail(`opened with bit ${bit} flipped`);
        }
        expect(open(key, record)).toBeDefined();
      });

      test('refuses every flipped bit of the context and of the key', () => {
        const record = seal(key, sample(20));
        for (let bit = 0; bit < 256; bit++) {
          const bound = context.slice();
          bound[bit >> 3]! ^= 1 << (bit & 7);
          const other = keyBytes.slice();
          other[bit >> 3]! ^= 1 << (bit & 7);
          const otherKey = engine.importRecordKey(algorithm, other);
          if (open(key, record, bound) || open(otherKey, record)) expect.fail(`opened with bit ${bit} flipped`);
          otherKey.dispose();
        }
      });

      test('refuses chunks that were cut off, swapped, repeated or damaged at the end', () => {
        const record = seal(key, sample(2 * chunkBytes + 100));
        const chunk = (i: number) => record.subarray(68 + i * 16_400, 68 + (i + 1) * 16_400);
        const start = record.subarray(0, 68);
        const forged = [
          [start, chunk(0), chunk(2)],
          [start, chunk(0), chunk(1)],
          [start, chunk(1), chunk(0), chunk(2)],
          [start, chunk(0), chunk(0), chunk(2)],
          [start, chunk(0), chunk(1), chunk(2), chunk(2)],
          [start, chunk(0), chunk(1), chunk(2).slice(0, -1)],
          [start, chunk(0), chunk(1), chunk(2), Uint8Array.of(0)],
          [start, chunk(0), chunk(1), chunk(2).map((byte, i) => (i === 115 ? byte ^ 1 : byte))],
        ];
        for (const parts of forged) expect(open(key, new Uint8Array(Buffer.concat(parts)))).toBeUndefined();
        expect(open(key, record)).toBeDefined();
      });

      test('refuses a record of many calls that is damaged anywhere', () => {
        const record = seal(key, sample(9 * chunkBytes + 100));
        for (let at = 40; at < record.length; at += at < 100 ? 40 : chunkBytes) {
          record[at]! ^= 1;
          expect(open(key, record), `byte ${at}`).toBeUndefined();
          record[at]! ^= 1;
        }
        expect(open(key, record)).toBeDefined();
      });

      test('goes chunk by chunk to the same bytes', () => {
        const plaintext = sample(chunkBytes + 77);
        const record = seal(key, plaintext);
        const message = key.derive(writeFrame(engine, head, context));
        const chunks = [plaintext.subarray(0, chunkBytes), plaintext.subarray(chunkBytes)];
        const sealed = chunks.map((chunk, i) => message.sealChunk(i, chunk));
        const whole = Buffer.concat([head, message.commitment, ...sealed]);
        expect(Buffer.compare(whole, record)).toBe(0);
        expect(sealed.map((chunk, i) => Buffer.compare(message.openChunk(i, chunk)!, chunks[i]!))).toEqual([0, 0]);
        expect(message.openChunk(1, sealed[0]!)).toBeUndefined();
        expect(
          message.openChunk(
            0,
            sealed[0]!.map((byte, i) => (i === 3 ? byte ^ 4 : byte)),
          ),
        ).toBeUndefined();
        expect(message.openChunk(70_000, message.sealChunk(70_000, chunks[1]!))).toEqual(chunks[1]);
        message.dispose();
        message.dispose();
      });

      test('gives the bytes that a message needs', () => {
        const { messageKey, baseNonce, commitment } = derive({
          algorithm,
          key: keyBytes,
          salt: head.subarray(12),
          context,
        });
        const found = key.deriveBytes(writeFrame(engine, head, context));
        expect(Object.values(found).map((bytes) => Buffer.from(bytes))).toEqual([messageKey, baseNonce, commitment]);
        for (const bytes of Object.values(found)) expect(bytes.buffer).not.toBe(engine.frames.buffer);
        expect(key.deriveBytes(writeFrame(engine, head, sample(3))).key).not.toEqual(found.key);
        expect(seal(key, sample(9))).toEqual(referenceRecord(algorithm, sample(9)));
      });

      test('works through batches as one by one, where it has them', () => {
        const plaintexts = [0, 1, 16, 20, 64, 100, 1_000, chunkBytes - 1, chunkBytes, chunkBytes + 1].map(sample);
        const contexts = plaintexts.map((_, i) => sample(100 + 13 * i));
        const records = plaintexts.map((plaintext, i) => seal(key, plaintext, contexts[i]));
        const ends: number[] = [];
        const writeAll = () => {
          ends.length = 0;
          for (const bound of contexts) ends.push(writeFrame(engine, head, bound, ends.at(-1) ?? 0));
        };
        writeAll();
        if (key.sealMany) expect(key.sealMany(ends, plaintexts)).toEqual(records);
        const damaged = records.map((record, i) =>
          i % 3 === 1 ? record.map((b, at) => (at === 70 ? b ^ 1 : b)) : record,
        );
        writeAll();
        const expected = plaintexts.map((plaintext, i) => (i % 3 === 1 ? undefined : plaintext));
        if (key.openMany) expect(key.openMany(ends, damaged)).toEqual(expected);
        expect(damaged.map((record, i) => open(key, record, contexts[i]))).toEqual(expected);
      });

      test('takes views at any offset and gives results that last', () => {
        const inputs = Array.from({ length: 40 }, (_, i) => {
          const backing = sample(300 + i);
          return { view: backing.subarray(i, i + 100), copy: backing.slice(i, i + 100) };
        });
        const records = inputs.map(({ view }) => seal(key, view));
        const opened = records.map((record, i) => {
          const padded = new Uint8Array(record.length + 64);
          padded.set(record, i);
          return open(key, padded.subarray(i, i + record.length))!;
        });
        for (const { view } of inputs) view.fill(0);
        expect(opened).toEqual(inputs.map(({ copy }) => copy));
        expect(records).toEqual(inputs.map(({ copy }) => referenceRecord(algorithm, copy)));
        for (const result of [...records, ...opened]) {
          expect(result.constructor).toBe(Uint8Array);
          expect(result.buffer).not.toBe(engine.frames.buffer);
        }
      });

      test('keeps keys apart and its own copy of each', () => {
        const given = [1, 2, 3].map((i) => sample(32 + i).slice(0, 32));
        const keys = given.map((bytes) => engine.importRecordKey(algorithm, bytes));
        for (const bytes of given) bytes.fill(0);
        const record = seal(keys[1]!, sample(50));
        expect(keys.map((k) => open(k, record) !== undefined)).toEqual([false, true, false]);
        keys[0]!.dispose();
        keys[0]!.dispose();
        expect(open(keys[1]!, record)).toEqual(sample(50));
      });
    });

    test('hashes with SHA-512', () => {
      for (const length of [0, 1, 55, 111, 112, 127, 128, 129, 239, 240, 255, 256, 1_000, 100_000]) {
        const expected = createHash('sha512').update(sample(length)).digest();
        expect(engine.sha512(sample(length))).toEqual(new Uint8Array(expected));
      }
    });

    describe.each(['aes-256-gcm', 'chacha20-poly1305', 'xchacha20-poly1305'] satisfies AeadName[])(
      'plain %s',
      (aead) => {
        const nonceBytes = aead === 'xchacha20-poly1305' ? 24 : 12;

        test('equals its twin for every length from 0 to 2,200 bytes and longer ones', () => {
          const twin = createNobleEngine().importAeadKey(aead, keyBytes);
          const key = engine.importAeadKey(aead, keyBytes);
          for (const length of [...Array(2_201).keys(), 4_096, ...borders, 70_001, 131_057, 131_072, 200_003]) {
            const nonce = sample(nonceBytes + length).subarray(0, nonceBytes);
            const associated = sample(length % 61);
            const plaintext = sample(length);
            const sealed = key.seal(nonce, plaintext, associated);
            if (Buffer.compare(sealed, twin.seal(nonce, plaintext, associated)) !== 0) expect.fail(`seal of ${length}`);
            if (Buffer.compare(key.open(nonce, sealed, associated)!, plaintext) !== 0) expect.fail(`open of ${length}`);
          }
          key.dispose();
        });

        test('refuses every flipped bit', () => {
          const key = engine.importAeadKey(aead, keyBytes);
          const nonce = sample(nonceBytes);
          const associated = sample(5);
          const sealed = key.seal(nonce, sample(40), associated);
          const flip = (bytes: Uint8Array, bit: number) =>
            bytes.map((b, i) => (i === bit >> 3 ? b ^ (1 << (bit & 7)) : b));
          for (let bit = 0; bit < sealed.length * 8; bit++) {
            if (key.open(nonce, flip(sealed, bit), associated)) expect.fail(`ciphertext bit ${bit}`);
          }
          for (let bit = 0; bit < nonceBytes * 8; bit++) {
            if (key.open(flip(nonce, bit), sealed, associated)) expect.fail(`nonce bit ${bit}`);
          }
          for (let bit = 0; bit < 40; bit++) {
            if (key.open(nonce, sealed, flip(associated, bit))) expect.fail(`associated data bit ${bit}`);
          }
          expect(key.open(nonce, sealed, associated)).toEqual(sample(40));
        });

        test('works through batches as one by one, where it has them', () => {
          const key = engine.importAeadKey(aead, keyBytes);
          // as many as go into two runs: of one length, of all short lengths, of long ones
          const plaintexts = Array.from({ length: 280 }, (_, i) => sample(i < 64 ? 16 : i < 245 ? i - 64 : i * 37));
          const nonces = new Uint8Array(randomBytes(nonceBytes * plaintexts.length));
          const nonce = (i: number) => nonces.subarray(i * nonceBytes, (i + 1) * nonceBytes);
          const sealed = plaintexts.map((plaintext, i) => key.seal(nonce(i), plaintext, context));
          if (key.sealMany) expect(key.sealMany(nonces, plaintexts, context)).toEqual(sealed);
          const damaged = sealed.map((bytes, i) =>
            i % 5 === 2 ? bytes.map((b, at) => (at === 0 ? b ^ 1 : b)) : bytes,
          );
          const expected = plaintexts.map((plaintext, i) => (i % 5 === 2 ? undefined : plaintext));
          if (key.openMany) expect(key.openMany(nonces, damaged, context)).toEqual(expected);
          expect(damaged.map((bytes, i) => key.open(nonce(i), bytes, context))).toEqual(expected);
        });
      },
    );
  });
}
