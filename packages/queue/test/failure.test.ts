import { CryptoError } from '@hammerwork/crypto-core';
import { ProtectionError } from '@hammerwork/payload-protection';
import { expect, test } from 'vitest';
import { backoffMs } from '../src/backoff.ts';
import { createBreaker } from '../src/breaker.ts';
import { describeError } from '../src/error-text.ts';
import { QueueError } from '../src/errors.ts';
import { handlerVerdict, protectionVerdict } from '../src/failure.ts';

test.each([
  [new CryptoError('key_disposed', ''), { state: 'scheduled', delayMs: 70, errorCode: 'key_disposed' }],
  [new CryptoError('key_unknown', ''), { state: 'parked', delayMs: 0, errorCode: 'key_unknown' }],
  [new CryptoError('key_unusable', ''), { state: 'parked', delayMs: 0, errorCode: 'key_unusable' }],
  [new CryptoError('seal_broken', ''), { state: 'quarantined', delayMs: 0, errorCode: 'seal_broken' }],
  [new CryptoError('record_malformed', ''), { state: 'quarantined', delayMs: 0, errorCode: 'record_malformed' }],
  [new ProtectionError('record_missing', ''), { state: 'quarantined', delayMs: 0, errorCode: 'record_missing' }],
  [new ProtectionError('clear_changed', ''), { state: 'quarantined', delayMs: 0, errorCode: 'clear_changed' }],
  [new CryptoError('context_malformed', ''), { state: 'parked', delayMs: 0, errorCode: 'context_malformed' }],
  [new TypeError('a fault of ours'), { state: 'parked', delayMs: 0, errorCode: 'protection_failed' }],
])('%s while opening uses no attempt and is not the fault of the handler', (error, verdict) => {
  expect(protectionVerdict(error, 70)).toEqual({ keepAttempt: true, ...verdict });
});

test('a handler that fails is tried again as often as the job allows', () => {
  const tools = { backoff: { initialMs: 1000, maxMs: 3000 }, random: () => 0.999 };
  const at = (attempt: number) => handlerVerdict('handler_failed', { attempt, maxAttempts: 4 }, tools);
  expect([1, 2, 3].map((attempt) => at(attempt).delayMs)).toEqual([999, 1998, 2997]);
  expect(at(4)).toEqual({ state: 'dead', delayMs: 0, keepAttempt: false, errorCode: 'handler_failed' });
});

test('backoff has full jitter, a ceiling and no overflow', () => {
  const backoff = { initialMs: 100, maxMs: 60_000 };
  expect(backoffMs(backoff, 1, () => 0)).toBe(1);
  expect(backoffMs(backoff, 5000, () => 0.5)).toBe(30_000);
});

test('a breaker waits longer after each failure in a row, and counts one outage once', () => {
  let now = 0;
  const breaker = createBreaker({ backoff: { initialMs: 100, maxMs: 1000 }, clock: () => now, random: () => 0.5 });
  expect(breaker.recordFailure()).toBe(50);
  expect(breaker.recordFailure()).toBe(50);
  now = 20;
  expect(breaker.waitMs()).toBe(30);
  now = 50;
  expect([breaker.waitMs(), breaker.open]).toEqual([0, true]);
  expect(breaker.recordFailure()).toBe(100);
  breaker.recordSuccess();
  expect([breaker.waitMs(), breaker.open]).toEqual([0, false]);
  expect(breaker.recordFailure()).toBe(50);
});

test('whatever is thrown can be described and stored', () => {
  const clean = (text: string) => text.replaceAll('secret', '[sealed]');
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  expect(describeError('a secret', clean)).toEqual({ name: 'Error', message: 'a [sealed]' });
  expect(describeError({ code: 7 }, clean).message).toBe('{"code":7}');
  expect(describeError(undefined, clean).message).toBe('undefined');
  expect(describeError(1n, clean).message).toMatch(/no Error/);
  expect(describeError(circular, clean).message).toMatch(/no Error/);
  expect(describeError(new Error('a\0b\ud800c'), clean).message).toBe('a\ufffdb\ufffdc');
  expect(describeError(new Error('x'.repeat(100_000)), clean).message).toHaveLength(16_384);
  const renamed = Object.assign(new Error('m'), { name: 'jane@example.org' });
  expect(describeError(renamed, undefined)).toEqual({ name: 'Error' });
  const cyclic = new Error('m');
  cyclic.cause = cyclic;
  expect(JSON.stringify(describeError(cyclic, clean)).match(/cause/g)).toHaveLength(5);
});

test('errors say what kind they are, in JSON too', () => {
  const error = new QueueError('store_unavailable', 'away');
  expect(error.retryable).toBe(true);
  expect(JSON.parse(JSON.stringify(error))).toEqual({
    name: 'QueueError',
    code: 'store_unavailable',
    kind: 'unavailable',
    message: 'away',
  });
});
