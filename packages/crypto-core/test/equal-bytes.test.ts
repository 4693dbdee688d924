import fc from 'fast-check';
import { expect, test } from 'vitest';
import { equalBytes } from '../src/equal-bytes.ts';
import { wipe } from '../src/wipe.ts';
import { sample } from './engine-suite.ts';

test('equal means same length and bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
      expect(equalBytes(a, b)).toBe(Buffer.compare(a, b) === 0);
      expect(equalBytes(a, Uint8Array.from(a))).toBe(true);
    }),
  );
});

test('every bit counts', () => {
  for (let bit = 0; bit < 256; bit++) {
    expect(
      equalBytes(
        sample(32),
        sample(32).map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)),
      ),
    ).toBe(false);
  }
});

test('wipe leaves zeros', () => {
  const arrays = [sample(5), sample(9)];
  wipe(...arrays);
  expect(arrays).toEqual([new Uint8Array(5), new Uint8Array(9)]);
});
