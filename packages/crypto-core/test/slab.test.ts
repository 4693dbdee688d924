import { expect, test } from 'vitest';
import { createSlab } from '../src/slab.ts';

test('gives zeroed arrays that never overlap, aligned to 16 bytes', () => {
  const allocate = createSlab();
  const lengths = Array.from({ length: 3_000 }, (_, i) => (i * 37) % 5_000);
  const given = lengths.map(allocate);
  for (const [i, bytes] of given.entries()) {
    expect(bytes.length).toBe(lengths[i]);
    expect(bytes.byteOffset % 16).toBe(0);
    if (bytes.some((byte) => byte !== 0)) expect.fail(`array ${i} overlaps one before`);
    bytes.fill(1 + (i % 255));
  }
  for (const [i, bytes] of given.entries()) {
    if (bytes.some((byte) => byte !== 1 + (i % 255))) expect.fail(`array ${i} was overwritten`);
  }
});
