import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recordFromText, recordToText } from '../src/record-text.ts';

test('is base64url without padding', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(recordToText(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
      expect(recordFromText(recordToText(bytes))).toEqual(bytes);
    }),
  );
});

test('has one text for given bytes', () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/= \n';
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 9 }), (text) => {
      const canonical = Buffer.from(text, 'base64url').toString('base64url') === text;
      if (canonical) expect(recordToText(recordFromText(text))).toBe(text);
      else expect(() => recordFromText(text)).toThrow(expect.objectContaining({ code: 'record_malformed' }));
    }),
    { numRuns: 2_000 },
  );
  expect(() => recordFromText(5 as never)).toThrow(expect.objectContaining({ code: 'record_malformed' }));
});
