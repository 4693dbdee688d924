import { describe, expect, test } from 'vitest';
import { createCrypto } from '../src/create-crypto.ts';
import type { AeadKey } from '../src/crypto.ts';
import type { ByteTransform } from '../src/record-stream.ts';
import { engineNames } from './engine-names.ts';
import { sample } from './engine-suite.ts';

const context = { file: 'export.csv' };
const code = (value: string) => expect.objectContaining({ code: value });

/** `bytes` in pieces of the given sizes, which repeat. */
function source(bytes: Uint8Array, sizes: readonly number[]): ReadableStream<Uint8Array> {
  return ReadableStream.from(
    (function* () {
      for (let at = 0, i = 0; at < bytes.length; i++) {
        const size = sizes[i % sizes.length]!;
        yield bytes.slice(at, at + size);
        at += size;
      }
    })(),
  );
}

async function collect(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(piece);
  return new Uint8Array(Buffer.concat(pieces));
}

function through(bytes: Uint8Array, transform: ByteTransform, sizes: readonly number[] = [1_000]): Promise<Uint8Array> {
  return collect(source(bytes, sizes).pipeThrough(transform));
}

const lengths = [0, 1, 16_383, 16_384, 16_385, 32_768, 50_000];

describe.each(
  engineNames.flatMap((engine) =>
    (['aes-256-gcm', 'chacha20-poly1305'] as const).map((algorithm) => ({ engine, algorithm })),
  ),
)('$algorithm on $engine', ({ engine, algorithm }) => {
  const crypto = createCrypto({ engine });
  const key = crypto.importKey(sample(32), { algorithm });

  test.each(lengths)('a stream of %i bytes is a record, and a record is such a stream', async (length) => {
    for (const sizes of [[1], [7, 20_000], [16_384], [16_400], [100_000], [68, 16_400]]) {
      if (sizes[0] === 1 && length > 20_000) continue;
      const record = await through(sample(length), crypto.sealStream(key, context), sizes);
      expect(Buffer.compare(crypto.open(key, record, context).plaintext, sample(length))).toBe(0);
      const sealed = crypto.seal(key, sample(length), context);
      const opened = await through(sealed, crypto.openStream(key, context), sizes);
      expect(Buffer.compare(opened, sample(length))).toBe(0);
    }
  });

  test('has the bytes of seal under the same salt', async () => {
    const fixed = createCrypto({ engine, randomBytes: sample });
    const whole = createCrypto({ engine, randomBytes: sample });
    const bytes = sample(40_000);
    const record = await through(bytes, fixed.sealStream(fixed.importKey(sample(32), { algorithm }), context));
    expect(Buffer.compare(record, whole.seal(key, bytes, context))).toBe(0);
  });

  test('fails at the first damage, after what was whole', async () => {
    const record = crypto.seal(key, sample(50_000), context);
    const damage: [number, string, number][] = [
      [0, 'record_malformed', 0],
      [2, 'record_malformed', 0],
      [3, 'record_malformed', 0],
      [5, 'key_unknown', 0],
      [20, 'seal_broken', 0],
      [40, 'seal_broken', 0],
      [100, 'seal_broken', 0],
      [68 + 16_400, 'seal_broken', 1],
      [record.length - 1, 'seal_broken', 3],
    ];
    for (const [at, expected, whole] of damage) {
      const changed = record.map((byte, i) => (i === at ? byte ^ 0x40 : byte));
      const { pieces, error } = await drain(source(changed, [5_000]).pipeThrough(crypto.openStream(key, context)));
      expect(error, `byte ${at}`).toEqual(code(expected));
      expect(pieces).toEqual([0, 1, 2].slice(0, whole).map((i) => sample(50_000).slice(i * 16_384, (i + 1) * 16_384)));
    }
  });

  test('fails when it ends early, late or elsewhere', async () => {
    const record = crypto.seal(key, sample(40_000), context);
    for (const length of [0, 11, 67, 68, 68 + 15, 68 + 16_400, 68 + 2 * 16_400, 68 + 2 * 16_400 + 15]) {
      await expect(through(record.slice(0, length), crypto.openStream(key, context))).rejects.toEqual(
        code('record_malformed'),
      );
    }
    for (const length of [68 + 16, 68 + 16_399, record.length - 1]) {
      await expect(through(record.slice(0, length), crypto.openStream(key, context))).rejects.toEqual(
        code('seal_broken'),
      );
    }
    const longer = new Uint8Array([...record, 0]);
    await expect(through(longer, crypto.openStream(key, context))).rejects.toEqual(code('seal_broken'));
    await expect(through(record, crypto.openStream(key, {}))).rejects.toEqual(code('seal_broken'));
  });

  test('refuses compressed and padded records', async () => {
    for (const flags of [{ compressed: true }, { padded: true }]) {
      const record = crypto.seal(key, sample(5), context, flags);
      await expect(through(record, crypto.openStream(key, context))).rejects.toEqual(code('record_malformed'));
    }
  });

  test('streams run side by side, and beside whole records', async () => {
    const work = Array.from({ length: 8 }, async (_, i) => {
      const record = await through(sample(30_000 + i), crypto.sealStream(key, { i: String(i) }), [900 + i]);
      const small = crypto.seal(key, sample(i), {});
      const opened = await through(record, crypto.openStream(key, { i: String(i) }), [1_100 + i]);
      return (
        Buffer.compare(opened, sample(30_000 + i)) || Buffer.compare(crypto.open(key, small, {}).plaintext, sample(i))
      );
    });
    expect(await Promise.all(work)).toEqual(new Array(8).fill(0));
  });

  test('takes bytes only, a live key, a context that can be bound', async () => {
    const texts = ReadableStream.from(['text']) as never as ReadableStream<Uint8Array>;
    await expect(collect(texts.pipeThrough(crypto.sealStream(key, context)))).rejects.toThrow(TypeError);
    expect(() => crypto.sealStream(key, { job: '\ud800' })).toThrow(code('context_malformed'));
    const gone = crypto.importKey(sample(32), { algorithm });
    const record = crypto.seal(gone, sample(5), context);
    const opening = crypto.openStream(gone, context);
    gone.dispose();
    expect(() => crypto.sealStream(gone, context)).toThrow(code('key_disposed'));
    expect(() => crypto.openStream(gone, context)).toThrow(code('key_disposed'));
    await expect(through(record, opening)).rejects.toEqual(code('key_disposed'));
  });

  test('can be cancelled', async () => {
    const sealing = crypto.sealStream(key, context);
    const reader = source(sample(100_000), [10_000]).pipeThrough(sealing).getReader();
    expect((await reader.read()).value?.length).toBe(68);
    await reader.cancel();
    expect((await reader.read()).done).toBe(true);
  });
});

test('with auto, more streams than the module has places for go on elsewhere', async () => {
  const crypto = createCrypto();
  const key = crypto.importKey(sample(32), { algorithm: 'chacha20-poly1305' });
  const open = Array.from({ length: 500 }, () => crypto.sealStream(key, context));
  const record = await through(sample(20_000), open.at(-1)!);
  expect(crypto.open(key, record, context).plaintext).toEqual(sample(20_000));
});

describe('however a stream ends, the place of its key is free again', () => {
  const crypto = createCrypto({ engine: 'wasm' });
  const key = crypto.importKey(sample(32), { algorithm: 'aes-256-gcm' });
  const record = crypto.seal(key, sample(40_000), context);
  const changed = (at: number) => record.map((byte, i) => (i === at ? byte ^ 1 : byte));
  const refused = (work: Promise<unknown>) => expect(work).rejects.toThrow();

  /** Places that are left, each of them taken once. */
  function freePlaces(): number {
    const taken: AeadKey[] = [];
    try {
      for (;;) taken.push(crypto.aead('aes-256-gcm', sample(32)));
    } catch (error) {
      expect(error).toEqual(code('engine_full'));
    }
    for (const held of taken) held.dispose();
    return taken.length;
  }

  /** Writes the bytes, reads once, then does something else. */
  async function begun(transform: ByteTransform, bytes: Uint8Array, end: 'cancel' | 'abort'): Promise<void> {
    const [reader, writer] = [transform.readable.getReader(), transform.writable.getWriter()];
    void writer.write(bytes).catch(() => undefined);
    expect((await reader.read()).done).toBe(false);
    await (end === 'cancel' ? reader.cancel() : writer.abort());
  }

  const texts = () => ReadableStream.from(['text']) as never as ReadableStream<Uint8Array>;
  test.each<[string, () => Promise<unknown>]>([
    ['sealing ends', () => through(sample(40_000), crypto.sealStream(key, context))],
    ['sealing fails', () => refused(collect(texts().pipeThrough(crypto.sealStream(key, context))))],
    ['sealing is cancelled', () => begun(crypto.sealStream(key, context), sample(100), 'cancel')],
    ['sealing is aborted', () => begun(crypto.sealStream(key, context), sample(100), 'abort')],
    ['opening ends', () => through(record, crypto.openStream(key, context))],
    ['opening fails at the commitment', () => refused(through(changed(50), crypto.openStream(key, context)))],
    ['opening fails at a chunk', () => refused(through(changed(100), crypto.openStream(key, context)))],
    ['opening fails at the end', () => refused(through(record.slice(0, -1), crypto.openStream(key, context)))],
    ['opening is cancelled', () => begun(crypto.openStream(key, context), record.slice(0, 20_000), 'cancel')],
    ['opening is aborted', () => begun(crypto.openStream(key, context), record.slice(0, 20_000), 'abort')],
  ])('%s', async (_, work) => {
    const before = freePlaces();
    await work();
    expect(freePlaces()).toBe(before);
  });
});

async function drain(stream: ReadableStream<Uint8Array>): Promise<{ pieces: Uint8Array[]; error: unknown }> {
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of stream) pieces.push(piece);
    return { pieces, error: undefined };
  } catch (error) {
    return { pieces, error };
  }
}
