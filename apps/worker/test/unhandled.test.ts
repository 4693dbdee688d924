// What the log tells of an error that nobody handled: where it came from, and nothing that may be a person's.
import { expect, test } from 'vitest';
import { describeUnhandled } from '../src/unhandled.ts';

test('tells name, code and places of an error, each only if it looks like one', () => {
  const error = Object.assign(new TypeError('no mailbox for Planted Person\n    at Planted Person'), {
    code: 'EMAIL',
    recipient: 'Planted Person',
  });
  const told = describeUnhandled(error, 'unhandledRejection');
  expect(told).toMatchObject({ origin: 'unhandledRejection', error: 'TypeError', code: 'EMAIL' });
  expect(told.at[0]).toMatch(/unhandled\.test\.ts:\d+:\d+/);
  expect(JSON.stringify(told)).not.toContain('Planted');
});

test.each([
  [
    'a name and a code that quote',
    Object.assign(new Error('x'), { name: 'Planted Person', code: 'planted@example.org' }),
  ],
  ['a stack of its own', Object.assign(new Error('x'), { stack: 'Planted Person\n    at Planted Person (home)' })],
  ['a text', 'Planted Person'],
  ['an object', { name: 'Planted Person', code: 'planted@example.org', stack: '    at Planted Person' }],
  ['nothing', undefined],
])('tells nothing of %s', (_, thrown) => {
  expect(JSON.stringify(describeUnhandled(thrown, 'uncaughtException'))).not.toMatch(/planted/i);
});

test('tells twelve places at most', () => {
  const deep = (left: number): Error => (left === 0 ? new Error('x') : deep(left - 1));
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 50;
  try {
    expect(describeUnhandled(deep(30), 'uncaughtException').at).toHaveLength(12);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
});
