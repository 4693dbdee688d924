// No value is left in memory when a call has returned: heap snapshots of a process that made one.
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** Texts are assembled, so that the program itself does not hold them. */
const program = `
import { getHeapSnapshot } from 'node:v8';
import { createDetector } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)};
const texts = process.argv.slice(1).map((text) => text.split('').reverse());
process.argv.length = 0;
const make = (i) => texts[i].join('');
const detector = createDetector();
const kept = [make(0)];
const calls = [
  () => detector.detect(JSON.parse(JSON.stringify({ name: make(1), value: '5' }))),
  () => detector.detectText(JSON.stringify({ name: make(2), n: 1 })),
  () => detector.detect({ [make(4)]: 1 }),
  () => detector.detectText(JSON.stringify({ [make(5)]: 1 })),
  () => detector.detectText(make(3)),
];
for (const call of calls) call();
globalThis.gc();
let snapshot = '';
for await (const piece of getHeapSnapshot()) snapshot += piece;
console.log(JSON.stringify(texts.map((_, i) => snapshot.includes(make(i)))));
detector.hasPii(kept);
`;

test('texts and names of people are let go of', () => {
  const texts = [
    'Kept Van Der Berg',
    'Marie Sklodowska',
    'Erik Kempelen',
    'mail ann@example.com to Rosalind Franklin',
    'emmy.noether@example.com',
    'ada.lovelace@example.com',
  ];
  const reversed = texts.map((text) => [...text].reverse().join(''));
  const output = execFileSync(
    process.execPath,
    ['--expose-gc', '--input-type=module-typescript', '--eval', program, ...reversed],
    { encoding: 'utf8' },
  );
  expect(JSON.parse(output)).toEqual([true, false, false, false, false, false]);
});
