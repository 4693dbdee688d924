import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { KmsError, type KmsErrorCode } from '../src/errors.ts';
import { createKmsPolicy, type KmsAttempt, type KmsPolicyOptions } from '../src/kms-policy.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const failure = (code: KmsErrorCode) => new KmsError(code, `no: ${code}`);
const never = () => new Promise<never>(() => {});

/** What came of a call and when, in ms of the fake clock. */
async function outcome<T>(work: Promise<T>): Promise<{ value?: T; code?: string; ms: number }> {
  const started = Date.now();
  const settled = work.then(
    (value) => ({ value, ms: Date.now() - started }),
    (error: KmsError) => ({ code: error.code, ms: Date.now() - started }),
  );
  await vi.runAllTimersAsync();
  return settled;
}

function scripted(codes: (KmsErrorCode | undefined)[]) {
  const at: number[] = [];
  const attempt = async () => {
    const code = codes[at.length];
    at.push(Date.now());
    if (code) throw failure(code);
    return 'key';
  };
  return { attempt, waits: () => at.slice(1).map((ms, i) => ms - at[i]!) };
}

describe('retries', () => {
  test.each(['kms_unavailable', 'kms_throttled', 'kms_answer_wrong'] as const)('%s is tried again', async (code) => {
    const { attempt, waits } = scripted([code, code, undefined]);
    expect(await outcome(createKmsPolicy('KMS').run('op', attempt))).toMatchObject({ value: 'key' });
    expect(waits().length).toBe(2);
  });

  test.each(['kms_refused', 'kms_key_unusable', 'wrap_broken', 'provider_closed'] as const)(
    '%s is final',
    async (code) => {
      const { attempt, waits } = scripted([code, undefined]);
      expect(await outcome(createKmsPolicy('KMS').run('op', attempt))).toEqual({ code, ms: 0 });
      expect(waits()).toEqual([]);
    },
  );

  test('with full jitter: each wait is any part of twice the last bound, up to the greatest', async () => {
    const codes = Array.from({ length: 6 }, () => 'kms_throttled' as const);
    const most = scripted([...codes]);
    const options: KmsPolicyOptions = { baseDelayMs: 100, maxDelayMs: 500, maxRetries: 5 };
    await outcome(createKmsPolicy('KMS', { ...options, random: () => 0.999999 }).run('op', most.attempt));
    expect(most.waits()).toEqual([99, 199, 399, 499, 499]); // timers cut fractions off
    const least = scripted([...codes]);
    await outcome(createKmsPolicy('KMS', { ...options, random: () => 0 }).run('op', least.attempt));
    expect(Math.max(...least.waits())).toBeLessThanOrEqual(1);
  });
});

describe('deadlines', () => {
  test('end each attempt and the whole call, and say the same code', async () => {
    const signals: AbortSignal[] = [];
    let aborted: boolean[] = [];
    const policy = createKmsPolicy('KMS', { attemptMs: 300, totalMs: 1_000, random: () => 0.5 });
    const running = policy.run('op', (signal) => {
      signals.push(signal);
      return never();
    });
    const result = await outcome(
      running.finally(() => {
        aborted = signals.map((signal) => signal.aborted);
      }),
    );
    expect(result).toEqual({ code: 'kms_unavailable', ms: 1_000 });
    expect(aborted).toEqual([true, true, true]);
  });

  test('that end while a call waits for its next attempt tell what the last one found', async () => {
    const { attempt } = scripted(new Array(9).fill('kms_throttled'));
    const policy = createKmsPolicy('KMS', { totalMs: 1_000, baseDelayMs: 5_000, maxDelayMs: 5_000, random: () => 0.9 });
    expect(await outcome(policy.run('op', attempt))).toEqual({ code: 'kms_throttled', ms: 1_000 });
  });

  test('a key that comes after the deadline is wiped', async () => {
    const late = new Uint8Array(32).fill(7);
    const policy = createKmsPolicy('KMS', { attemptMs: 100, totalMs: 100 });
    const slow = () => new Promise<Uint8Array>((done) => setTimeout(() => done(late), 500));
    expect(await outcome(policy.run('op', slow))).toEqual({ code: 'kms_unavailable', ms: 100 });
    expect(late).toEqual(new Uint8Array(32));
  });

  test('no attempt begins once the whole call is over', async () => {
    let attempts = 0;
    const policy = createKmsPolicy('KMS', { totalMs: 50, baseDelayMs: 500, random: () => 0.9 });
    await outcome(
      policy.run('op', async () => {
        attempts++;
        throw failure('kms_throttled');
      }),
    );
    expect(attempts).toBe(1);
  });
});

test('without options an attempt has two seconds, a call eight, and eight failures in a row are enough for one', async () => {
  let attempts = 0;
  const patient = createKmsPolicy('KMS', { random: () => 0 });
  const hanging = patient.run('op', () => {
    attempts++;
    return never();
  });
  expect(await outcome(hanging)).toEqual({ code: 'kms_unavailable', ms: 8_000 });
  expect([patient.attemptMs, attempts]).toEqual([2_000, 4]);

  const policy = createKmsPolicy('KMS', { random: () => 0 });
  const { attempt } = scripted(Array(8).fill('kms_unavailable'));
  expect(await outcome(policy.run('op', attempt))).toMatchObject({ code: 'kms_unavailable' }); // one and five more
  expect(policy.open).toBe(false);
  const second = policy.run('op', attempt).catch((error: KmsError) => error);
  await outcome(second);
  expect(await second).toMatchObject({ message: 'no: kms_unavailable' }); // the last attempt and not that none is sent now
  expect(policy.open).toBe(true);
  vi.setSystemTime(Date.now() + 1_000);
  expect(await policy.run('op', attempt)).toBe('key');
});

describe('the circuit breaker', () => {
  const options: KmsPolicyOptions = { maxRetries: 0, breakAfter: 3, halfOpenAfterMs: 1_000 };

  test('stops calls after failures in a row, probes with one, and closes again', async () => {
    let sent = 0;
    let up = false;
    const policy = createKmsPolicy('KMS', options);
    const call = () =>
      policy
        .run('op', async () => {
          sent++;
          if (!up) throw failure('kms_unavailable');
          return 'key';
        })
        .catch((error: KmsError) => error.code);
    for (let i = 0; i < 10; i++) expect(await call()).toBe('kms_unavailable');
    expect([sent, policy.open]).toEqual([3, true]);
    vi.setSystemTime(Date.now() + 1_000);
    expect(await call()).toBe('kms_unavailable');
    expect(await call()).toBe('kms_unavailable');
    expect(sent).toBe(4);
    up = true;
    vi.setSystemTime(Date.now() + 1_000);
    expect(await Promise.all([call(), call(), call()])).toEqual(['key', 'key', 'key']);
    expect(policy.open).toBe(false);
  });

  test.each(['kms_refused', 'kms_throttled', 'wrap_broken', 'kms_key_unusable'] as const)(
    '%s does not open it: the KMS answers',
    async (code) => {
      const policy = createKmsPolicy('KMS', options);
      for (let i = 0; i < 10; i++) {
        await policy.run('op', async () => Promise.reject(failure(code))).catch(() => {});
      }
      expect(policy.open).toBe(false);
      expect(await policy.run('op', async () => 'key')).toBe('key');
    },
  );
});

test('foreign errors do not get out', async () => {
  const foreign = Object.assign(new Error('token hvs.SECRET'), {
    config: { headers: { 'X-Vault-Token': 'hvs.SECRET' } },
  });
  const error = await createKmsPolicy('KMS', { maxRetries: 0 })
    .run('op', () => Promise.reject(foreign))
    .catch((thrown: KmsError) => thrown);
  expect(error).toBeInstanceOf(KmsError);
  expect(error).toMatchObject({ code: 'kms_unavailable' });
  expect((error as KmsError).cause).toBeUndefined();
  expect((error as KmsError).message).not.toContain('SECRET');
});

test('an onAttempt that throws makes no key service look as if it was away, and is told of once', async () => {
  const told: string[] = [];
  const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation((text) => void told.push(String(text)));
  const onAttempt = () => {
    throw new TypeError('quoted');
  };
  const policy = createKmsPolicy('AWS KMS', { onAttempt });
  const { attempt } = scripted(['kms_throttled', undefined, undefined]);
  for (let call = 0; call < 2; call++)
    expect(await outcome(policy.run('Decrypt', attempt))).toMatchObject({ value: 'key' });
  expect(told).toEqual([expect.stringContaining('onAttempt failed (TypeError)')]);
  emitWarning.mockRestore();
});

test('attempts are told with their outcome', async () => {
  const seen: KmsAttempt[] = [];
  const { attempt } = scripted(['kms_throttled', undefined]);
  await outcome(createKmsPolicy('AWS KMS', { onAttempt: (one) => void seen.push(one) }).run('Decrypt', attempt));
  expect(seen).toEqual([
    { kms: 'AWS KMS', operation: 'Decrypt', ms: expect.any(Number), code: 'kms_throttled' },
    { kms: 'AWS KMS', operation: 'Decrypt', ms: expect.any(Number) },
  ]);
});
