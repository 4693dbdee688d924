// Makes the vectors of the sealed record, version 1, with every value on the way, from the readable reference alone.
//
//   node packages/crypto-core/test/vectors/seal-v1.ts > packages/crypto-core/test/vectors/seal-v1.json
import { createHash, createHmac } from 'node:crypto';
import { derive, encodePairs, encodeRecordContext, type Pair, sealRecord } from '../reference.ts';

export interface SealVector {
  comment: string;
  algorithm: 'aes-256-gcm' | 'chacha20-poly1305';
  /** Hex, as all bytes here. The record key, which is HKDF's PRK. */
  key: string;
  handle: string;
  /** True where the handle is the one derived from the key. */
  direct: boolean;
  compressed: boolean;
  padded: boolean;
  salt: string;
  /** In the order in which they are encoded. */
  context: readonly { name: string; text?: string; bytes?: string }[];
  encodedContext: string;
  /** Header and bound context, as they go into the derivation. */
  boundContext: string;
  info: string;
  messageKey: string;
  baseNonce: string;
  commitment: string;
  /** Plaintext byte i is (7 i + 3) mod 256. */
  plaintextLength: number;
  plaintextSha512: string;
  recordLength: number;
  recordSha512: string;
  /** The whole record up to 512 bytes, else its first 512. */
  record: string;
}

interface Case {
  comment: string;
  length: number;
  pairs: readonly Pair[];
  handle?: string;
  flags?: number;
}

const jobPairs: readonly Pair[] = [
  ['job', Buffer.from('0193555c7a6e7b3f8a5d0c1e2f3a4b5c', 'hex')],
  ['kind', 'payment.capture'],
  ['surface', 'payload'],
  ['tenant', 'Åkerlund & Söhne 東京 😀'],
];

const cases: readonly Case[] = [
  { comment: 'nothing, bound to nothing', length: 0, pairs: [] },
  { comment: 'one byte', length: 1, pairs: [['surface', 'payload']] },
  { comment: 'a job, 20 bytes', length: 20, pairs: jobPairs },
  { comment: 'a job with a handle of its own', length: 64, pairs: jobPairs, handle: '00ff10ef20df30cf' },
  { comment: 'compressed', length: 100, pairs: jobPairs, flags: 1 },
  { comment: 'padded', length: 100, pairs: jobPairs, flags: 2 },
  { comment: 'compressed and padded', length: 100, pairs: jobPairs, flags: 3 },
  {
    comment: 'names in the order of their UTF-8 bytes, which is not that of UTF-16',
    length: 16,
    pairs: [
      ['', ''],
      ['A', 'upper'],
      ['a', 'lower'],
      ['aa', ''],
      ['é', 'composed'],
      ['\uff5e', 'U+FF5E'],
      ['😀', 'U+1F600'],
    ],
  },
  {
    comment: 'a long context',
    length: 300,
    pairs: [
      ['clear', Buffer.alloc(32, 0xab)],
      ['note', 'x'.repeat(400)],
    ],
  },
  { comment: 'one byte less than a chunk', length: 16_383, pairs: jobPairs },
  { comment: 'a whole chunk, then an empty one', length: 16_384, pairs: jobPairs },
  { comment: 'a whole chunk and one byte', length: 16_385, pairs: jobPairs },
  { comment: 'two chunks and a half', length: 40_960, pairs: jobPairs },
];

export function plaintextOf(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => 7 * i + 3);
}

export function makeVectors(): SealVector[] {
  return (['aes-256-gcm', 'chacha20-poly1305'] as const).flatMap((algorithm) =>
    cases.map((entry) => makeVector(algorithm, entry)),
  );
}

function makeVector(
  algorithm: SealVector['algorithm'],
  { comment, length, pairs, handle, flags = 0 }: Case,
): SealVector {
  const seed = createHash('sha512').update(`${algorithm}/${comment}`).digest();
  const key = seed.subarray(0, 32);
  const salt = seed.subarray(32, 56);
  // HKDF-Expand's first block
  const derived = createHmac('sha512', key).update('hammerwork/1 key handle').update(Uint8Array.of(1)).digest();
  const handleBytes = handle ? Buffer.from(handle, 'hex') : derived.subarray(0, 8);
  const input = { algorithm, key, handle: handleBytes, flags, salt, pairs };
  const { context } = encodeRecordContext(input);
  const plaintext = plaintextOf(length);
  const record = sealRecord(input, plaintext);
  const { info, messageKey, baseNonce, commitment } = derive({ algorithm, key, salt, context });
  return {
    comment,
    algorithm,
    key: key.toString('hex'),
    handle: handleBytes.toString('hex'),
    direct: handle === undefined,
    compressed: (flags & 1) !== 0,
    padded: (flags & 2) !== 0,
    salt: salt.toString('hex'),
    context: pairs.map(([name, value]) =>
      typeof value === 'string' ? { name, text: value } : { name, bytes: Buffer.from(value).toString('hex') },
    ),
    encodedContext: encodePairs(pairs).toString('hex'),
    boundContext: context.toString('hex'),
    info: info.toString('hex'),
    messageKey: messageKey.toString('hex'),
    baseNonce: baseNonce.toString('hex'),
    commitment: commitment.toString('hex'),
    plaintextLength: length,
    plaintextSha512: createHash('sha512').update(plaintext).digest('hex'),
    recordLength: record.length,
    recordSha512: createHash('sha512').update(record).digest('hex'),
    record: record.subarray(0, 512).toString('hex'),
  };
}

if (import.meta.main) process.stdout.write(`${JSON.stringify({ vectors: makeVectors() }, null, 2)}\n`);
