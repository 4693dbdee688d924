// What lies in the WebAssembly engine's memory: keys of their own, results never, and after `dispose` nothing at all.
import { beforeEach, describe, expect, test } from 'vitest';
import { createCrypto } from '../../src/create-crypto.ts';
import type { AeadName, Algorithm } from '../../src/crypto.ts';
import type { CipherEngine } from '../../src/engines/engine.ts';
import { chunkBytes, headBytes } from '../../src/engines/engine.ts';
import { createWasmEngine } from '../../src/engines/wasm.ts';
import { compileInline } from '../../src/engines/wasm-inline.ts';
import { CryptoError } from '../../src/errors.ts';
import { sample, writeFrame } from '../engine-suite.ts';

const module = compileInline();
const algorithms: readonly Algorithm[] = ['aes-256-gcm', 'chacha20-poly1305'];
const aeads: readonly AeadName[] = [...algorithms, 'xchacha20-poly1305'];
const lengths = [0, 20, 700, chunkBytes - 1, chunkBytes, 3 * chunkBytes, 9 * chunkBytes + 5];

let engine: CipherEngine;
beforeEach(() => {
  engine = createWasmEngine(module);
});

/** All of the instance's memory, its stack included. */
const memory = () => new Uint8Array(engine.frames.buffer);

function useRecordKey(algorithm: Algorithm): () => void {
  const key = engine.importRecordKey(algorithm, sample(32));
  const frame = () => writeFrame(engine, sample(headBytes), sample(171));
  for (const length of lengths) {
    const record = key.seal(frame(), sample(length));
    expect(key.open(frame(), record)).toEqual(sample(length));
    for (const at of [40, record.length - 1]) {
      record[at]! ^= 1;
      expect(key.open(frame(), record)).toBeUndefined();
      record[at]! ^= 1;
    }
  }
  const ends = [frame()];
  const records = key.sealMany!(ends, [sample(99)]);
  expect(key.openMany!([frame()], records)).toEqual([sample(99)]);
  const message = key.derive(frame());
  expect(message.openChunk(3, message.sealChunk(3, sample(chunkBytes)))).toEqual(sample(chunkBytes));
  message.sealChunk(4, sample(100));
  message.dispose();
  return () => key.dispose();
}

function useAeadKey(aead: AeadName): () => void {
  const key = engine.importAeadKey(aead, sample(33).slice(1));
  const nonce = sample(aead === 'xchacha20-poly1305' ? 24 : 12);
  for (const length of lengths) {
    const sealed = key.seal(nonce, sample(length), sample(50));
    expect(key.open(nonce, sealed, sample(50))).toEqual(sample(length));
    sealed[0]! ^= 1;
    expect(key.open(nonce, sealed, sample(50))).toBeUndefined();
  }
  const sealed = key.sealMany!(nonce, [sample(300)], sample(50));
  expect(key.openMany!(nonce, sealed, sample(50))).toEqual([sample(300)]);
  return () => key.dispose();
}

describe('after dispose the memory is that of a fresh instance', () => {
  test.each([
    ...algorithms.map((name) => [`records under ${name}`, () => [useRecordKey(name)]] as const),
    ...aeads.map((name) => [`plain ${name}`, () => [useAeadKey(name)]] as const),
    ['all of them at once', () => [...algorithms.map(useRecordKey), ...aeads.map(useAeadKey)]] as const,
  ])('%s', (_, use) => {
    const fresh = memory().slice();
    const disposals = use();
    engine.sha512(sample(200_000));
    expect(Buffer.compare(memory(), fresh)).not.toBe(0);
    for (const dispose of disposals) dispose();
    const left = memory().findIndex((byte, at) => byte !== fresh[at]);
    expect(left, 'first byte that is not as it was').toBe(-1);
  });
});

test('the bytes of an imported key are nowhere but in the place of a key', () => {
  const places = (key: Uint8Array) =>
    Buffer.from(memory())
      .toString('latin1')
      .split(Buffer.from(key.subarray(0, 16)).toString('latin1')).length - 1;
  for (const algorithm of algorithms) {
    engine.importRecordKey(algorithm, sample(32));
    expect(places(sample(32))).toBe(0);
  }
  for (const aead of aeads) {
    const key = engine.importAeadKey(aead, sample(34).slice(2));
    expect(places(sample(34).slice(2))).toBe(aead === 'aes-256-gcm' ? 0 : 1);
    key.dispose();
    expect(places(sample(34).slice(2))).toBe(0);
  }
});

test('the key of a message that another cipher uses is nowhere in it', () => {
  for (const algorithm of algorithms) {
    const key = engine.importRecordKey(algorithm, sample(32));
    const derived = key.deriveBytes(writeFrame(engine, sample(headBytes), sample(171)));
    expect(Buffer.from(memory()).indexOf(derived.key)).toBe(-1);
    expect(Buffer.from(memory()).indexOf(derived.key.subarray(0, 8))).toBe(-1);
  }
});

test('a buffer that results share holds results and nothing else', () => {
  const none = new Uint8Array(0);
  const plaintexts = [0, 1, 9, 31, 33].map(sample);
  const given: Uint8Array[] = [];
  const expectOnly = (results: readonly Uint8Array[]) => {
    given.push(...results);
    const rest = new Uint8Array(results[0]!.buffer.slice(0));
    for (const { buffer, byteOffset, length } of given) {
      if (buffer === results[0]!.buffer) rest.fill(0, byteOffset, byteOffset + length);
    }
    expect(rest).toEqual(new Uint8Array(rest.length));
  };
  for (const aead of aeads) {
    const key = engine.importAeadKey(aead, sample(32));
    given.push(engine.sha512(sample(60_000)));
    const nonces = sample(5 * (aead === 'xchacha20-poly1305' ? 24 : 12));
    const sealed = key.sealMany!(nonces, plaintexts, none);
    expectOnly(sealed);
    expectOnly(key.openMany!(nonces, sealed, none) as Uint8Array[]);
  }
  for (const algorithm of algorithms) {
    const key = engine.importRecordKey(algorithm, sample(32));
    given.push(engine.sha512(sample(60_000)));
    const ends: number[] = [];
    for (const _ of plaintexts) ends.push(writeFrame(engine, sample(headBytes), sample(20), ends.at(-1) ?? 0));
    expectOnly(key.sealMany!(ends, plaintexts));
  }
});

test('4 MiB hold 1,000 record keys and 400 keys of plain AEADs at once, and say when they are full', () => {
  expect(memory().length).toBe(4 * 1024 * 1024);
  const take = { record: () => engine.importRecordKey('aes-256-gcm', sample(32)), plain: takeAead };
  expect(untilFull(take.record)).toBeGreaterThanOrEqual(1_000);
  expect(untilFull(take.plain)).toBeGreaterThanOrEqual(400);

  function takeAead() {
    return engine.importAeadKey('aes-256-gcm', sample(32));
  }
});

test('a place that a key gave back is taken again', () => {
  for (let i = 0; i < 5_000; i++) {
    engine.importRecordKey('aes-256-gcm', sample(32)).dispose();
    engine.importAeadKey('aes-256-gcm', sample(32)).dispose();
  }
  const crypto = createCrypto({ engine: 'wasm' });
  for (let i = 0; i < 3_000; i++) {
    crypto.importKey(sample(32), { algorithm: 'aes-256-gcm' }).dispose();
    crypto.aead('aes-256-gcm', sample(32)).dispose();
  }
});

function untilFull(take: () => unknown): number {
  for (let count = 0; ; count++) {
    try {
      take();
    } catch (error) {
      expect(error).toBeInstanceOf(CryptoError);
      expect(error).toMatchObject({ code: 'engine_full' });
      return count;
    }
  }
}
