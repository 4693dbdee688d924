// SHA-512, on which the record's derivation stands, and HMAC-SHA-512.
import assert from 'node:assert/strict';
import nodeCrypto, { createHash, createHmac, createSecretKey } from 'node:crypto';
import { createCrypto } from '@hammerwork/crypto-core';
import { hmac } from '@noble/hashes/hmac.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { createHMAC, createSHA512 } from 'hash-wasm';
import libsodium from 'libsodium-wrappers';
import { type Contestant, interleave } from '../harness/interleave.ts';
import { type EngineChoice, unlessUnavailable } from './portable-rivals.ts';
import { sampleBytes } from './rival.ts';
import { type Row, type Runtime, toRows } from './rows.ts';
import type { Size } from './size.ts';

export async function measureHashes(runtime: Runtime, size: Size): Promise<Row[]> {
  const rows: Row[] = [];
  for (const bytes of size.bytes) {
    const data = sampleBytes(bytes, 4);
    for (const [what, make] of Object.entries({ 'sha-512': hashers, 'hmac-sha-512': macs })) {
      const contestants = await make(data);
      const [expected, ...others] = Object.values(contestants).map((run) => new Uint8Array(run() as Uint8Array));
      for (const digest of others) assert.deepEqual(digest, expected);
      rows.push(...toRows({ runtime, what, direction: 'hash', bytes }, await interleave(contestants, size)));
    }
  }
  return rows;
}

type Hashers = Record<string, Extract<Contestant, () => unknown>>;

async function hashers(data: Uint8Array): Promise<Hashers> {
  await libsodium.ready;
  const hasher = await createSHA512();
  const contestants: Hashers = {
    'node:crypto createHash': () => createHash('sha512').update(data).digest(),
    noble: () => sha512(data),
    'hash-wasm': () => hasher.init().update(data).digest('binary'),
    libsodium: () => libsodium.crypto_hash(data),
  };
  const { hash } = nodeCrypto; // not in every runtime's
  if (hash) contestants['node:crypto hash'] = () => hash('sha512', data, 'buffer');
  for (const engine of ['wasm', 'native', 'auto'] satisfies EngineChoice[]) {
    const crypto = unlessUnavailable(() => createCrypto({ engine }));
    if (crypto) contestants[`ours, ${engine}`] = () => crypto.sha512(data);
  }
  return contestants;
}

async function macs(data: Uint8Array): Promise<Hashers> {
  const key = sampleBytes(32, 1);
  const held = createSecretKey(key);
  const hasher = await createHMAC(createSHA512(), key);
  return {
    'node:crypto KeyObject': () => createHmac('sha512', held).update(data).digest(),
    noble: () => hmac(sha512, key, data),
    'hash-wasm': () => hasher.init().update(data).digest('binary'),
  };
}
