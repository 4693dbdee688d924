// kill -9 before every statement of an operation, and while each commit is on its way: whatever is left is whole, opens
// every record, and the same operation finishes afterwards.
import { type KeyManager, migrating } from '@hammerwork/key-manager';
import { expect, test } from 'vitest';
import { createTestKms } from '../../../key-manager/test/test-kms.ts';
import { codeOf, openRecord, seal } from '../../../key-manager/test/test-manager.ts';
import type { Death, Order } from './key-process.ts';
import { type Database, openSetting, type Setting } from './setting.ts';

interface Operation {
  name: string;
  /** What the child is told; called before each run. */
  prepare(setting: Setting, run: number): Promise<{ order: Order; to?: 0 | 1 }>;
  /** Looks at what a death has left, then finishes the operation and looks again. */
  repair(setting: Setting, run: number): Promise<void>;
}

type DeathPoint = Omit<Death, 'statement'>;

const everyPoint: readonly DeathPoint[] = [{ when: 'before' }, { when: 'sent', commitsOnly: true }];
const commits: readonly DeathPoint[] = [
  { when: 'before', commitsOnly: true },
  { when: 'sent', commitsOnly: true },
];

/** Runs the operation again and again, each time dying one statement later, until it survives. The number of deaths. */
async function dieEverywhere(setting: Setting, operation: Operation, points: readonly DeathPoint[]): Promise<number> {
  let deaths = 0;
  let run = 0;
  await (await setting.start()).end(); // one that ends in peace leaves compiled code for the others
  for (const kind of points) {
    for (let statement = 1; ; statement++) {
      run++;
      const { order, to } = await operation.prepare(setting, run);
      await setting.letGo();
      const child = await setting.start({ dieAt: { ...kind, statement }, ...(to === undefined ? {} : { to }) });
      setting.startAhead();
      const answer = await child.order(order);
      await child.end();
      await setting.lastChange();
      await operation.repair(setting, run);
      if (answer) {
        expect(answer).toMatchObject({ ok: true });
        break;
      }
      deaths++;
    }
  }
  return deaths;
}

async function expectWhole(manager: KeyManager): Promise<void> {
  expect(await manager.verifyAudit()).toMatchObject({ ok: true, fault: undefined });
  const versions = await manager.listKeys();
  for (const [keyId, own] of Map.groupBy(versions, (key) => key.keyId)) {
    expect(own.filter((key) => key.status === 'active').length, keyId).toBeLessThanOrEqual(1);
    expect(own.map((key) => key.version)).toEqual(own.map((_, i) => i + 1));
  }
}

const generate: Operation = {
  name: 'generate, with the making of the store',
  async prepare(setting) {
    await setting.empty();
    return { order: { do: 'generate', keyId: 'made' } };
  },
  async repair(setting) {
    const manager = setting.manage();
    await manager.ensureKey('made');
    expect(await openRecord(manager, await seal(manager, 'made'))).toBe('secret value');
    await expectWhole(manager);
    await manager.close();
  },
};

function rotate(records: Uint8Array[]): Operation {
  return {
    name: 'rotate',
    async prepare(setting) {
      const manager = setting.manage();
      await manager.ensureKey('rotated');
      records.push(await seal(manager, 'rotated', `record ${records.length}`));
      await manager.close();
      return { order: { do: 'rotate', keyId: 'rotated' } };
    },
    async repair(setting) {
      const manager = setting.manage();
      await expectWhole(manager);
      expect((await setting.observe('rotated')).active).toBe(1);
      const { version } = await manager.rotateKey('rotated');
      expect(await manager.getKey('rotated')).toMatchObject({ version, status: 'active' });
      const opened = await Promise.all(records.map((record) => openRecord(manager, record)));
      expect(opened).toEqual(records.map((_, i) => `record ${i}`));
      await manager.close();
    },
  };
}

function destroy(): Operation {
  let record: Uint8Array;
  return {
    name: 'destroy',
    async prepare(setting, run) {
      const manager = setting.manage();
      const keyId = `ended ${run}`;
      await manager.generateKey(keyId);
      record = await seal(manager, keyId);
      await manager.rotateKey(keyId);
      await manager.close();
      return { order: { do: 'destroy', keyId, version: 1 } };
    },
    async repair(setting, run) {
      const manager = setting.manage();
      const target = { keyId: `ended ${run}`, version: 1 };
      await expectWhole(manager);
      const { status, destruction } = await manager.getKey(target);
      // Never between the two: it opens, it waits, or it is gone.
      const expected = status === 'destroyed' ? 'key_destroyed' : destruction ? 'destruction_pending' : 'no error';
      expect(await codeOf(openRecord(manager, record))).toBe(expected);
      if (status !== 'destroyed') {
        await manager.destroyKey(target.keyId, 1, { unchecked: true });
        await manager.performDueDestructions();
      }
      expect((await manager.getKey(target)).status).toBe('destroyed');
      expect(await manager.getKey(target.keyId)).toMatchObject({ version: 2, status: 'active' });
      await expectWhole(manager);
      await manager.close();
    },
  };
}

/** Back and forth between two master keys. */
function rewrap(): Operation {
  const records: Uint8Array[] = [];
  const target = (run: number) => (run % 2) as 0 | 1;
  const kmsOf = (setting: Setting, which: 0 | 1) => createTestKms(Buffer.from(setting.masterKeys[which], 'base64'));
  return {
    name: 'rewrap',
    async prepare(setting, run) {
      if (run === 1) {
        const manager = setting.manage();
        await manager.generateKey('moved');
        records.push(await seal(manager, 'moved', 'record 0'));
        await manager.rotateKey('moved');
        records.push(await seal(manager, 'moved', 'record 1'));
        await manager.close();
      }
      return { order: { do: 'rewrap' }, to: target(run) };
    },
    async repair(setting, run) {
      const to = target(run);
      const from = kmsOf(setting, to === 1 ? 0 : 1);
      const between = setting.manage(migrating({ from, to: kmsOf(setting, to) }));
      await expectWhole(between);
      const opened = () => Promise.all(records.map((record) => openRecord(between, record)));
      expect(await opened()).toEqual(['record 0', 'record 1']);
      await between.rewrapKeys();
      await between.close();
      const moved = setting.manage(kmsOf(setting, to));
      expect(await Promise.all(records.map((record) => openRecord(moved, record)))).toEqual(['record 0', 'record 1']);
      await expectWhole(moved);
      expect(await codeOf(setting.manage(from).open())).toBe('master_key_mismatch');
      await moved.close();
    },
  };
}

/** `only: 'commits'` of a rotation, where each death costs seconds; HAMMERWORK_LONG_RUNS=1: everything there too. */
export function testCrashes(database: Database, { only }: { only?: 'commits' } = {}): void {
  const few = only === 'commits' && process.env.HAMMERWORK_LONG_RUNS !== '1';
  const operations = [
    { operation: rotate([]), deaths: 13 },
    { operation: generate, deaths: 15 },
    { operation: destroy(), deaths: 20 },
    { operation: rewrap(), deaths: 22 },
  ];
  test.each(few ? operations.slice(0, 1) : operations)(
    `kill -9 at ${few ? 'any commit' : 'any statement'}: $operation.name`,
    async ({ operation, deaths }) => {
      const setting = await openSetting(database);
      const died = await dieEverywhere(setting, operation, few ? commits : everyPoint);
      expect(died).toBeGreaterThanOrEqual(few ? 2 : deaths);
      await setting.close();
    },
    900_000,
  );
}
