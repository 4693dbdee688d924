// One job into the queue, plain and sealed, in turn on the same database.
import { type Algorithm, createCrypto, createDirectKeyRing } from '@hammerwork/crypto-core';
import { migrate } from '@hammerwork/migrations';
import { createPayloadProtection, policyFor } from '@hammerwork/payload-protection';
import { createJobQueue, createPgJobStore, defineJobType, type JobQueue, type JobType } from '@hammerwork/queue';
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { summary, type Timing } from '../harness/interleave.ts';
import { type Order, orderPayload, piiFields } from './payload.ts';

export const kinds = ['plain', 'aes-256-gcm', 'chacha20-poly1305'] as const;
export type Kind = (typeof kinds)[number];

/** Microseconds of one `enqueue` call, from the parsed payload to the committed row. */
// biome-ignore lint/suspicious/noExplicitAny: any tables
export async function measureEnqueueing(db: Kysely<any>, rounds: number): Promise<Record<Kind, Timing>> {
  await migrate(db);
  const payload = orderPayload();
  const enqueue = Object.fromEntries(kinds.map((kind) => [kind, producer(db, kind)])) as Record<Kind, Producer>;
  const times: Record<Kind, number[]> = { plain: [], 'aes-256-gcm': [], 'chacha20-poly1305': [] };
  for (let round = -Math.ceil(rounds / 10); round < rounds; round++) {
    for (const kind of kinds) {
      const started = process.hrtime.bigint();
      await enqueue[kind](payload);
      if (round >= 0) times[kind].push(Number(process.hrtime.bigint() - started) / 1000);
    }
  }
  await demandSealed(db);
  return {
    plain: summary(times.plain),
    'aes-256-gcm': summary(times['aes-256-gcm']),
    'chacha20-poly1305': summary(times['chacha20-poly1305']),
  };
}

type Producer = (payload: Order) => Promise<unknown>;

// biome-ignore lint/suspicious/noExplicitAny: any tables
function producer(db: Kysely<any>, kind: Kind): Producer {
  const store = createPgJobStore(db);
  if (kind === 'plain') {
    const type: JobType<Order> = defineJobType<Order>({ kind, policy: 'none' });
    const queue: JobQueue = createJobQueue({ store });
    return (payload) => queue.enqueue(type, payload);
  }
  const crypto = createCrypto();
  const keyRing = createDirectKeyRing({ crypto, key: crypto.randomBytes(32), algorithm: kind as Algorithm });
  const queue = createJobQueue({ store, protection: createPayloadProtection({ crypto, keyRing }), keyRing });
  const type = defineJobType<Order>({ kind, policy: policyFor<Order>()({ piiFields }) });
  return (payload) => queue.enqueue(type, payload);
}

/** The card stands in the plain jobs and in no other: what was timed is what was meant. */
// biome-ignore lint/suspicious/noExplicitAny: any tables
async function demandSealed(db: Kysely<any>): Promise<void> {
  const { rows } = await sql<{ clear: boolean; kinds: string }>`
    select payload::text like '%4111%' as clear, string_agg(distinct kind, ',' order by kind) as kinds
    from hammerwork_jobs group by 1 order by 1`.execute(db);
  const found = rows.map((row) => `${row.clear}: ${row.kinds}`).join('; ');
  if (found !== 'false: aes-256-gcm,chacha20-poly1305; true: plain') throw new Error(`Not as it should be: ${found}`);
}
