import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Context, createContextGatherer, encodeContext, writeContext } from '../src/context.ts';
import { hex } from './hex.ts';
import { encodePairs } from './reference.ts';

const strings = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }));
const contexts = fc.dictionary(strings, fc.oneof(strings, fc.uint8Array({ maxLength: 40 })), { maxKeys: 9 });

/** By the reference: names in the order of their bytes. */
function expected(context: Context): string {
  const pairs = Object.entries(context).toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return encodePairs(pairs).toString('hex');
}

describe('encodeContext', () => {
  test('is count, then name and value with their lengths, by the bytes of the names', () => {
    expect(hex(encodeContext({ b: Uint8Array.of(1, 2), a: 'é' }))).toBe(
      `0002${'000161'}${'00000002c3a9'}${'000162'}${'000000020102'}`,
    );
    expect(hex(encodeContext({}))).toBe('0000');
  });

  test('equals the reference', () => {
    fc.assert(
      fc.property(contexts, (context) => {
        expect(hex(encodeContext(context))).toBe(expected(context));
      }),
    );
  });

  test('does not depend on the order of the members', () => {
    fc.assert(
      fc.property(contexts, (context) => {
        const reversed = Object.fromEntries(Object.entries(context).toReversed());
        expect(encodeContext(reversed)).toEqual(encodeContext(context));
      }),
    );
  });

  test('takes own members only', () => {
    const context = Object.create({ inherited: 'x' }, { own: { value: 'y', enumerable: true } });
    expect(encodeContext(context)).toEqual(encodeContext({ own: 'y' }));
  });

  test('orders beyond the basic plane by bytes, not by UTF-16', () => {
    const names = ['\u{1f600}', '\uff5e', '\ue000', '\ud7ff', 'z', ''];
    const context = Object.fromEntries(names.map((name) => [name, name]));
    expect(hex(encodeContext(context))).toBe(expected(context));
  });

  test('fits to the byte or not at all', () => {
    const gathered = createContextGatherer()({ ab: 'cdé', x: Uint8Array.of(9) });
    const length = writeContext(new Uint8Array(100), 0, gathered);
    for (let room = 0; room < length; room++) expect(writeContext(new Uint8Array(room), 0, gathered)).toBe(-1);
    expect(writeContext(new Uint8Array(length), 0, gathered)).toBe(length);
  });
});

test('what a context has in common with the one before is not mixed up with what it has not', () => {
  const gather = createContextGatherer();
  const text = fc.constantFrom('', 'a', 'b', 'ab', 'é');
  const bytes = fc.uint8Array({ maxLength: 2 });
  const context = fc.record({ job: fc.oneof(bytes, text), kind: text, tenant: fc.oneof(text, bytes) });
  fc.assert(
    fc.property(fc.array(context, { minLength: 2, maxLength: 30 }), (contexts) => {
      for (const one of contexts) {
        const target = new Uint8Array(200);
        const end = writeContext(target, 3, gather(one));
        expect(hex(target.slice(3, end))).toBe(expected(one));
      }
    }),
  );
});

test('shapes that are remembered do not mix', () => {
  const gather = createContextGatherer();
  const buffer = new Uint8Array(10_000);
  fc.assert(
    fc.property(contexts, (context) => {
      const end = writeContext(buffer, 0, gather(context));
      expect(hex(buffer.subarray(0, end))).toBe(expected(context));
    }),
  );
});
