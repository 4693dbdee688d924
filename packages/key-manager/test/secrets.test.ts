// No key bytes in anything that people or logs see: planted keys are looked for in every error, inspect and JSON output.
import { inspect } from 'node:util';
import { formsOf } from '@hammerwork/test-kit';
import { expect, test } from 'vitest';
import { createEd25519Signer, createEd25519Verifier, generateAuditKeyPair } from '../src/audit-signer.ts';
import { createKeyManager } from '../src/key-manager.ts';
import { createMemoryKeyStore } from '../src/memory-key-store.ts';
import { createTestClock } from './test-clock.ts';
import { createTestKms, crypto } from './test-kms.ts';
import { openRecord, seal } from './test-manager.ts';

test('planted keys appear in no error, inspect or JSON output, and their buffers are wiped', async () => {
  const planted: { bytes: Uint8Array; copy: Buffer }[] = [];
  const plant = (length: number) => {
    const bytes = crypto.randomBytes(length);
    if (length === 32) planted.push({ bytes, copy: Buffer.from(bytes) });
    return bytes;
  };
  const master = crypto.randomBytes(32);
  const masterCopy = Buffer.from(master);
  const inner = createTestKms(master);
  const unwrapped: Uint8Array[] = [];
  const kms = {
    ...inner,
    async unwrap(...args: Parameters<typeof inner.unwrap>) {
      const key = await inner.unwrap(...args);
      unwrapped.push(key);
      return key;
    },
  };
  const store = createMemoryKeyStore();
  const seen: unknown[] = [];
  const manager = createKeyManager({
    store,
    kms,
    crypto: { ...crypto, randomBytes: plant },
    clock: createTestClock(),
    onWarning: (warning) => void seen.push(warning),
    openAudit: { opens: 'each' },
  });
  const auditor = generateAuditKeyPair();
  const signer = createEd25519Signer(auditor.privateKey);
  const note = async (call: Promise<unknown>) => {
    seen.push(await call.catch((error: unknown) => error));
  };
  await note(manager.generateKey('payment'));
  const record = await seal(manager, 'payment');
  await note(manager.rotateKey('payment'));
  await note(manager.generateKey('payment'));
  await note(manager.retireKey('payment', 1));
  const elsewhere = createKeyManager({ store: createMemoryKeyStore(), kms, crypto, clock: createTestClock() });
  await note(manager.exportKeys().then((exported) => elsewhere.importKeys(exported)));
  const short = crypto.randomBytes(31);
  await note(createKeyManager({ store, kms: { ...kms, unwrap: async () => short }, crypto }).open());
  await note(manager.compromiseKey('payment', 1));
  await note(openRecord(manager, record));
  await note(manager.getStats());
  await note(manager.getAuditTrail());
  await note(manager.verifyAudit());
  await note(manager.destroyKey('payment', 1, { unchecked: true }));
  await note(manager.activateKey('payment', 1));
  await note(manager.approveDestruction('payment', 1, { actor: 'system' }));
  await note(manager.undoDestruction('payment', 2));
  await note(manager.performDueDestructions());
  await note(manager.rewrapKeys({ refresh: true }));
  inner.failure = new Error(`denied, token=hvs.planted key=${masterCopy.toString('base64')}`);
  await note(manager.rewrapKeys({ refresh: true }));
  await note(manager.rotateKey('payment'));
  inner.failure = undefined;
  await note(manager.createCheckpoint(signer));
  for await (const line of manager.exportAudit()) seen.push(line);
  const body = auditor.privateKey.split('\n')[1]!;
  for (const text of [`${auditor.privateKey.slice(0, -30)}`, body, auditor.privateKey]) {
    for (const use of [createEd25519Signer, createEd25519Verifier]) {
      await note((async () => use(text))());
    }
  }
  seen.push(signer);
  await note(createKeyManager({ store, kms: createTestKms(), crypto }).open());
  await manager.keyRing.withSealingKey(
    'payment',
    (key) => void seen.push(key, inspect(key, { depth: 20, showHidden: true })),
  );
  seen.push(manager, kms, await store.list(), await store.readState());

  const output = seen.flatMap((item) => [
    inspect(item, { depth: 20, showHidden: true }),
    JSON.stringify(item) ?? '',
    item instanceof Error ? `${item.message}${item.stack}${inspect(item.cause)}` : '',
  ]);
  const text = output.join('\n');
  for (const word of ['hvs.planted', body]) expect(text.includes(word)).toBe(false);
  expect(planted.length).toBe(4); // the store key, two versions, and one that a failed wrap made useless
  for (const secret of [...planted.map(({ copy }) => copy), masterCopy]) {
    for (const form of formsOf(secret)) expect(text.includes(form)).toBe(false);
  }
  expect(formsOf(masterCopy).some((form) => inspect({ key: masterCopy.toString('base64') }).includes(form))).toBe(true);
  for (const { bytes } of planted) expect([...bytes].every((byte) => byte === 0)).toBe(true);

  expect([...short].every((byte) => byte === 0)).toBe(true);
  await Promise.all([manager, elsewhere].map((one) => one.close()));
  expect(unwrapped.length).toBeGreaterThanOrEqual(3);
  for (const bytes of unwrapped) expect([...bytes].every((byte) => byte === 0)).toBe(true);
});
