import { describe, expect, test } from 'vitest';
import { createContextGatherer } from '../src/context.ts';
import { createCrypto } from '../src/create-crypto.ts';
import { createNobleEngine } from '../src/engines/noble.ts';
import { CryptoError } from '../src/errors.ts';
import { createRandomPool } from '../src/random-pool.ts';
import { createBatchSealer } from '../src/record-batch.ts';
import { HeldRecordKey } from '../src/record-key.ts';
import { engineNames } from './engine-names.ts';
import { sample } from './engine-suite.ts';
import { labelled } from './engines/labelled.ts';

const code = (value: string) => expect.objectContaining({ code: value });
const messages = Array.from({ length: 150 }, (_, i) => ({
  plaintext: sample(i * 11),
  context: { job: sample(16 + i).slice(i), kind: 'k'.repeat(i) },
  compressed: i % 2 === 0,
}));

describe.each(engineNames)('on %s', (engine) => {
  const crypto = createCrypto({ engine });
  const key = crypto.importKey(sample(32), { algorithm: 'chacha20-poly1305' });
  const records = crypto.sealMany(key, messages);

  test('each record is one that opens alone', () => {
    expect(records.length).toBe(messages.length);
    for (const [i, { plaintext, context, compressed }] of messages.entries()) {
      expect(crypto.open(key, records[i]!, context)).toEqual({ plaintext, compressed, padded: false });
    }
    expect(new Set(records.map((record) => record.slice(12, 36).join())).size).toBe(messages.length);
  });

  test('long records among short ones: each has a salt of its own, and opens', () => {
    const lengths = [40, 114_687, 114_688, 0, 300_000, 16_384, 40];
    const mixed = lengths.map((length, i) => ({ plaintext: sample(length), context: { job: `${i}` } }));
    const sealed = crypto.sealMany(key, mixed);
    const inputs = sealed.map((record, i) => ({ record, context: mixed[i]!.context }));
    for (const [i, { record, context }] of inputs.entries())
      expect(crypto.open(key, record, context).plaintext).toEqual(mixed[i]!.plaintext);
    const opened = crypto.openMany(key, inputs);
    expect(opened).toEqual(mixed.map(({ plaintext }) => ({ plaintext, compressed: false, padded: false })));
    expect(new Set(sealed.map((record) => record.slice(12, 36).join())).size).toBe(lengths.length);
  });

  test('what is wrong with one record stands in its place', () => {
    const inputs = records.map((record, i) => ({ record, context: messages[i]!.context }));
    inputs[3]!.record = inputs[3]!.record.slice(0, 40);
    inputs[4]!.record = inputs[4]!.record.map((byte, i) => (i === 5 ? byte ^ 1 : byte));
    inputs[5]!.context = messages[6]!.context;
    const opened = crypto.openMany(key, inputs);
    const codes = opened.map((result) => (result instanceof CryptoError ? result.code : ''));
    expect(codes.slice(0, 7)).toEqual(['', '', '', 'record_malformed', 'key_unknown', 'seal_broken', '']);
    for (const [i, result] of opened.entries()) {
      if (!(result instanceof CryptoError)) expect(result.plaintext).toEqual(messages[i]!.plaintext);
    }
  });

  test('nothing in, nothing out; bad input is thrown', () => {
    expect(crypto.sealMany(key, [])).toEqual([]);
    expect(crypto.openMany(key, [])).toEqual([]);
    expect(() => crypto.sealMany(key, [...messages, { plaintext: 'x' as never, context: {} }])).toThrow(TypeError);
    expect(() => crypto.sealMany(key, [{ plaintext: sample(1), context: { job: '\ud800' } }])).toThrow(
      code('context_malformed'),
    );
    expect(() => crypto.openMany(key, [{ record: records[0]!, context: { job: 5 as never } }])).toThrow(
      code('context_malformed'),
    );
  });
});

test.each([
  ['all are sealed', { long: 'x' }],
  ['one has a context that fits no frame', { long: 'x'.repeat(66_000) }],
])('salts are wiped when %s', (_, last) => {
  const drawn: Uint8Array[] = [];
  const key = createCrypto().importKey(sample(32), { algorithm: 'aes-256-gcm' });
  const sealer = createBatchSealer({
    gather: createContextGatherer(),
    pool: {
      ...createRandomPool(),
      take(length) {
        const salts = crypto.getRandomValues(new Uint8Array(length));
        drawn.push(salts);
        return salts;
      },
    },
  });
  const run = () => sealer.sealMany(key, [...messages.slice(0, 20), { plaintext: sample(5), context: last }]);
  if (last.long.length > 1) expect(run).toThrow(code('input_too_large'));
  else expect(run().length).toBe(21);
  expect(drawn.map(({ length }) => length)).toEqual([21 * 24]);
  expect(drawn[0]!.every((byte) => byte === 0)).toBe(true);
});

test('an engine with batches gets as many frames at once as fit', () => {
  const calls: string[] = [];
  const engine = labelled(createNobleEngine(), { name: 'noble', calls });
  const engineKey = engine.importRecordKey('aes-256-gcm', sample(32));
  const key = new HeldRecordKey(engine, engineKey, { algorithm: 'aes-256-gcm', handle: sample(8) });
  const sealer = createBatchSealer({ pool: createRandomPool(), gather: createContextGatherer() });
  const sized = [30_000, 30_000, 30_000, 100, 65_460, 5, 5].map((length, i) => ({
    plaintext: sample(i),
    context: { long: 'x'.repeat(length) },
  }));
  const records = sealer.sealMany(key, sized);
  const sizes = [2, 2, 1, 2];
  expect(calls).toEqual(sizes.map((size) => `noble sealMany ${size}`));
  const inputs = records.map((record, i) => ({ record, context: sized[i]!.context }));
  inputs.splice(1, 0, { record: new Uint8Array(3), context: { long: '' } });
  const opened = sealer
    .openMany(key, inputs)
    .map((result) => (result instanceof CryptoError ? result.code : result.plaintext));
  expect(opened).toEqual([sample(0), 'record_malformed', ...sized.slice(1).map(({ plaintext }) => plaintext)]);
  expect(calls.slice(4)).toEqual(sizes.map((size) => `noble openMany ${size}`));
});
