import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter } from '../src/byte-writer.ts';
import { writeCanonical } from '../src/canonical.ts';
import type { JsonValue } from '../src/index.ts';
import { KnownMembers } from '../src/known-members.ts';

function canonicalJson(value: unknown, maxDepth: number, known: KnownMembers = new KnownMembers()): string {
  const out = new ByteWriter();
  writeCanonical(out, value, { limits: { maxDepth, maxValues: Number.POSITIVE_INFINITY }, known });
  return new TextDecoder().decode(out.written());
}

/** The readable twin. */
function readable(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(readable).join(',')}]`;
  const object = value as { readonly [name: string]: JsonValue };
  const names = Object.keys(object).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${readable(object[name]!)}`).join(',')}}`;
}

describe('canonical JSON', () => {
  it('gives the example of RFC 8785 section 3.2.4', () => {
    const value = {
      numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\u0022\u002f",
      literals: [null, true, false],
    };
    const expected =
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}';
    expect(canonicalJson(value, 10)).toBe(expected);
  });

  it('sorts names as RFC 8785 section 3.2.3 does, by UTF-16 code units', () => {
    const names = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
    const value = Object.fromEntries(names.map((name) => [name, 0]));
    expect([...canonicalJson(value, 10).matchAll(/"(.*?)":/g)].map((match) => JSON.parse(`"${match[1]}"`))).toEqual([
      '\r',
      '1',
      '\u0080',
      '\u00f6',
      '\u20ac',
      '\ud83d\ude00',
      '\ufb33',
    ]);
  });

  it('sorts names that an object lists by number as text', () => {
    expect(canonicalJson({ 10: 0, 9: { b: 1, 1: 2, a: 3 }, a: 0, '-1': 0 }, 10)).toBe(
      '{"-1":0,"10":0,"9":{"1":2,"a":3,"b":1},"a":0}',
    );
  });

  it('keeps an own __proto__', () => {
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":{"y":1,"x":2}}'), 10)).toBe(
      '{"__proto__":{"x":2,"y":1},"b":1}',
    );
  });

  it('equals its readable twin, and does not change what it is given', () => {
    const keys = fc.oneof(fc.string(), fc.constantFrom('10', '9', '__proto__', 'constructor', '-1', '1e3'));
    const { tree } = fc.letrec<{ tree: JsonValue }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'medium' },
        fc.jsonValue({ maxDepth: 0 }) as fc.Arbitrary<JsonValue>,
        fc.array(tie('tree')),
        fc.dictionary(keys, tie('tree')),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const before = JSON.stringify(value);
        const known = new KnownMembers();
        for (let times = 0; times < 3; times++) {
          if (/\\u0000|\\ud[89a-f]/.test(before.replaceAll('\\\\', ''))) {
            expect(() => canonicalJson(value, 100, known)).toThrow(TypeError);
          } else {
            expect(canonicalJson(value, 100, known)).toBe(readable(value));
          }
        }
        expect(JSON.stringify(value)).toBe(before);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['too deep', [[[[0]]]], RangeError],
    ['too deep below names that take the slow way', { 1: [[[0]]] }, RangeError],
    ['a function', { a: () => 0 }, TypeError],
    ['undefined', [undefined], TypeError],
    ['a bigint', { b: 1, a: 1n }, TypeError],
    ['a symbol', { b: Symbol('s') }, TypeError],
  ])('refuses %s', (_, value, type) => {
    expect(() => canonicalJson(value, 3)).toThrow(type);
  });
});

describe('long strings', () => {
  // Four bytes are looked at together, so that every place in a word has to be tried, in every alignment.
  it.each(['"', '\\', '\n', '\x1f', '\x00', '\ud800'])('%j is seen wherever it stands', (odd) => {
    for (let length = 38; length < 60; length++) {
      for (let at = 0; at <= length; at++) {
        const text = `${'x'.repeat(at)}${odd}${'é~ 	'.slice(0, 3).repeat(20)}`.slice(0, length + 1);
        const lead = 'l'.repeat(length % 4);
        if (odd === '\x00' || odd === '\ud800') expect(() => canonicalJson([lead, text], 2)).toThrow(TypeError);
        else expect(canonicalJson([lead, text], 2)).toBe(JSON.stringify([lead, text]));
      }
    }
  });

  it('equal their readable twin', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 30, maxLength: 300 }), (text) => {
        expect(canonicalJson({ text }, 2)).toBe(JSON.stringify({ text }));
      }),
    );
  });

  it('are written as they are where nothing needs an escape', () => {
    const text = Array.from({ length: 0x2000 }, (_, i) => String.fromCharCode(i))
      .filter((unit) => unit > '\x1f' && !'"\\'.includes(unit))
      .join('');
    expect(canonicalJson(text, 1)).toBe(`"${text}"`);
    expect(canonicalJson(text.repeat(20), 1)).toBe(`"${text.repeat(20)}"`);
  });
});
