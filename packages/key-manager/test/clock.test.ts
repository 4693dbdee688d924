import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from '../src/clock.ts';
import { repeat } from '../src/schedule.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const dayMs = 86_400_000;

test('a wait of a year is one of a year: timers of the machine end at 24.8 days and go off at once beyond', async () => {
  let called = 0;
  systemClock.after(365 * dayMs, () => called++);
  await vi.advanceTimersByTimeAsync(365 * dayMs - 1);
  expect(called).toBe(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(called).toBe(1);
});

test('it is cancelled in any of its parts', async () => {
  let called = 0;
  const cancel = systemClock.after(60 * dayMs, () => called++);
  await vi.advanceTimersByTimeAsync(30 * dayMs);
  cancel();
  await vi.advanceTimersByTimeAsync(60 * dayMs);
  expect([called, vi.getTimerCount()]).toEqual([0, 0]);
});

test('what repeats every 30 days does not repeat every millisecond', async () => {
  let turns = 0;
  const schedule = repeat(systemClock, 30 * dayMs, async () => void turns++);
  await vi.advanceTimersByTimeAsync(dayMs / 86_400);
  expect(turns).toBe(0);
  await vi.advanceTimersByTimeAsync(90 * dayMs);
  expect(turns).toBe(3);
  await schedule.stop();
});
