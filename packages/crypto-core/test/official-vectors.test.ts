// C2SP/wycheproof on every engine, through the same calls that users make where there are such.
import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { readVectors } from '@hammerwork/test-kit/vectors';
import { describe, expect, test } from 'vitest';
import { isPossibleRecordLength } from '../src/chunks.ts';
import { createCrypto } from '../src/create-crypto.ts';
import type { AeadName } from '../src/crypto.ts';
import { headBytes } from '../src/engines/engine.ts';
import { inlineSources } from '../src/engines/inline-sources.ts';
import { selectEngine } from '../src/engines/select-engine.ts';
import { openBodyAsync, sealBodyAsync } from '../src/engines/web-crypto.ts';
import { hkdfExpandSha512, hmacSha512 } from '../src/hash.ts';
import type { Subtle } from '../src/runtime.ts';
import { engineNames } from './engine-names.ts';
import { writeFrame } from './engine-suite.ts';
import { hex, unhex } from './hex.ts';

interface AeadGroup {
  keySize: number;
  ivSize: number;
  tagSize: number;
  tests: { tcId: number; key: string; iv: string; aad: string; msg: string; ct: string; tag: string; result: string }[];
}

interface ChunkedGroup {
  tests: ({ tcId: number; comment: string; key: string; ctx: string; ct: string; flags: string[]; result: string } & {
    msgLength?: number;
    msgSha512?: string;
  })[];
}

const aeadFiles: Record<AeadName, string> = {
  'aes-256-gcm': 'aes_gcm_test.json',
  'chacha20-poly1305': 'chacha20_poly1305_test.json',
  'xchacha20-poly1305': 'xchacha20_poly1305_test.json',
};

for (const [name, file] of Object.entries(aeadFiles) as [AeadName, string][]) {
  const vectors = readVectors<AeadGroup>(file);
  if (!vectors) continue;
  describe.each(engineNames)(`${file} on %s`, (engine) => {
    const crypto = createCrypto({ engine });
    const nonceBits = name === 'xchacha20-poly1305' ? 192 : 96;
    const cases = vectors.testGroups.flatMap(({ tests, ...group }) => tests.map((vector) => ({ ...group, ...vector })));

    test(`all ${cases.length} vectors; other sizes of key and nonce are refused`, () => {
      expect(cases.length).toBe(vectors.numberOfTests);
      let opened = 0;
      for (const vector of cases) {
        expect(vector.tagSize).toBe(128);
        const sealed = unhex(vector.ct + vector.tag);
        const accepted = vector.keySize === 256 && vector.ivSize === nonceBits;
        const run = () => {
          using key = crypto.aead(name, unhex(vector.key));
          const again = accepted && key.seal(unhex(vector.iv), unhex(vector.msg), unhex(vector.aad));
          if (again && vector.result === 'valid' && hex(again) !== hex(sealed)) expect.fail(`seal of ${vector.tcId}`);
          return key.open(unhex(vector.iv), sealed, unhex(vector.aad));
        };
        if (accepted && vector.result === 'valid') {
          expect(hex(run()), `vector ${vector.tcId}`).toBe(vector.msg);
          opened++;
          continue;
        }
        const size = vector.keySize === 256 ? 'input_malformed' : 'key_malformed';
        const code = accepted ? 'seal_broken' : size;
        expect(run, `vector ${vector.tcId}`).toThrow(expect.objectContaining({ code }));
      }
      expect(opened).toBeGreaterThan(30);
    });
  });
}

const chunked = readVectors<ChunkedGroup>('c2sp_chunked_encryption_aes_256_gcm_test.json');
if (chunked) {
  describe.each(engineNames)('c2sp_chunked_encryption_aes_256_gcm_test.json on %s', (name) => {
    const engine = selectEngine(name, inlineSources()).main;
    const crypto = createCrypto({ engine: name });
    const cases = chunked.testGroups.flatMap((group) => group.tests);

    test('holds all 35 vectors', () => expect(cases.length).toBe(35));

    test.each(cases)('$tcId: $comment', (vector) => {
      const keyBytes = unhex(vector.key);
      if (vector.flags.includes('InvalidKeySize')) {
        const importKey = () => crypto.importKey(keyBytes, { algorithm: 'aes-256-gcm' });
        return expect(importKey).toThrow(expect.objectContaining({ code: 'key_malformed' }));
      }
      // what a record has before the construction's own bytes is nothing to the engine
      const record = new Uint8Array(Buffer.concat([new Uint8Array(12), inflateSync(unhex(vector.ct))]));
      const frame = () => writeFrame(engine, record.subarray(0, headBytes), unhex(vector.ctx));
      const key = engine.importRecordKey('aes-256-gcm', keyBytes);
      const plaintext = isPossibleRecordLength(record.length) ? key.open(frame(), record) : undefined;
      if (vector.result !== 'valid') return expect(plaintext).toBeUndefined();
      expect(plaintext!.length).toBe(vector.msgLength);
      expect(createHash('sha512').update(plaintext!).digest('hex')).toBe(vector.msgSha512);
      return expect(Buffer.compare(key.seal(frame(), plaintext!), record)).toBe(0);
    });

    test('all that have a key of 32 bytes, through WebCrypto', async () => {
      const { subtle } = globalThis.crypto as { subtle: Subtle };
      const opened: number[] = [];
      for (const vector of cases.filter(({ flags }) => !flags.includes('InvalidKeySize'))) {
        const record = new Uint8Array(Buffer.concat([new Uint8Array(12), inflateSync(unhex(vector.ct))]));
        const key = engine.importRecordKey('aes-256-gcm', unhex(vector.key));
        const derive = () => key.deriveBytes(writeFrame(engine, record.subarray(0, headBytes), unhex(vector.ctx)));
        if (!isPossibleRecordLength(record.length)) continue; // as callers must
        const plaintext = await openBodyAsync(subtle, derive(), record);
        expect(plaintext !== undefined, `vector ${vector.tcId}`).toBe(vector.result === 'valid');
        if (!plaintext) continue;
        expect(createHash('sha512').update(plaintext).digest('hex')).toBe(vector.msgSha512);
        const again = new Uint8Array(record.length);
        again.set(record.subarray(0, headBytes));
        await sealBodyAsync(subtle, derive(), { plaintext, record: again });
        expect(Buffer.compare(again, record), `vector ${vector.tcId}`).toBe(0);
        opened.push(vector.tcId);
      }
      expect(opened.length).toBe(cases.filter(({ result }) => result === 'valid').length);
    });
  });
}

interface MacGroup {
  tagSize: number;
  tests: { tcId: number; key: string; msg: string; tag: string; result: string }[];
}

interface HkdfGroup {
  tests: { tcId: number; ikm: string; salt: string; info: string; size: number; okm: string; result: string }[];
}

const hmacVectors = readVectors<MacGroup>('hmac_sha512_test.json');
if (hmacVectors) {
  test('hmac_sha512_test.json: all 174 vectors', () => {
    let count = 0;
    for (const { tagSize, tests } of hmacVectors.testGroups) {
      for (const { tcId, key, msg, tag, result } of tests) {
        const equal = hex(hmacSha512(unhex(key), unhex(msg)).subarray(0, tagSize / 8)) === tag;
        expect(equal, `vector ${tcId}`).toBe(result === 'valid');
        count++;
      }
    }
    expect(count).toBe(174);
  });

  test.each(engineNames)('hmac_sha512_test.json over SHA-512 of %s', (name) => {
    const { main } = selectEngine(name, inlineSources());
    for (const { tests } of hmacVectors.testGroups) {
      for (const { tcId, key, msg, tag, result } of tests) {
        if (result !== 'valid') continue;
        expect(hex(hmacOver(main.sha512, unhex(key), unhex(msg))).startsWith(tag), `vector ${tcId}`).toBe(true);
      }
    }
  });
}

const hkdfVectors = readVectors<HkdfGroup>('hkdf_sha512_test.json');
if (hkdfVectors) {
  test('hkdf_sha512_test.json: all 83 vectors', () => {
    const cases = hkdfVectors.testGroups.flatMap((group) => group.tests);
    expect(cases.length).toBe(83);
    for (const { tcId, ikm, salt, info, size, okm, result } of cases) {
      const prk = hmacSha512(unhex(salt), unhex(ikm));
      const expand = () => hkdfExpandSha512(prk, unhex(info), size);
      if (result === 'valid') expect(hex(expand()), `vector ${tcId}`).toBe(okm);
      else expect(expand, `vector ${tcId}`).toThrow(RangeError);
    }
  });
}

/** RFC 2104 over a hash with blocks of 128 bytes. */
function hmacOver(hash: (data: Uint8Array) => Uint8Array, key: Uint8Array, message: Uint8Array): Uint8Array {
  const block = new Uint8Array(128);
  block.set(key.length > 128 ? hash(key) : key);
  const inner = hash(new Uint8Array(Buffer.concat([block.map((byte) => byte ^ 0x36), message])));
  return hash(new Uint8Array(Buffer.concat([block.map((byte) => byte ^ 0x5c), inner])));
}

test.each(engineNames)('FIPS 180-4, SHA-512 of "abc" on %s', (name) => {
  const expected =
    'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f';
  expect(hex(selectEngine(name, inlineSources()).main.sha512(unhex('616263')))).toBe(expected);
});
