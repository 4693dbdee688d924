import { expect, test } from 'vitest';
import { createCopyIn, createLoopIn } from '../../src/engines/wasm-input.ts';
import { sample } from '../engine-suite.ts';

test.each([
  ['JavaScriptCore', createLoopIn],
  ['all others', createCopyIn],
])('copies every length in and nothing beside it, for %s', (_, create) => {
  for (let length = 0; length < 100; length++) {
    const memory = sample(160);
    const expected = memory.slice();
    const input = sample(length + 3)
      .subarray(3)
      .map((byte) => byte ^ 0xff);
    expected.set(input, 24);
    create(memory)(input, 24, length);
    expect(memory).toEqual(expected);
  }
});
