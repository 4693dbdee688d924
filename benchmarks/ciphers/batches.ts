// Batches of 64 messages, per message: our one call beside a loop over what others have.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { type CipherGCMTypes, createCipheriv, createSecretKey } from 'node:crypto';
import { type AeadName, createCrypto } from '@hammerwork/crypto-core';
import { type Contestant, interleave } from '../harness/interleave.ts';
import { nodeHas } from './node-rivals.ts';
import { nobleSeal } from './portable-rivals.ts';
import { sampleBytes } from './rival.ts';
import { type Row, type Runtime, toRows } from './rows.ts';
import type { Size } from './size.ts';

export const batchSize = 64;

export async function measureBatches(runtime: Runtime, size: Size): Promise<Row[]> {
  const rows: Row[] = [];
  for (const aead of size.aeads.filter((name) => name !== 'xchacha20-poly1305')) {
    for (const bytes of size.shortBytes) {
      const times = await interleave(sealers(aead, bytes), size);
      rows.push(...toRows({ runtime, what: `batch of 64 ${aead}`, direction: 'seal', bytes }, times, batchSize));
    }
  }
  return rows;
}

function sealers(aead: AeadName, bytes: number): Record<string, Contestant> {
  const key = sampleBytes(32, 1);
  const associatedData = sampleBytes(32, 3);
  const nonces = sampleBytes(12 * batchSize, 2);
  const nonceOf = Array.from({ length: batchSize }, (_, i) => nonces.subarray(12 * i, 12 * (i + 1)));
  const plaintexts = Array.from({ length: batchSize }, (_, i) => sampleBytes(bytes, 10 + i));
  const expected = plaintexts.map((plaintext, i) =>
    nobleSeal({ aead, key, nonce: nonceOf[i]!, associatedData, plaintext }),
  );
  const held = createSecretKey(key);
  const one = (plaintext: Uint8Array, i: number): Uint8Array[] => {
    const cipher = createCipheriv(aead as CipherGCMTypes, held, nonceOf[i]!, { authTagLength: 16 });
    cipher.setAAD(associatedData);
    const start = cipher.update(plaintext);
    cipher.final();
    return [start, cipher.getAuthTag()];
  };
  const many = (engine: 'wasm' | 'auto') => {
    const own = createCrypto({ engine }).aead(aead, key);
    assert.deepEqual(own.sealMany(nonces, plaintexts, associatedData), expected);
    return () => own.sealMany(nonces, plaintexts, associatedData);
  };
  const contestants: Record<string, Contestant> = { 'ours, wasm': many('wasm'), 'ours, auto': many('auto') };
  if (nodeHas(aead)) {
    assert.deepEqual(
      plaintexts.map((plaintext, i) => new Uint8Array(Buffer.concat(one(plaintext, i)))),
      expected,
    );
    contestants['node:crypto KeyObject'] = () => plaintexts.map(one);
  }
  return contestants;
}
