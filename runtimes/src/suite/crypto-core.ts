// crypto-core through its public calls: engines, round trips at every length, batches, streams, bad input, keys.
import {
  type AeadName,
  type Algorithm,
  type Crypto,
  createCrypto,
  createDirectKeyRing,
  decodeKey,
  type EngineName,
  joinRecords,
  parseRecordHeader,
  recordFromText,
  recordToText,
  splitRecords,
} from '@hammerwork/crypto-core';
import { createCrypto as createSlim } from '@hammerwork/crypto-core/slim';
import { runMutations } from '../../../packages/crypto-core/test/mutations.ts';
import type { Given } from './given.ts';
import { demandError, demandSame, demandThrows, type Suite, sample, type Test } from './portable-test.ts';

const algorithms: readonly Algorithm[] = ['aes-256-gcm', 'chacha20-poly1305'];
const aeads: readonly AeadName[] = [...algorithms, 'xchacha20-poly1305'];
const context = { job: sample(16), kind: 'order', surface: 'payload' };
/** Records that go round and records that are changed, on the runtime's own engine and on slower ones. */
const mutations: Record<EngineName, number> = { wasm: 1_000, native: 200, noble: 200 };

export function cryptoSuite(given: Given): Suite {
  return (test) => {
    engineTests(given, test);
    for (const engine of given.engines) {
      const crypto = createCrypto({ engine });
      const has = (aead: AeadName) => engine !== 'native' || !given.nativeLacks?.includes(aead);
      for (const algorithm of algorithms.filter(has)) recordTests({ crypto, engine, algorithm }, test);
      for (const aead of aeads) {
        if (has(aead)) aeadTests({ crypto, engine, aead }, test);
        else
          test(`${aead} is refused on ${engine}`, () =>
            demandThrows(() => crypto.aead(aead, sample(32)), 'engine_unavailable'));
      }
    }
    recordTests({ crypto: createCrypto(), engine: 'auto', algorithm: 'aes-256-gcm' }, test);
    inputTests(test);
  };
}

function engineTests({ auto, engines, module }: Given, test: Test): void {
  test('auto takes the engine that it should', () => demandSame(createCrypto().engine, auto));

  test('other engines are there or refused by code', () => {
    for (const engine of ['wasm', 'native', 'noble'] satisfies EngineName[]) {
      if (engines.includes(engine)) demandSame(createCrypto({ engine }).engine, engine);
      else demandThrows(() => createCrypto({ engine }), 'engine_unavailable', engine);
    }
  });

  test('the slim entry does without a module, and takes one', () => {
    demandSame(createSlim().engine, engines.includes('native') ? 'native' : 'noble');
    demandThrows(() => createSlim(undefined, { engine: 'wasm' }), 'engine_unavailable');
    if (module) demandSame(createSlim(module).engine, 'wasm');
  });
}

interface Under {
  readonly crypto: Crypto;
  readonly engine: EngineName | 'auto';
}

function recordTests({ crypto, engine, algorithm }: Under & { algorithm: Algorithm }, test: Test): void {
  const name = (what: string): string => `${what}, ${algorithm} on ${engine}`;
  const key = crypto.importKey(sample(32), { algorithm });
  const other = createCrypto({ engine: 'noble' });
  const otherKey = other.importKey(sample(32), { algorithm });
  const lengths = [...Array.from({ length: 131 }, (_, i) => i), 1_000, 2_200, 16_383, 16_384, 16_385, 40_000];

  test(name('records go round, and noble opens them'), () => {
    for (const length of lengths) {
      const record = crypto.seal(key, sample(length), context);
      demandSame(crypto.open(key, record, context).plaintext, sample(length), `what came back of ${length} bytes`);
      demandSame(
        other.open(otherKey, record, context).plaintext,
        sample(length),
        `what noble opens of ${length} bytes`,
      );
    }
  });

  test(name('the same salt gives the same record as noble'), () => {
    const seal = (choice: EngineName | 'auto', length: number) => {
      const fixed = createCrypto({ engine: choice, randomBytes: sample });
      using held = fixed.importKey(sample(32), { algorithm });
      return fixed.seal(held, sample(length), context);
    };
    for (const length of lengths)
      demandSame(seal(engine, length), seal('noble', length), `the record of ${length} bytes`);
  });

  test(name('random records go round and changed ones are refused'), () => {
    const count = mutations[crypto.engine];
    demandSame(runMutations(crypto, count, [algorithm]), { roundTrips: count, refused: count });
  });

  test(name('a record opens with its key, in its place, or not at all'), () => {
    const record = crypto.seal(key, sample(20), context, { compressed: true });
    demandSame(crypto.open(key, record, context).compressed, true);
    using stranger = crypto.importKey(sample(33).subarray(1), { algorithm, handle: key.handle });
    demandThrows(() => crypto.open(key, record, { ...context, kind: 'refund' }), 'seal_broken');
    demandThrows(() => crypto.open(stranger, record, context), 'seal_broken');
    demandThrows(() => crypto.open(key, record.subarray(0, 83), context), 'record_malformed');
    demandThrows(() => crypto.open(key, sample(100), context), 'record_malformed');
    demandSame(parseRecordHeader(record).handle, key.handle);
  });

  test(name('batches give what single calls give, and what is broken stands in its place'), () => {
    const messages = [0, 1, 16, 64, 300, 1_000, 17_000].map((length, i) => ({
      plaintext: sample(length),
      context: { ...context, job: String(i) },
    }));
    const records = crypto.sealMany(key, messages);
    const opened = crypto.openMany(
      key,
      records.map((record, i) => ({
        record: i === 2 ? record.map((byte, at) => (at === 90 ? byte ^ 1 : byte)) : record,
        context: messages[i]!.context,
      })),
    );
    for (const [i, result] of opened.entries()) {
      if (i === 2) demandError(result, 'seal_broken');
      else demandSame((result as { plaintext: Uint8Array }).plaintext, messages[i]!.plaintext);
      demandSame(
        other.open(otherKey, i === 2 ? records[2]! : records[i]!, messages[i]!.context).plaintext,
        messages[i]!.plaintext,
      );
    }
  });

  test(name('streams give and take records'), async () => {
    for (const length of [0, 1, 16_384, 50_000]) {
      const record = await through(sample(length), crypto.sealStream(key, context));
      demandSame(crypto.open(key, record, context).plaintext, sample(length));
      const whole = crypto.seal(key, sample(length), context);
      demandSame(await through(whole, crypto.openStream(key, context)), sample(length));
    }
    const broken = crypto.seal(key, sample(20_000), context).map((byte, i) => (i === 17_000 ? byte ^ 1 : byte));
    const error = await through(broken, crypto.openStream(key, context)).then(String, (thrown: unknown) => thrown);
    demandError(error, 'seal_broken');
  });

  test(name('callers that take turns do not disturb each other'), async () => {
    const caller = async (i: number): Promise<void> => {
      const plaintext = sample(i % 700);
      const place = { ...context, job: `caller ${i}` };
      const record = crypto.seal(key, plaintext, place);
      await Promise.resolve();
      const { plaintext: opened } = crypto.open(key, record, place);
      await Promise.resolve();
      demandSame(opened, plaintext);
    };
    await Promise.all(Array.from({ length: 200 }, (_, i) => caller(i)));
  });
}

async function through(
  bytes: Uint8Array,
  { readable, writable }: { readable: object; writable: object },
): Promise<Uint8Array> {
  const writer = (writable as WritableStream<Uint8Array>).getWriter();
  const reader = (readable as ReadableStream<Uint8Array>).getReader();
  const writing = (async () => {
    for (let at = 0; at < bytes.length; at += 7_000) await writer.write(bytes.slice(at, at + 7_000));
    await writer.close();
  })();
  const unheard = writing.catch(() => undefined); // a failure shows on the reading side as well
  const pieces: number[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    for (const byte of value) pieces.push(byte);
  }
  await unheard;
  return Uint8Array.from(pieces);
}

function aeadTests({ crypto, engine, aead }: Under & { aead: AeadName }, test: Test): void {
  test(`${aead} gives noble's bytes on ${engine}, alone and in batches`, () => {
    using key = crypto.aead(aead, sample(32));
    using other = createCrypto({ engine: 'noble' }).aead(aead, sample(32));
    const nonces = sample(3 * key.nonceBytes);
    for (const length of [0, 1, 15, 16, 17, 64, 100, 256, 1_000, 5_000, 70_000]) {
      const nonce = nonces.subarray(0, key.nonceBytes);
      const sealed = key.seal(nonce, sample(length), context.job);
      demandSame(sealed, other.seal(nonce, sample(length), context.job), `${length} bytes`);
      demandSame(key.open(nonce, sealed, context.job), sample(length));
      demandThrows(() => key.open(nonce, sealed), 'seal_broken');
    }
    const plaintexts = [5, 50, 500].map(sample);
    const batch = key.sealMany(nonces, plaintexts, context.job);
    demandSame(batch, other.sealMany(nonces, plaintexts, context.job), 'the batch');
    demandSame(key.openMany(nonces, batch, context.job), plaintexts);
    demandThrows(() => key.seal(nonces.subarray(1, key.nonceBytes), plaintexts[0]!), 'input_malformed');
  });
}

function inputTests(test: Test): void {
  const crypto = createCrypto();

  test('bad input gives coded errors', () => {
    const key = crypto.importKey(sample(32), { algorithm: 'aes-256-gcm' });
    demandThrows(() => crypto.importKey(sample(31), { algorithm: 'aes-256-gcm' }), 'key_malformed');
    demandThrows(() => crypto.importKey(sample(32), { algorithm: 'rot13' as never }), 'TypeError');
    demandThrows(() => crypto.seal(key, 'text' as never, context), 'TypeError');
    demandThrows(() => crypto.seal(key, sample(3), { note: '\ud800' }), 'context_malformed');
    demandThrows(() => crypto.seal(key, sample(3), { note: 'x'.repeat(70_000) }), 'input_too_large');
    const detached = sample(8);
    structuredClone(detached.buffer, { transfer: [detached.buffer as ArrayBuffer] });
    demandThrows(() => crypto.seal(key, detached, context), 'input_malformed', 'sealing a detached array');
    key.dispose();
    demandThrows(() => crypto.seal(key, sample(3), context), 'key_disposed');
  });

  test('a source of random bytes that fails seals nothing', () => {
    const failing = createCrypto({
      randomBytes: () => {
        throw new Error('no entropy');
      },
    });
    const key = failing.importKey(sample(32), { algorithm: 'aes-256-gcm' });
    demandThrows(() => failing.seal(key, sample(3), context), 'random_failed');
  });

  test('random bytes differ, results last, and the rest of the surface works', () => {
    const draws = new Set(Array.from({ length: 500 }, () => crypto.randomBytes(16).join()));
    demandSame(draws.size, 500, 'the number of different draws');
    const key = decodeKey('AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=');
    const ring = createDirectKeyRing({ crypto, key, algorithm: 'chacha20-poly1305' });
    const records = Array.from({ length: 40 }, (_, i) =>
      ring.withSealingKey('any', (held) => crypto.seal(held, sample(i), context)),
    ) as Uint8Array[];
    for (const [i, record] of splitRecords(joinRecords(records.slice(0, 20))).entries()) {
      const text = recordFromText(recordToText(record));
      const opened = ring.withOpeningKey(parseRecordHeader(text).handle, (held) => crypto.open(held, text, context));
      demandSame((opened as { plaintext: Uint8Array }).plaintext, sample(i));
    }
    ring.dispose();
  });
}
