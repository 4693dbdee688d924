import { expect, test } from 'vitest';
import { plainLength, taggedLength } from '../src/checked-bytes.ts';

const trap = () => {
  throw new Error('ran code of its own');
};
const notBytes: Record<string, unknown> = {
  proxy: new Proxy(new Uint8Array(4), { getPrototypeOf: trap, get: trap }),
  heir: Object.create(Uint8Array.prototype),
  words: new Uint16Array(8),
  'words in disguise': Object.setPrototypeOf(new Uint16Array(8), Uint8Array.prototype),
  'words that say they are bytes': Object.defineProperty(
    Object.setPrototypeOf(new Uint16Array(8), Uint8Array.prototype),
    'byteLength',
    { value: 8 },
  ),
  clamped: new Uint8ClampedArray(8),
  view: new DataView(new ArrayBuffer(8)),
  text: 'Uint8Array',
  nothing: null,
};
const bytes: Record<string, [Uint8Array, length: number]> = {
  bytes: [new Uint8Array(4), 4],
  none: [new Uint8Array(0), 0],
  part: [new Uint8Array(8).subarray(3, 5), 2],
  buffer: [Buffer.from('x'), 1],
  'bytes in disguise': [Object.setPrototypeOf(new Uint8Array(4), Uint16Array.prototype), 4],
  'a length of its own': [Object.defineProperty(new Uint8Array(4), 'length', { value: 2 }), 4],
  'a length and another': [
    Object.defineProperties(new Uint8Array(4), { length: { value: 2 }, byteLength: { value: 2 } }),
    4,
  ],
  'a byteLength of its own': [Object.defineProperty(new Uint8Array(4), 'byteLength', { get: trap }), 4],
};

test.each([
  ['for all runtimes', taggedLength],
  ['for JavaScriptCore', plainLength],
])('an array of bytes and its length are told by what the platform made, %s', (_name, tells) => {
  for (const [name, value] of Object.entries(notBytes)) expect(tells(value), name).toBe(-1);
  for (const [name, [value, length]] of Object.entries(bytes)) expect(tells(value), name).toBe(length);
});
