// What every KmsProvider does, whatever holds the master key.
import { randomBytes } from 'node:crypto';
import type { KmsProvider, WrapContext } from '@hammerwork/key-manager';
import { expect, test } from 'vitest';

export const context: WrapContext = { purpose: 'dek', key: 'payment', version: '1', scope: '' };

export const newKey = (): Uint8Array => new Uint8Array(randomBytes(32));

/**
 * `make` answers providers of the named master key: a new one for each call. `foreign` is the code for what another
 * key wrapped, where the server does not tell that from a missing right.
 */
export function kmsSuite(make: (key: string) => Promise<KmsProvider>, { foreign = 'wrap_broken' } = {}): void {
  const broken = { name: 'KmsError', code: 'wrap_broken', kind: 'key_gone' };

  test('predecessor K3, K4: what is wrapped comes back, also in another process, and is not in the wrapped bytes', async () => {
    const [one, other] = [await make('a'), await make('a')];
    expect(one.id).toBe(other.id);
    expect(Buffer.byteLength(one.id)).toBeLessThanOrEqual(255);
    const key = newKey();
    const wrapped = await one.wrap(key.slice(), context);
    expect(await other.unwrap(wrapped, context)).toEqual(key);
    expect(Buffer.from(wrapped).includes(Buffer.from(key))).toBe(false);
    expect(Buffer.from(wrapped).includes(Buffer.from(key).toString('base64'))).toBe(false);
  });

  test("what comes back is the caller's alone: no view of a pool, and wiping it hurts nobody", async () => {
    const kms = await make('a');
    const key = newKey();
    const wrapped = await kms.wrap(key.slice(), context);
    const first = await kms.unwrap(wrapped, context);
    expect(first.buffer.byteLength).toBe(first.length);
    first.fill(0);
    expect(await kms.unwrap(wrapped, context)).toEqual(key);
  });

  test('a key and wrapped bytes may be views of larger buffers', async () => {
    const kms = await make('a');
    const key = newKey();
    const pool = new Uint8Array(200).fill(7);
    pool.set(key, 50);
    const wrapped = await kms.wrap(pool.subarray(50, 82), context);
    const around = new Uint8Array(wrapped.length + 20).fill(9);
    around.set(wrapped, 11);
    const view = around.subarray(11, 11 + wrapped.length);
    expect(await kms.unwrap(view, context)).toEqual(key);
    expect(await kms.unwrap(Buffer.from(wrapped), context)).toEqual(key);
  });

  test('two wraps of one key differ', async () => {
    const kms = await make('a');
    const key = newKey();
    expect(await kms.wrap(key.slice(), context)).not.toEqual(await kms.wrap(key.slice(), context));
  });

  test('predecessor 3.0.0 fault 12: another context does not open it, not even one that reads the same in a row', async () => {
    const kms = await make('a');
    const others: WrapContext[] = [
      { ...context, purpose: 'store' },
      { ...context, key: 'payments' },
      { ...context, version: '2' },
      { ...context, scope: 't' },
      { purpose: 'dek', key: 'payment', version: '1' },
      { ...context, more: '' },
      { purpose: 'dek', key: 'paymen', version: 't1', scope: '' },
      {},
    ];
    const wrapped = await kms.wrap(newKey(), context);
    for (const other of others) await expect(kms.unwrap(wrapped, other)).rejects.toMatchObject(broken);
    const ab = await kms.wrap(newKey(), { ab: 'c' });
    await expect(kms.unwrap(ab, { a: 'bc' })).rejects.toMatchObject(broken);
  });

  test('the order of a context and characters beyond ASCII do not matter', async () => {
    const kms = await make('a');
    const key = newKey();
    const wrapped = await kms.wrap(key.slice(), { z: 'é😀', a: '1' });
    expect(await kms.unwrap(wrapped, { a: '1', z: 'é😀' })).toEqual(key);
    await expect(kms.wrap(newKey(), { a: '\ud800' })).rejects.toMatchObject({ code: 'context_malformed' });
  });

  test('what another master key wrapped does not open', async () => {
    const [one, other] = [await make('a'), await make('b')];
    const wrapped = await other.wrap(newKey(), context);
    await expect(one.unwrap(wrapped, context)).rejects.toMatchObject({ name: 'KmsError', code: foreign });
  });

  test('what was changed, cut or made longer does not open', async () => {
    const kms = await make('a');
    const wrapped = await kms.wrap(newKey(), context);
    const last = wrapped.length - 1;
    for (const at of [0, 8, 14, 30, Math.floor(last / 2), last - 20, last - 4]) {
      const changed = wrapped.slice();
      changed[at]! ^= 1;
      const failed = await kms.unwrap(changed, context).catch((error: unknown) => error);
      expect(failed).toMatchObject({ code: expect.stringMatching(/^(wrap_broken|kms_key_unusable|kms_refused)$/) });
    }
    for (const length of [0, 1, 5, 22, 60, last]) {
      await expect(kms.unwrap(wrapped.slice(0, length), context)).rejects.toMatchObject(broken);
    }
    await expect(kms.unwrap(Uint8Array.from([...wrapped, 65, 65]), context)).rejects.toMatchObject(broken);
    await expect(kms.unwrap(new Uint8Array(100_000), context)).rejects.toMatchObject(broken);
  });

  test('40 calls at once do not mix up keys', async () => {
    const kms = await make('a');
    const keys = Array.from({ length: 40 }, newKey);
    const wraps = await Promise.all(keys.map((key, i) => kms.wrap(key.slice(), { ...context, version: `${i}` })));
    const back = await Promise.all(wraps.map((wrap, i) => kms.unwrap(wrap, { ...context, version: `${i}` })));
    expect(back).toEqual(keys);
  });

  test('health says what it found, and once closed the provider gives nothing', async () => {
    const kms = await make('a');
    const wrapped = await kms.wrap(newKey(), context);
    expect(await kms.health()).toEqual({ ok: true, detail: expect.stringContaining(kms.id) });
    await kms.close?.();
    await kms.close?.();
    const gone = { code: expect.stringMatching(/^(provider_closed|key_disposed)$/), kind: 'unavailable' };
    await expect(kms.unwrap(wrapped, context)).rejects.toMatchObject(gone);
    await expect(kms.wrap(newKey(), context)).rejects.toMatchObject(gone);
    expect(await kms.health()).toMatchObject({ ok: false });
  });

  test('rewrap, where there is one, keeps key and context', async () => {
    const kms = await make('a');
    if (!kms.rewrap) return;
    const key = newKey();
    const wrapped = await kms.wrap(key.slice(), context);
    const again = await kms.rewrap(wrapped, context);
    expect(again).not.toEqual(wrapped);
    expect(await kms.unwrap(again, context)).toEqual(key);
    await expect(kms.unwrap(again, { ...context, version: '2' })).rejects.toMatchObject(broken);
    await expect(kms.rewrap(wrapped, { ...context, version: '2' })).rejects.toMatchObject(broken);
  });
}

/** For services: a key of another size is the caller's mistake before anything is sent. */
export function sizeTest(make: (key: string) => Promise<KmsProvider>): void {
  test('keys have 32 bytes', async () => {
    const kms = await make('a');
    for (const length of [0, 16, 31, 33, 64]) {
      await expect(kms.wrap(new Uint8Array(length), context)).rejects.toThrow(RangeError);
    }
  });
}
