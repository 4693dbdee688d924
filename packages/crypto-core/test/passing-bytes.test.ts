import { expect, it } from 'vitest';
import { extend, release } from '../src/passing-bytes.ts';

const large = 65_536;

it('a large array that has its ArrayBuffer to itself grows in its place, which leaves it empty', () => {
  const bytes = Uint8Array.from({ length: large }, (_, i) => i % 251);
  const copy = bytes.slice();
  const longer = extend(bytes, 16)!;
  expect(longer.length).toBe(large + 16);
  expect(longer.subarray(0, large)).toEqual(copy);
  expect(bytes.length).toBe(0);
});

it('a large array that is alone is freed', () => {
  const bytes = new Uint8Array(large);
  release(bytes);
  expect(bytes.length).toBe(0);
});

it.each([
  ['small', () => new Uint8Array(4_096)],
  ['the start of a larger ArrayBuffer', () => new Uint8Array(new ArrayBuffer(2 * large), 0, large)],
  ['the end of one', () => new Uint8Array(new ArrayBuffer(2 * large), large)],
])('an array that is %s stays as it is', (_, make) => {
  const bytes = make();
  const { length } = bytes;
  expect(extend(bytes, 16)).toBeUndefined();
  release(bytes);
  expect(bytes.length).toBe(length);
});
