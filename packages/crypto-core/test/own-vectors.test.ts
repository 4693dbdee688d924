// The committed vectors of the sealed record: the reference still makes them, and every engine gives and opens them.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Context, encodeContext } from '../src/context.ts';
import { createCrypto } from '../src/create-crypto.ts';
import { hkdfExpandSha512 } from '../src/hash.ts';
import { deriveKeyHandle } from '../src/key-handle.ts';
import { engineNames } from './engine-names.ts';
import { hex, unhex } from './hex.ts';
import { makeVectors, plaintextOf, type SealVector } from './vectors/seal-v1.ts';

const path = join(import.meta.dirname, 'vectors/seal-v1.json');
const { vectors } = JSON.parse(readFileSync(path, 'utf8')) as { vectors: SealVector[] };

function contextOf(vector: SealVector): Context {
  const pairs = vector.context.map(({ name, text, bytes }) => [name, text ?? unhex(bytes!)] as const);
  return Object.fromEntries(pairs.toReversed());
}

test('the committed vectors are those of the reference', () => expect(vectors).toEqual(makeVectors()));

test.each(vectors)('values on the way: $algorithm, $comment', (vector) => {
  expect(hex(encodeContext(contextOf(vector)))).toBe(vector.encodedContext);
  expect(hex(hkdfExpandSha512(unhex(vector.key), unhex(vector.info), 76))).toBe(
    vector.messageKey + vector.baseNonce + vector.commitment,
  );
  if (vector.direct) expect(hex(deriveKeyHandle(unhex(vector.key)))).toBe(vector.handle);
});

describe.each(engineNames)('on %s', (engine) => {
  test.each(vectors)('$algorithm, $comment', (vector) => {
    const salt = unhex(vector.salt);
    const crypto = createCrypto({
      engine,
      randomBytes: (length) => Uint8Array.from({ length }, (_, i) => salt[(i + 8) % 24]!), // after a mark of 16 bytes
    });
    const { algorithm, compressed, padded } = vector;
    const handle = vector.direct ? {} : { handle: unhex(vector.handle) };
    using key = crypto.importKey(unhex(vector.key), { algorithm, ...handle });
    const plaintext = plaintextOf(vector.plaintextLength);
    const record = crypto.seal(key, plaintext, contextOf(vector), { compressed, padded });
    expect(hex(record.subarray(0, 512))).toBe(vector.record);
    expect(record.length).toBe(vector.recordLength);
    expect(createHash('sha512').update(record).digest('hex')).toBe(vector.recordSha512);
    const opened = crypto.open(key, record, contextOf(vector));
    expect(createHash('sha512').update(opened.plaintext).digest('hex')).toBe(vector.plaintextSha512);
    expect([opened.compressed, opened.padded]).toEqual([compressed, padded]);
  });
});
