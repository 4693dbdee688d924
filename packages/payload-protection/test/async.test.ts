import type { KeyRing } from '@hammerwork/crypto-core';
import { describe, expect, it } from 'vitest';
import { createPayloadProtection, definePolicy, recordHandles } from '../src/index.ts';
import { context, crypto, keyRing, stored } from './fixture.ts';

const policy = definePolicy({ piiFields: ['card'] });

/** A ring that lends its key only when the test says so. */
function slowRing(): { ring: KeyRing; load: () => void } {
  const ring = keyRing();
  let load = () => {};
  const loaded = new Promise<void>((resolve) => {
    load = resolve;
  });
  return {
    load: () => load(),
    ring: {
      withSealingKey: (keyId, use) => loaded.then(() => ring.withSealingKey(keyId, use)),
      withOpeningKey: (handle, use) => loaded.then(() => ring.withOpeningKey(handle, use)),
    },
  };
}

describe('with a cached key', () => {
  it('answers at once', () => {
    const protection = createPayloadProtection({ crypto, keyRing: keyRing() });
    expect(protection.seal({ card: '1' }, policy, context)).not.toBeInstanceOf(Promise);
    expect(protection.sealValue(1, policy, context)).not.toBeInstanceOf(Promise);
  });
});

describe('with a key that has to be loaded', () => {
  it('seals what the payload was when it was called', async () => {
    const { ring, load } = slowRing();
    const protection = createPayloadProtection({ crypto, keyRing: ring });
    const payload = { card: '4111', nested: { amount: 1 } };
    const pending = protection.seal(payload, policy, context);
    payload.card = 'changed';
    payload.nested.amount = 2;
    load();
    const sealed = await pending;
    expect(sealed.clear).toEqual({ card: null, nested: { amount: 1 } });
    expect(await protection.open(stored(sealed), policy, context)).toEqual({ card: '4111', nested: { amount: 1 } });
  });

  it('keeps calls that wait at the same time apart', async () => {
    const { ring, load } = slowRing();
    const protection = createPayloadProtection({ crypto, keyRing: ring });
    const pending = Array.from({ length: 20 }, (_, i) => protection.seal({ card: `card ${i}` }, policy, context));
    load();
    const opened = await Promise.all(
      (await Promise.all(pending)).map((sealed) => protection.open(sealed, policy, context)),
    );
    expect(opened).toEqual(Array.from({ length: 20 }, (_, i) => ({ card: `card ${i}` })));
  });

  it('passes on the failure of the ring', async () => {
    const gone = new Error('key store away');
    const keyRing: KeyRing = { withSealingKey: () => Promise.reject(gone), withOpeningKey: () => Promise.reject(gone) };
    const protection = createPayloadProtection({ crypto, keyRing });
    await expect(async () => protection.seal({ card: '1' }, policy, context)).rejects.toBe(gone);
  });
});

describe('code of the caller that runs inside a call', () => {
  it('may seal: a getter of the context, a getter of the payload', async () => {
    const protection = createPayloadProtection({ crypto, keyRing: keyRing() });
    const inner: unknown[] = [];
    const seal = (card: string) => inner.push(protection.seal({ card, more: 'x'.repeat(50) }, policy, context));
    const payload = {
      card: 'outer',
      get amount() {
        seal('from the payload');
        return 7;
      },
    };
    const nested = {
      ...context,
      get kind() {
        seal('from the context');
        return 'payment';
      },
    };
    const sealed = await protection.seal(payload, policy, nested);
    expect(inner.length).toBeGreaterThan(1);
    expect(await protection.open(stored(sealed), policy, context)).toEqual({ card: 'outer', amount: 7 });
    for (const each of inner) await protection.open(each as never, policy, context);
  });
});

describe('handles', () => {
  it('are those of the record, for prefetching', async () => {
    const protection = createPayloadProtection({ crypto, keyRing: keyRing() });
    const sealed = await protection.seal({ card: '1' }, policy, context);
    expect(sealed.handles).toEqual(recordHandles(sealed.record));
    expect(() => recordHandles(new Uint8Array(3))).toThrow(expect.objectContaining({ code: 'record_malformed' }));
  });
});
