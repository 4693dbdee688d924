// `sealAsync` and `openAsync` in the runtime's own way, and with WebCrypto doing all of it wherever the runtime has it.
import { type Algorithm, type Crypto, createCrypto } from '@hammerwork/crypto-core';
import { assembleCrypto } from 'crypto-core-inside/assemble-crypto';
import { isPossibleRecordLength } from 'crypto-core-inside/chunks';
import { selectEngine } from 'crypto-core-inside/engines/select-engine';
import { openBodyAsync, sealBodyAsync } from 'crypto-core-inside/engines/web-crypto';
import type { Subtle } from 'crypto-core-inside/runtime';
import type { ChunkedVector } from '../vectors.ts';
import type { Task } from './given.ts';
import {
  demand,
  demandError,
  demandSame,
  fromBase64,
  fromHex,
  type Suite,
  sample,
  type Test,
  toHex,
} from './portable-test.ts';

const context = { job: sample(16), kind: 'import', surface: 'payload' };
const lengths = [0, 1, 16_383, 16_384, 16_385, 100_000, 300_000];

export function asyncSuite({ engines, sources, vectors }: Task): Suite {
  const { subtle } = globalThis.crypto as { subtle?: Subtle };
  return (test) => {
    recordTests('as auto chooses', createCrypto, test);
    for (const engine of engines) recordTests(`on ${engine}`, (options) => createCrypto({ ...options, engine }), test);
    test('the runtime has WebCrypto', () => demand(subtle, 'crypto.subtle is there'));
    if (!subtle) return;
    // beside `auto`, which makes keys and derives
    recordTests(
      'through WebCrypto',
      (options = {}) => assembleCrypto({ ...sources(), webCryptoAbove: -1 }, options),
      test,
    );
    const { chunked } = vectors;
    if (!chunked) return;
    for (const engine of engines) {
      test(`chunked encryption, ${chunked.length} vectors through WebCrypto, derived by ${engine}`, () =>
        checkChunked(selectEngine(engine, sources()).main, subtle, chunked));
    }
  };
}

function recordTests(how: string, make: typeof createCrypto, test: Test): void {
  for (const algorithm of ['aes-256-gcm', 'chacha20-poly1305'] satisfies Algorithm[]) {
    const whole = createCrypto({ engine: 'noble', randomBytes: sample });
    const held = whole.importKey(sample(32), { algorithm });
    const crypto = make({ randomBytes: sample });
    const key = importOrNothing(crypto, algorithm);
    if (!key) continue; // refused by code, which another suite sees to

    test(`${algorithm} ${how}: the records of seal, opened`, async () => {
      for (const length of lengths) {
        const record = await crypto.sealAsync(key, sample(length), context, { padded: true });
        demandSame(record, whole.seal(held, sample(length), context, { padded: true }), `the record of ${length}`);
        const { plaintext, compressed, padded } = await crypto.openAsync(key, record, context);
        demandSame(plaintext, sample(length), `what came back of ${length}`);
        demandSame([compressed, padded], [false, true]);
      }
    });

    test(`${algorithm} ${how}: what was changed is refused, as by open`, async () => {
      const record = whole.seal(held, sample(40_000), context);
      for (let at = 0; at < record.length; at += at < 100 ? 1 : 1_999) {
        const changed = record.map((byte, i) => (i === at ? byte ^ 4 : byte));
        await demandRejects(() => crypto.openAsync(key, changed, context), codeAt(at), `byte ${at}`);
      }
      for (const length of [68 + 16_400 + 16, record.length - 16]) {
        await demandRejects(() => crypto.openAsync(key, record.slice(0, length), context), 'seal_broken', `${length}`);
      }
      await demandRejects(() => crypto.openAsync(key, record, { ...context, kind: 'export' }), 'seal_broken');
      await demandRejects(() => crypto.sealAsync(key, 'text' as never, context), 'TypeError');
    });

    test(`${algorithm} ${how}: many at once, their key disposed meanwhile`, async () => {
      const own = crypto.importKey(sample(32), { algorithm });
      const plaintexts = Array.from({ length: 20 }, (_, i) => sample(4_000 * i));
      const sealing = plaintexts.map((plaintext, i) => crypto.sealAsync(own, plaintext, { ...context, job: `${i}` }));
      own.dispose();
      const records = await Promise.all(sealing);
      const opened = await Promise.all(
        records.map((record, i) => crypto.openAsync(key, record, { ...context, job: `${i}` })),
      );
      for (const [i, { plaintext }] of opened.entries()) demandSame(plaintext, plaintexts[i], `message ${i}`);
      await demandRejects(() => crypto.sealAsync(own, sample(50_000), context), 'key_disposed');
    });

    test(`${algorithm} ${how}: a buffer that can be resized, which WebCrypto itself may refuse`, async () => {
      const plaintext = new Uint8Array(new ArrayBuffer(40_000, { maxByteLength: 50_000 }));
      plaintext.set(sample(40_000));
      const record = await crypto.sealAsync(key, plaintext, context);
      const held = new Uint8Array(new ArrayBuffer(record.length, { maxByteLength: 2 * record.length }));
      held.set(record);
      demandSame((await crypto.openAsync(key, held, context)).plaintext, sample(40_000));
    });
  }
}

function importOrNothing(crypto: Crypto, algorithm: Algorithm) {
  try {
    return crypto.importKey(sample(32), { algorithm });
  } catch (error) {
    demandError(error, 'engine_unavailable');
    return undefined;
  }
}

/** What a flip of bit 2 leads to. */
function codeAt(byte: number): string {
  if (byte < 4) return 'record_malformed';
  return byte < 12 ? 'key_unknown' : 'seal_broken';
}

async function demandRejects(run: () => Promise<unknown>, codeOrName: string, what = 'the call'): Promise<void> {
  const error = await run().then(
    () => ({ code: 'no error' }),
    (thrown: unknown) => thrown,
  );
  demandError(error, codeOrName, what);
}

async function checkChunked(
  engine: ReturnType<typeof selectEngine>['main'],
  subtle: Subtle,
  cases: readonly ChunkedVector[],
): Promise<void> {
  let opened = 0;
  for (const { tcId, key, ctx, ciphertext, result, flags, msgSha512 } of cases) {
    if (flags.includes('InvalidKeySize')) continue;
    const sealed = fromBase64(ciphertext);
    const record = new Uint8Array(12 + sealed.length); // a header is nothing to the engine
    record.set(sealed, 12);
    if (!isPossibleRecordLength(record.length)) continue;
    const held = engine.importRecordKey('aes-256-gcm', fromHex(key));
    const bound = fromHex(ctx);
    const derive = () => {
      engine.frames.set(record.subarray(0, 36));
      engine.frames.set(bound, 36);
      return held.deriveBytes(36 + bound.length);
    };
    const plaintext = await openBodyAsync(subtle, derive(), record);
    demandSame(plaintext !== undefined, result === 'valid', `whether vector ${tcId} opens`);
    if (!plaintext) continue;
    demandSame(toHex(engine.sha512(plaintext)), msgSha512, `vector ${tcId}`);
    const again = record.map((byte, i) => (i < 36 ? byte : 0));
    await sealBodyAsync(subtle, derive(), { plaintext, record: again });
    demandSame(again, record, `vector ${tcId}, sealed again,`);
    opened++;
  }
  demandSame(opened, cases.filter(({ result }) => result === 'valid').length, 'how many opened');
}
