import { describe, expect, test } from 'vitest';
import { createHeapCopy, createSlabCopy } from '../../src/engines/wasm-output.ts';
import { sample } from '../engine-suite.ts';

const memory = sample(40_000);

describe.each([
  ['JavaScriptCore', createHeapCopy],
  ['all others', createSlabCopy],
])('for %s', (_, create) => {
  test('gives copies that never overlap', () => {
    const copyOut = create(memory);
    const lengths = Array.from({ length: 3_000 }, (_, i) => (i < 1_000 ? i % 70 : (i * 37) % 9_000));
    const given = lengths.map((length, i) => copyOut(4 * i, length));
    for (const [i, bytes] of given.entries()) {
      if (Buffer.compare(bytes, memory.subarray(4 * i, 4 * i + lengths[i]!)) !== 0) expect.fail(`copy ${i}`);
    }
  });

  test('goes on where a caller transfers a copy away, an empty one as well', () => {
    const copyOut = create(memory);
    for (const length of [0, 0, 20, 0, 0, 300, 0, 0, 9_000, 0]) {
      const copy = copyOut(8, length);
      expect(copy).toEqual(memory.slice(8, 8 + length));
      structuredClone(copy.buffer, { transfer: [copy.buffer as ArrayBuffer] });
    }
  });
});
