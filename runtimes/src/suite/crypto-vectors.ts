// Official vectors (C2SP/wycheproof) and the committed ones of the sealed record, on every engine of the runtime.
import {
  type AeadName,
  createCrypto,
  type EngineName,
  hkdfExpandSha512,
  hmacSha512,
  sha512,
} from '@hammerwork/crypto-core';
import { isPossibleRecordLength } from 'crypto-core-inside/chunks';
import { selectEngine } from 'crypto-core-inside/engines/select-engine';
import type { SealVector } from '../../../packages/crypto-core/test/vectors/seal-v1.ts';
import type { AeadVector, ChunkedVector } from '../vectors.ts';
import type { Task } from './given.ts';
import { demand, demandSame, demandThrows, fromBase64, fromHex, type Suite, sample, toHex } from './portable-test.ts';

export function vectorSuite(task: Task): Suite {
  const { vectors, engines, nativeLacks = [] } = task;
  return (test) => {
    for (const engine of engines) {
      const has = (aead: AeadName) => engine !== 'native' || !nativeLacks.includes(aead);
      for (const [aead, cases] of Object.entries(vectors.aead ?? {}) as [AeadName, AeadVector[]][]) {
        if (has(aead)) test(`${aead}, ${cases.length} vectors on ${engine}`, () => checkAead(engine, aead, cases));
      }
      const own = vectors.own.filter(({ algorithm }) => has(algorithm));
      test(`sealed record, ${own.length} own vectors on ${engine}`, () => {
        for (const vector of own) checkOwn(engine, vector);
      });
      const { chunked } = vectors;
      if (chunked)
        test(`chunked encryption, ${chunked.length} vectors on ${engine}`, () => checkChunked(engine, task, chunked));
    }
    const { hkdf, hmac } = vectors;
    if (hkdf) {
      test(`HKDF-SHA-512, ${hkdf.length} vectors`, () => {
        for (const { ikm, salt, info, size, okm, result } of hkdf) {
          const expand = () => hkdfExpandSha512(hmacSha512(fromHex(salt), fromHex(ikm)), fromHex(info), size);
          if (result === 'valid') demandSame(toHex(expand()), okm);
          else demandThrows(expand, 'RangeError');
        }
      });
    }
    if (hmac) {
      test(`HMAC-SHA-512, ${hmac.length} vectors`, () => {
        for (const { key, msg, tag, result } of hmac) {
          const found = toHex(hmacSha512(fromHex(key), fromHex(msg))).slice(0, tag.length);
          demandSame(found === tag, result === 'valid');
        }
      });
    }
  };
}

/** Sizes of key and nonce that do not belong to the AEAD are refused as such. */
function checkAead(engine: EngineName, aead: AeadName, cases: readonly AeadVector[]): void {
  const crypto = createCrypto({ engine });
  const nonceBits = aead === 'xchacha20-poly1305' ? 192 : 96;
  let opened = 0;
  for (const { tcId, keySize, ivSize, key, iv, aad, msg, ct, tag, result } of cases) {
    const fits = keySize === 256 && ivSize === nonceBits;
    const run = () => {
      using held = crypto.aead(aead, fromHex(key));
      if (fits && result === 'valid')
        demandSame(held.seal(fromHex(iv), fromHex(msg), fromHex(aad)), fromHex(ct + tag), `seal of ${tcId}`);
      return held.open(fromHex(iv), fromHex(ct + tag), fromHex(aad));
    };
    if (fits && result === 'valid') {
      demandSame(run(), fromHex(msg), `vector ${tcId}`);
      opened++;
    } else {
      const size = keySize === 256 ? 'input_malformed' : 'key_malformed';
      demandThrows(run, fits ? 'seal_broken' : size, `vector ${tcId}`);
    }
  }
  demand(opened > 30, 'more than 30 vectors opened');
}

function checkOwn(engine: EngineName, vector: SealVector): void {
  const salt = fromHex(vector.salt);
  const crypto = createCrypto({
    engine,
    randomBytes: (length) => Uint8Array.from({ length }, (_, i) => salt[(i + 8) % 24]!), // after a mark of 16 bytes
  });
  const { algorithm, compressed, padded } = vector;
  using key = crypto.importKey(fromHex(vector.key), {
    algorithm,
    ...(!vector.direct && { handle: fromHex(vector.handle) }),
  });
  demandSame(key.handle, fromHex(vector.handle), 'the handle');
  const context = Object.fromEntries(vector.context.map(({ name, text, bytes }) => [name, text ?? fromHex(bytes!)]));
  const plaintext = Uint8Array.from({ length: vector.plaintextLength }, (_, i) => 7 * i + 3);
  const record = crypto.seal(key, plaintext, context, { compressed, padded });
  demandSame(record.subarray(0, 512), fromHex(vector.record), vector.comment);
  demandSame(toHex(crypto.sha512(record)), vector.recordSha512, vector.comment);
  const opened = crypto.open(key, record, context);
  demandSame(toHex(sha512(opened.plaintext)), vector.plaintextSha512, vector.comment);
  demandSame([opened.compressed, opened.padded], [compressed, padded]);
}

/** Below the public calls: the construction alone, with a context that is all the vector's. */
function checkChunked(name: EngineName, { sources }: Task, cases: readonly ChunkedVector[]): void {
  const engine = selectEngine(name, sources()).main;
  for (const { tcId, key, ctx, ciphertext, result, flags, msgLength, msgSha512 } of cases) {
    if (flags.includes('InvalidKeySize')) {
      demandThrows(
        () => createCrypto({ engine: name }).importKey(fromHex(key), { algorithm: 'aes-256-gcm' }),
        'key_malformed',
      );
      continue;
    }
    const sealed = fromBase64(ciphertext);
    const record = new Uint8Array(12 + sealed.length); // a header is nothing to the engine
    record.set(sealed, 12);
    const context = fromHex(ctx);
    const frame = () => {
      engine.frames.set(record.subarray(0, 36));
      engine.frames.set(context, 36);
      return 36 + context.length;
    };
    const held = engine.importRecordKey('aes-256-gcm', fromHex(key));
    const plaintext = isPossibleRecordLength(record.length) ? held.open(frame(), record) : undefined;
    if (result === 'valid') {
      demand(plaintext, `vector ${tcId} opens`);
      demandSame([plaintext.length, toHex(engine.sha512(plaintext))], [msgLength, msgSha512], `vector ${tcId}`);
      demandSame(held.seal(frame(), plaintext), record, `vector ${tcId}, sealed again,`);
    } else demandSame(plaintext, undefined, `vector ${tcId}`);
    held.dispose();
  }
  demandSame(toHex(engine.sha512(sample(0))).slice(0, 16), 'cf83e1357eefb8bd');
}
