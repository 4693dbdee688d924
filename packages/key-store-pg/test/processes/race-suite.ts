// Many processes at one key: rotations race, and a revoked key leaves every process.
import { expect, test } from 'vitest';
import { openRecord, seal } from '../../../key-manager/test/test-manager.ts';
import type { Child } from './child.ts';
import { type Database, openSetting, type Setting } from './setting.ts';

const processes = 16;
const rounds = 200;
/** Rounds in which every process has to win once; each costs 16 times as much. HAMMERWORK_LONG_RUNS=1: all of them. */
const openRounds = process.env.HAMMERWORK_LONG_RUNS === '1' ? rounds : 3;

/** Looks at the key from outside, again and again, until it is told to stop; what is not as it must be ends the test. */
function watch(setting: Setting, keyId: string): { stop(): Promise<number> } {
  let stopped = false;
  const watching = (async () => {
    let looks = 0;
    for (; !stopped; looks++) {
      const { active, versions, latest } = await setting.observe(keyId);
      expect({ active, gaps: latest - versions }).toEqual({ active: 1, gaps: 0 });
    }
    return looks;
  })();
  watching.catch(() => {}); // seen by stop
  return {
    stop() {
      stopped = true;
      return watching;
    },
  };
}

export function testRaces(database: Database): void {
  test(`${processes} processes rotate one key at once, ${rounds} rounds: no gap, no double, one active at every moment, every record opens`, async () => {
    const setting = await openSetting(database);
    const manager = setting.manage();
    await manager.generateKey('raced');
    const children = await Promise.all(Array.from({ length: processes }, () => setting.start()));
    const watching = watch(setting, 'raced');
    const records: Uint8Array[] = [await seal(manager, 'raced', 'version 1')];
    let latest = 1;
    const rotateAll = async (expectedVersion?: number) => {
      const options = expectedVersion === undefined ? {} : { expectedVersion };
      const answers = await Promise.all(
        children.map((child) => child.order({ do: 'rotate', keyId: 'raced', ...options })),
      );
      return {
        versions: answers.flatMap((answer) => (answer?.ok ? [answer.version!] : [])).sort((a, b) => a - b),
        codes: new Set(answers.flatMap((answer) => (answer?.ok ? [] : [answer?.code]))),
      };
    };
    for (let round = 1; round <= rounds; round++) {
      const all = round > rounds - openRounds;
      const { versions, codes } = await rotateAll(all ? undefined : latest);
      const winners = all ? processes : 1;
      expect(versions).toEqual(Array.from({ length: winners }, (_, i) => latest + 1 + i));
      expect([...codes]).toEqual(all ? [] : ['key_changed']);
      latest += winners;
      const sealing = setting.manage();
      records.push(await seal(sealing, 'raced', `version ${latest}`));
      await sealing.close();
    }
    expect(await watching.stop()).toBeGreaterThan(rounds);
    const fresh = setting.manage();
    const opened = await Promise.all(records.map((record) => openRecord(fresh, record)));
    expect(opened.at(-1)).toBe(`version ${latest}`);
    expect(new Set(opened).size).toBe(records.length);
    expect(await fresh.verifyAudit()).toMatchObject({ ok: true });
    await setting.close();
  }, 3_600_000);

  test(`${processes} processes run the scheduler at once: each due key is rotated once, by one of them`, async () => {
    const setting = await openSetting(database);
    const longAgo = { now: () => Date.now() - 30 * 86_400_000, after: () => () => {} };
    const early = setting.manage(undefined, longAgo);
    const due = ['a', 'b', 'c', 'd', 'e'];
    for (const keyId of due) await early.generateKey(keyId, { rotationIntervalDays: 7 });
    const manager = setting.manage();
    await manager.generateKey('not due', { rotationIntervalDays: 7 });
    const children = await Promise.all(Array.from({ length: processes }, () => setting.start()));
    const answers = await Promise.all(children.map((child) => child.order({ do: 'rotate due' })));
    const rotated = answers.flatMap((answer) => {
      if (!answer?.ok) throw new Error(`A scheduler failed: ${answer?.code}`);
      return answer.rotated!;
    });
    expect(rotated.toSorted()).toEqual(due);
    for (const keyId of due) expect(await manager.getKey(keyId)).toMatchObject({ version: 2, status: 'active' });
    expect((await manager.listKeys()).length).toBe(11);
    expect(await manager.verifyAudit()).toMatchObject({ ok: true });
    await setting.close();
  });

  test('a revoked key leaves every process within 5 seconds, without any notice', async () => {
    const setting = await openSetting(database);
    const manager = setting.manage();
    await manager.generateKey('revoked');
    const record = Buffer.from(await seal(manager, 'revoked')).toString('base64');
    const children: Child[] = await Promise.all(Array.from({ length: 4 }, () => setting.start()));
    // Each says once that it has the key, and again when it is refused.
    await Promise.all(children.map((child) => child.order({ do: 'hold', record })));
    await manager.compromiseKey('revoked', 1);
    const revokedAt = Date.now();
    for (const child of children) {
      const answer = await child.next();
      if (!answer?.ok) throw new Error('The process died');
      expect(answer.opened).toBeGreaterThan(0);
      expect(answer.refusedAt! - revokedAt).toBeLessThan(5000);
    }
    await setting.close();
  });
}
