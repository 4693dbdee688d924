// Sealed records: derivation, commitment and context included. Beside our engines stands the same record written out over
// node:crypto. And the whole way of a short text, beside what most programs do with node:crypto: plain GCM.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { createCipheriv, createSecretKey, randomBytes } from 'node:crypto';
import { type Algorithm, createCrypto, encodeContext } from '@hammerwork/crypto-core';
import { interleave } from '../harness/interleave.ts';
import { type BothDirections, measureBoth } from './both-directions.ts';
import { nodeHas } from './node-rivals.ts';
import { type EngineChoice, unlessUnavailable } from './portable-rivals.ts';
import { createRecordByHand } from './record-by-hand.ts';
import { sampleBytes } from './rival.ts';
import { type Row, type Runtime, toRows } from './rows.ts';
import type { Size } from './size.ts';

const algorithms: readonly Algorithm[] = ['aes-256-gcm', 'chacha20-poly1305'];
const engines: readonly EngineChoice[] = ['wasm', 'native', 'noble', 'auto'];
const context = { job: sampleBytes(16, 5), kind: 'order', surface: 'payload' };
const text = 'anna@example.com, 7b';

export async function measureRecords(runtime: Runtime, size: Size): Promise<Row[]> {
  const rows: Row[] = [];
  for (const algorithm of algorithms) {
    for (const bytes of size.bytes) {
      const byHand = size.shortBytes.includes(bytes) && nodeHas(algorithm);
      const base = { runtime, what: `record ${algorithm}`, bytes };
      rows.push(...(await measureBoth(base, contestants(algorithm, sampleBytes(bytes, 4), byHand), size)));
    }
  }
  return rows;
}

function contestants(algorithm: Algorithm, plaintext: Uint8Array, byHand: boolean): BothDirections {
  const both: BothDirections = { seal: {}, open: {} };
  const expected = fixedRecord('noble', algorithm, plaintext);
  for (const engine of engines) {
    const crypto = unlessUnavailable(() => createCrypto({ engine }));
    const key = crypto && unlessUnavailable(() => crypto.importKey(sampleBytes(32, 1), { algorithm }));
    if (!crypto || !key) continue;
    assert.deepEqual(fixedRecord(engine, algorithm, plaintext), expected);
    const record = crypto.seal(key, plaintext, context);
    assert.deepEqual(crypto.open(key, record, context).plaintext, plaintext);
    both.seal[`ours, ${engine}`] = () => crypto.seal(key, plaintext, context);
    both.open[`ours, ${engine}`] = () => crypto.open(key, record, context);
  }
  if (byHand) {
    const options = {
      algorithm,
      key: sampleBytes(32, 1),
      header: expected.slice(0, 12),
      context: encodeContext(context),
    };
    assert.deepEqual(
      new Uint8Array(
        createRecordByHand({ ...options, fill: (pool) => pool.set(sampleBytes(pool.length, 9)) }).seal(plaintext),
      ),
      expected,
    );
    for (const [name, plain] of [
      ['node:crypto by hand', false],
      ['node:crypto, raw keys', true],
    ] as const) {
      const own = createRecordByHand({ ...options, plain });
      assert.deepEqual(new Uint8Array(own.open(expected)), plaintext);
      both.seal[name] = () => own.seal(plaintext);
      both.open[name] = () => own.open(expected);
    }
  }
  return both;
}

/** With the same salt each time, so that all who seal it can be compared. */
function fixedRecord(engine: EngineChoice, algorithm: Algorithm, plaintext: Uint8Array): Uint8Array {
  const crypto = createCrypto({ engine, randomBytes: (length) => sampleBytes(length, 9 - 16) }); // a mark first
  using key = crypto.importKey(sampleBytes(32, 1), { algorithm });
  return crypto.seal(key, plaintext, context);
}

/** From a string of 20 characters to the bytes that are stored. */
export async function measureText(runtime: Runtime, size: Size): Promise<Row[]> {
  const crypto = createCrypto();
  const key = crypto.importKey(sampleBytes(32, 1), { algorithm: 'aes-256-gcm' });
  const held = createSecretKey(sampleBytes(32, 1));
  const ours = () => crypto.sealText(key, text, context);
  assert.equal(text.length, 20);
  assert.equal(Buffer.from(crypto.open(key, ours(), context).plaintext).toString(), text);
  const times = await interleave(
    {
      'ours, auto': ours,
      'node:crypto, idiomatic GCM': () => {
        const nonce = randomBytes(12);
        const cipher = createCipheriv('aes-256-gcm', held, nonce);
        return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      },
    },
    size,
  );
  return toRows({ runtime, what: 'text to bytes', direction: 'seal', bytes: text.length }, times);
}
