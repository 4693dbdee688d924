import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteWriter } from '../src/byte-writer.ts';
import { writeCanonical } from '../src/canonical.ts';
import { KnownMembers } from '../src/known-members.ts';

function write(value: unknown, known: KnownMembers): string {
  const out = new ByteWriter();
  writeCanonical(out, value, { limits: { maxDepth: 10, maxValues: Number.POSITIVE_INFINITY }, known });
  return new TextDecoder().decode(out.written());
}

test('members are found where the same ones were met before, in the same order', () => {
  const known = new KnownMembers();
  const members = known.find(3, ['b', 'a'])!;
  expect(members.names).toEqual(['a', 'b']);
  expect(known.find(3, ['b', 'a'])).toBe(members);
  expect(known.find(4, ['b', 'a'])).not.toBe(members);
  for (const others of [['a', 'b'], ['b'], ['b', 'a', 'c'], []]) expect(known.find(3, others)).not.toBe(members);
});

test('where members change each time, fewer and fewer are kept', () => {
  const known = new KnownMembers();
  const kept: number[] = [];
  for (let i = 1; i <= 1_024; i++) if (known.find(7, [`id ${i}`])) kept.push(i);
  expect(kept).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 768, 1024]);
  expect(known.find(7, ['id 1024'])).toBeDefined();
  expect(known.find(8, ['id 1'])).toBeDefined();
});

test('no more than 32 members, 1,024 characters of names, and only what a database takes', () => {
  const numbered = (count: number) => Array.from({ length: count }, (_, i) => `${i}`);
  const isKept = (keys: string[]) => new KnownMembers().find(0, keys) !== undefined;
  expect([numbered(32), numbered(33)].map(isKept)).toEqual([true, false]);
  expect(
    [
      ['x'.repeat(1_000), 'y'.repeat(24)],
      ['x'.repeat(1_000), 'y'.repeat(25)],
    ].map(isKept),
  ).toEqual([true, false]);
  expect([['a\0'], ['a', '\ud800'], []].map(isKept)).toEqual([false, false, false]);
});

test('a payload is written by its own names, whatever stood in their place before', () => {
  const known = new KnownMembers();
  const values = [
    { b: 1, a: { y: 1, x: [{ q: 1, p: 2 }] } },
    { a: { y: 1, x: [{ q: 1, p: 2 }] }, b: 1 },
    {
      b: 1,
      a: {
        y: 1,
        x: [
          { q: 1, p: 2 },
          { p: 1, q: 2 },
        ],
      },
    },
    { b: { y: 1 }, a: 1 },
    { 'ü\n"': 1, '€': { '\\': 2 }, '\ud83d\ude00': 3 },
  ];
  const fresh = values.map((value) => write(value, new KnownMembers()));
  expect(fresh[0]).toBe('{"a":{"x":[{"p":2,"q":1}],"y":1},"b":1}');
  expect(fresh[4]).toBe('{"ü\\n\\"":1,"€":{"\\\\":2},"\ud83d\ude00":3}');
  for (let i = 0; i < 40; i++) {
    const which = (i * i) % values.length;
    expect(write(values[which], known)).toBe(fresh[which]);
  }
});

test('known members fit wherever the buffer ends', () => {
  const name = fc.string({ unit: 'grapheme', maxLength: 9 }).filter((text) => !text.includes('\0'));
  const objects = fc.dictionary(name, fc.constantFrom(1, 'x'), { minKeys: 1, maxKeys: 5, noNullPrototype: true });
  fc.assert(
    fc.property(objects, fc.integer({ min: 0, max: 5 }), (object, lead) => {
      const many = ['x'.repeat(lead), ...new Array(2_000).fill(object)];
      const one = write(object, new KnownMembers());
      expect(write(many, new KnownMembers())).toBe(`["${'x'.repeat(lead)}"${`,${one}`.repeat(2_000)}]`);
    }),
    { numRuns: 20 },
  );
});
