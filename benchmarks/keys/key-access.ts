// What it costs to get at a key: from the cache, and from the database beside a plain SELECT by primary key of the same
// row over the same connection, turn by turn.
import { createCrypto, type RecordKey } from '@hammerwork/crypto-core';
import { createKeyManager, type KeyStore } from '@hammerwork/key-manager';
import { createStaticProvider } from '@hammerwork/kms-providers/static';
import { type Kysely, sql } from 'kysely';
import { summary, type Timing } from '../harness/interleave.ts';

export interface KeyAccess {
  cachedOpen: Timing;
  cachedSeal: Timing;
  fromDatabase: Timing;
  plainSelect: Timing;
  /** Median from the database over median of the plain SELECT. */
  ratio: number;
}

/** `rounds` turns of the database contestants; the cached ones are timed in batches of 1,000. */
// biome-ignore lint/suspicious/noExplicitAny: any tables
export async function measureKeyAccess(db: Kysely<any>, store: KeyStore, rounds: number): Promise<KeyAccess> {
  const crypto = createCrypto();
  const key = Buffer.from(crypto.randomBytes(32)).toString('base64');
  const kms = createStaticProvider({ key, allowOutsideTests: true, warn: () => {}, crypto });
  const manager = createKeyManager({ store, kms, crypto });
  const first = await manager.generateKey('first');
  const second = await manager.generateKey('second');
  await manager.rotateKey('second'); // so that one of the two has a transition to be checked as well

  // With room for one key in the cache, two keys in turn come from the database every time.
  const cold = createKeyManager({ store, kms, crypto, cache: { maxEntries: 1 } });
  const handles = [first.handle, second.handle];
  const take = (handle: Uint8Array) => cold.keyRing.withOpeningKey(handle, handleOf);
  const { rows } = await sql<{
    id: string;
  }>`select id from hammerwork_encryption_keys order by key_id, version`.execute(db);
  const select = (id: string) =>
    db.selectFrom('hammerwork_encryption_keys').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

  for (let i = 0; i < 20; i++) {
    const lent = take(handles[i % 2]!);
    if (!(lent instanceof Promise)) throw new Error('The key was in the cache');
    const row = await select(rows[i % 2]!.id);
    if (!Buffer.from(await lent).equals(row.handle)) throw new Error('The key is not that of the row');
  }

  const fromDatabase: number[] = [];
  const plainSelect: number[] = [];
  for (let i = 0; i < rounds; i++) {
    fromDatabase.push(await timed(() => take(handles[i % 2]!)));
    plainSelect.push(await timed(() => select(rows[i % 2]!.id)));
  }

  await manager.keyRing.withSealingKey('first', handleOf);
  await manager.keyRing.withOpeningKey(first.handle, handleOf);
  const cachedOpen: number[] = [];
  const cachedSeal: number[] = [];
  for (let i = 0; i < rounds; i++) {
    cachedOpen.push(batch(() => manager.keyRing.withOpeningKey(first.handle, handleOf)));
    cachedSeal.push(batch(() => manager.keyRing.withSealingKey('first', handleOf)));
  }
  await cold.close();
  await manager.close();
  const [database, plain] = [summary(fromDatabase), summary(plainSelect)];
  return {
    cachedOpen: summary(cachedOpen),
    cachedSeal: summary(cachedSeal),
    fromDatabase: database,
    plainSelect: plain,
    ratio: database.median / plain.median,
  };
}

const handleOf = (key: RecordKey): Uint8Array => key.handle;

async function timed(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) * 1000;
}

function batch(work: () => unknown): number {
  const started = performance.now();
  for (let i = 0; i < 1000; i++) work();
  return performance.now() - started; // milliseconds per 1,000 are microseconds each
}
