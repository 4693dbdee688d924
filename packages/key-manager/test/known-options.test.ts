// A name that is no option is refused before anything is done: it would else pass for an option that was not given.
import { expect, test } from 'vitest';
import type { KeyManager } from '../src/manager.ts';
import { createSetting } from './test-manager.ts';

const calls: [string, (manager: KeyManager, options: never) => Promise<unknown>, string][] = [
  ['generateKey', (manager, options) => manager.generateKey('new', options), 'preActiv'],
  ['ensureKey', (manager, options) => manager.ensureKey('new', options), 'rotationIntervalInDays'],
  ['activateKey', (manager, options) => manager.activateKey('key', 1, options), 'who'],
  ['listKeys', (manager, options) => manager.listKeys(options), 'keyid'],
  ['listKeys', (manager, options) => manager.listKeys({}, options), 'onRefuse'],
  ['rotateKey', (manager, options) => manager.rotateKey('key', options), 'expectVersion'],
  ['performAutomaticRotation', (manager, options) => manager.performAutomaticRotation(options), 'who'],
  ['retireKey', (manager, options) => manager.retireKey('key', 1, options), 'force'],
  ['destroyKey', (manager, options) => manager.destroyKey('key', 1, options), 'erase'],
  ['approveDestruction', (manager, options) => manager.approveDestruction('key', 1, options), 'Actor'],
  ['undoDestruction', (manager, options) => manager.undoDestruction('key', 1, options), 'why'],
  ['performDueDestructions', (manager, options) => manager.performDueDestructions(options), 'who'],
  ['compromiseKey', (manager, options) => manager.compromiseKey('key', 1, options), 'onOpening'],
  ['rewrapKeys', (manager, options) => manager.rewrapKeys(options), 'all'],
  ['reconcileKeys', (manager, options) => manager.reconcileKeys(options), 'who'],
  ['exportKeys', (manager, options) => manager.exportKeys(options), 'keyIds'],
  ['exportKeys', (manager, options) => manager.exportKeys({}, options), 'who'],
  ['importKeys', (manager, options) => manager.importKeys({} as never, options), 'who'],
  ['getAuditTrail', (manager, options) => manager.getAuditTrail(options), 'key'],
  ['verifyAudit', (manager, options) => manager.verifyAudit(options), 'checkpoint'],
];

test.each(calls)('%s', async (name, call, misspelt) => {
  const { manager } = createSetting();
  await manager.generateKey('key');
  const before = await manager.getAuditTrail();
  await expect(call(manager, { [misspelt]: 'x' } as never)).rejects.toThrow(
    new RegExp(`^${name} has no option "${misspelt}"; it has [a-zA-Z, ]+\\.$`),
  );
  expect(await manager.getAuditTrail()).toEqual(before);
});
