import { expect, test } from 'vitest';
import { isBytes, isPlainOrTagged } from '../src/checked-bytes.ts';

const trap = () => {
  throw new Error('ran code of its own');
};
const notBytes: Record<string, unknown> = {
  proxy: new Proxy(new Uint8Array(4), { getPrototypeOf: trap, get: trap }),
  heir: Object.create(Uint8Array.prototype),
  words: new Uint16Array(8),
  'words in disguise': Object.setPrototypeOf(new Uint16Array(8), Uint8Array.prototype),
  clamped: new Uint8ClampedArray(8),
  view: new DataView(new ArrayBuffer(8)),
  text: 'Uint8Array',
  nothing: null,
};
const bytes: Record<string, unknown> = {
  bytes: new Uint8Array(4),
  none: new Uint8Array(0),
  part: new Uint8Array(8).subarray(3, 5),
  buffer: Buffer.from('x'),
  'bytes in disguise': Object.setPrototypeOf(new Uint8Array(4), Uint16Array.prototype),
};

test.each([
  ['for all runtimes', isBytes],
  ['for JavaScriptCore', isPlainOrTagged],
])('an array of bytes is told by what the platform made, %s', (_name, tells) => {
  for (const [name, value] of Object.entries(notBytes)) expect(tells(value), name).toBe(false);
  for (const [name, value] of Object.entries(bytes)) expect(tells(value), name).toBe(true);
});
