import nodeCrypto from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { CipherEngine } from '../../src/engines/engine.ts';
import { createNativeEngine, type NodeCrypto } from '../../src/engines/native.ts';
import { createNobleEngine } from '../../src/engines/noble.ts';
import { type Crossover, createSplitEngine } from '../../src/engines/split.ts';
import { CryptoError } from '../../src/errors.ts';
import { engineSuite, sample, writeFrame } from '../engine-suite.ts';
import { labelled } from './labelled.ts';

const node = nodeCrypto as unknown as NodeCrypto;
const crossover: Crossover = {
  record: { 'aes-256-gcm': 100, 'chacha20-poly1305': 200 },
  aead: { 'aes-256-gcm': 50, 'chacha20-poly1305': 60, 'xchacha20-poly1305': 70 },
  sha512: 300,
};
const head = sample(36);
const calls: string[] = [];

beforeEach(() => {
  calls.length = 0;
});

function split(keys = 100, long: CipherEngine | null = createNativeEngine(node)): CipherEngine {
  const full = () => new CryptoError('engine_full', 'no room');
  const short = labelled(createNobleEngine(), { name: 'wasm', calls, room: { keys, full } });
  return createSplitEngine({
    short,
    long: long ? labelled(long, { name: 'native', calls }) : undefined,
    spare: labelled(createNobleEngine(), { name: 'noble', calls }),
    crossover,
  });
}

engineSuite('split', () => split());

describe('split', () => {
  test('sends records by length, each way', () => {
    const engine = split();
    const key = engine.importRecordKey('chacha20-poly1305', sample(32));
    for (const length of [0, 200, 201]) {
      const record = key.seal(writeFrame(engine, head, sample(9)), sample(length));
      expect(key.open(writeFrame(engine, head, sample(9)), record)).toEqual(sample(length));
    }
    key.derive(writeFrame(engine, head, sample(9)));
    key.dispose();
    const byLength = [
      'wasm seal 0',
      'wasm open 0',
      'wasm seal 200',
      'wasm open 200',
      'native seal 201',
      'native open 201',
    ];
    expect(calls).toEqual([...byLength, 'native derive', 'wasm dispose', 'native dispose']);
  });

  test('keeps a batch whole when all of it is short', () => {
    const engine = split();
    const key = engine.importRecordKey('aes-256-gcm', sample(32));
    const ends = () => {
      const first = writeFrame(engine, head, sample(20));
      return [first, writeFrame(engine, head, sample(30), first)];
    };
    const short = key.sealMany!(ends(), [sample(3), sample(100)]);
    expect(key.openMany!(ends(), short)).toEqual([sample(3), sample(100)]);
    const mixed = key.sealMany!(ends(), [sample(101), sample(3)]);
    expect(key.openMany!(ends(), mixed)).toEqual([sample(101), sample(3)]);
    const single = ['native seal 101', 'wasm seal 3', 'native open 101', 'wasm open 3'];
    expect(calls).toEqual(['wasm sealMany 2', 'wasm openMany 2', ...single]);
  });

  test('does the same for plain AEADs', () => {
    const engine = split();
    const key = engine.importAeadKey('aes-256-gcm', sample(32));
    const nonces = sample(24);
    const none = new Uint8Array(0);
    const short = key.sealMany!(nonces, [sample(3), sample(50)], none);
    expect(key.openMany!(nonces, short, none)).toEqual([sample(3), sample(50)]);
    const mixed = key.sealMany!(nonces, [sample(51), sample(3)], none);
    expect(key.openMany!(nonces, mixed, none)).toEqual([sample(51), sample(3)]);
    key.dispose();
    const single = ['native seal 51', 'wasm seal 3', 'native open 51', 'wasm open 3'];
    expect(calls).toEqual(['wasm sealMany 2', 'wasm openMany 2', ...single, 'wasm dispose', 'native dispose']);
  });

  test('leaves all lengths to the short engine where the long one lacks the AEAD', () => {
    const engine = split(100, createNativeEngine({ ...node, getCiphers: () => ['aes-256-gcm'] }));
    const key = engine.importRecordKey('chacha20-poly1305', sample(32));
    key.seal(writeFrame(engine, head, sample(9)), sample(5_000));
    engine.importAeadKey('xchacha20-poly1305', sample(32)).seal(sample(24), sample(5_000), new Uint8Array(0));
    expect(calls).toEqual(['wasm seal 5000', 'wasm seal 5000']);
  });

  test.each([
    ['the long engine', createNativeEngine(node), 'native'],
    ['noble where there is no other', null, 'noble'],
  ] as const)('gives keys that the short engine has no room for to %s', (_, long, name) => {
    const engine = split(0, long);
    const key = engine.importRecordKey('aes-256-gcm', sample(32));
    const record = key.seal(writeFrame(engine, head, sample(9)), sample(5));
    expect(key.open(writeFrame(engine, head, sample(9)), record)).toEqual(sample(5));
    key.derive(writeFrame(engine, head, sample(9))).dispose();
    engine.importAeadKey('aes-256-gcm', sample(32)).seal(sample(12), sample(5), new Uint8Array(0));
    key.dispose();
    expect(calls).toEqual([`${name} seal 5`, `${name} open 5`, `${name} derive`, `${name} seal 5`, `${name} dispose`]);
  });

  test('passes on what else is wrong with a key', () => {
    const broken = labelled(createNobleEngine(), {
      name: 'wasm',
      calls,
      room: { keys: 0, full: () => new Error('trap') },
    });
    const engine = createSplitEngine({ short: broken, long: undefined, spare: createNobleEngine(), crossover });
    expect(() => engine.importRecordKey('aes-256-gcm', sample(32))).toThrow('trap');
    expect(() => engine.importAeadKey('aes-256-gcm', sample(32))).toThrow('trap');
  });
});
