// Where a callback fails the process is warned; what it must never do is to fail what it is told of.
import { afterEach, expect, test, vi } from 'vitest';
import { observer } from '../src/observer.ts';

afterEach(() => vi.unstubAllGlobals());

const fails = () => {
  throw new TypeError('text that may quote anything');
};

test('warns of a callback that fails, once, without its text', () => {
  const emitWarning = vi.fn();
  vi.stubGlobal('process', { emitWarning });
  const told = observer('onEvent', fails);
  told(1);
  told(2);
  expect(emitWarning).toHaveBeenCalledOnce();
  expect(emitWarning.mock.calls[0]).toEqual([
    'onEvent failed (TypeError). Mend it: what it was told of went on without it.',
    { code: 'HAMMERWORK_OBSERVER_FAILED' },
  ]);
});

test.each([
  ['no process', undefined],
  ['a process that cannot warn', {}],
])('never throws, in a runtime with %s either', (_, process) => {
  vi.stubGlobal('process', process);
  expect(() => observer('onEvent', fails)(1)).not.toThrow();
});
