import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCrypto } from '../src/create-crypto.ts';
import { joinRecords, splitRecords } from '../src/record-container.ts';
import { sample } from './engine-suite.ts';
import { hex } from './hex.ts';

const malformed = expect.objectContaining({ code: 'record_malformed' });
const crypto = createCrypto();
const records = [0, 1, 300].map((length, i) => {
  const key = crypto.importKey(sample(32 + i).slice(i), { algorithm: i === 1 ? 'chacha20-poly1305' : 'aes-256-gcm' });
  return crypto.seal(key, sample(length), {});
});

test('one record stands alone, several stand after one another with their lengths', () => {
  const [first, second] = records as [Uint8Array, Uint8Array];
  expect(joinRecords([first])).toBe(first);
  expect(hex(joinRecords([first, second]))).toBe(`c202${'00000054'}${hex(first)}${'00000055'}${hex(second)}`);
});

test('what was joined is split again, from any offset', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...records), { minLength: 1, maxLength: 255 }), (given) => {
      const joined = Buffer.concat([Buffer.alloc(3), joinRecords(given)]).subarray(3);
      expect(splitRecords(joined).map(hex)).toEqual(given.map(hex));
    }),
    { numRuns: 30 },
  );
});

test('only 1 to 255 records can be joined', () => {
  expect(() => joinRecords([])).toThrow(RangeError);
  expect(() => joinRecords(new Array(256).fill(records[0]))).toThrow(RangeError);
  expect(splitRecords(joinRecords(new Array(255).fill(records[0]))).length).toBe(255);
});

test('a record whose length takes more than 32 bits cannot be joined', () => {
  const tooLong = new Uint8Array(2 ** 32);
  expect(() => joinRecords([records[0]!, tooLong])).toThrow('a record of 4294967296 bytes cannot be joined');
});

test('truncated, lengthened and miscounted containers are refused', () => {
  const joined = joinRecords(records);
  for (let length = 0; length < joined.length; length++) {
    expect(() => splitRecords(joined.slice(0, length)), `${length} bytes`).toThrow(malformed);
  }
  expect(() => splitRecords(Uint8Array.from([...joined, 0]))).toThrow(malformed);
  for (const count of [0, 1, 2, 4, 255]) {
    expect(() => splitRecords(joined.map((byte, i) => (i === 1 ? count : byte)))).toThrow(malformed);
  }
  for (const bytes of [[], [0xc2], [0x7b, 0x7d], [0xc3, 1]]) {
    expect(() => splitRecords(Uint8Array.from(bytes))).toThrow(malformed);
  }
});

test('a container within a container is refused', () => {
  expect(() => splitRecords(joinRecords([joinRecords(records), records[0]!]))).toThrow(malformed);
});
