// Statistics count what happened and nothing else.
import { expect, test } from 'vitest';
import { createTestKms } from './test-kms.ts';
import { codeOf, createSetting, seal } from './test-manager.ts';

test('the average time of an unwrap is that of those that gave a key', async () => {
  const kms = createTestKms();
  const timed = { ...kms, unwrap: (...args: Parameters<typeof kms.unwrap>) => kms.unwrap(...args) };
  const { manager, another } = createSetting({ kms: timed });
  await manager.generateKey('payment');
  const failing = another();
  await failing.open();
  const good = (await failing.getStats()).kms.averageUnwrapMs;
  expect(good).toBeGreaterThan(0);
  timed.unwrap = () => Promise.reject(new Error('away'));
  for (let i = 0; i < 9; i++) expect(await codeOf(seal(failing, 'payment'))).toBe('kms_failed');
  expect((await failing.getStats()).kms).toMatchObject({ unwraps: 10, failures: 9, averageUnwrapMs: good });
});

test('a version that was never active and is compromised is no rotation', async () => {
  const { manager } = createSetting();
  await manager.generateKey('payment', { preActive: true });
  const { rotatedAt } = await manager.compromiseKey('payment', 1);
  expect(rotatedAt).toBeUndefined();
  expect(await manager.getStats()).toMatchObject({ compromisedKeys: 1, rotationsPerformed: 0 });
});
