import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeWraps, encodeWraps } from '../src/wrapped-key.ts';

const wraps = [
  { providerId: 'local/0011223344556677', bytes: Uint8Array.of(1, 2, 3) },
  { providerId: 'aws/ü', bytes: new Uint8Array() },
];

test('the layout of the design', () => {
  expect(Buffer.from(encodeWraps([{ providerId: 'ab', bytes: Uint8Array.of(7, 8) }])).toString('hex')).toBe(
    'c3010261620000000207' + '08',
  );
});

test('comes back as it went in, also from the middle of a buffer', () => {
  const container = encodeWraps(wraps);
  expect(decodeWraps(container)).toEqual(wraps);
  const buffer = new Uint8Array(container.length + 9);
  buffer.set(container, 5);
  expect(decodeWraps(buffer.subarray(5, 5 + container.length))).toEqual(wraps);
});

test('any truncation and any extra byte is refused', () => {
  const container = encodeWraps(wraps);
  for (let length = 0; length < container.length; length++) {
    expect(() => decodeWraps(container.slice(0, length))).toThrow(
      expect.objectContaining({ code: 'material_malformed' }),
    );
  }
  expect(() => decodeWraps(Uint8Array.of(...container, 0))).toThrow(
    expect.objectContaining({ code: 'material_malformed' }),
  );
});

test('arbitrary bytes are refused or decode to what encodes to the same', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const container = Uint8Array.of(0xc3, 1, ...bytes);
      let decoded: ReturnType<typeof decodeWraps>;
      try {
        decoded = decodeWraps(container);
      } catch (error) {
        expect(error).toMatchObject({ code: 'material_malformed' });
        return;
      }
      expect(encodeWraps(decoded)).toEqual(container);
    }),
  );
});
