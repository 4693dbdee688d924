// The async calls for long records, beside the sync ones, and beside WebCrypto's AES-256-GCM of the same bytes under a key
// that is held: no derivation, no commitment, one tag.
import assert from 'node:assert/strict';
import { createCrypto } from '@hammerwork/crypto-core';
import { type BothDirections, measureBoth } from './both-directions.ts';
import { makeTask, webCrypto } from './portable-rivals.ts';
import { sampleBytes } from './rival.ts';
import type { Row, Runtime } from './rows.ts';
import type { Size } from './size.ts';

const context = { job: sampleBytes(16, 5), kind: 'order', surface: 'payload' };

export async function measureAsyncRecords(runtime: Runtime, size: Size): Promise<Row[]> {
  const rows: Row[] = [];
  for (const bytes of size.bytes.filter((count) => count >= 1_024)) {
    const base = { runtime, what: 'async record aes-256-gcm', bytes };
    rows.push(...(await measureBoth(base, await contestants(bytes), size)));
  }
  return rows;
}

async function contestants(bytes: number): Promise<BothDirections> {
  const crypto = createCrypto();
  const key = crypto.importKey(sampleBytes(32, 1), { algorithm: 'aes-256-gcm' });
  const plaintext = sampleBytes(bytes, 4);
  const record = await crypto.sealAsync(key, plaintext, context);
  assert.deepEqual(crypto.open(key, record, context).plaintext, plaintext);
  assert.deepEqual((await crypto.openAsync(key, record, context)).plaintext, plaintext);
  const plain = (await webCrypto(makeTask('aes-256-gcm', bytes)))!;
  return {
    seal: {
      'ours, auto': { awaited: () => crypto.sealAsync(key, plaintext, context) },
      'ours, auto, sync': () => crypto.seal(key, plaintext, context),
      'WebCrypto, plain GCM': plain.seal,
    },
    open: {
      'ours, auto': { awaited: () => crypto.openAsync(key, record, context) },
      'ours, auto, sync': () => crypto.open(key, record, context),
      'WebCrypto, plain GCM': plain.open,
    },
  };
}
