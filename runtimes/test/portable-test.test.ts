import { expect, test } from 'vitest';
import { demandSame, demandThrows, runSuites } from '../src/suite/portable-test.ts';

test('what fails is reported with its name, and an empty suite fails', async () => {
  const { passed, failed } = await runSuites({
    sums: (define) => {
      define('right', () => demandSame([1, Uint8Array.of(255), { b: 1, a: 2 }], [1, 'ff', { a: 2, b: 1 }]));
      define('wrong', async () => demandSame(Uint8Array.of(1), Uint8Array.of(2)));
      define('no error', () => demandThrows(() => 5, 'seal_broken'));
      define('another error', () => demandThrows(() => JSON.parse('{'), 'seal_broken'));
    },
    nothing: () => {},
    broken: (define) => {
      define('first', () => {});
      throw new Error('no engine');
    },
  });
  expect(passed).toBe(2);
  expect(failed.map((line) => line.split('\n')[0])).toEqual([
    expect.stringContaining('sums: wrong: Error: the value is "01", not "02"'),
    expect.stringContaining('sums: no error: Error: the call gave 5'),
    expect.stringContaining('sums: another error: Error: the call threw SyntaxError'),
    'nothing: has no test',
    expect.stringContaining('broken: Error: no engine'),
  ]);
});
