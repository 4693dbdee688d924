import { describe, expect, test } from 'vitest';
import type { KeyStore } from '../src/key-store.ts';
import { createMemoryKeyStore } from '../src/memory-key-store.ts';
import { codeOf, createSetting, openRecord, seal } from './test-manager.ts';

/** A store that counts its transactions and refuses them on order. */
function countedChanges() {
  const inner = createMemoryKeyStore();
  const control = { changes: 0, failure: undefined as Error | undefined };
  const store: KeyStore = {
    ...inner,
    change: (work) => {
      control.changes++;
      return control.failure ? Promise.reject(control.failure) : inner.change(work);
    },
  };
  return { store, control };
}

describe('per-open audit', () => {
  test('each opening leaves an entry; a thousand are written in one transaction, in the chain', async () => {
    const { store, control } = countedChanges();
    const { manager, clock } = createSetting({ store, openAudit: { opens: 'each' } });
    await manager.generateKey('payment');
    const record = await seal(manager, 'payment');
    await openRecord(manager, record); // loads the key
    await clock.advance(1000);
    control.changes = 0;
    const openedAt = clock.now();
    for (let i = 0; i < 999; i++) await openRecord(manager, record);
    expect(control.changes).toBe(0);
    await clock.advance(1000);
    expect(control.changes).toBe(1);
    const entries = await manager.getAuditTrail({ operations: ['open'] });
    expect(entries.length).toBe(1000);
    expect(entries.at(-1)).toMatchObject({ keyId: 'payment', version: 1, actor: 'system', result: 'ok' });
    expect(entries.at(-1)?.timestamp.getTime()).toBe(openedAt);
    expect(await manager.verifyAudit()).toMatchObject({ ok: true, entries: 1002 });
  });

  test('counted: one entry per version and batch says how many there were; other keys leave none', async () => {
    const policy = { opens: 'counted', keyIds: ['payment'] } as const;
    const { manager, another, clock } = createSetting({ openAudit: policy });
    await manager.generateKey('payment');
    await manager.generateKey('other');
    const records = [await seal(manager, 'payment'), await seal(manager, 'other')];
    for (let i = 0; i < 50; i++) for (const record of records) await openRecord(manager, record);
    await manager.close();
    const entries = await another().getAuditTrail({ operations: ['open'] });
    expect(entries).toMatchObject([{ keyId: 'payment', version: 1, details: { count: 50, until: clock.now() } }]);
  });

  test('counted: openings while a batch is written are counted in the next', async () => {
    const inner = createMemoryKeyStore();
    let meanwhile = () => {};
    const change: KeyStore['change'] = async (work) => {
      const result = await inner.change(work);
      meanwhile();
      return result;
    };
    const { manager, clock } = createSetting({ store: { ...inner, change }, openAudit: { opens: 'counted' } });
    const { handle } = await manager.generateKey('payment');
    await seal(manager, 'payment');
    const open = () => manager.keyRing.withOpeningKey(handle, () => {});
    for (let i = 0; i < 3; i++) open();
    meanwhile = () => {
      meanwhile = () => {};
      for (let i = 0; i < 4; i++) open();
    };
    await clock.advance(2000);
    const entries = await manager.getAuditTrail({ operations: ['open'] });
    expect(entries.map(({ details }) => details.count)).toEqual([3, 4]);
  });

  test('a full batch is written at once', async () => {
    const { store, control } = countedChanges();
    const { manager, clock } = createSetting({ store, openAudit: { opens: 'each' } });
    const { handle } = await manager.generateKey('payment');
    await seal(manager, 'payment');
    control.changes = 0;
    for (let i = 0; i < 1000; i++) manager.keyRing.withOpeningKey(handle, () => {});
    await clock.advance(0);
    expect(control.changes).toBe(1);
    await manager.close();
  });

  test('what cannot be written goes on waiting, is warned of, and is written when the store is back', async () => {
    const { store, control } = countedChanges();
    const { manager, clock, warnings } = createSetting({ store, openAudit: { opens: 'each' } });
    await manager.generateKey('payment');
    const record = await seal(manager, 'payment');
    control.failure = new Error('away');
    for (let i = 0; i < 3; i++) await openRecord(manager, record);
    await clock.advance(3000);
    expect(warnings.map(({ code }) => code)).toContain('audit_behind');
    control.failure = undefined;
    await clock.advance(1000);
    expect((await manager.getAuditTrail({ operations: ['open'] })).length).toBe(3);
  });

  test('an opening that can leave no entry does not happen', async () => {
    const { store, control } = countedChanges();
    const { manager, clock } = createSetting({ store, openAudit: { opens: 'each', maxPending: 5 } });
    await manager.generateKey('payment');
    const record = await seal(manager, 'payment');
    control.failure = new Error('away');
    for (let i = 0; i < 5; i++) await openRecord(manager, record);
    expect(await codeOf(() => openRecord(manager, record))).toBe('audit_behind');
    control.failure = undefined;
    await clock.advance(1000);
    expect(await openRecord(manager, record)).toBe('secret value');
    await manager.close();
  });

  test('an opening whose key has to be loaded leaves its entry as well, before it happens', async () => {
    const { store, control } = countedChanges();
    const { manager, another, clock } = createSetting({ store });
    const { handle } = await manager.generateKey('payment');
    const other = await manager.generateKey('other');
    const reader = another({ openAudit: { opens: 'each', maxPending: 1 } });
    const thrown = async () => {
      throw new Error('from use');
    };
    await expect(reader.keyRing.withOpeningKey(handle, thrown)).rejects.toThrow('from use');
    let used = false;
    const use = () => {
      used = true;
    };
    expect(await codeOf(async () => reader.keyRing.withOpeningKey(other.handle, use))).toBe('audit_behind');
    expect(used).toBe(false);
    control.changes = 0;
    await clock.advance(1000);
    expect(control.changes).toBe(1);
    const entries = await manager.getAuditTrail({ operations: ['open'] });
    expect(entries).toMatchObject([{ keyId: 'payment', version: 1 }]);
    await reader.close();
  });

  test('an opening at any moment around the end of a flush is written within a second as well', async () => {
    for (let moment = 0; moment < 30; moment++) {
      const inner = createMemoryKeyStore();
      let written = async () => {};
      const store: KeyStore = {
        ...inner,
        async change(work) {
          const result = await inner.change(work);
          void written();
          return result;
        },
      };
      const { manager, clock } = createSetting({ store, openAudit: { opens: 'each' } });
      const { handle } = await manager.generateKey('payment');
      await seal(manager, 'payment');
      const open = () => manager.keyRing.withOpeningKey(handle, () => {});
      open();
      let opened = false;
      written = async () => {
        for (let i = 0; i < moment; i++) await undefined;
        if (!opened) open();
        opened = true;
      };
      await clock.advance(1000);
      expect(opened).toBe(true);
      await clock.advance(1000);
      expect((await manager.getAuditTrail({ operations: ['open'] })).length, `moment ${moment}`).toBe(2);
    }
  });
});
